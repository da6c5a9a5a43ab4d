"""Lines of a block as rows: a record with its cells, and what may be done to it there."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from luongviec.engine.deciding.decide import VIEW
from luongviec.engine.deciding.likeness import Part
from luongviec.engine.deciding.offers import OfferKind
from luongviec.engine.model import Module, Shown
from luongviec.engine.world import RecordState
from luongviec.services.record_page.offering import action_offers
from luongviec.services.showing import DOWNLOAD, Showing
from luongviec.services.views import ActionOffer, Row

ON_ROWS = (Shown.BUTTON, Shown.ROW)


def related_row(showing: Showing, record: RecordState, columns: Sequence[str]) -> Row:
    """Give a record as a row with what may be done and added that belongs on rows."""
    relations = showing.module(record).relations.values()
    offers = action_offers(
        showing, record, kinds=(OfferKind.ACTION, OfferKind.ADD), shown=ON_ROWS,
        relations=[one.code for one in relations if one.shown is Shown.ROW],
    )  # fmt: skip
    return _row(showing, record, columns, offers)


def marked_row(showing: Showing, record: RecordState, columns: Sequence[str], marks: Collection[str]) -> Row:
    """Give a record as a row that offers some actions alone, whatever else the viewer may do to it.

    Nothing but these actions and the columns is asked about him, so that all who may not mark get the
    same row, also whose own it is (A-18).
    """
    with showing.asking_part(record, _part(showing.module(record), columns, marks)):
        offers = action_offers(showing, record, kinds=(OfferKind.ACTION,), shown=ON_ROWS, actions=marks)
        return _row(showing, record, columns, offers)


def _part(module: Module, columns: Sequence[str], marks: Collection[str]) -> Part:
    """Give all that `marked_row` asks about the viewer: a row tells its number and what is due, too."""
    numbering, bucket = module.numbering, next(iter(module.buckets.values()), None)
    fields = {code for code in columns if code in module.fields}
    fields |= set() if numbering is None else {numbering.field}
    fields |= set() if bucket is None else {bucket.over}
    actions = (module.actions[code] for code in marks if code in module.actions)
    return Part(frozenset({VIEW, DOWNLOAD, *(one.permission for one in actions)}), frozenset(fields))


def _row(
    showing: Showing, record: RecordState, columns: Sequence[str], offers: tuple[ActionOffer, ...]
) -> Row:
    cells = tuple(cell for code in columns if (cell := showing.cell(record, code)) is not None)
    part, _, _ = showing.due(record)
    return Row(
        showing.record_link(record), cells, offers, part, record.version,
        made_at=record.created_at, made_by=showing.person(record.created_by),
    )  # fmt: skip
