"""What owners grant, where owners have owners that grant the same.

A question is a permission on a record of a module. `owner:view` of a child asks `view` of its owner;
where that may come round (a tree of records of one module), no fixed number of nested queries would
do: the chain of owners is walked up by a recursive query, one question a step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, exists, false, literal_column, or_, select, union_all

from luongviec.store.lists.light import record_row
from luongviec.store.lists.terms import Grant, Terms, terms_for
from luongviec.store.world import StoreWorld

if TYPE_CHECKING:
    from luongviec.store.lists.access import Carrier

Question = tuple[str, str]  # module, permission


def _next_questions(
    world: StoreWorld, viewer: int | None, question: Question, behalf: int | None
) -> Iterator[Question]:
    """Give the questions about owners that one about a record leads to."""
    module, permission = question
    terms = terms_for(world, viewer, module, Grant(permission=permission, behalf=behalf))
    for asked in terms.owner:
        for owner in terms.owner_modules:
            yield owner, asked


def _questions(world: StoreWorld, viewer: int | None, terms: Terms, permission: str) -> dict[Question, None]:
    """Give every question that may be asked on the way up, beginning with the direct owner's."""
    found: dict[Question, None] = {}
    waiting = [(owner, permission) for owner in terms.owner_modules]
    while waiting:
        question = waiting.pop()
        if question not in found:
            found[question] = None
            waiting += _next_questions(world, viewer, question, terms.behalf)
    return found


def comes_round(world: StoreWorld, viewer: int | None, terms: Terms, permission: str) -> bool:
    """Whether some question on the way up leads back to itself."""
    questions = _questions(world, viewer, terms, permission)
    ways = {question: set(_next_questions(world, viewer, question, terms.behalf)) for question in questions}
    while ways:
        ends = [question for question, following in ways.items() if following.isdisjoint(ways)]
        if not ends:
            return True
        for question in ends:
            del ways[question]
    return False


def walked_up(
    world: StoreWorld,
    viewer: int | None,
    terms: Terms,
    permission: str,
    carrier: Carrier,
    holds_itself: Callable[[Terms, Carrier], ColumnElement[bool]],
) -> ColumnElement[bool]:
    """Give the condition that the viewer holds a permission on the owner, however far up it comes from.

    Rows of the recursive query are records on the way up with the permission that is asked of them.
    """
    from luongviec.store.lists.access import Carrier, number, status_in  # noqa: PLC0415 - the two need each other

    questions = _questions(world, viewer, terms, permission)
    places = {name: place for place, name in enumerate(dict.fromkeys(name for _, name in questions))}
    child, owner, further = record_row(), record_row(), record_row()

    def columns(record: Any, asked: int) -> list[Any]:
        return [
            record.id.label("id"),
            record.owner_id.label("owner_id"),
            record.module_id.label("module_id"),
            record.record_status_id.label("record_status_id"),
            number(asked).label("asked"),
        ]

    first = (
        select(*columns(owner, places[permission]))
        .select_from(child.table)
        .join(owner.table, owner.id == child.owner_id)
        .where(child.id == carrier.id, owner.deleted_at.is_(None))
        .correlate_except(child.table, owner.table)
    )
    way = first.cte("way", recursive=True, nesting=True)
    steps = []
    for module, name in questions:
        asking = terms_for(world, viewer, module, Grant(permission=name, behalf=terms.behalf))
        for asked, statuses in asking.owner.items():
            standing = Carrier(way.c.id, way.c.record_status_id, None, None)
            steps.append((places[name], places[asked], status_in(standing, statuses)))
    edges = [
        and_(way.c.asked == number(now), in_status, literal_column("edge.asked_next") == number(then))
        for now, then, in_status in steps
    ]
    nexts = union_all(
        *(select(number(then).label("asked_next")) for then in sorted({then for _, then, _ in steps}))
    ).subquery("edge")
    recursive = (
        select(*columns(further, 0)[:-1], nexts.c.asked_next.label("asked"))
        .select_from(way)
        .join(further.table, further.id == way.c.owner_id)
        .join(nexts, or_(*edges))
        .where(further.deleted_at.is_(None))
    )
    way = way.union(recursive)
    standing = Carrier(way.c.id, way.c.record_status_id, None, None)
    granted = []
    for module, name in questions:
        theirs = terms_for(world, viewer, module, Grant(permission=name, behalf=terms.behalf))
        if theirs.terms or theirs.direct:
            granted.append(
                and_(
                    way.c.asked == number(places[name]),
                    way.c.module_id == number(theirs.module_id),
                    holds_itself(theirs, standing),
                )
            )
    if not granted:
        return false()
    return exists(select(literal_column("1")).select_from(way).where(or_(*granted)))
