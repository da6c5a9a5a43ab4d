"""What can be said of conditions without evaluating them: contradiction, disjointness, known status."""

from __future__ import annotations

from collections.abc import Iterator

from luongviec.engine.expressions import syntax
from luongviec.engine.expressions.comparison import compare
from luongviec.engine.expressions.syntax import And, Compare, IsNone, Literal, Node, Not, Or


def parts_of(node: Node) -> Iterator[Node]:
    """Give what must all hold for a condition to hold."""
    if isinstance(node, And):
        for operand in node.operands:
            yield from parts_of(operand)
    elif isinstance(node, Not) and isinstance(node.operand, Or):
        for operand in node.operand.operands:
            yield from parts_of(Not(operand))
    else:
        yield node


def disjoint(first: Node | None, second: Node | None) -> bool:
    """Whether two conditions can surely not both hold; None is a condition that always holds."""
    parts = [part for node in (first, second) if node is not None for part in parts_of(node)]
    return _contradicts(parts)


def never_holds(node: Node) -> bool:
    """Whether a condition contradicts itself, whatever the record."""
    if isinstance(node, Literal):
        return not node.value
    if isinstance(node, Or):
        return all(never_holds(operand) for operand in node.operands)
    return _contradicts(list(parts_of(node))) or any(
        isinstance(part, Literal) and not part.value for part in parts_of(node)
    )


def always_holds(node: Node) -> bool:
    """Whether a condition is written so that it always holds."""
    return isinstance(node, Literal) and bool(node.value)


def _contradicts(parts: list[Node]) -> bool:
    values: dict[str, list[frozenset[object]]] = {}
    for part in parts:
        if any(_denies(part, other) for other in parts):
            return True
        allowed = _allowed(part)
        if allowed is not None:
            values.setdefault(syntax.written(allowed[0]), []).append(allowed[1])
    return any(not frozenset.intersection(*sets) for sets in values.values())


def _denies(part: Node, other: Node) -> bool:
    if isinstance(part, Not):
        return part.operand == other
    if isinstance(part, IsNone) and isinstance(other, Compare):  # nothing compares as true
        return part.operand in (other.left, other.right)
    if isinstance(part, Compare) and isinstance(other, Compare) and part.left == other.left:
        return part.right == other.right and (part.operator, other.operator) in _OPPOSITES
    return False


_OPPOSITES = frozenset(
    {("==", "!="), ("<", ">"), ("<", ">="), ("<=", ">"), ("<", "=="), (">", "=="), ("in", "not in")}
)


def _allowed(part: Node) -> tuple[Node, frozenset[object]] | None:
    """Give what a part pins down: an operand and the literals that it may equal."""
    if not isinstance(part, Compare):
        return None
    if part.operator == "==" and isinstance(part.right, Literal):
        return part.left, frozenset({part.right.value})
    if part.operator == "==" and isinstance(part.left, Literal):
        return part.right, frozenset({part.left.value})
    if part.operator == "in" and isinstance(part.right, syntax.Items):
        literals = [item.value for item in part.right.items if isinstance(item, Literal)]
        return (part.left, frozenset(literals)) if len(literals) == len(part.right.items) else None
    return None


STATUS_CODE = ("status", "code")


def holds_in_status(node: Node | None, status: str) -> bool | None:
    """Whether a condition holds while the record is in a status; None if that says nothing."""
    match node:
        case None:
            return True
        case Literal(value=value):
            return bool(value)
        case Not(operand=operand):
            inner = holds_in_status(operand, status)
            return None if inner is None else not inner
        case And(operands=operands):
            values = [holds_in_status(one, status) for one in operands]
            return False if False in values else None if None in values else True
        case Or(operands=operands):
            values = [holds_in_status(one, status) for one in operands]
            return True if True in values else None if None in values else False
        case Compare(operator=operator, left=left, right=right) if syntax.path_of(left) == STATUS_CODE:
            literal = _literal(right)
            return None if literal is None else compare(operator, status, literal)
        case _:
            return None


def _literal(node: Node) -> object:
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, syntax.Items) and all(isinstance(item, Literal) for item in node.items):
        return tuple(item.value for item in node.items if isinstance(item, Literal))
    return None
