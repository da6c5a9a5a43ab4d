"""From Jinja's tree of an expression or template to ours, refusing what the language leaves out.

No statements but loops and branches in templates, no methods, slices, powers, tests but `is none`,
and no private names: what is not converted here cannot be said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any

from jinja2 import nodes

from luongviec.engine.expressions.syntax import (
    And,
    Arithmetic,
    Attribute,
    Branch,
    Call,
    Compare,
    Concatenation,
    Conditional,
    Filter,
    IsNone,
    Item,
    Items,
    Literal,
    Loop,
    Name,
    Negative,
    Node,
    Not,
    Or,
    Plain,
    Sequence,
)
from luongviec.engine.text import Text

MAX_DEPTH = 40
MAX_LOOPS = 3


class SyntaxRefused(Exception):
    """A construct that the language does not have; `word` is what to look for in the source."""

    def __init__(self, message: Text, word: str = "") -> None:
        self.message = message
        self.word = word
        super().__init__(message.en)


_COMPARISONS = {
    "eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">=", "in": "in", "notin": "not in",
}  # fmt: skip
_ARITHMETIC: dict[type[nodes.BinExpr], str] = {
    nodes.Add: "+", nodes.Sub: "-", nodes.Mul: "*", nodes.Div: "/", nodes.FloorDiv: "//", nodes.Mod: "%",
}  # fmt: skip


def _refuse(vi: str, en: str, word: str = "") -> SyntaxRefused:
    return SyntaxRefused(Text(vi, en), word)


def tree_of(expression: nodes.Node, depth: int = 0) -> Node:
    """Turn Jinja's tree of an expression into ours.

    Raises:
        SyntaxRefused: it uses something that the language does not have.
    """
    if depth > MAX_DEPTH:
        raise _refuse("Biểu thức lồng nhau quá sâu.", "The expression is nested too deeply.")
    convert = _CONVERTERS.get(type(expression))
    if convert is None:
        raise _refuse(
            "Ngôn ngữ biểu thức không có cấu trúc này.",
            "The expression language does not have this construct.",
        )
    return convert(expression, depth + 1)


#: What Jinja itself would put in; the language has no such names.
_RESERVED = frozenset({"self", "super", "caller", "varargs", "kwargs"})


def _literal(node: nodes.Const, depth: int) -> Node:
    value = node.value
    if isinstance(value, float) and not isfinite(value):
        raise _refuse("Số quá lớn.", "The number is too large.")
    if value is not None and not isinstance(value, str | int | float | bool):
        raise _refuse("Giá trị này không dùng được.", "This value cannot be used.", str(value))
    return Literal(value)


def _public(name: str) -> str:
    if name.startswith("_"):
        raise _refuse(
            f"Không được đọc tên riêng “{name}”.", f"The private name '{name}' cannot be read.", name
        )
    return name


def _name(node: nodes.Name, depth: int) -> Node:
    if node.name in _RESERVED:
        raise _refuse(f"Không có “{node.name}”.", f"There is no '{node.name}'.", node.name)
    return Name(_public(node.name))


def _attribute(node: nodes.Getattr, depth: int) -> Node:
    return Attribute(tree_of(node.node, depth), _public(node.attr))


def _item(node: nodes.Getitem, depth: int) -> Node:
    key = tree_of(node.arg, depth)
    if isinstance(key, Literal) and isinstance(key.value, str):
        _public(key.value)
    return Item(tree_of(node.node, depth), key)


def _items(node: nodes.List | nodes.Tuple, depth: int) -> Node:
    return Items(tuple(tree_of(item, depth) for item in node.items))


def _compare(node: nodes.Compare, depth: int) -> Node:
    left = tree_of(node.expr, depth)
    links: list[Node] = []
    for operand in node.ops:
        right = tree_of(operand.expr, depth)
        links.append(Compare(_COMPARISONS[operand.op], left, right))
        left = right
    return links[0] if len(links) == 1 else And(tuple(links))


def _flat(kind: type[nodes.BinExpr], node: nodes.Expr) -> Iterator[nodes.Expr]:
    while isinstance(node, kind):  # and/or lean left
        yield node.right
        node = node.left
    yield node


def _and(node: nodes.And, depth: int) -> Node:
    return And(tuple(tree_of(one, depth) for one in reversed(list(_flat(nodes.And, node)))))


def _or(node: nodes.Or, depth: int) -> Node:
    return Or(tuple(tree_of(one, depth) for one in reversed(list(_flat(nodes.Or, node)))))


def _not(node: nodes.Not, depth: int) -> Node:
    return Not(tree_of(node.node, depth))


def _test(node: nodes.Test, depth: int) -> Node:
    if node.name != "none" or node.args or node.kwargs:
        raise _refuse(
            f"Không có phép thử “is {node.name}”; chỉ có “is none”.",
            f"There is no test 'is {node.name}'; there is only 'is none'.",
            node.name,
        )
    return IsNone(tree_of(node.node, depth))


def _arithmetic(node: nodes.BinExpr, depth: int) -> Node:
    operator = _ARITHMETIC[type(node)]
    return Arithmetic(operator, tree_of(node.left, depth), tree_of(node.right, depth))


def _negative(node: nodes.Neg, depth: int) -> Node:
    operand = tree_of(node.node, depth)
    if isinstance(operand, Literal) and type(operand.value) in (int, float):
        return Literal(-operand.value)  # type: ignore[operator]
    return Negative(operand)


def _concatenation(node: nodes.Concat, depth: int) -> Node:
    return Concatenation(tuple(tree_of(one, depth) for one in node.nodes))


def _conditional(node: nodes.CondExpr, depth: int) -> Node:
    otherwise = Literal(None) if node.expr2 is None else tree_of(node.expr2, depth)
    return Conditional(tree_of(node.test, depth), tree_of(node.expr1, depth), otherwise)


def _arguments(node: nodes.Call | nodes.Filter, depth: int) -> tuple[tuple[Node, ...], dict[str, Node]]:
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        raise _refuse("Không dùng “*” trong lời gọi.", "Calls take no '*' arguments.", "*")
    arguments = tuple(tree_of(one, depth) for one in node.args)
    return arguments, {_public(str(one.key)): tree_of(one.value, depth) for one in node.kwargs}


def _call(node: nodes.Call, depth: int) -> Node:
    if not isinstance(node.node, nodes.Name):
        word = node.node.attr if isinstance(node.node, nodes.Getattr) else ""
        raise _refuse(
            "Chỉ gọi được các hàm của ngôn ngữ, không gọi được phương thức.",
            "Only the functions of the language can be called, no methods.",
            word,
        )
    arguments, keywords = _arguments(node, depth)
    return Call(_public(node.node.name), arguments, keywords)


def _filter(node: nodes.Filter, depth: int) -> Node:
    if node.node is None:
        raise _refuse("Không dùng khối filter.", "Filter blocks cannot be used.", "filter")
    arguments, keywords = _arguments(node, depth)
    return Filter(_public(node.name), tree_of(node.node, depth), arguments, keywords)


_CONVERTERS: dict[type[nodes.Node], Callable[[Any, int], Node]] = {
    nodes.Const: _literal,
    nodes.Name: _name,
    nodes.Getattr: _attribute,
    nodes.Getitem: _item,
    nodes.List: _items,
    nodes.Tuple: _items,
    nodes.Compare: _compare,
    nodes.And: _and,
    nodes.Or: _or,
    nodes.Not: _not,
    nodes.Test: _test,
    nodes.Neg: _negative,
    nodes.Concat: _concatenation,
    nodes.CondExpr: _conditional,
    nodes.Call: _call,
    nodes.Filter: _filter,
    **dict.fromkeys(_ARITHMETIC, _arithmetic),
}


def template_tree(body: list[nodes.Node], loops: int = 0) -> Node:
    """Turn the statements of Jinja's tree of a template into ours; only loops and branches pass."""
    parts: list[Node] = []
    for statement in body:
        if isinstance(statement, nodes.Output):
            for part in statement.nodes:
                parts.append(Plain(part.data) if isinstance(part, nodes.TemplateData) else tree_of(part))
        elif isinstance(statement, nodes.If):
            parts.append(_branch(statement, loops))
        elif isinstance(statement, nodes.For):
            parts.append(_loop(statement, loops + 1))
        else:
            word = type(statement).__name__.lower()
            raise _refuse(
                f"Mẫu chỉ có “for” và “if”, không có “{word}”.",
                f"Templates have 'for' and 'if' only, no '{word}'.",
                word,
            )
    return Sequence(tuple(parts))


def _branch(node: nodes.If, loops: int) -> Node:
    otherwise = template_tree(node.else_, loops)
    for other in reversed(node.elif_):
        otherwise = Branch(tree_of(other.test), template_tree(other.body, loops), otherwise)
    return Branch(tree_of(node.test), template_tree(node.body, loops), otherwise)


def _loop(node: nodes.For, loops: int) -> Node:
    if loops > MAX_LOOPS:
        raise _refuse("Vòng lặp lồng nhau quá sâu.", "Loops are nested too deeply.", "for")
    if node.recursive or not isinstance(node.target, nodes.Name):
        raise _refuse(
            "Vòng lặp chỉ dạng “for tên in danh sách”.", "Loops are 'for name in list' only.", "for"
        )
    name = _public(node.target.name)
    if name in _RESERVED:
        raise _refuse(f"Không đặt tên “{name}”.", f"Nothing can be named '{name}'.", name)
    over: Node = tree_of(node.iter)
    body = template_tree(node.body, loops)
    if node.test is not None:
        body = Branch(tree_of(node.test), body, Sequence(()))
    return Loop(name, over, body, template_tree(node.else_, loops))
