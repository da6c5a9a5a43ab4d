"""Pickers: people, units and records that may be chosen in a field, a role or an input (W-44).

Who may be offered follows the definition's `from`; the server refuses others when the form comes
back, by the same rule. Searching ignores marks and case and is bounded; an empty answer says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from luongviec.engine.draft import Draft
from luongviec.engine.errors import NotFound
from luongviec.engine.model import FieldType, ListSource, People, PeopleKind, UnitSet
from luongviec.engine.people import members, units_in, units_named
from luongviec.engine.related import zone_of
from luongviec.engine.world import Actor, RecordState
from luongviec.forms.choosing import Circle
from luongviec.forms.conditions import Desk, filled_state
from luongviec.forms.form import NEW, Control
from luongviec.forms.opening import OpenForm, open_action, open_create, open_edit
from luongviec.forms.reading import Clock
from luongviec.forms.validation import Sheet, typed_sheet
from luongviec.services.access import access_record, check_may
from luongviec.services.candidate_reasons import NOTHING_FOUND, why_none
from luongviec.services.lists import Asked, ListRequest
from luongviec.services.name_index import index_of
from luongviec.services.platform import Platform, Work
from luongviec.services.records import check_may_create
from luongviec.services.showing import Showing
from luongviec.services.views import Candidate, CandidatePage
from luongviec.store.lists import select_page

LIMIT = 30
FEW = 5  # with fewer usable ones, others that match are shown with the reason why not
LONGEST_QUESTION = 200


@dataclass(frozen=True, slots=True)
class CandidateRequest:
    """Which control of which form asks.

    `form` is `create`, `edit` or an action. `name` is the control's dotted name; inside rows with
    (`recipients.2.NAME`) or without the row's number, then `row` holds what that row has so far.
    `typed` is what the form holds so far, because `from` may depend on it.
    """

    module: str
    form: str
    name: str
    q: str = ""
    record_id: int | None = None
    owner_id: int | None = None
    relation: str | None = None
    typed: Mapping[str, object] = field(default_factory=dict)
    row: Mapping[str, object] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()


def candidates(platform: Platform, actor: Actor, request: CandidateRequest) -> CandidatePage:
    """Give at most `LIMIT` candidates, usable ones first, with the reason why others are not.

    Raises:
        NotFound: there is no such form or control.
        Refused: the actor may not do what the form is for.
    """
    with platform.reading() as work:
        question = _question(work, actor, request)
        kind = question.control.field.type
        if kind == FieldType.USER:
            return _people(question)
        if kind == FieldType.UNIT:
            return _units(question)
        if kind == FieldType.RECORD:
            return _records(question)
        raise NotFound()


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked, and at which desk."""

    work: Work
    actor: Actor
    showing: Showing
    desk: Desk
    control: Control
    state: RecordState  # the record as it would be
    values: Mapping[str, object]
    circle: Circle
    q: str
    chosen: frozenset[str]

    @property
    def side(self) -> str | None:
        """The side that a unit must carry."""
        return None if self.control.role is None else self.control.role.side


def _question(work: Work, actor: Actor, request: CandidateRequest) -> _Question:
    opened = _open(work, actor, request)
    actor = opened.desk.actor or actor
    clock = Clock(work.now, zone_of(work.workspace))
    sheet = typed_sheet(
        opened.desk, opened.form.controls, request.typed or None, clock, partial=opened.form.partial
    )
    sheet, control = _find(sheet, request.name.split("."), request.typed, request.row, clock)
    state = filled_state(sheet.desk.state, sheet.controls, sheet.values)
    draft = Draft(work.world)
    draft.put(state)
    return _Question(
        work, actor, Showing(work, actor), sheet.desk, control, state, sheet.values,
        Circle(draft, actor, state, sheet.values), request.q.strip()[:LONGEST_QUESTION],
        frozenset(request.chosen),
    )  # fmt: skip


def _open(work: Work, actor: Actor, request: CandidateRequest) -> OpenForm:
    if request.form == "create":
        actor = check_may_create(
            work, actor, request.module, owner_id=request.owner_id, relation=request.relation
        )
        return open_create(
            work.world, actor, request.module, owner_id=request.owner_id, relation=request.relation
        )
    if request.record_id is None:
        raise NotFound()
    record = access_record(work, actor, request.record_id)
    actor = check_may(work, actor, request.form, record)
    if request.form == "edit":
        return open_edit(work.world, actor, record)
    return open_action(work.world, actor, record, request.form)


def _find(
    sheet: Sheet, path: Sequence[str], typed: object, row: Mapping[str, object], clock: Clock
) -> tuple[Sheet, Control]:
    """Walk through rows and records made in place to a control; give it with its own sheet."""
    name, *rest = path
    control = next((one for one in sheet.controls if one.name == name), None)
    if control is None:
        raise NotFound()
    if not rest:
        return sheet, control
    given = typed.get(name) if isinstance(typed, Mapping) else None
    if control.is_rows:
        raw: object = row
        if rest[0].isdigit():
            place, rest = int(rest[0]), rest[1:]
            raw = given[place] if isinstance(given, list | tuple) and place < len(given) else row
        inner = raw if isinstance(raw, Mapping) else {}
        below = typed_sheet(sheet.row_desk(control), control.columns, inner or None, clock, partial=False)
    elif control.inline and rest[0] == NEW:
        rest = rest[1:]
        made = given.get(NEW) if isinstance(given, Mapping) else None
        inner = made if isinstance(made, Mapping) else {}
        below = typed_sheet(sheet.inline_desk(control), control.inline, inner or None, clock, partial=False)
    else:
        raise NotFound()
    if not rest:
        raise NotFound()
    return _find(below, rest, inner, {}, clock)


# --- People -----------------------------------------------------------------------------------------


def _people(question: _Question) -> CandidatePage:
    world, index = question.work.world, index_of(question.work.world.organisation)
    population = _population(question)
    wanted = (one for one in _ordered_people(question, population) if index.matches(one, question.q))
    usable = (one for one in wanted if question.circle.refusal(question.control.field, one) is None)
    found = list(islice(usable, LIMIT + 1))
    shown = [_person(question, one) for one in found[:LIMIT]]
    if question.q and len(shown) < FEW:
        taken = set(found)
        others = (p.id for p in world.organisation.people.values() if p.id not in taken)
        near = islice((one for one in others if index.matches(one, question.q)), FEW)
        shown += [_person(question, one) for one in near]
    return _page(question, shown, more=len(found) > LIMIT)


def _population(question: _Question) -> Iterable[int] | None:
    """Give the people that `from` names, None where it may be anybody."""
    people = question.control.field.candidates
    if not isinstance(people, People) or any(form.kind is PeopleKind.EVERYONE for form in people.any):
        return None
    return members(
        question.circle.world, people, record=question.state, actor=question.actor, input=question.values,
        row=question.values,
    )  # fmt: skip


def _ordered_people(question: _Question, population: Iterable[int] | None) -> list[int]:
    world = question.work.world
    ids = world.everyone() if population is None else population
    people = [person for one in ids if (person := world.person(one)) is not None]
    return [person.id for person in sorted(people, key=lambda one: one.sort_key)]


def _person(question: _Question, user_id: int) -> Candidate:
    person = question.work.world.person(user_id)
    name = person.name if person is not None else f"#{user_id}"
    reason = question.circle.refusal(question.control.field, user_id)
    return Candidate(str(user_id), name, question.showing.post(user_id), reason is None, reason)


# --- Units ------------------------------------------------------------------------------------------


def _units(question: _Question) -> CandidatePage:
    index = index_of(question.work.world.organisation)
    wanted = [one for one in _unit_population(question) if index.matches(-one, question.q)]
    shown = [_unit(question, one) for one in wanted[: LIMIT * 2]]
    usable = [one for one in shown if one.usable][:LIMIT]
    unusable = [one for one in shown if not one.usable]
    return _page(question, [*usable, *unusable[: max(0, LIMIT - len(usable))]], more=len(wanted) > LIMIT)


def _unit_population(question: _Question) -> Sequence[int]:
    world, source = question.work.world, question.control.field.candidates
    if isinstance(source, UnitSet):
        return units_in(question.circle.world, source, record=question.state, actor=question.actor)
    if isinstance(source, People):
        return units_named(
            question.circle.world, source, record=question.state, input=question.values, row=question.values
        )
    if question.side is not None:
        return world.units_with_side(question.side)
    return tuple(unit.id for unit in world.organisation.units.values() if unit.active)


def _unit(question: _Question, unit_id: int) -> Candidate:
    view = question.showing.unit(unit_id)
    reason = question.circle.refusal(question.control.field, unit_id, question.side)
    return Candidate(str(unit_id), view.name, view.place, reason is None, reason)


# --- Records ----------------------------------------------------------------------------------------


def _records(question: _Question) -> CandidatePage:
    source, target = question.control.field.candidates, question.control.field.record_of or ""
    listed = source.list if isinstance(source, ListSource) else ""
    module = source.module if isinstance(source, ListSource) else target
    asked = Asked.of(question.work, question.actor, ListRequest(module, listed, q=question.q), picking=True)
    page = select_page(question.work.world, question.actor.user_id, asked.selection(), size=LIMIT)
    question.work.world.preload(page.ids)
    shown = []
    for record_id in page.ids:
        record = question.work.world.record(record_id)
        if record is not None:
            reason = question.circle.refusal(question.control.field, record_id)
            detail = question.showing.number(record) or question.showing.status(record).name.vi
            shown.append(Candidate(str(record_id), record.title, detail, reason is None, reason))
    return _page(question, shown, more=page.next_cursor is not None)


def _page(question: _Question, shown: Sequence[Candidate], *, more: bool) -> CandidatePage:
    left = tuple(one for one in shown if one.value not in question.chosen)
    reason = None
    if not any(one.usable for one in shown):
        reason = (
            NOTHING_FOUND.filled({"q": question.q})
            if question.q
            else why_none(
                question.work.workspace,
                question.desk.module,
                question.control,
                question.state,
                work=question.work,
                actor=question.actor,
            )
        )
    return CandidatePage(left, more, reason)
