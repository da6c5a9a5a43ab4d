"""Marking many lines of a record one after another: a roll that somebody calls, each line with one press.

Which actions are pressed there a block says (`mark`). Each press is an action of the line like any other,
decided and written on its own; what it would ask and needs not be answered takes its default.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from luongviec.engine.deciding.offers import OfferKind
from luongviec.engine.errors import NotFound
from luongviec.engine.model import Action, Block
from luongviec.engine.related import related_ids
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, RecordState
from luongviec.services.platform import Platform, Work
from luongviec.services.record_page.offering import action_offers
from luongviec.services.record_page.rows import related_row
from luongviec.services.record_page.trees import visible_records
from luongviec.services.records.access import access_record
from luongviec.services.showing import Showing
from luongviec.services.views import ActionOffer, Cell, RecordLink, Row, StatusView

MOST_MARKED = 500


@dataclass(frozen=True, slots=True)
class Mark:
    """One button of a line: it bears the status that it leads to, and may be pressed without an answer."""

    offer: ActionOffer
    label: Text
    at_once: bool


@dataclass(frozen=True, slots=True)
class MarkLine:
    """One line of a roll: what it says, beside its title, and what may be pressed on it now."""

    row: Row
    facts: tuple[tuple[Text, Cell], ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Rest:
    """What may be done to all lines at once that nobody has marked yet."""

    mark: Mark
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MarkSheet:
    """The lines of one relation, to be marked. `more`: there are others beyond the most that are shown."""

    record: RecordLink
    module: str
    relation: str
    label: Text
    lines: tuple[MarkLine, ...]
    counts: tuple[tuple[StatusView, int], ...]
    rest: tuple[Rest, ...]
    more: bool


def mark_sheet(platform: Platform, actor: Actor, record_id: int, relation: str) -> MarkSheet:
    """Give the lines of a relation with their marks, in the order of the roll (M-39, M-40).

    Raises:
        NotFound: no such record or relation for this actor, or nothing of it is marked like this.
    """
    with platform.reading() as work:
        record, showing, block = _block(work, actor, record_id, relation)
        ids = related_ids(showing.world, record, relation)
        shown = visible_records(showing, ids, MOST_MARKED)
        lines = tuple(_line(showing, block, one) for one in shown)
        target = showing.module(record).relations[relation]
        return MarkSheet(
            record=showing.record_link(record),
            module=record.module,
            relation=relation,
            label=target.label,
            lines=lines,
            counts=_counts(showing, shown),
            rest=_rest(lines),
            more=len(ids) > MOST_MARKED,
        )


def mark_line(platform: Platform, actor: Actor, record_id: int, relation: str, line_id: int) -> MarkLine:
    """Give one line of a roll.

    Raises:
        NotFound: as `mark_sheet`, or the roll has no such line.
    """
    with platform.reading() as work:
        record, showing, block = _block(work, actor, record_id, relation)
        line = access_record(work, actor, line_id)
        if line.owner_id != record.id or line.owner_relation != relation:
            raise NotFound()
        return _line(showing, block, line)


def _block(work: Work, actor: Actor, record_id: int, relation: str) -> tuple[RecordState, Showing, Block]:
    record = access_record(work, actor, record_id)
    showing = Showing(work, actor)
    blocks = (one for one in showing.module(record).page if one.relation == relation)
    block = next((one for one in blocks if one.names("mark")), None)
    if block is None:
        raise NotFound()
    return record, showing, block


def _line(showing: Showing, block: Block, line: RecordState) -> MarkLine:
    module, wanted = showing.module(line), block.names("mark")
    offers = {
        offer.code: offer
        for offer in action_offers(showing, line, kinds=(OfferKind.ACTION,))
        if offer.code in wanted and offer.enabled
    }
    row = replace(related_row(showing, line, tuple(module.fields)), offers=())
    statuses = showing.world.in_force(line).group.statuses
    marks = []
    for code in wanted:
        if (offer := offers.get(code)) is None:
            continue
        status = statuses.get(offer.moves_to or "")
        label = offer.label if status is None else status.name
        marks.append(Mark(offer, label, at_once=_needs_no_answer(module.actions[code], offer)))
    cells = ((module.fields[cell.code].label, cell) for cell in row.cells)
    facts = tuple((label, cell) for label, cell in cells if cell.value not in (None, "", ()))
    return MarkLine(row, facts, tuple(marks))


def _needs_no_answer(action: Action, offer: ActionOffer) -> bool:
    """Whether an action may be run as it is: it moves the line, and whatever it asks may stay open."""
    open_ones = all(
        not one.required
        and one.field is not None
        and not one.field.required
        and one.field.required_when is None
        for one in action.input
    )
    return open_ones and offer.confirm is None and offer.moves_to is not None


def _counts(showing: Showing, lines: Sequence[RecordState]) -> tuple[tuple[StatusView, int], ...]:
    """Give how many lines stand in each status that a line can have, in the order of the group."""
    if not lines:
        return ()
    codes = [line.status for line in lines]
    statuses = showing.world.in_force(lines[0]).group.statuses.values()
    return tuple((showing.status_view(one), codes.count(one.code)) for one in statuses)


def _rest(lines: Sequence[MarkLine]) -> tuple[Rest, ...]:
    """Give what may be done to all lines whose work has not begun."""
    waiting = [line for line in lines if line.row.record.status.category == "not_started"]
    marks = {mark.offer.code: mark for line in waiting for mark in line.marks}
    return tuple(
        Rest(
            mark, tuple(line.row.record.id for line in waiting if code in {m.offer.code for m in line.marks})
        )
        for code, mark in marks.items()
    )
