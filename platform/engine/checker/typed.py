"""Walks expressions and templates with the types of their place, and says what cannot work.

Unknown names, attributes that a value does not have, comparisons of things that never compare, codes
that no option or status has, calls with wrong arguments. Findings are plain data; the rule modules
give them their codes and places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from luongviec.engine import syntax
from luongviec.engine.checker.codes import did_you_mean
from luongviec.engine.expressions import Expression, Template
from luongviec.engine.functions import FILTERS, FUNCTIONS, NARROWING, UNITS_OF_TIME, Kind, Signature
from luongviec.engine.model import Module
from luongviec.engine.text import Text
from luongviec.engine.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATETIME,
    DURATION,
    LOOP,
    NOTHING,
    NUMBER,
    TEXT,
    Environment,
    Type,
    ValueKind,
    record_type,
    status_codes,
    type_of_kind,
)


class FindingKind(StrEnum):
    """What is wrong in an expression."""

    NAME = "name"  # an unknown name or attribute
    TYPE = "type"  # values that do not fit together
    CALL = "call"  # wrong arguments
    CODE = "code"  # a status or option that does not exist
    ROLE = "role"  # a role, relation or field named in a call that does not exist
    NOTHING = "nothing"  # a comparison with none, which never holds


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; `word` is where to look in the source."""

    kind: FindingKind
    message: Text
    hint: Text
    offset: int = 0


#: Kinds that compare with each other, by family.
_FAMILIES: Mapping[ValueKind, str] = {
    ValueKind.TEXT: "text",
    ValueKind.CHOICE: "text",
    ValueKind.NUMBER: "number",
    ValueKind.BOOLEAN: "boolean",
    ValueKind.DATE: "moment",
    ValueKind.DATETIME: "moment",
    ValueKind.DURATION: "duration",
    ValueKind.PERSON: "person",
    ValueKind.UNIT: "unit",
    ValueKind.RECORD: "record",
    ValueKind.FILE: "file",
    ValueKind.STATUS: "status",
}
_ORDERED = frozenset({"text", "number", "moment", "duration"})
_KIND_WORDS: Mapping[str, str] = {
    "text": "chữ", "number": "số", "boolean": "đúng/sai", "moment": "ngày giờ",
    "duration": "khoảng thời gian", "person": "người", "unit": "đơn vị", "record": "hồ sơ",
    "file": "tệp", "status": "trạng thái",
}  # fmt: skip
_ARGUMENT_FAMILIES: Mapping[Kind, str] = {
    Kind.NUMBER: "number",
    Kind.DATE: "moment",
    Kind.DATETIME: "moment",
    Kind.MOMENT: "moment",
    Kind.DURATION: "duration",
    Kind.BOOLEAN: "boolean",
    Kind.PERSON: "person",
    Kind.UNIT: "unit",
}


def check_expression(expression: Expression, environment: Environment) -> tuple[Finding, ...]:
    """Give what is wrong in an expression at its place."""
    walk = _Walk(expression.source, environment)
    walk.type_of(expression.tree)
    return tuple(walk.findings)


def check_template(template: Template, environment: Environment) -> tuple[Finding, ...]:
    """Give what is wrong in a template at its place."""
    walk = _Walk(template.source, environment)
    walk.type_of(template.tree)
    return tuple(walk.findings)


def result_type(expression: Expression, environment: Environment) -> Type:
    """Give the type that an expression has at its place."""
    return _Walk(expression.source, environment).type_of(expression.tree)


def family(type_: Type) -> str | None:
    """Give the family of values that a type compares with; None if it is not known."""
    return _FAMILIES.get(type_.kind)


class _Walk:
    """One pass over a tree, from the leaves up."""

    def __init__(self, source: str, environment: Environment) -> None:
        self.source = source
        self.environment = environment
        self.findings: list[Finding] = []

    # --- Saying what is wrong ---

    def find(self, kind: FindingKind, vi: str, en: str, hint: Text | None, word: str = "") -> None:
        message = Text(vi, en)
        finding = Finding(kind, message, hint or Text("", ""), max(0, self.source.find(word)) if word else 0)
        if finding not in self.findings:
            self.findings.append(finding)

    def unknown(self, name: str, known: Iterable[str], vi: str, en: str) -> None:
        self.find(FindingKind.NAME, vi, en, did_you_mean(name, known), name)

    # --- Types ---

    def type_of(self, node: syntax.Node) -> Type:
        match node:
            case syntax.Literal(value=value):
                return _type_of_literal(value)
            case syntax.Name(name=name):
                return self.name(name)
            case syntax.Attribute(of=of, name=name):
                return self.attribute(self.type_of(of), name)
            case syntax.Item(of=of, key=key):
                return self.item(of, key)
            case syntax.Items(items=items):
                types = [self.type_of(item) for item in items]
                return replace(types[0], many=True) if types else replace(ANY, many=True)
            case syntax.Compare():
                self.comparison(node)
                return BOOLEAN
            case syntax.And(operands=operands) | syntax.Or(operands=operands):
                types = [self.type_of(one) for one in operands]
                return types[0] if all(one == types[0] for one in types) else ANY
            case syntax.Not(operand=operand) | syntax.IsNone(operand=operand):
                self.type_of(operand)
                return BOOLEAN
            case syntax.Arithmetic():
                return self.arithmetic(node)
            case syntax.Negative(operand=operand):
                return self.type_of(operand)
            case syntax.Conditional(test=test, then=then, otherwise=otherwise):
                self.type_of(test)
                first, second = self.type_of(then), self.type_of(otherwise)
                return first if second in (first, NOTHING) else second if first == NOTHING else ANY
            case syntax.Call():
                return self.call(node)
            case syntax.Filter():
                return self.filter(node)
            case syntax.Loop():
                return self.loop(node)
            case _:
                for child in node.children:
                    self.type_of(child)
                return TEXT

    def name(self, name: str) -> Type:
        known = self.environment.names
        if name in known:
            return known[name]
        self.unknown(name, known, f"Ở đây không có “{name}”.", f"There is no '{name}' here.")
        return ANY

    def attribute(self, of: Type, name: str) -> Type:
        if of.many:
            self.find(
                FindingKind.TYPE,
                f"Đây là danh sách, không đọc “.{name}” được.",
                f"This is a list; '.{name}' cannot be read of it.",
                Text(
                    "Dùng “| join”, “in” hoặc vòng lặp trong mẫu.",
                    "Use '| join', 'in', or a loop in a template.",
                ),
                name,
            )
            return ANY
        names = self.environment.attributes(of)
        if names is None or of.kind is ValueKind.NOTHING:
            if of.kind is ValueKind.NOTHING:
                self.find(
                    FindingKind.NAME,
                    f"Phân hệ này không có chủ, nên không có “.{name}”.",
                    f"This module has no owner, so there is no '.{name}'.",
                    None,
                    name,
                )
            return ANY
        if name in names:
            return names[name]
        if not of.open:
            self.unknown(
                name, names, f"{_word_vi(of)} không có “{name}”.", f"A {of.kind.value} has no '{name}' here."
            )
        return ANY

    def item(self, of: syntax.Node, key: syntax.Node) -> Type:
        holder = self.type_of(of)
        if isinstance(key, syntax.Literal) and isinstance(key.value, str):
            return self.attribute(holder, key.value)
        self.type_of(key)
        return holder.one if holder.many else ANY

    def comparison(self, node: syntax.Compare) -> None:
        left, right = self.type_of(node.left), self.type_of(node.right)
        if NOTHING in (left, right) and (_is_none(node.left) or _is_none(node.right)):
            self.find(
                FindingKind.NOTHING,
                "So sánh với none luôn sai.",
                "Comparing with none is always false.",
                Text("Viết “is none” hoặc “is not none”.", "Write 'is none' or 'is not none'."),
                "none",
            )
            return
        self.codes(node, left, right)
        first, second = family(left), family(right)
        if node.operator in ("in", "not in"):
            if not right.many and second not in (None, "text"):
                self.mismatch(node, "vế phải phải là danh sách", "the right side must be a list")
            elif right.many and not _alike(first, second):
                self.mismatch(node, *_against(first, second))
            return
        if not _alike(first, second):
            self.mismatch(node, *_against(first, second))
        elif node.operator not in ("==", "!=") and (
            left.many or right.many or (first or second or "text") not in _ORDERED
        ):
            self.mismatch(node, "giá trị này không có lớn bé", "these values have no order")

    def mismatch(self, node: syntax.Node, vi: str, en: str) -> None:
        part = syntax.written(node)
        self.find(
            FindingKind.TYPE, f"“{part}”: {vi}.", f"'{part}': {en}.", None, syntax.written(node.children[0])
        )

    def codes(self, node: syntax.Compare, left: Type, right: Type) -> None:
        """Find literals that are none of the codes that the other side may have."""
        for type_, other in ((left, node.right), (right, node.left)):
            if type_.kind is not ValueKind.CHOICE or not type_.options:
                continue
            literals = other.items if isinstance(other, syntax.Items) else (other,)
            for literal in literals:
                if isinstance(literal, syntax.Literal) and isinstance(literal.value, str):
                    self.code(literal.value, type_.options)

    def code(self, code: str, known: Iterable[str]) -> None:
        options = tuple(known)
        if options and code not in options:
            self.find(
                FindingKind.CODE,
                f"Không có mã “{code}”, nên so sánh này không bao giờ đúng.",
                f"There is no code '{code}', so this never matches.",
                did_you_mean(code, options),
                code,
            )

    def arithmetic(self, node: syntax.Arithmetic) -> Type:
        left, right = self.type_of(node.left), self.type_of(node.right)
        if left.many or right.many:
            self.mismatch(node, "không tính toán được với danh sách", "lists cannot be reckoned with")
            return ANY
        first, second = family(left), family(right)
        if first is None or second is None:
            return DATETIME if "moment" in (first, second) and node.operator in "+-" and second else ANY
        result = _RESULTS.get((first, node.operator, second))
        if result is None:
            self.mismatch(
                node,
                f"không tính được {_KIND_WORDS[first]} {node.operator} {_KIND_WORDS[second]}",
                f"{first} {node.operator} {second} cannot be reckoned",
            )
            return ANY
        if result is DATETIME:
            return left if first == "moment" and left.kind is ValueKind.DATE else DATETIME
        return result

    # --- Calls ---

    def call(self, node: syntax.Call) -> Type:
        signature = FUNCTIONS[node.function]
        types = self.arguments(node, signature, node.arguments)
        subject = self.module_of_call(node)
        if signature.narrows or node.function in ("sum", "latest", "count"):
            return self.related_call(node, signature, subject)
        self.keywords(node.function, signature, node.keywords)
        self.literals(node, signature, subject)
        if node.function == "add_workdays" and types:
            return types[0] if types[0].kind in (ValueKind.DATE, ValueKind.DATETIME) else DATETIME
        if node.function in ("start_of", "end_of"):
            return DATETIME
        return type_of_kind(signature.result)

    def arguments(
        self, node: syntax.Call | syntax.Filter, signature: Signature, given: tuple[syntax.Node, ...]
    ) -> list[Type]:
        types = [self.type_of(one) for one in given]
        name = signature.name
        shift = 1 if isinstance(node, syntax.Filter) else 0
        named = {p.name for p in signature.parameters} & set(node.keywords)
        least, most = signature.least - shift - len(named), len(signature.parameters) - shift
        if not least <= len(given) <= most:
            wanted = ", ".join(parameter.name for parameter in signature.parameters[shift:])
            self.find(
                FindingKind.CALL,
                f"{name} nhận {most} đối số ({wanted}), ở đây có {len(given)}.",
                f"{name} takes {most} arguments ({wanted}), here are {len(given)}.",
                None,
                name,
            )
        for parameter, type_ in zip(signature.parameters[shift:], types, strict=False):
            self.argument(name, parameter.name, parameter.kind, type_)
        return types

    def argument(self, function: str, name: str, kind: Kind, given: Type) -> None:
        wanted = _ARGUMENT_FAMILIES.get(kind)
        found = family(given)
        if wanted is None or found is None or given.role or wanted == found:
            return
        self.find(
            FindingKind.TYPE,
            f"{function}: “{name}” phải là {_KIND_WORDS[wanted]}, không phải {_KIND_WORDS[found]}.",
            f"{function}: '{name}' must be a {wanted}, not a {found}.",
            None,
            function,
        )

    def keywords(self, name: str, signature: Signature, given: Mapping[str, syntax.Node]) -> None:
        known = [parameter.name for parameter in signature.parameters]
        for keyword, value in given.items():
            self.type_of(value)
            if keyword not in known:
                self.find(
                    FindingKind.CALL,
                    f"{name} không có đối số “{keyword}”.",
                    f"{name} has no argument '{keyword}'.",
                    did_you_mean(keyword, known),
                    keyword,
                )

    def module_of_call(self, node: syntax.Call) -> Module | None:
        """The module whose relations, roles and fields a call names: `of=` turns to the owner."""
        of = node.keywords.get("of")
        if of is None:
            return self.environment.module
        type_ = self.type_of(of)
        if type_.kind is ValueKind.RECORD and len(type_.modules) == 1:
            return self.environment.workspace.modules.get(type_.modules[0])
        return None

    def literals(self, node: syntax.Call, signature: Signature, module: Module | None) -> None:
        """Check the arguments that must be written out as texts."""
        for parameter, given in zip(signature.parameters, node.arguments, strict=False):
            known = self.known_for(parameter.kind, module)
            if known is None:
                continue
            text = self.literal_text(node.function, parameter.name, given)
            if text is not None and text not in known:
                self.find(
                    FindingKind.ROLE,
                    f"{node.function}: không có “{text}”.",
                    f"{node.function}: there is no '{text}'.",
                    did_you_mean(text, known),
                    text,
                )

    def known_for(self, kind: Kind, module: Module | None) -> tuple[str, ...] | None:
        """Give the texts that an argument may be; None if it need not be written out."""
        if kind is Kind.UNIT_OF_TIME:
            return UNITS_OF_TIME
        if module is None:
            return None
        match kind:
            case Kind.RELATION:
                return tuple(module.relations)
            case Kind.ROLE:
                return (*module.roles, *_derived(module))
            case Kind.STATUS:
                return status_codes(self.environment.workspace, (module.code,))
            case Kind.FIELD:
                return (*module.fields, *module.roles)
            case Kind.FILES_FIELD:
                return tuple(code for code, one in module.fields.items() if one.type == "files")
            case _:
                return None

    def literal_text(self, function: str, name: str, given: syntax.Node) -> str | None:
        if isinstance(given, syntax.Literal) and isinstance(given.value, str):
            return given.value
        self.find(
            FindingKind.CALL,
            f"{function}: “{name}” phải viết thẳng ra, ví dụ '…'.",
            f"{function}: '{name}' must be written out as a text.",
            None,
            function,
        )
        return None

    def related_call(self, node: syntax.Call, signature: Signature, module: Module | None) -> Type:
        self.literals(replace(node, arguments=node.arguments[:1]), signature, module)
        first = node.arguments[0] if node.arguments else None
        relation = None
        if module is not None and isinstance(first, syntax.Literal):
            relation = module.relations.get(str(first.value))
        target = self.environment.workspace.modules.get(relation.target) if relation is not None else None
        self.narrowing(node, target)
        if node.function == "sum" and target is not None and len(node.arguments) > 1:
            self.summed(node, target)
        if node.function == "latest":
            return record_type(target.code) if target is not None else type_of_kind(Kind.RECORD)
        return type_of_kind(signature.result)

    def summed(self, node: syntax.Call, target: Module) -> None:
        name = self.literal_text(node.function, "field", node.arguments[1])
        numbers = [c for c, one in target.fields.items() if one.type in ("number", "duration")]
        if name is not None and name not in numbers:
            self.find(
                FindingKind.ROLE,
                f"sum: “{name}” không phải trường số của {target.code}.",
                f"sum: '{name}' is no number field of {target.code}.",
                did_you_mean(name, numbers),
                name,
            )

    def narrowing(self, node: syntax.Call, target: Module | None) -> None:
        workspace = self.environment.workspace
        for keyword, value in node.keywords.items():
            type_ = self.type_of(value)
            literal = value.value if isinstance(value, syntax.Literal) else None
            if keyword == "status" and target is not None and isinstance(literal, str):
                self.code(literal, status_codes(workspace, (target.code,)))
            elif keyword == "category" and isinstance(literal, str):
                self.code(literal, workspace.categories)
            elif keyword == "open" and family(type_) not in (None, "boolean"):
                self.mismatch_of(node.function, "open")
            elif keyword not in NARROWING and target is not None:
                known = (*target.fields, *target.roles)
                if keyword not in known:
                    self.find(
                        FindingKind.CALL,
                        f"{node.function}: {target.code} không có “{keyword}”.",
                        f"{node.function}: {target.code} has no '{keyword}'.",
                        did_you_mean(keyword, (*NARROWING, *known)),
                        keyword,
                    )

    def mismatch_of(self, function: str, keyword: str) -> None:
        self.find(
            FindingKind.TYPE,
            f"{function}: “{keyword}” phải là đúng/sai.",
            f"{function}: '{keyword}' must be true or false.",
            None,
            keyword,
        )

    def filter(self, node: syntax.Filter) -> Type:
        signature = FILTERS[node.name]
        value = self.type_of(node.of)
        self.arguments(node, signature, node.arguments)
        self.keywords(node.name, signature, node.keywords)
        self.argument(node.name, signature.parameters[0].name, signature.parameters[0].kind, value)
        if node.name == "default":
            return value
        return type_of_kind(signature.result)

    def loop(self, node: syntax.Loop) -> Type:
        over = self.type_of(node.over)
        if not over.many and over.kind is not ValueKind.ANY:
            self.mismatch(
                syntax.Not(node.over), "không lặp được trên giá trị này", "this is no list to loop over"
            )
        inner = _Walk(self.source, self.environment.with_names(**{node.name: over.one, "loop": LOOP}))
        inner.findings = self.findings
        inner.type_of(node.body)
        self.type_of(node.otherwise)
        return TEXT


_RESULTS: Mapping[tuple[str, str, str], Type] = {
    **{("number", operator, "number"): NUMBER for operator in ("+", "-", "*", "/", "//", "%")},
    ("moment", "+", "duration"): DATETIME,
    ("moment", "-", "duration"): DATETIME,
    ("duration", "+", "moment"): DATETIME,
    ("moment", "-", "moment"): DURATION,
    ("duration", "+", "duration"): DURATION,
    ("duration", "-", "duration"): DURATION,
    ("duration", "*", "number"): DURATION,
    ("number", "*", "duration"): DURATION,
    ("duration", "/", "number"): DURATION,
    ("duration", "/", "duration"): NUMBER,
}


def _type_of_literal(value: object) -> Type:
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return BOOLEAN
    return NUMBER if isinstance(value, int | float) else TEXT


def _is_none(node: syntax.Node) -> bool:
    return isinstance(node, syntax.Literal) and node.value is None


def _alike(first: str | None, second: str | None) -> bool:
    if first is None or second is None or first == second:
        return True
    return {first, second} <= {"person", "number"} or {first, second} <= {"record", "number"}


def _against(first: str | None, second: str | None) -> tuple[str, str]:
    one, other = first or "any", second or "any"
    return (
        f"so sánh {_KIND_WORDS.get(one, one)} với {_KIND_WORDS.get(other, other)} không bao giờ đúng",
        f"comparing a {one} with a {other} never holds",
    )


def _word_vi(type_: Type) -> str:
    if type_.kind is ValueKind.RECORD and type_.modules:
        return f"Hồ sơ {'/'.join(type_.modules)}"
    return _KIND_WORDS.get(_FAMILIES.get(type_.kind, ""), "Giá trị này").capitalize()


def _derived(module: Module) -> Iterator[str]:
    for prefix, derived in module.derived_roles.items():
        for role in derived.roles:
            yield f"{prefix}.{role}"


__all__ = ["DATE", "Finding", "FindingKind", "check_expression", "check_template", "family", "result_type"]
