"""The engine's `World` over the database.

One `StoreWorld` serves one transaction at one moment: it remembers what it has read. It reads in
batches: whatever ids it comes across (children, links, owners) wait until the first of them is asked
for and then come together, and a relation is read for all records at hand at once. So deciding about
the fifty rows of a page takes a handful of statements, whatever their guards look at; `preload` the
page's ids first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from luongviec.engine.deciding.authorities import Authority, authorities_of
from luongviec.engine.memory import OFFICE_HOURS, overlaps
from luongviec.engine.model import Calendar, InForce, Matrix, Module, NotificationSet, StatusGroup, Workspace
from luongviec.engine.planning.visits import Visit, last_entered, spent_in
from luongviec.engine.related import home_unit
from luongviec.engine.values import type_from_json
from luongviec.engine.world import Holding, Person, RecordState, Unit, Value
from luongviec.store.authorities import AuthorityIds, authority_ids
from luongviec.store.database import AnySession
from luongviec.store.definitions.codes import Codes, StatusCode
from luongviec.store.definitions.workspaces import Published, Workspaces
from luongviec.store.lists.index_values import value_columns
from luongviec.store.models import (
    FieldValue,
    ParticipationRow,
    Receipt,
    Record,
    RecordStatus,
)
from luongviec.store.organisation.function_rights import functions_of, units_of_function
from luongviec.store.organisation.snapshot import Organisation
from luongviec.store.statements import (
    ACTED_FOR,
    FIELD,
    IDS,
    LINKED_FORWARD,
    OWNED,
    REFERRING,
    RELATED,
    VISITS,
    run,
)
from luongviec.store.states import AT_ONCE, in_parts, load_states

#: So many records stay at hand from one part of a long transaction to the next.
AT_HAND = 12

#: Which way a pair of linked records is read: (module, relation, forward).
Way = tuple[str, str, bool]

#: No database holds a greater id; addresses may ask for anything.
GREATEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Child:
    """An owned record, as its owner knows it."""

    relation: str | None
    id: int
    position: int | None
    lives: bool

    def order(self) -> tuple[bool, int, int]:
        """Give where it stands among the others: by position, those without one last."""
        return (self.position is None, self.position or 0, self.id)


@dataclass(frozen=True, slots=True)
class Read:
    """What a world has read of records, to be recalled by others while nothing of it changes."""

    states: Mapping[int, RecordState | None]
    children: Mapping[int, list[Child]]
    links: Mapping[int, dict[Way, list[int]]]
    referring: Mapping[tuple[int, str, str], Sequence[int]]


class StoreWorld:
    """Implements `engine.world.World`. Not for several threads."""

    def __init__(self, session: AnySession, workspaces: Workspaces, now: datetime) -> None:
        self.session = session
        self.workspaces = workspaces
        self._now = now
        shared = workspaces.shared(session)
        self.published: Published = shared.published
        self.organisation: Organisation = shared.organisation
        self._in_force: dict[tuple[object, ...], InForce] = {}
        self.forget()

    def forget(self) -> None:
        """Forget every record: what was read counts no more (after a change, or another commit)."""
        self._states: dict[int, RecordState | None] = {}
        self._waiting: dict[int, None] = {}
        self._children: dict[int, list[Child]] = {}
        self._links: dict[int, dict[Way, list[int]]] = {}
        self._referring: dict[tuple[int, str, str], Sequence[int]] = {}
        self._visits: dict[int, list[tuple[str, datetime]]] = {}
        self._receipts: dict[int, frozenset[tuple[int, str]]] = {}
        self._acted_for: dict[int, dict[tuple[int, int], None]] = {}
        self._authorities: dict[int, AuthorityIds] = {}
        self._standing_in: dict[int, tuple[Authority, ...]] = {}

    def go_on(self, now: datetime) -> None:
        """Stand at another moment of the same transaction: what was read and applied here stays true.

        Only the last few records are kept at hand, so that relations are not read for all of them.
        """
        self._now = now
        self._receipts.clear()
        self._authorities.clear()
        self._standing_in.clear()
        if len(self._states) > AT_HAND:
            self.forget()

    def read(self) -> Read:
        """Give what was read so far; only for worlds that look and change nothing."""
        return Read(dict(self._states), dict(self._children), dict(self._links), dict(self._referring))

    def recall(self, read: Read) -> None:
        """Take as read what another world of the same definitions and organisation has read."""
        self._states.update(read.states)
        self._children.update(read.children)
        self._links.update(read.links)
        self._referring.update(read.referring)
        for record_id in read.states:
            self._waiting.pop(record_id, None)

    def refresh(self) -> None:
        """Take up definitions and organisation as they stand now, and forget every record."""
        shared = self.workspaces.shared(self.session)
        self.published, self.organisation = shared.published, shared.organisation
        self._in_force.clear()
        self.forget()

    # --- Definitions --------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self._now

    @property
    def workspace(self) -> Workspace:
        return self.published.workspace

    @property
    def codes(self) -> Codes:
        """The numbers that stand for modules, statuses, fields and roles."""
        return self.published.codes

    def module_of(self, status: StatusCode) -> Module | None:
        """Give the module, as the pinned revision of a record's status has it."""
        return self._module(status.module, status.module_revision)

    def _module(self, code: str, revision: int) -> Module | None:
        if revision in (0, self.published.revisions.get(("module", code), 0)):
            return self.workspace.modules.get(code)
        return self.workspaces.module_at(self.session, revision, code)

    def group_of(self, code: str, revision: int) -> StatusGroup:
        """Give a status group as a pinned revision has it."""
        if revision in (0, self.published.revisions.get(("status_group", code), 0)):
            return self.workspace.status_groups[code]
        return self.workspaces.group_at(self.session, revision, code)

    def in_force(self, record: RecordState) -> InForce:
        # Most modules have one notification set everywhere: then nothing but these four decides.
        kind = (record.module, record.status_group, record.module_revision, record.group_revision)
        known = self._in_force.get(kind)
        if known is not None:
            return known
        organisation = self.organisation
        chosen_matrix = organisation.chosen("matrix", record.status_group, None)
        chosen_set, by_unit = None, bool(organisation.choices("notification_set", record.module))
        if by_unit:
            chosen_set = organisation.chosen("notification_set", record.module, home_unit(self, record))
        key = (*kind, chosen_matrix, chosen_set) if by_unit else kind
        found = self._in_force.get(key)
        if found is None:
            module = self._module(record.module, record.module_revision)
            if module is None:
                raise LookupError(f"module {record.module} is not published")
            found = self._in_force[key] = InForce(
                self.workspace,
                module,
                self.group_of(record.status_group, record.group_revision),
                self.matrix_for(record.status_group, chosen_matrix),
                self._notification_set(record.module, chosen_set),
            )
        return found

    def matrix_for(self, group: str, chosen: object) -> Matrix:
        """Give the live matrix of a status group: the chosen one if it fits, else the first."""
        matrix = self.workspace.matrices.get(chosen) if isinstance(chosen, str) else None
        if matrix is not None and matrix.status_group == group:
            return matrix
        return self.workspace.matrix_of(group)

    def _notification_set(self, module: str, chosen: object) -> NotificationSet | None:
        found = self.workspace.notification_sets.get(chosen) if isinstance(chosen, str) else None
        if found is not None and found.module == module:
            return found
        return self.workspace.notification_set_of(module)

    def group_for(self, module: str, home_unit: int | None) -> str:
        groups = self.workspace.modules[module].status_groups
        choices = self.organisation.choices("status_group", module)
        for place in (*reversed(self.organisation.path(home_unit)), None):
            if choices.get(place) in groups:
                return str(choices[place])
        return groups[0]

    # --- Records ------------------------------------------------------------------------------------

    def preload(self, record_ids: Iterable[int]) -> None:
        """Read these records at once, before they are asked for one by one."""
        self._load(record_id for record_id in record_ids if record_id not in self._states)

    def remember(self, state: RecordState) -> None:
        """Take a state as read (the transaction has just written it)."""
        self._states[state.id] = state
        self._acted_for.pop(state.id, None)
        self._authorities.clear()
        self._standing_in.clear()

    def made(self, state: RecordState) -> None:
        """Take a record that this transaction has just made: nothing hangs on it yet."""
        self.remember(state)
        self._children[state.id] = []
        self._links[state.id] = {}
        self._visits[state.id] = [(state.status, state.status_since)]
        self._receipts[state.id] = frozenset()
        if state.owner_id in self._children:
            siblings = self._children[state.owner_id]
            siblings.append(Child(state.owner_relation, state.id, state.position, state.deleted_at is None))
            siblings.sort(key=Child.order)

    def forget_relations(self, record_ids: Iterable[int] | None = None) -> None:
        """Forget what hangs on some records, or on all, after a change of that; states are kept."""
        for record_id in tuple(self._children) if record_ids is None else record_ids:
            self._children.pop(record_id, None)
            self._links.pop(record_id, None)

    def forget_references(self) -> None:
        """Forget which records refer to which, after a change of values that refer."""
        self._referring.clear()

    def forget_visits(self, record_id: int) -> None:
        """Forget when a record entered its statuses, after it entered another."""
        self._visits.pop(record_id, None)

    def record(self, record_id: int) -> RecordState | None:
        if not 0 < record_id <= GREATEST_ID:
            return None
        if record_id not in self._states:
            self._waiting.pop(record_id, None)
            others = list(self._waiting)[: AT_ONCE - 1]
            self._load([record_id, *others])
        return self._states[record_id]

    def _load(self, record_ids: Iterable[int]) -> None:
        wanted = [record_id for record_id in dict.fromkeys(record_ids) if record_id > 0]
        found = load_states(self.session, self.codes, self.module_of, wanted)
        for record_id in wanted:
            self._states[record_id] = found.get(record_id)
            self._waiting.pop(record_id, None)
        for state in found.values():
            if state.owner_id is not None:
                self._expect((state.owner_id,))

    def _expect(self, record_ids: Iterable[int]) -> None:
        """Note ids that may be asked for soon: they are read with the first of them."""
        for record_id in record_ids:
            if record_id not in self._states:
                self._waiting[record_id] = None

    def _cohort(self, record_id: int, known: Mapping[int, object]) -> list[int]:
        """Give the records at hand for which a relation is not read yet, this one first."""
        others = [i for i, state in self._states.items() if state is not None and i not in known]
        return [record_id, *(i for i in others if i != record_id)][:AT_ONCE]

    def children(self, owner_id: int, relation: str) -> Sequence[int]:
        children = self._children_of(owner_id)
        return tuple(child.id for child in children if child.lives and child.relation == relation)

    def deleted_children(self, owner_id: int) -> Sequence[int]:
        return tuple(sorted(child.id for child in self._children_of(owner_id) if not child.lives))

    def _children_of(self, owner_id: int) -> list[Child]:
        if owner_id not in self._children:
            self._load_related(owner_id)
        return self._children[owner_id]

    def linked(self, record_id: int, module: str, relation: str, *, forward: bool) -> Sequence[int]:
        if record_id not in self._links:
            self._load_related(record_id)
        return tuple(self._links[record_id].get((module, relation, forward), ()))

    def _load_related(self, record_id: int) -> None:
        """Read what hangs on a record and on the others at hand, owned and linked: one statement."""
        cohort = self._cohort(record_id, self._children)
        children: dict[int, list[Child]] = {i: [] for i in cohort}
        links: dict[int, dict[Way, list[int]]] = {i: defaultdict(list) for i in cohort}
        rows = run(self.session, RELATED, {IDS: cohort})
        for kind, own, other, module, relation, position, deleted_at in rows:
            if kind == OWNED:
                children[own].append(Child(relation, other, position, deleted_at is None))
            else:
                links[own][module, relation, kind == LINKED_FORWARD].append(other)
        for entries in children.values():
            entries.sort(key=Child.order)
            self._expect(child.id for child in entries)
        for ways in links.values():
            for others in ways.values():
                others.sort()
                self._expect(others)
        self._children.update(children)
        self._links.update(links)

    def referring(self, record_id: int, module: str, field: str) -> Sequence[int]:
        key = (record_id, module, field)
        if key not in self._referring:
            field_id = self.codes.fields.get((module, field))
            known = {i: None for i, m, f in self._referring if (m, f) == (module, field)}
            cohort = self._cohort(record_id, known)
            found: dict[int, list[int]] = {i: [] for i in cohort}
            rows = run(self.session, REFERRING, {IDS: cohort, FIELD: field_id})
            for referred, referring in rows:
                found[int(referred or 0)].append(referring)
            for own, ids in found.items():
                self._referring[own, module, field] = tuple(dict.fromkeys(ids))
                self._expect(ids)
        return self._referring[key]

    # --- People and units: all from the snapshot ------------------------------------------------------

    def person(self, user_id: int) -> Person | None:
        return self.organisation.people.get(user_id)

    def unit(self, unit_id: int) -> Unit | None:
        return self.organisation.units.get(unit_id)

    def units_below(self, unit_id: int, *, deep: bool) -> Sequence[int]:
        source = self.organisation.branch if deep else self.organisation.below
        return tuple(source.get(unit_id, ()))

    def units_with_side(self, side: str) -> Sequence[int]:
        return self.organisation.with_side(side)

    def holders_of(self, unit_id: int, side: str) -> Sequence[Holding]:
        return tuple(self.organisation.holders.get((unit_id, side), ()))

    def holdings(self, user_id: int) -> Sequence[Holding]:
        return tuple(self.organisation.holdings.get(user_id, ()))

    def slot_holders(self, side: str, slot: str) -> Sequence[int]:
        return tuple(self.organisation.slot_holders.get((side, slot), ()))

    def managers(self, user_id: int) -> Sequence[int]:
        return tuple(self.organisation.managers.get(user_id, ()))

    def groups(self, user_id: int) -> frozenset[str]:
        return frozenset(self.organisation.groups.get(user_id, ()))

    def group_members(self, group: str) -> Sequence[int]:
        return tuple(self.organisation.members.get(group, ()))

    def functions(self, user_id: int) -> frozenset[str]:
        return functions_of(self.organisation, self.workspace, user_id)

    def function_units(self, user_id: int, function: str) -> frozenset[int] | None:
        """Give the units in which a person holds a function permission; None: everywhere."""
        return units_of_function(self.organisation, self.workspace, user_id, function)

    def authority_ids(self, user_id: int, *, given: bool = False) -> Sequence[int]:
        if user_id not in self._authorities:
            self.expect_authorities((user_id,))
        ids = self._authorities[user_id].given if given else self._authorities[user_id].held
        self.preload(ids)
        return ids

    def expect_authorities(self, user_ids: Iterable[int]) -> None:
        """Read at once by what these people stand in for others, before it is asked one by one."""
        wanted = [user_id for user_id in dict.fromkeys(user_ids) if user_id not in self._authorities]
        self._authorities.update(authority_ids(self, wanted))

    def authorities(self, user_id: int) -> tuple[Authority, ...]:
        """Everything by which a person stands in for others at this moment."""
        if user_id not in self._standing_in:
            self._standing_in[user_id] = authorities_of(self, user_id)
        return self._standing_in[user_id]

    def everyone(self) -> Sequence[int]:
        return tuple(person.id for person in self.organisation.people.values() if person.active)

    def parameter(self, code: str, unit_id: int | None) -> Value:
        parameter = self.workspace.parameters.get(code)
        chosen = self.organisation.chosen("parameter", code, unit_id)
        if chosen is None:
            return None if parameter is None else parameter.default
        return type_from_json("" if parameter is None else parameter.type, chosen)

    def calendar(self, unit_id: int | None) -> Calendar:
        calendars = self.workspace.calendars
        chosen = self.organisation.chosen("calendar", "", unit_id)
        return calendars.get(chosen) or next(iter(calendars.values()), OFFICE_HOURS)

    # --- What happened ---------------------------------------------------------------------------------

    def entered(self, record_id: int, status: str) -> datetime | None:
        return last_entered(self.visits_of(record_id), status)

    def time_in(self, record_id: int, status: str) -> timedelta:
        return spent_in(self.visits_of(record_id), status, self._now)

    def acted_for(self, record_id: int, user_id: int) -> Sequence[int]:
        return tuple(principal for actor, principal in self._acts_for(record_id) if actor == user_id)

    def deputies_on(self, record_id: int) -> frozenset[int]:
        return frozenset(actor for actor, _ in self._acts_for(record_id))

    def _acts_for(self, record_id: int) -> Collection[tuple[int, int]]:
        if record_id not in self._acted_for:
            cohort = self._cohort(record_id, self._acted_for)
            found: dict[int, dict[tuple[int, int], None]] = {i: {} for i in cohort}
            for own, actor, principal in run(self.session, ACTED_FOR, {IDS: cohort}):
                found[own][actor, principal] = None
            self._acted_for.update(found)
        return self._acted_for[record_id]

    def visits_of(self, record_id: int) -> Sequence[Visit]:
        if record_id not in self._visits:
            cohort = self._cohort(record_id, self._visits)
            found: dict[int, list[tuple[str, datetime]]] = {i: [] for i in cohort}
            rows = run(self.session, VISITS, {IDS: cohort})
            for own, status, at in rows:
                found[own].append((str(status), at))
            self._visits.update(found)
        return self._visits[record_id]

    def opened(self, record_id: int, user_id: int, field: str | None = None) -> bool:
        if record_id not in self._receipts:
            rows = self.session.execute(
                select(Receipt.user_id, Receipt.field).where(Receipt.record_id == record_id)
            )
            self._receipts[record_id] = frozenset((user, of) for user, of in rows)
        return (user_id, field or "") in self._receipts[record_id]

    def clashing(
        self, record: RecordState, field: str, start: Value, end: Value, start_field: str, end_field: str
    ) -> int:
        candidates = [i for i in self._sharing(record, field) if i != record.id]
        count = 0
        for part in in_parts(candidates):
            self.preload(part)
            for record_id in part:
                other = self.record(record_id)
                if other is not None and _shares(self, record, other, field):
                    values = other.values
                    count += overlaps(start, end, values.get(start_field), values.get(end_field))
        return count

    def _sharing(self, record: RecordState, field: str) -> Sequence[int]:
        """Give open records of the module that may hold the same value or the same people."""
        query = select(Record.id).join(RecordStatus, RecordStatus.id == Record.record_status_id)
        query = query.where(
            Record.module_id == self.codes.modules[record.module],
            Record.deleted_at.is_(None),
            RecordStatus.final.is_(False),
        )
        field_id = self.codes.fields.get((record.module, field))
        if field in self.workspace.modules[record.module].roles:
            holders = record.holders(field)
            query = query.join(ParticipationRow, ParticipationRow.record_id == Record.id).where(
                ParticipationRow.role == field,
                ParticipationRow.until.is_(None),
                or_(
                    ParticipationRow.user_id.in_([h.id for h in holders if h.kind == "user"]),
                    ParticipationRow.unit_id.in_([h.id for h in holders if h.kind == "unit"]),
                ),
            )
        elif field_id is not None:
            text, number = value_columns(record.values.get(field))
            column = FieldValue.value_text == text if text is not None else FieldValue.value_number == number
            query = query.join(FieldValue, FieldValue.record_id == Record.id).where(
                FieldValue.field_id == field_id, column
            )
        return tuple(self.session.execute(query.distinct()).scalars())


def _shares(world: StoreWorld, record: RecordState, other: RecordState, field: str) -> bool:
    if field in world.workspace.modules[record.module].roles:
        return not set(other.holders(field)).isdisjoint(record.holders(field))
    value = record.values.get(field)
    return value is not None and other.values.get(field) == value
