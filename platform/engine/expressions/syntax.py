"""The tree of an expression, in a handful of frozen classes of our own.

`parsing` makes it from Jinja's tree. Set form, type checks, dependency analysis and the browser's
evaluator all read this tree; evaluation itself stays with Jinja's compiled code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields


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
