"""The tree of an expression, in a handful of frozen classes of our own.

Jinja parses; `tree_of` turns its tree into this one and refuses whatever the language leaves out
(statements, methods, slices, powers, private names). Set form, type checks, dependency analysis and
the browser's evaluator all read this tree; evaluation itself stays with Jinja's compiled code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from math import isfinite
from typing import Any

from jinja2 import nodes

from luongviec.engine.text import Text

MAX_DEPTH = 40
MAX_LOOPS = 3


class SyntaxRefused(Exception):
    """A construct that the language does not have; `word` is what to look for in the source."""

    def __init__(self, message: Text, word: str = "") -> None:
        self.message = message
        self.word = word
        super().__init__(message.en)


@dataclass(frozen=True, slots=True)
class Node:
    """Base of all nodes."""

    @property
    def children(self) -> tuple[Node, ...]:
        """Every node directly below, in source order."""
        found: list[Node] = []
        for one in fields(self):
            found.extend(_nodes_in(getattr(self, one.name)))
        return tuple(found)

    def walk(self) -> Iterator[Node]:
        """Give this node and everything below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def _nodes_in(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes_in(item)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _nodes_in(item)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A text, number, boolean or none."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    of: Node
    name: str


@dataclass(frozen=True, slots=True)
class Item(Node):
    """`of[key]`."""

    of: Node
    key: Node


@dataclass(frozen=True, slots=True)
class Items(Node):
    """A list that is written out."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """`left operator right`; operator is one of == != < <= > >= in, `not in`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class And(Node):
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class IsNone(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`left operator right`; operator is one of + - * / // %."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negative(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Concatenation(Node):
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    test: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function by name with its arguments."""

    function: str
    arguments: tuple[Node, ...] = ()
    keywords: Mapping[str, Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """`of | name(arguments)`."""

    name: str
    of: Node
    arguments: tuple[Node, ...] = ()
    keywords: Mapping[str, Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plain(Node):
    """Text of a template that stands for itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Sequence(Node):
    """Parts of a template, one after the other."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Loop(Node):
    """`{% for name in over %}`; templates only."""

    name: str
    over: Node
    body: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Branch(Node):
    """`{% if test %}`; templates only."""

    test: Node
    then: Node
    otherwise: Node


def path_of(node: Node) -> tuple[str, ...] | None:
    """Give the dotted path that a node reads (`record.due_at`), None if it is something else."""
    names: list[str] = []
    while isinstance(node, Attribute):
        names.append(node.name)
        node = node.of
    if not isinstance(node, Name):
        return None
    return (node.name, *reversed(names))


def paths_in(node: Node, bound: frozenset[str] = frozenset()) -> Iterator[tuple[str, ...]]:
    """Give every dotted path that a tree reads, without the names that its own loops bind."""
    path = path_of(node)
    if path is not None:
        if path[0] not in bound:
            yield path
        return
    if isinstance(node, Loop):
        yield from paths_in(node.over, bound)
        inside = bound | {node.name, "loop"}
        yield from paths_in(node.body, inside)
        yield from paths_in(node.otherwise, bound)
        return
    for child in node.children:
        yield from paths_in(child, bound)


def calls_in(node: Node) -> tuple[Call, ...]:
    """Give every function call of a tree."""
    return tuple(one for one in node.walk() if isinstance(one, Call))


# --- From Jinja's tree ----------------------------------------------------------------------------

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


# --- Back to source -------------------------------------------------------------------------------


def written(node: Node) -> str:
    """Write a tree of an expression as source again, with every bracket that it needs."""
    match node:
        case Literal(value=None):
            return "none"
        case Literal(value=bool() as value):
            return "true" if value else "false"
        case Literal(value=str() as value):
            return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"
        case Literal(value=value):
            return repr(value)
        case Name(name=name):
            return name
        case Attribute(of=of, name=name):
            return f"{_closed(of)}.{name}"
        case Item(of=of, key=key):
            return f"{_closed(of)}[{written(key)}]"
        case Items(items=items):
            return "[" + ", ".join(written(item) for item in items) + "]"
        case (
            Compare(operator=operator, left=left, right=right)
            | Arithmetic(operator=operator, left=left, right=right)
        ):
            return f"{_closed(left)} {operator} {_closed(right)}"
        case And(operands=operands):
            return " and ".join(_closed(one) for one in operands)
        case Or(operands=operands):
            return " or ".join(_closed(one) for one in operands)
        case Concatenation(operands=operands):
            return " ~ ".join(_closed(one) for one in operands)
        case Not(operand=operand):
            return f"not {_closed(operand)}"
        case Negative(operand=operand):
            return f"-{_closed(operand)}"
        case IsNone(operand=operand):
            return f"{_closed(operand)} is none"
        case Conditional(test=test, then=then, otherwise=otherwise):
            return f"{_closed(then)} if {_closed(test)} else {_closed(otherwise)}"
        case Call(function=function, arguments=arguments, keywords=keywords):
            return f"{function}({_listed(arguments, keywords)})"
        case Filter(name=name, of=of, arguments=arguments, keywords=keywords):
            given = _listed(arguments, keywords)
            return f"{_closed(of)} | {name}" + (f"({given})" if given else "")
        case _:
            raise TypeError(f"{type(node).__name__} is no expression")


def _listed(arguments: tuple[Node, ...], keywords: Mapping[str, Node]) -> str:
    given = [written(one) for one in arguments]
    return ", ".join(given + [f"{name}={written(one)}" for name, one in keywords.items()])


def _closed(node: Node) -> str:
    text = written(node)
    if isinstance(node, Name | Attribute | Item | Items | Call):
        return text
    if isinstance(node, Literal) and not text.startswith("-"):
        return text
    return f"({text})"
