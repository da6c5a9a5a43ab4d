"""Writing a plan: everything in the caller's one transaction, in few statements, each change journalled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field

from sqlalchemy.exc import IntegrityError

from luongviec.engine.errors import InvalidInput
from luongviec.engine.people import refusal_of_candidate
from luongviec.engine.world import Actor, Holder, HolderKind
from luongviec.services.exchange.plan import ImportPlan, Ref
from luongviec.services.journal.writing import Change, Subject, note_changes, organisation_changed
from luongviec.services.platform import Work
from luongviec.services.rights.administrators import keeping_an_administrator
from luongviec.services.units.moving import rebuild_records
from luongviec.services.units.slots import slot_of
from luongviec.services.users.clashes import ALREADY_THERE
from luongviec.services.users.data import masked_identity_number
from luongviec.services.users.making import journal_values
from luongviec.services.users.posts import belonging_sides, renew_post_texts
from luongviec.store.models import Unit, User
from luongviec.store.organisation import bulk as rows
from luongviec.store.organisation.posts import names_of_units

Tell = Callable[[], None]


@dataclass(slots=True)
class _Ids:
    """What fresh units and people are called in the database."""

    units: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)

    def unit(self, ref: Ref) -> int:
        return self.units[ref] if isinstance(ref, str) else ref

    def person(self, ref: Ref) -> int:
        return self.people[ref] if isinstance(ref, str) else ref


def apply_plan(
    work: Work, actor: Actor, plan: ImportPlan, *, note: str = "", tell: Tell = lambda: None
) -> None:
    """Write all of a plan that has no errors.

    Args:
        note: stands in the journal beside each change.
        tell: called between the steps; may raise to take everything back.

    Raises:
        InvalidInput: somebody else was first with a name or number, nobody would be left to administer,
            or somebody fits a slot no more.
    """
    if plan.errors:
        raise ValueError("a plan with errors cannot be applied")
    ids, changes = _Ids(), list[Change]()
    switches_off = any(change.after.get("active") is False for change in plan.person_changes)
    try:
        with keeping_an_administrator(work) if switches_off else nullcontext():
            _write_units(work, actor, plan, ids, changes)
            tell()
            _write_people(work, plan, ids)
            tell()
            concerned = _write_holdings(work, plan, ids)
            _raise_versions(work, plan, ids)
            tell()
            work.session.flush()
            organisation_changed(work)
    except IntegrityError as clash:
        raise InvalidInput({"": (ALREADY_THERE,)}) from clash
    renamed = [change.id for change in plan.unit_changes if "name" in change.after]
    renew_post_texts(work, concerned, unit_ids=renamed)
    note_changes(
        work, actor, [*changes, *_people_changes(work, plan, ids), *_slot_changes(work, plan, ids)], note=note
    )
    _check_fitting(work, actor, plan, ids)


def _write_units(work: Work, actor: Actor, plan: ImportPlan, ids: _Ids, changes: list[Change]) -> None:
    ids.units.update(
        rows.insert_units(
            work.session,
            [
                {"key": unit.key, "code": unit.code, "name": unit.name, "kind": unit.kind,
                 "position": unit.position, "active": unit.active}
                for unit in plan.new_units
            ],
        )
    )  # fmt: skip
    moved = _place(work, plan, ids)
    rows.change_units(work.session, [(one.id, one.name, one.after) for one in plan.unit_changes], work.now)
    work.session.expire_all()
    if moved:
        work.session.flush()
        organisation_changed(work)
        rebuild_records(work, actor, moved)
    rows.insert_sides(
        work.session,
        [(ids.units[unit.key], side) for unit in plan.new_units for side in unit.sides]
        + [(change.id, side) for change in plan.unit_changes for side in change.sides_added],
    )
    rows.delete_sides(
        work.session, [(change.id, side) for change in plan.unit_changes for side in change.sides_dropped]
    )
    changes += [
        Change(
            "unit.created", Subject("unit", str(ids.units[unit.key]), unit.name),
            after={"code": unit.code, "name": unit.name, "kind": unit.kind, "sides": list(unit.sides)},
        )
        for unit in plan.new_units
    ]  # fmt: skip
    changes += _unit_changes(work, plan, ids)


def _place(work: Work, plan: ImportPlan, ids: _Ids) -> list[int]:
    """Put fresh and moving units in their places; give the known ones whose way from the root changed."""
    parents = {
        ids.units[unit.key]: None if unit.parent is None else ids.unit(unit.parent) for unit in plan.new_units
    }
    for change in plan.unit_changes:
        if change.moves:
            parents[change.id] = None if change.moves_to is None else ids.unit(change.moves_to)
    fresh = set(ids.units.values())
    return [unit_id for unit_id in rows.place_units(work.session, parents) if unit_id not in fresh]


def _unit_changes(work: Work, plan: ImportPlan, ids: _Ids) -> Iterator[Change]:
    """Say in the words of the journal what changed of known units."""
    names = names_of_units(work.session, _places_named(plan, ids))
    for one in plan.unit_changes:
        subject = Subject("unit", str(one.id), str(one.after.get("name", one.name)))
        before, after = _told(one.before), _told(one.after)
        if one.sides_before != one.sides_after:
            before["sides"], after["sides"] = list(one.sides_before), list(one.sides_after)
        if one.moves:
            above = None if one.moves_to is None else ids.unit(one.moves_to)
            before["parent"], after["parent"] = names.get(one.moves_from or 0), names.get(above or 0)
        if after:
            yield Change("unit.edited", subject, before, after)
        if "active" in one.after:
            yield Change(
                "unit.switched", subject, {"active": one.before["active"]}, {"active": one.after["active"]}
            )


def _told(values: Mapping[str, object]) -> dict[str, object]:
    """Give the fields of a unit as the journal calls them; being switched on or off is told by itself."""
    told = {name: value for name, value in values.items() if name not in ("active", "position")}
    place = values.get("position")
    return told | ({"place": place + 1} if isinstance(place, int) else {})


def _places_named(plan: ImportPlan, ids: _Ids) -> set[int]:
    moves = [one for one in plan.unit_changes if one.moves]
    found = {ids.unit(one.moves_to) for one in moves if one.moves_to is not None}
    return found | {one.moves_from for one in moves if one.moves_from is not None}


def _write_people(work: Work, plan: ImportPlan, ids: _Ids) -> None:
    ids.people.update(
        rows.insert_people(
            work.session,
            [
                {
                    "user_name": one.data.user_name, "name": one.data.name, "email": one.data.email,
                    "identity_number": one.data.identity_number, "phone": one.data.phone,
                    "language": one.data.language, "active": one.active,
                }
                for one in plan.new_people
            ],
            work.now,
        )
    )  # fmt: skip
    rows.change_people(work.session, [(one.id, one.after) for one in plan.person_changes], work.now)
    managers: dict[int, tuple[int, ...]] = {
        ids.people[one.key]: tuple(ids.person(ref) for ref in one.managers)
        for one in plan.new_people
        if one.managers
    }
    for change in plan.person_changes:
        if change.managers is not None:
            managers[change.id] = tuple(ids.person(ref) for ref in change.managers)
    rows.replace_managers(work.session, managers, set(ids.people.values()))
    work.session.expire_all()


def _people_changes(work: Work, plan: ImportPlan, ids: _Ids) -> Iterator[Change]:
    """Say in the words of the journal what became of accounts."""
    people = work.world.organisation.people
    for one in plan.new_people:
        subject = Subject("user", str(ids.people[one.key]), one.data.name)
        yield Change("user.created", subject, after=journal_values(one.data))
    for change in plan.person_changes:
        subject = Subject("user", str(change.id), str(change.after.get("name", change.name)))
        before, after = _masked(change.before), _masked(change.after)
        if change.managers is not None:
            before["managers"] = [people[one].name for one in change.managers_before if one in people]
            after["managers"] = [people[ids.person(one)].name for one in change.managers]
        if after:
            yield Change("user.changed", subject, before, after)
        if "active" in change.after:
            yield Change("user.switched_on" if change.after["active"] else "user.switched_off", subject)


def _masked(values: Mapping[str, object]) -> dict[str, object]:
    """Give values as the journal keeps them: identity numbers hidden but for their ends."""
    told = {name: value for name, value in values.items() if name != "active"}
    if "identity_number" in told:
        number = told["identity_number"]
        told["identity_number"] = masked_identity_number(str(number)) if number else None
    return told


def _write_holdings(work: Work, plan: ImportPlan, ids: _Ids) -> set[int]:
    """Put people into slots; give those whose posts changed."""
    rows.insert_holdings(
        work.session,
        [
            {
                "user_id": ids.person(one.user), "unit_id": ids.unit(one.unit), "side": one.side,
                "slot": one.slot, "title": one.title, "position": one.position, "since": work.now,
            }
            for one in plan.new_holdings
        ],
    )  # fmt: skip
    rows.change_holdings(
        work.session,
        [{"id": one.id, "title": one.title, "position": one.position} for one in plan.holding_changes],
    )
    work.session.expire_all()
    belonging = set(belonging_sides(work.workspace))
    posted = {ids.person(one.user) for one in plan.new_holdings if one.side in belonging}
    return posted | {one.user_id for one in plan.holding_changes}


def _raise_versions(work: Work, plan: ImportPlan, ids: _Ids) -> None:
    units = {change.id for change in plan.unit_changes}
    people = {change.id for change in plan.person_changes} | {one.user_id for one in plan.holding_changes}
    for one in plan.new_holdings:
        if isinstance(one.unit, int):
            units.add(one.unit)
        if isinstance(one.user, int):
            people.add(one.user)
    rows.raise_versions(work.session, Unit, units)
    rows.raise_versions(work.session, User, people)


def _slot_changes(work: Work, plan: ImportPlan, ids: _Ids) -> list[Change]:
    """Say for each unit who was put into which slot, by user names, which never change hands."""
    organisation = work.world.organisation
    by_unit: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in plan.new_holdings:
        user_name = organisation.people[ids.person(one.user)].user_name
        by_unit[ids.unit(one.unit)][f"{one.side}.{one.slot}"].append(user_name)
    return [
        Change("unit.slots", Subject("unit", str(unit_id), organisation.units[unit_id].name), {}, dict(slots))
        for unit_id, slots in by_unit.items()
    ]


def _check_fitting(work: Work, actor: Actor, plan: ImportPlan, ids: _Ids) -> None:
    """Look whether fresh people fit the slots that ask for something, now that they are there."""
    for one in plan.new_holdings:
        slot = slot_of(work.workspace, one.side, one.slot)
        if slot is None or slot.candidates is None or not isinstance(one.user, str):
            continue
        holder = Holder(HolderKind.USER, ids.person(one.user))
        unfit = refusal_of_candidate(work.world, slot.candidates, holder, actor=actor)
        if unfit is not None:
            raise InvalidInput({"": (unfit,)})
