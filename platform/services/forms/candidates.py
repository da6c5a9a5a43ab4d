"""Pickers: people, units and records that may be chosen in a field, a role or an input (W-44).

Who may be offered follows the definition's `from`; the server refuses others when the form comes
back, by the same rule. Searching ignores marks and case and is bounded; an empty answer says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from luongviec.engine.errors import NotFound
from luongviec.engine.model import FieldType, ListSource, People, PeopleKind, RelationSource, Role, UnitSet
from luongviec.engine.people import members, units_in, units_named
from luongviec.engine.planning.draft import Draft
from luongviec.engine.related import zone_of
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, HolderKind, RecordState
from luongviec.forms.choosing import Circle
from luongviec.forms.conditions import Desk, filled_state
from luongviec.forms.form import NEW, Control
from luongviec.forms.opening import OpenForm, open_action, open_create, open_edit
from luongviec.forms.reading import Clock
from luongviec.forms.validation import Sheet, typed_sheet
from luongviec.services.directory import people_of_branch
from luongviec.services.forms.candidate_reasons import NOTHING_FOUND, lack_of
from luongviec.services.forms.choice_groups import PEOPLE, UNITS, groups_to_choose
from luongviec.services.forms.name_index import index_of
from luongviec.services.lists.reading import Asked, ListRequest
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import access_record, check_may
from luongviec.services.records.changing import check_may_create
from luongviec.services.showing import Showing
from luongviec.services.views import Candidate, CandidateGroup, CandidatePage
from luongviec.store.folding import fold
from luongviec.store.lists.reading import select_page

LIMIT = 30
MOST_OWNED = 500  # of one owner, from which a field chooses
FEW = 5  # with fewer usable ones, others that match are shown with the reason why not
LONGEST_QUESTION = 200
MOST_GROUPS = 8
MOST_UNITS = 4  # whose people can be chosen at once, of those that a search finds
MOST_OF_UNIT = 100


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
        question = question_of(work, actor, request)
        kind = question.control.field.type
        if kind == FieldType.USER:
            return _people(question)
        if kind == FieldType.UNIT:
            return replace(_units(question), of_units=True)
        if kind == FieldType.RECORD:
            return _records(question)
        raise NotFound()


@dataclass(frozen=True, slots=True)
class Question:
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
    in_rows: bool

    @property
    def side(self) -> str | None:
        """The side that a unit must carry."""
        return None if self.control.role is None else self.control.role.side


def question_of(work: Work, actor: Actor, request: CandidateRequest) -> Question:
    """Give what is asked, read from what the form holds so far; raises as `candidates`."""
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
    return Question(
        work, actor, Showing(work, actor), sheet.desk, control, state, sheet.values,
        Circle(draft, actor, state, sheet.values), request.q.strip()[:LONGEST_QUESTION],
        frozenset(request.chosen), any(part.isdigit() for part in request.name.split(".")),
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


def _people(question: Question) -> CandidatePage:
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


def _population(question: Question) -> Iterable[int] | None:
    """Give the people that `from` names, None where it may be anybody."""
    people = question.control.field.candidates
    if not isinstance(people, People) or any(form.kind is PeopleKind.EVERYONE for form in people.any):
        return None
    return members(
        question.circle.world, people, record=question.state, actor=question.actor, input=question.values,
        row=question.values,
    )  # fmt: skip


def _ordered_people(question: Question, population: Iterable[int] | None) -> list[int]:
    world = question.work.world
    ids = world.everyone() if population is None else population
    people = [person for one in ids if (person := world.person(one)) is not None]
    return [person.id for person in sorted(people, key=lambda one: one.sort_key)]


def _person(question: Question, user_id: int) -> Candidate:
    person = question.work.world.person(user_id)
    name = person.name if person is not None else f"#{user_id}"
    reason = question.circle.refusal(question.control.field, user_id)
    return Candidate(str(user_id), name, question.showing.post(user_id), reason is None, reason)


# --- Units ------------------------------------------------------------------------------------------


def _units(question: Question) -> CandidatePage:
    index = index_of(question.work.world.organisation)
    wanted = [one for one in _unit_population(question) if index.matches(-one, question.q)]
    shown = [_unit(question, one) for one in wanted[: LIMIT * 2]]
    usable = [one for one in shown if one.usable][:LIMIT]
    unusable = [one for one in shown if not one.usable]
    return _page(question, [*usable, *unusable[: max(0, LIMIT - len(usable))]], more=len(wanted) > LIMIT)


def _unit_population(question: Question) -> Sequence[int]:
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


def _unit(question: Question, unit_id: int) -> Candidate:
    view = question.showing.unit(unit_id)
    reason = question.circle.refusal(question.control.field, unit_id, question.side)
    if reason is not None:
        return Candidate(str(unit_id), view.name, view.place, usable=False, reason=reason)
    taken = _takers(question, unit_id)
    if taken is None:
        return Candidate(str(unit_id), view.name, view.place)
    label, count = taken[0].label, taken[1]
    note = Text(f"{count} {label.vi.lower()}", f"{label.in_language('en')}: {count}")
    if count == 0:
        note = Text(f"Chưa có {label.vi.lower()}", f"No {label.in_language('en').lower()} yet")
    return Candidate(str(unit_id), view.name, view.place, note=note, warns=count == 0)


def _takers(question: Question, unit_id: int) -> tuple[Role, int] | None:
    """Give the role whose candidates depend on this unit role, and how many this unit would offer (T-34)."""
    own = question.control.role
    if own is None or own.of is not HolderKind.UNIT:
        return None
    for role in question.desk.module.roles.values():
        people = role.candidates
        if (
            role.fill == "pick"
            and isinstance(people, People)
            and any(one.role == own.code for one in people.any)
        ):
            state = filled_state(question.state, (question.control,), {question.control.name: (unit_id,)})
            draft = Draft(question.work.world)
            draft.put(state)
            return role, len(members(draft, people, record=state, actor=question.actor))
    return None


# --- Records ----------------------------------------------------------------------------------------


def _records(question: Question) -> CandidatePage:
    source, target = question.control.field.candidates, question.control.field.record_of or ""
    if isinstance(source, RelationSource):
        return _records_of_owner(question, source)
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


def _records_of_owner(question: Question, source: RelationSource) -> CandidatePage:
    """Give what the owner has in a relation and the actor may see, in its order."""
    world, asked = question.circle.world, fold(question.q)
    ids = question.circle.owned(source)[:MOST_OWNED]
    question.work.world.preload(ids)
    shown = []
    for record_id in ids:
        record = world.record(record_id)
        if record is None or asked not in fold(record.title):
            continue
        if question.circle.refusal(question.control.field, record_id) is None:
            status = question.showing.status(record).name.vi
            shown.append(Candidate(str(record_id), record.title, status))
    return _page(question, shown[:LIMIT], more=len(shown) > LIMIT)


def _page(question: Question, shown: Sequence[Candidate], *, more: bool) -> CandidatePage:
    left = tuple(one for one in shown if one.value not in question.chosen)
    if any(one.usable for one in shown):
        return CandidatePage(left, more, groups=_groups(question))
    if question.q:
        found = _groups(question)
        return CandidatePage(left, more, None if found else NOTHING_FOUND.filled({"q": question.q}), found)
    lack = lack_of(
        question.work.workspace, question.desk.module, question.control, question.state, work=question.work,
        actor=question.actor,
    )  # fmt: skip
    return CandidatePage(left, more, lack.words, askable=bool(lack.helpers))


def _groups(question: Question) -> tuple[CandidateGroup, ...]:
    """Give the actor's groups, and units searched for, of those who may be chosen here."""
    field = question.control.field
    kinds = {FieldType.USER: PEOPLE, FieldType.UNIT: UNITS}
    if field.type not in kinds or not (field.many or question.in_rows):
        return ()
    found = groups_to_choose(
        question.work, question.actor, kinds[FieldType(field.type)], question.q, MOST_GROUPS
    )
    offered = [_group(question, one.name, one.member_ids) for one in found]
    return tuple(one for one in (*offered, *_unit_groups(question)) if one.members)


def _unit_groups(question: Question) -> Iterator[CandidateGroup]:
    """Give units that were searched for by name, each to choose all its people at once (M-07)."""
    organisation, field = question.work.world.organisation, question.control.field
    if not question.q or field.type != FieldType.USER or not field.many:
        return
    found = index_of(organisation).units_with(fold(question.q).split())
    for unit in islice((organisation.units[one] for one in found), MOST_UNITS):
        people = people_of_branch(organisation, unit.id)
        if unit.active and len(people) <= MOST_OF_UNIT:
            yield _group(question, unit.name, _ordered_people(question, people), of_unit=True)


def _group(
    question: Question, name: str, member_ids: Sequence[int], *, of_unit: bool = False
) -> CandidateGroup:
    field = question.control.field
    fitting = [one for one in member_ids if question.circle.refusal(field, one, question.side) is None]
    shown = tuple(Candidate(str(one), _name(question, one)) for one in fitting)
    return CandidateGroup(name, shown, len(member_ids) - len(fitting), of_unit=of_unit)


def _name(question: Question, holder_id: int) -> str:
    if question.control.field.type == FieldType.UNIT:
        return question.showing.unit(holder_id).name
    person = question.work.world.person(holder_id)
    return f"#{holder_id}" if person is None else person.name
