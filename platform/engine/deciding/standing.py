"""What an actor is: the slots he fills, his groups, and from these the columns he holds on a record.

One `Standing` serves a whole page: what it reads of the organisation is read once. It belongs to one
world at one moment; a draft needs its own. Whoever stands in for others has, beside his own, one
standing for each authority (`others`): it holds what that person holds, as far as the authority goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from luongviec.engine.deciding.authorities import Authority, authorities_of, given_by, standing_modules
from luongviec.engine.deciding.decisions import HeldRole, ProofKind, ProofStep, Via
from luongviec.engine.deciding.personal import note_person
from luongviec.engine.deciding.tables import Table, UnitRoleColumns, table_for
from luongviec.engine.model import Module, Role, StandsIn
from luongviec.engine.people import derived_records
from luongviec.engine.related import MAX_OWNERS
from luongviec.engine.world import Actor, HolderKind, Holding, Participation, RecordState

if TYPE_CHECKING:
    from luongviec.engine.deciding.likeness import Part
    from luongviec.engine.world import World

_NO_SLOTS: Mapping[str, Holding] = {}


class Held:
    """The columns that an actor holds on one record: a mask of its table, and how each is held."""

    __slots__ = ("_step", "mask", "roles", "table")

    def __init__(self, table: Table, mask: int, roles: tuple[HeldRole, ...]) -> None:
        self.table = table
        self.mask = mask
        self.roles = roles
        self._step: ProofStep | None = None

    @property
    def step(self) -> ProofStep:
        """The proof step that lists these roles, made once for all decisions on the record."""
        if self._step is None:
            self._step = roles_step(self.roles)
        return self._step


SYSTEM_STEP = ProofStep(ProofKind.SYSTEM, True)


def roles_step(roles: tuple[HeldRole, ...]) -> ProofStep:
    """Give the proof step that lists roles held."""
    if roles and roles[0].via is Via.SYSTEM:
        return SYSTEM_STEP
    return ProofStep(
        ProofKind.ROLES,
        bool(roles),
        children=tuple([ProofStep(ProofKind.ROLE, True, {"held": role}) for role in roles]),
    )


class Standing:
    """An actor in a world, by his own right or by one authority to stand in for somebody.

    Without an authority an actor who names a person (`acting_for`) holds nothing of his own: then
    only the `others` for that person count.
    """

    __slots__ = (
        "_concerning", "_depth", "_given", "_held", "_others", "_parts", "_slots", "_units", "acting_for",
        "active", "actor", "authority", "decided", "groups", "steps", "user_id", "world",
    )  # fmt: skip

    def __init__(self, world: World, actor: Actor, authority: Authority | None = None) -> None:
        self.world = world
        self.actor = actor
        self.authority = authority
        #: Whose roles are held.
        self.user_id = actor.user_id if authority is None else authority.person
        #: On whose behalf the actor stands here.
        self.acting_for = None if authority is None else authority.person
        #: The first steps of every proof: by what authority, if by any.
        self.steps: tuple[ProofStep, ...] = ()
        if authority is not None:
            self.steps = (ProofStep(ProofKind.AUTHORITY, True, {"authority": authority}),)
        self.groups: frozenset[str] = frozenset()
        self.active = True
        self._slots: dict[tuple[int, str], dict[str, Holding]] = {}
        self._units: frozenset[int] = frozenset()  # in which he fills slots
        self._held: dict[int, tuple[RecordState, Held]] = {}
        self._concerning: dict[int, tuple[RecordState, tuple[Participation, ...]]] = {}
        #: The records about which more than seeing was decided, by their identity.
        self.decided: set[int] = set()
        self._parts: dict[int, Part] = {}
        self._others: tuple[Standing, ...] | None = None
        self._given: tuple[tuple[Authority, StandsIn], ...] | None = None
        self._depth = 0
        if self.user_id is not None:
            person = world.person(self.user_id)
            self.active = person is not None and person.active
            if self.active and self.is_own:
                self.groups = world.groups(self.user_id)
            if self.active and not self.is_empty:
                self._read_holdings(self.user_id)

    @property
    def is_own(self) -> bool:
        """Whether the actor stands here by his own right."""
        return self.authority is None and self.actor.acting_for is None

    @property
    def is_empty(self) -> bool:
        """Whether the actor acts for a person, so that nothing of his own counts."""
        return self.authority is None and self.actor.acting_for is not None

    @property
    def others(self) -> tuple[Standing, ...]:
        """Give one standing for each authority that the actor holds now, oldest first.

        Where he acts for one person, those for that person.
        """
        if self._others is None:
            self._others = tuple(self._find_others())
        return self._others

    def _find_others(self) -> Iterator[Standing]:
        user_id, wanted = self.actor.user_id, self.actor.acting_for
        if user_id is None or not self.active or self.authority is not None:
            return
        if not standing_modules(self.world.workspace):
            return
        for authority in authorities_of(self.world, user_id):
            if wanted in (None, authority.person):
                yield Standing(self.world, Actor(user_id, authority.person), authority)

    @property
    def given(self) -> tuple[tuple[Authority, StandsIn], ...]:
        """Give the authorities that leave the actor himself only some permissions (`person_keeps`)."""
        if self._given is None:
            modules = standing_modules(self.world.workspace).values()
            takes = (
                self.is_own
                and self.user_id is not None
                and any(one.person_keeps is not None for one in modules)
            )
            self._given = given_by(self.world, self.user_id) if takes and self.user_id else ()
        return self._given

    def _read_holdings(self, user_id: int) -> None:
        for holding in self.world.holdings(user_id):
            if self.authority is not None and not self.authority.lets_slot(self.world, holding):
                continue
            slots = self._slots.setdefault((holding.unit_id, holding.side), {})
            known = slots.get(holding.slot)
            if known is None or holding.since < known.since:
                slots[holding.slot] = holding
        self._units = frozenset(unit_id for unit_id, _ in self._slots)

    def slots_in(self, unit_id: int, side: str) -> Mapping[str, Holding]:
        """Give the slots that the actor fills in a unit on a side."""
        return self._slots.get((unit_id, side), _NO_SLOTS)

    @property
    def holdings(self) -> tuple[Holding, ...]:
        """All slots that the actor fills."""
        note_person()
        return tuple(holding for slots in self._slots.values() for holding in slots.values())

    def held(self, record: RecordState) -> Held:
        """Give the columns that the actor holds on a record by this standing."""
        known = self._held.get(id(record))
        if known is not None:
            return known[1]
        held = self._find_held(record, table_for(self.world.in_force(record)))
        self._held[id(record)] = (record, held)  # the record stays alive, so its identity stays its own
        return held

    def looked_at(self) -> tuple[tuple[RecordState, bool], ...]:
        """Give the records on which it was asked what the actor holds, each with whether more was decided
        than that he may see it."""
        return tuple(
            (record, key in self.decided or key in self._parts) for key, (record, _) in self._held.items()
        )

    @contextmanager
    def asking_part(self, record: RecordState, part: Part) -> Iterator[None]:
        """Note that whatever is decided inside about a record depends on no more than a part of what is held.

        Whoever says so vouches for it, and must keep nothing that was decided for use outside.
        """
        key = id(record)
        is_decided = key in self.decided
        yield
        if not is_decided:
            self.decided.discard(key)
            self._parts[key] = part.joined(self._parts.get(key, part))

    def part_of(self, record: RecordState) -> Part | None:
        """Give all that was asked about a record beside seeing it, where that is known to be but a part."""
        return None if id(record) in self.decided else self._parts.get(id(record))

    def _find_held(self, record: RecordState, table: Table) -> Held:
        user_id, authority = self.user_id, self.authority
        if user_id is None:
            return Held(table, table.system, (HeldRole("system", Via.SYSTEM),))
        if not self.active or self.is_empty:
            return Held(table, 0, ())
        if authority is not None and not authority.covers(self.world, record):
            return Held(table, 0, ())
        found: dict[int, HeldRole] = {}
        self._own_columns(record, table, found)
        for group, bit in table.groups.items():
            if group in self.groups:
                found[bit] = HeldRole(f"group:{group}", Via.GROUP)
        if table.everyone and authority is None:
            found[table.everyone] = HeldRole("everyone", Via.EVERYONE)
        if table.derived:
            self._derived_columns(record, table, found)
        if table.owner_permissions and record.owner_id is not None:
            self._owner_columns(record, table, found)
        mask = 0
        for bit in found:
            mask |= bit
        roles = tuple(found.values())
        if authority is not None:
            roles = tuple([replace(role, on_behalf_of=authority.person) for role in roles])
        return Held(table, mask, roles)

    def _concerned_by(self, record: RecordState) -> tuple[Participation, ...]:
        """Give those of a record's people who may concern the actor: himself, units where he has a slot.

        Looked up once for a record: three hundred lines of a roll ask for the people of one meeting.
        """
        known = self._concerning.get(id(record))
        if known is None:
            found = tuple([one for one in record.participations if one.until is None and self._is_about(one)])
            known = self._concerning[id(record)] = (record, found)  # the record stays alive, as in `held`
        return known[1]

    def _is_about(self, participation: Participation) -> bool:
        holder = participation.holder
        if holder.kind is HolderKind.USER:
            return holder.id == self.user_id
        if not self._units:
            return False
        unit = self.world.unit(holder.id)
        return holder.id in self._units or (unit is not None and not self._units.isdisjoint(unit.path))

    def _own_columns(self, record: RecordState, table: Table, found: dict[int, HeldRole]) -> None:
        user_roles, unit_roles, module = table.user_roles, table.unit_roles, table.module
        for participation in self._concerned_by(record):
            if participation.holder.kind is HolderKind.USER:
                if self._lets(module, participation.role):
                    bit = user_roles.get(participation.role)
                    if bit and bit not in found:
                        found[bit] = HeldRole(participation.role, Via.PARTICIPANT, participation.since)
                continue
            columns = unit_roles.get(participation.role)
            if columns is not None and self._lets(module, participation.role):
                self._unit_columns(record, participation, columns, found)

    def _lets(self, module: Module, code: str) -> bool:
        """Whether a role of a module passes by the authority; one's own all do."""
        role = module.roles.get(code)
        return self.authority is None or (role is not None and self._lets_as(role))

    def _unit_columns(
        self,
        record: RecordState,
        participation: Participation,
        columns: UnitRoleColumns,
        found: dict[int, HeldRole],
    ) -> None:
        unit_id, role = participation.holder.id, participation.role
        for holding in self.slots_in(unit_id, columns.side).values():
            for bit, held in _opened(record, role, columns, holding, Via.SLOT):
                found.setdefault(bit, held)
        if columns.branch and self._slots:
            unit = self.world.unit(unit_id)
            for above in reversed(unit.path[:-1] if unit else ()):
                for holding in self.slots_in(above, columns.side).values():
                    if holding.slot in columns.branch:
                        for bit, held in _opened(record, role, columns, holding, Via.BRANCH):
                            found.setdefault(bit, held)

    def _derived_columns(self, record: RecordState, table: Table, found: dict[int, HeldRole]) -> None:
        for columns in table.derived:
            prefix = columns.derived.prefix
            for related in derived_records(self.world, record, prefix):
                roles = self.world.in_force(related).module.roles
                held = {one.role for one in self._concerned_by(related)}
                for (role, slot), bit in columns.bits.items() if held else ():
                    if bit in found or role not in held:
                        continue
                    through = self.holds_role(related, roles.get(role), slot, seen=record)
                    if through is not None:
                        code = f"{prefix}.{role}" if slot is None else f"{prefix}.{role}.{slot}"
                        found[bit] = HeldRole(
                            code, Via.DERIVED, through.since, record_id=related.id, through=through
                        )

    def holds_role(
        self, record: RecordState, role: Role | None, slot: str | None, *, seen: RecordState | None = None
    ) -> HeldRole | None:
        """Say how the actor holds a role of a record, or a slot of the unit in it; not derived ones.

        `seen` is the record that would be seen through it (a derived role's own): its age counts
        where a role is seen `from: joined`.
        """
        if role is None or self.user_id is None or not self.active or self.is_empty:
            return None
        if self.authority is not None and not self._lets_as(role):
            return None
        for participation in self._concerned_by(record):
            if participation.role != role.code:
                continue
            if participation.holder.kind is HolderKind.USER:
                if slot is None:
                    return HeldRole(role.code, Via.PARTICIPANT, participation.since)
                continue
            columns = self._columns_of(role, slot)
            if columns is not None:
                found: dict[int, HeldRole] = {}
                self._unit_columns(seen or record, participation, columns, found)
                if found:
                    return next(iter(found.values()))
        return None

    def _lets_as(self, role: Role) -> bool:
        if self.authority is None or role.of is HolderKind.UNIT:
            return self.authority is None or self.authority.lets_unit_role(role.code)
        return self.authority.lets_role(role)

    def _columns_of(self, role: Role, slot: str | None) -> UnitRoleColumns | None:
        side = self.world.workspace.sides.get(role.side or "")
        if side is None:
            return None
        branch = frozenset(code for code, one in side.slots.items() if one.branch)
        speaks = frozenset(role.speaks) if slot is None else frozenset()
        slots = {} if slot is None else {slot: 1}
        return UnitRoleColumns(side.code, 1, speaks, slots, branch, role.sees_from_joined)

    def _owner_columns(self, record: RecordState, table: Table, found: dict[int, HeldRole]) -> None:
        owner = self.world.record(record.owner_id or 0)
        if owner is None or owner.deleted_at is not None or self._depth >= MAX_OWNERS:
            return
        self._depth += 1
        try:
            held = self.held(owner)
        finally:
            self._depth -= 1
        for permission, bit in table.owner_permissions.items():
            granted = held.mask & held.table.granting(owner.status, permission)
            if granted:
                column = held.table.codes(granted)[0]
                through = next((role for role in held.roles if role.column == column), None)
                found[bit] = HeldRole(f"owner:{permission}", Via.OWNER, record_id=owner.id, through=through)


def _opened(
    record: RecordState, role: str, columns: UnitRoleColumns, holding: Holding, via: Via
) -> Iterator[tuple[int, HeldRole]]:
    """Give what a filled slot opens: its own column, and the role's where the slot speaks for it.

    A role that is seen `from: joined` opens nothing on records older than the holding.
    """
    if columns.from_joined and record.created_at < holding.since:
        return
    slot, since, unit_id = holding.slot, holding.since, holding.unit_id
    bit = columns.slots.get(slot)
    if bit:
        yield bit, HeldRole(f"{role}.{slot}", via, since, unit_id, slot)
    if columns.bit and slot in columns.speaks:
        yield columns.bit, HeldRole(role, Via.SPEAKS, since, unit_id, slot)


def held_roles(world: World, actor: Actor, record: RecordState) -> tuple[HeldRole, ...]:
    """Give every column that an actor holds on a record, and through what, also on behalf of others."""
    standing = Standing(world, actor)
    return tuple(role for one in (standing, *standing.others) for role in one.held(record).roles)
