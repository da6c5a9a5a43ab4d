"""Succession: others take the places of people or units that go, in one open record.

A unit that is merged, a person who leaves: whoever comes after holds the same roles, stands in the
same links of the chains of handlers and in the same fields. What the roles promise still holds:
single roles stay single, roles that exclude each other are never held by one, nobody inactive joins,
no role falls below what it needs. Whom `from` would offer does not count: an administrator names the
successor. It is no step of the work, so rules and reactions are not asked and no event is told; the
history has one entry that says who did it and why.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from luongviec.engine.effects.built_in import EFFECTS
from luongviec.engine.errors import InvalidInput
from luongviec.engine.model import FieldType, Role
from luongviec.engine.planning.finish import finish
from luongviec.engine.planning.people import add_holders, holder_name
from luongviec.engine.planning.plan import SUCCESSION, Answers, Plan
from luongviec.engine.planning.run import Run
from luongviec.engine.planning.session import EntryDraft, Session
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, Holder, HolderKind, Value, World

#: The types of the fields that name people and units.
NAMING_FIELDS: Mapping[HolderKind, FieldType] = {
    HolderKind.USER: FieldType.USER,
    HolderKind.UNIT: FieldType.UNIT,
}


def plan_succession(
    world: World,
    actor: Actor,
    record_id: int,
    successors: Mapping[Holder, Holder],
    *,
    places: Collection[str] | None = None,
    reason: str | None = None,
    note: Text | None = None,
) -> Plan:
    """Plan that successors take the places of those who go, in one record (W-46, C-87, U-32).

    Args:
        world: where it happens.
        actor: who decided it.
        record_id: the record.
        successors: who goes → who comes.
        places: the roles and fields concerned; None: all.
        reason: why, for the history.
        note: of what greater change it is a part, for the history.

    Returns:
        A plan without changes where nobody of them stands in the record.

    Raises:
        NotFound: there is no such record.
        InvalidInput: somebody cannot take a place; every reason is given, nothing is planned.
    """
    session = Session(world, actor, Answers(), EFFECTS)
    record = session.record(record_id)
    run = Run(
        session=session,
        actor=actor,
        record_id=record_id,
        action=SUCCESSION,
        entry=session.begin(EntryDraft(record_id, SUCCESSION, actor, reason, record.status)),
        before=session.draft.snapshot(),
        input={},
        reason=reason,
        trusted=True,
        quiet=True,
    )
    errors: list[Text] = []
    for role in run.module.roles.values():
        if places is None or role.code in places:
            errors += _hand_role(run, role, successors)
            _hand_chain(run, role, successors)
    _hand_fields(run, successors, places)
    _raise(errors)
    if not session.changes:
        session.entries.clear()
    elif note is not None:
        session.note(run.entry, note)
    return finish(session)


def _raise(errors: Sequence[Text]) -> None:
    if errors:
        raise InvalidInput({"": tuple(dict.fromkeys(errors))})


# --- Roles ------------------------------------------------------------------------------------------


def _hand_role(run: Run, role: Role, successors: Mapping[Holder, Holder]) -> tuple[Text, ...]:
    """Let successors take the places in a role; gives why they cannot, if so."""
    before = run.record.holders(role.code)
    leavers = [holder for holder in before if holder in successors]
    if not leavers:
        return ()
    for leaver in leavers:
        run.session.end_participant(run.entry, run.record_id, role.code, leaver)
    coming = tuple(dict.fromkeys(successors[leaver] for leaver in leavers))
    errors = [text for holder in coming if (text := _side_missing(run.session.draft, role, holder))]
    if not errors:
        try:
            add_holders(run, role, coming)
        except InvalidInput as error:
            errors += [text for texts in error.errors.values() for text in texts]
    if not errors and len(run.record.holders(role.code)) < min(role.needs, len(before)):
        errors.append(_text_needs(role))
    return tuple(errors)


def _side_missing(world: World, role: Role, holder: Holder) -> Text | None:
    """Say that a unit lacks the side through which its people would act on the record."""
    if holder.kind is not HolderKind.UNIT or role.side is None:
        return None
    unit = world.unit(holder.id)
    if unit is None or not unit.active or holder.id in world.units_with_side(role.side):
        return None  # whoever is not active is named by the planner's own words
    side = world.workspace.sides.get(role.side)
    name = holder_name(world, holder)
    called = side.name if side is not None else role.label
    return Text(
        f"{name} không mang vai trò “{called.vi}”, nên không thể là “{role.label.vi}”: hãy thêm vai trò"
        " cho đơn vị hoặc chọn đơn vị khác.",
        f"{name} does not carry the side '{called.in_language('en')}', so it cannot be"
        f" '{role.label.in_language('en')}': give the unit that side or choose another.",
    )


def _hand_chain(run: Run, role: Role, successors: Mapping[Holder, Holder]) -> None:
    """Let what is handed back come to the successor: he stands where the leaver stood in the chain."""
    if role.of is not HolderKind.USER:
        return
    people = {leaver.id: heir.id for leaver, heir in successors.items() if leaver.kind is HolderKind.USER}
    chain = [link for link in run.record.hand_overs if link.role == role.code]
    if not any(link.giver in people or link.receiver in people for link in chain):
        return
    for link in reversed(chain):
        run.session.pop_hand_over(run.entry, run.record_id, link)
    for link in chain:
        giver, receiver = people.get(link.giver, link.giver), people.get(link.receiver, link.receiver)
        if giver != receiver:
            run.session.push_hand_over(
                run.entry, run.record_id, replace(link, giver=giver, receiver=receiver)
            )


# --- Fields -----------------------------------------------------------------------------------------


def _hand_fields(run: Run, successors: Mapping[Holder, Holder], places: Collection[str] | None) -> None:
    """Write successors into the fields that name those who go."""
    after: dict[str, Value] = {}
    for code, kind in naming_fields(run).items():
        if places is None or code in places:
            value = run.record.values.get(code)
            heirs = {old.id: new.id for old, new in successors.items() if old.kind is kind}
            fresh = _replaced(value, heirs)
            if fresh != value:
                after[code] = fresh
    if after:
        run.session.set_values(run.entry, run.record_id, after)


def naming_fields(run: Run) -> Mapping[str, HolderKind]:
    """Give the fields of the record's module that name people or units."""
    kinds = {str(field): kind for kind, field in NAMING_FIELDS.items()}
    return {
        field.code: kinds[field.type]
        for field in run.module.fields.values()
        if field.type in kinds and field.computed is None
    }


def _replaced(value: Value, heirs: Mapping[int, int]) -> Value:
    if isinstance(value, tuple):
        return tuple(dict.fromkeys(_replaced(part, heirs) for part in value))
    if isinstance(value, int) and not isinstance(value, bool):
        return heirs.get(value, value)
    return value


def _text_needs(role: Role) -> Text:
    return Text(
        f"“{role.label.vi}” cần ít nhất {role.needs}: hãy thêm người hoặc đơn vị khác trước.",
        f"'{role.label.in_language('en')}' needs at least {role.needs}: add another first.",
    )
