"""Joining records by hand, and putting the records of an ordered relation in order.

Whoever may link sees what he may link: records of the other module that he sees himself. The rules of
joining (no circles, no more than so many) are the plan's (`engine.planning.links`).
"""

from __future__ import annotations

from dataclasses import dataclass

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.model import Relation, RelationKind
from luongviec.engine.related import related_ids
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, RecordState
from luongviec.services.lists.reading import LONGEST_QUESTION, Asked, ListRequest
from luongviec.services.platform import Platform, Work
from luongviec.services.record_page.trees import visible_records
from luongviec.services.records.access import access_record, check_may
from luongviec.services.showing import Showing
from luongviec.services.views import BucketView, RecordLink
from luongviec.store.lists.reading import select_page

MOST_SHOWN = 30
MOST_SORTED = 200
REORDER = "reorder"


@dataclass(frozen=True, slots=True)
class Linkable:
    """A record that may be joined; `linked`: it is already."""

    record: RecordLink
    due: BucketView | None
    linked: bool


@dataclass(frozen=True, slots=True)
class LinkPage:
    """What may be joined to a record through one relation."""

    record: RecordLink
    version: int
    relation: str
    label: Text
    target: Text
    q: str
    rows: tuple[Linkable, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class OrderPage:
    """The records of an ordered relation that the viewer sees, as they stand."""

    record: RecordLink
    relation: str
    label: Text
    rows: tuple[RecordLink, ...]


def link_page(platform: Platform, actor: Actor, record_id: int, relation: str, q: str = "") -> LinkPage:
    """Give what a record may be joined to, the newest first, narrowed by words.

    Raises:
        NotFound: no such record or relation, or not the actor's to see.
        Refused: he may not link through it.
    """
    with platform.reading() as work:
        record, through = _linking(work, actor, record_id, relation)
        showing = Showing(work, actor)
        q = q.strip()[:LONGEST_QUESTION]
        asked = Asked.of(work, actor, ListRequest(through.target, q=q), picking=True)
        page = select_page(work.world, actor.user_id, asked.selection(), size=MOST_SHOWN)
        linked = frozenset(related_ids(work.world, record, relation))
        rows = tuple(
            Linkable(showing.record_link(one), showing.due(one)[0], one.id in linked)
            for one in visible_records(showing, page.ids, MOST_SHOWN)
            if one.id != record.id
        )
        return LinkPage(
            showing.record_link(record), record.version, relation, through.label,
            work.workspace.modules[through.target].name, q, rows, page.next_cursor is not None,
        )  # fmt: skip


def order_page(platform: Platform, actor: Actor, record_id: int, relation: str) -> OrderPage:
    """Give the records of an ordered relation that the actor sees and may put in order.

    Raises:
        NotFound: no such record, or its relation has no order.
        Refused: he may not sort them.
    """
    with platform.reading() as work:
        record = access_record(work, actor, record_id)
        through = work.world.in_force(record).module.relations.get(relation)
        if through is None or not through.ordered:
            raise NotFound()
        check_may(work, actor, REORDER, record)
        showing = Showing(work, actor)
        found = visible_records(showing, related_ids(work.world, record, relation), MOST_SORTED)
        rows = tuple(showing.record_link(one) for one in found)
        return OrderPage(showing.record_link(record), relation, through.label, rows)


def read_order(
    platform: Platform, actor: Actor, record_id: int, relation: str, places: dict[int, str]
) -> list[int]:
    """Read the places that were typed beside records, and give the records in that order.

    Those with the same place keep their order; what has none stays behind.

    Raises:
        NotFound, Refused: as `order_page`.
        InvalidInput: field `place-ID` is no number.
    """
    page = order_page(platform, actor, record_id, relation)
    wrong = {
        f"place-{one.id}": (Text("Hãy nhập một số.", "Enter a number."),)
        for one in page.rows
        if one.id in places and not places[one.id].strip().isdecimal()
    }
    if wrong:
        raise InvalidInput(wrong)
    standing = {one.id: number for number, one in enumerate(page.rows, start=1)}
    return sorted(
        standing,
        key=lambda one: (int(places[one]) if one in places else len(standing) + 1, standing[one]),
    )


def _linking(work: Work, actor: Actor, record_id: int, code: str) -> tuple[RecordState, Relation]:
    record = access_record(work, actor, record_id)
    relation = work.world.in_force(record).module.relations.get(code)
    if relation is None or relation.kind is not RelationKind.LINKS:
        raise NotFound()
    check_may(work, actor, f"link_{code}", record)
    return record, relation
