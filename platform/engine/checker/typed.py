"""Walks expressions and templates with the types of their place, and says what cannot work.

Unknown names, attributes that a value does not have, comparisons of things that never compare, codes
that no option or status has, calls with wrong arguments. Findings are plain data; the rule modules
give them their codes and places.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from luongviec.engine.checker.calls import CallChecks
from luongviec.engine.checker.codes import did_you_mean
from luongviec.engine.checker.families import FAMILIES, KIND_WORDS, ORDERED, family
from luongviec.engine.checker.findings import Finding, FindingKind
from luongviec.engine.expressions import syntax
from luongviec.engine.expressions.compiled import Expression, Template
from luongviec.engine.expressions.functions import FILTERS
from luongviec.engine.expressions.types import (
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
    type_of_kind,
)
from luongviec.engine.text import Text


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


class _Walk(CallChecks):
    """One pass over a tree, from the leaves up."""

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
            left.many or right.many or (first or second or "text") not in ORDERED
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
                f"không tính được {KIND_WORDS[first]} {node.operator} {KIND_WORDS[second]}",
                f"{first} {node.operator} {second} cannot be reckoned",
            )
            return ANY
        if result is DATETIME:
            return left if first == "moment" and left.kind is ValueKind.DATE else DATETIME
        return result

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
        f"so sánh {KIND_WORDS.get(one, one)} với {KIND_WORDS.get(other, other)} không bao giờ đúng",
        f"comparing a {one} with a {other} never holds",
    )


def _word_vi(type_: Type) -> str:
    if type_.kind is ValueKind.RECORD and type_.modules:
        return f"Hồ sơ {'/'.join(type_.modules)}"
    return KIND_WORDS.get(FAMILIES.get(type_.kind, ""), "Giá trị này").capitalize()


__all__ = ["DATE", "Finding", "FindingKind", "check_expression", "check_template", "family", "result_type"]
