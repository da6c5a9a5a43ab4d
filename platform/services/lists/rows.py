"""The rows of lists: cells, what may be done, where each stands in a tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from luongviec.engine.deciding.offers import OfferKind
from luongviec.engine.model import Access, List, Shown
from luongviec.engine.related import zone_of
from luongviec.engine.world import RecordState
from luongviec.services.record_page.offering import action_offers
from luongviec.services.showing import Showing
from luongviec.services.views import ActionOffer, RecordLink, Row
from luongviec.store.lists.reading import count_owned


@dataclass(frozen=True, slots=True)
class Drawing:
    """What rows are to show.

    `tree`: the relation by which they own each other; each row then says how many are below it. `menus`:
    everything that may be done, not only what belongs on rows. `nested`: they stand below their owner.
    """

    columns: Sequence[str]
    listed: List | None = None
    tree: str | None = None
    menus: bool = False
    nested: bool = False


def rows_of(
    showing: Showing, ids: Sequence[int], columns: Sequence[str], listed: List | None = None
) -> tuple[Row, ...]:
    """Give records as rows, in the order of their ids; all were found to be visible."""
    return drawn_rows(showing, ids, Drawing(columns, listed))


def drawn_rows(showing: Showing, ids: Sequence[int], drawing: Drawing) -> tuple[Row, ...]:
    """Give records as rows, as a list's own page shows them."""
    world = showing.world
    world.preload(ids)
    records = [record for one in ids if (record := world.record(one)) is not None]
    showing.preload(records, drawing.columns)
    below: Mapping[int, tuple[int, int]] = {}
    if drawing.tree is not None and records:
        below = count_owned(world, showing.actor.user_id, records[0].module, drawing.tree, ids)
        world.preload(sorted({one.owner_id for one in records if one.owner_id is not None}))
    return tuple(_row(showing, record, drawing, below.get(record.id)) for record in records)


def _row(showing: Showing, record: RecordState, drawing: Drawing, below: tuple[int, int] | None) -> Row:
    part, _, _ = showing.due(record, seen=True)
    listed = drawing.listed
    return Row(
        record=showing.record_link(record),
        on_behalf_of=next(iter(showing.seen_for(record, _own_columns(listed))), None),
        cells=tuple(
            cell for code in drawing.columns if (cell := showing.cell(record, code, seen=True)) is not None
        ),
        offers=_offers(showing, record, drawing),
        due=part,
        version=record.version,
        starts_at=_moment(showing, record, listed.date if listed is not None else None),
        ends_at=_moment(showing, record, listed.until if listed is not None else None, end=True),
        below=below,
        belongs_to=_above(showing, record, drawing),
    )


def _offers(showing: Showing, record: RecordState, drawing: Drawing) -> tuple[ActionOffer, ...]:
    """Give what may be done with a row: all of it on a list's own page, else what belongs on rows (T-13)."""
    if drawing.menus:
        return action_offers(showing, record, kinds=(OfferKind.ACTION, OfferKind.ADD))
    return action_offers(showing, record, kinds=(OfferKind.ACTION,), shown=(Shown.BUTTON, Shown.ROW))


def _above(showing: Showing, record: RecordState, drawing: Drawing) -> RecordLink | None:
    is_in_tree = drawing.tree is not None and record.owner_relation == drawing.tree
    return showing.visible_link(record.owner_id) if is_in_tree and not drawing.nested else None


def _own_columns(listed: List | None) -> tuple[str, ...]:
    return () if listed is None else tuple(column.code for column in listed.mine)


def _moment(showing: Showing, record: RecordState, code: str | None, *, end: bool = False) -> datetime | None:
    """Give when a record begins or ends; a day begins at midnight and ends at the next."""
    value = None if code is None else record.values.get(code)
    if not isinstance(value, date) or code is None:
        return None
    if showing.access(record).get(code, Access.HIDDEN) is Access.HIDDEN:
        return None
    if isinstance(value, datetime):
        return value
    day = value + timedelta(days=1) if end else value
    return datetime.combine(day, time(), zone_of(showing.work.workspace))
