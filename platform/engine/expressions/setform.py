"""Expressions in set form: conditions over records that become one database query.

List filters, buckets and `act.where` are written in the ordinary expression language but may only
compare what the database knows of a record (`record.FIELD`, roles, `status.code` …) with values that
are the same for every record (`now`, `viewer`, `parameters.x`, `days(3)`). `compile_set` takes such
an expression apart, `bind` evaluates its constants in a scope, and then `holds` evaluates it in
Python and the store translates it to SQL. Both must agree: every leaf is *false* where its operand
is nothing, so SQL must read each leaf as `COALESCE(leaf, false)` before it negates anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING

from luongviec.engine.expressions import syntax
from luongviec.engine.expressions.comparison import Holders, compare, identity_of
from luongviec.engine.expressions.compiled import Expression, ExpressionError
from luongviec.engine.moments import DEFAULT_TIMEZONE
from luongviec.engine.text import Text

if TYPE_CHECKING:
    from luongviec.engine.model import Module


class SetFormError(ExpressionError):
    """An expression that cannot become one query."""

    code = "set_form_error"


class OperandKind(StrEnum):
    """What of a record a condition looks at."""

    FIELD = "field"
    ROLE = "role"
    META = "meta"  # id, title, created_at, status_since, position
    STATUS_CODE = "status_code"
    STATUS_CATEGORY = "status_category"
    STATUS_FINAL = "status_final"
    TAGS = "tags"  # ids of tags; no expression names them, filters of lists do


META_NAMES = frozenset({"id", "title", "created_at", "status_since", "position"})
_STATUS_NAMES = {
    "code": OperandKind.STATUS_CODE,
    "category": OperandKind.STATUS_CATEGORY,
    "final": OperandKind.STATUS_FINAL,
}


@dataclass(frozen=True, slots=True)
class Operand:
    """One thing that the database knows of each record; `many` where it holds several values."""

    kind: OperandKind
    name: str
    many: bool = False


@dataclass(frozen=True, slots=True)
class Constant:
    """An expression that is the same for every record; evaluated by `bind`."""

    expression: Expression


@dataclass(frozen=True, slots=True)
class Value:
    """A constant after evaluation: people and units are their ids, lists are tuples."""

    value: object


Fixed = Constant | Value


@dataclass(frozen=True, slots=True)
class Comparison:
    """`operand operator value`, with == != < <= > >=; on a role or `many` field == is “is among”."""

    operand: Operand
    operator: str
    value: Fixed


@dataclass(frozen=True, slots=True)
class Among:
    """`operand in values` or, `negative`, `operand not in values`."""

    operand: Operand
    values: Fixed
    negative: bool = False


@dataclass(frozen=True, slots=True)
class Contains:
    """The text holds every one of these words, whatever its marks and case; the database alone asks it.

    Filters of lists make it, and `words` are folded already.
    """

    operand: Operand
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IsNone:
    """The operand has no value (a role: nobody holds it)."""

    operand: Operand


@dataclass(frozen=True, slots=True)
class Truth:
    """A boolean of the record (`status.final`, a boolean field)."""

    operand: Operand


@dataclass(frozen=True, slots=True)
class FixedTruth:
    """A condition that does not look at the record at all."""

    value: Fixed


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


Condition = And | Or | Not | Comparison | Among | Contains | IsNone | Truth | FixedTruth

MAX_COMPILED = 5_000
#: (expression, id of the module) → the module, kept so that its id stays its own, and the condition.
_compiled: dict[tuple[Expression, int], tuple[Module | None, Condition]] = {}

_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def compile_set(expression: Expression, module: Module | None = None) -> Condition:
    """Take an expression in set form apart.

    Args:
        expression: over `record` and `status` (what differs) and anything else (what is constant).
        module: the module of the records; tells roles and `many` fields. Without it every
            `record.NAME` that is no meta name counts as a field.

    Raises:
        SetFormError: it cannot be one query.
    """
    key = (expression, id(module))
    known = _compiled.get(key)
    if known is None:
        if len(_compiled) >= MAX_COMPILED:
            _compiled.clear()
        known = _compiled[key] = (module, _Compiler(expression, module).condition(expression.tree))
    return known[1]


def bind(condition: Condition, scope: Mapping[str, object]) -> Condition:
    """Evaluate the constants of a condition in a scope."""
    match condition:
        case And(parts=parts):
            return And(tuple(bind(part, scope) for part in parts))
        case Or(parts=parts):
            return Or(tuple(bind(part, scope) for part in parts))
        case Not(part=part):
            return Not(bind(part, scope))
        case Comparison(value=Constant(expression=expression)):
            return replace(condition, value=Value(plain_value(expression.evaluate(scope))))
        case Among(values=Constant(expression=expression)):
            return replace(condition, values=Value(plain_value(expression.evaluate(scope))))
        case FixedTruth(value=Constant(expression=expression)):
            return FixedTruth(Value(bool(expression.evaluate(scope))))
        case _:
            return condition


def plain_value(value: object) -> object:
    """Give a value as the database has it: readable objects by their identity, lists as tuples."""
    if isinstance(value, tuple | list | set | frozenset):
        return tuple(plain_value(one) for one in value)
    return identity_of(value)


def holds(
    condition: Condition, get: Callable[[Operand], object], timezone: tzinfo = DEFAULT_TIMEZONE
) -> bool:
    """Evaluate a bound condition on one record; `get` gives the values of operands.

    Role operands give the ids of holders; nothing (`None` or an empty list) makes a leaf false.
    """
    match condition:
        case And(parts=parts):
            return all(holds(part, get, timezone) for part in parts)
        case Or(parts=parts):
            return any(holds(part, get, timezone) for part in parts)
        case Not(part=part):
            return not holds(part, get, timezone)
        case FixedTruth(value=Value(value=value)):
            return bool(value)
        case Truth(operand=operand):
            return bool(get(operand))
        case IsNone(operand=operand):
            return _given(operand, get) is None
        case Comparison(operand=operand, operator=operator, value=Value(value=value)):
            return compare(operator, _given(operand, get), value, timezone)
        case Among(operand=operand, values=Value(value=value), negative=negative):
            return compare("not in" if negative else "in", _given(operand, get), value, timezone)
        case _:
            raise TypeError("bind the condition before evaluating it")


def _given(operand: Operand, get: Callable[[Operand], object]) -> object:
    value = get(operand)
    if operand.many and isinstance(value, tuple | list):
        return Holders(value) if value else None
    return value


def operands(condition: Condition) -> Iterator[Operand]:
    """Give every operand that a condition looks at."""
    match condition:
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from operands(part)
        case Not(part=part):
            yield from operands(part)
        case FixedTruth():
            return
        case (
            Comparison(operand=operand)
            | Among(operand=operand)
            | Contains(operand=operand)
            | IsNone(operand=operand)
            | Truth(operand=operand)
        ):
            yield operand


class _Compiler:
    """One pass over the tree of an expression."""

    def __init__(self, expression: Expression, module: Module | None) -> None:
        self.expression = expression
        self.module = module

    def condition(self, node: syntax.Node) -> Condition:
        match node:
            case syntax.And(operands=parts):
                return And(tuple(self.condition(part) for part in parts))
            case syntax.Or(operands=parts):
                return Or(tuple(self.condition(part) for part in parts))
            case syntax.Not(operand=part):
                return Not(self.condition(part))
            case syntax.Literal(value=bool()):
                return FixedTruth(self.constant(node))
            case _ if not self.looks_at_record(node):
                return FixedTruth(self.constant(node))
            case syntax.IsNone(operand=part):
                return IsNone(self.operand(part))
            case syntax.Compare():
                return self.comparison(node)
            case _:
                return self.truth(node)

    def comparison(self, node: syntax.Compare) -> Condition:
        left_varies, right_varies = self.looks_at_record(node.left), self.looks_at_record(node.right)
        if left_varies and right_varies:
            raise self.refused(
                "hai vế đều đọc hồ sơ; một vế phải là giá trị chung",
                "both sides read the record; one side must be the same for every record",
                node,
            )
        if node.operator in ("in", "not in"):
            return self.among(node, left_varies)
        if left_varies:
            operand, operator, fixed = self.operand(node.left), node.operator, node.right
        else:
            operand, operator, fixed = self.operand(node.right), _MIRRORED[node.operator], node.left
        if operand.many and operator not in ("==", "!="):
            raise self.refused("không so sánh lớn bé với nhiều giá trị", "several values have no order", node)
        return Comparison(operand, operator, self.constant(fixed))

    def among(self, node: syntax.Compare, left_varies: bool) -> Condition:
        negative = node.operator == "not in"
        if left_varies:
            return Among(self.operand(node.left), self.constant(node.right), negative)
        operand = self.operand(node.right)
        if not operand.many:
            raise self.refused(
                "vế phải của “in” phải là vai trò hoặc trường nhiều giá trị",
                "the right side of 'in' must be a role or a field of several values",
                node,
            )
        return Comparison(operand, "!=" if negative else "==", self.constant(node.left))

    def truth(self, node: syntax.Node) -> Condition:
        operand = self.operand(node)
        field = self.module.fields.get(operand.name) if self.module is not None else None
        is_boolean = operand.kind is OperandKind.STATUS_FINAL or (
            operand.kind is OperandKind.FIELD and (field is None or field.type == "boolean")
        )
        if not is_boolean:
            raise self.refused(
                "đây không phải giá trị đúng/sai; hãy viết “is not none” hoặc so sánh",
                "this is no yes or no; write 'is not none' or compare it",
                node,
            )
        return Truth(operand)

    def operand(self, node: syntax.Node) -> Operand:
        path = syntax.path_of(node)
        if path is not None and len(path) == 2:
            if path[0] == "status" and path[1] in _STATUS_NAMES:
                return Operand(_STATUS_NAMES[path[1]], path[1])
            if path[0] == "record":
                return self.record_operand(path[1], node)
        raise self.refused(
            "chỉ so sánh record.TRƯỜNG, record.VAI_TRÒ, status.code/category/final; không tính trên chúng",
            "only record.FIELD, record.ROLE, status.code/category/final may be compared, unreckoned",
            node,
        )

    def record_operand(self, name: str, node: syntax.Node) -> Operand:
        module = self.module
        if module is not None and name in module.roles:
            return Operand(OperandKind.ROLE, name, many=True)
        if module is not None and name in module.fields:
            field = module.fields[name]
            return Operand(OperandKind.FIELD, name, many=field.many)
        if name in META_NAMES:
            return Operand(OperandKind.META, name)
        if module is None:
            return Operand(OperandKind.FIELD, name)
        raise self.refused(
            f"“{name}” không phải trường hay vai trò của {module.code}",
            f"'{name}' is no field or role of {module.code}",
            node,
        )

    def constant(self, node: syntax.Node) -> Constant:
        return Constant(Expression(syntax.written(node), self.expression.context))

    @staticmethod
    def looks_at_record(node: syntax.Node) -> bool:
        return any(path[0] in ("record", "status") for path in syntax.paths_in(node)) or any(
            call.function in _OF_RECORD for call in syntax.calls_in(node)
        )

    def refused(self, vi: str, en: str, node: syntax.Node) -> SetFormError:
        part = syntax.written(node)
        return SetFormError(
            Text(
                f"Không đổi được thành một truy vấn: “{part}”: {vi}.",
                f"This cannot become one query: '{part}': {en}.",
            ),
            max(0, self.expression.source.find(part)),
        )


#: Functions that look at the record itself, so they are no constants.
_OF_RECORD = frozenset(
    {
        "count", "sum", "latest", "holds", "people", "people_above", "chain", "opened", "opened_file",
        "entered", "time_in", "clashes",
    }
)  # fmt: skip
