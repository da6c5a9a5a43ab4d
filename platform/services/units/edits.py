"""Changing the tree: add a unit below another, edit, move, reorder, switch off and on, delete (U-13 to U-18).

One form says everything about a unit, and one save does it all (W-15, W-18). Every change is one
transaction, looks at the version that the form was made from, and is in the journal.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.journal.writing import note_change, organisation_changed
from luongviec.services.platform import Platform, Work
from luongviec.services.units.data import UnitData, check_parent, checked, free_code
from luongviec.services.units.moving import put_below
from luongviec.services.units.obstacles import check_sides_may_go, obstacles
from luongviec.services.units.reach import reach_of
from luongviec.services.units.slots import write_slots
from luongviec.services.units.writes import changed, people_named, subject_of, unit_to_change
from luongviec.services.users.posts import renew_post_texts
from luongviec.store.models import Unit
from luongviec.store.organisation import unit_rows
from luongviec.store.organisation import writes as rows


def add_unit(platform: Platform, actor: Actor, data: UnitData) -> int:
    """Make a unit, last below another, with its sides, choices and people; give its id.

    Raises:
        NotFound, Refused: the unit above is not the actor's (see `unit_reach`).
        InvalidInput: at `name`, `kind`, `code`, `sides`, `parent`, `choice.…`, `slot.…`.
    """
    with platform.transaction() as work:
        reach_of(work, actor).check_edits((data.parent_id,))
        unit_rows.lock_tree(work.session)
        parent = None if data.parent_id is None else unit_rows.unit_row(work.session, data.parent_id)
        if data.parent_id is not None and parent is None:
            raise NotFound()
        data = checked(work, data, itself=None, had=frozenset())
        unit = rows.add_unit(
            work.session, name=data.name, parent=parent, kind=data.kind,
            code=data.code or free_code(data.name, rows.used_codes(work.session)),
            position=rows.next_position(work.session, data.parent_id),
        )  # fmt: skip
        rows.add_sides(work.session, [(unit.id, side) for side in data.sides])
        unit_rows.write_choices(
            work.session, unit.id, {key: value for key, value in data.choices.items() if value is not None}
        )
        note_change(work, actor, "unit.created", subject_of(unit), after=_facts(work, unit, data))
        write_slots(work, actor, unit, data.filling)
        organisation_changed(work)
        return unit.id


def edit_unit(
    platform: Platform, actor: Actor, unit_id: int, data: UnitData, *, version: int | None = None
) -> None:
    """Change what a unit is called and is, what it carries and chooses, and where it stands.

    Slots that `data.filling` does not name stay as they are. A side that is taken away takes its
    people with it; it is refused while the unit stands on it in open records.

    Raises:
        NotFound, Refused: the unit, or the place it is to go to, is not the actor's.
        Conflict: somebody changed it since the form was made.
        InvalidInput: as for adding; at `parent` also where the unit would stand below itself.
    """
    with platform.transaction() as work:
        reach = reach_of(work, actor)
        reach.check_edits((unit_id,))
        unit = unit_to_change(work, unit_id, version)
        if data.parent_id != unit.parent_id:
            reach.check_edits((unit.parent_id, data.parent_id))
        had = rows.sides_of(work.session, unit_id)
        data = checked(work, data, itself=unit, had=had)
        check_sides_may_go(work, unit, had - data.sides)
        before = _facts_now(work, unit, had)
        renamed = data.name != unit.name
        if renamed:
            unit_rows.rename(work.session, unit, data.name, work.now)
        unit.kind, unit.code = data.kind, data.code or unit.code
        _end_side_people(work, actor, unit, had - data.sides)
        rows.add_sides(work.session, [(unit_id, side) for side in data.sides - had])
        unit_rows.write_choices(work.session, unit_id, data.choices)
        if data.parent_id != unit.parent_id:
            put_below(work, actor, unit, data.parent_id)
        work.session.flush()
        people_changed = write_slots(work, actor, unit, data.filling)
        if renamed:
            renew_post_texts(work, unit_ids=(unit_id,))
        after = _facts_now(work, unit, data.sides)
        if before != after:
            changed(work, actor, "unit.edited", unit, before=before, after=after)
        elif people_changed:
            organisation_changed(work)


def move_unit_below(
    platform: Platform, actor: Actor, unit_id: int, parent_id: int | None, *, version: int | None = None
) -> None:
    """Put a unit with all below it under another, last among its new neighbours.

    Raises:
        NotFound, Refused: the unit, its place or the new place is not the actor's (C-83).
        Conflict: somebody changed the unit since the page was made.
        InvalidInput: at `parent`: the new place lies in the unit's own branch (C-84).
    """
    with platform.transaction() as work:
        reach = reach_of(work, actor)
        reach.check_edits((unit_id,))
        unit = unit_to_change(work, unit_id, version)
        reach.check_edits((unit.parent_id, parent_id))
        if parent_id == unit.parent_id:
            return
        check_parent(work, unit, parent_id)
        before = {"parent": _name_of(work, unit.parent_id)}
        put_below(work, actor, unit, parent_id)
        changed(work, actor, "unit.moved", unit, before=before, after={"parent": _name_of(work, parent_id)})


def place_unit(
    platform: Platform, actor: Actor, unit_id: int, *, step: int = 0, before_id: int | None = None
) -> None:
    """Put a unit elsewhere among its neighbours: some steps up (below zero) or down, or before another.

    Raises:
        NotFound, Refused: the unit, or the one above it, is not the actor's.
        InvalidInput: `before_id` is no neighbour.
    """
    with platform.transaction() as work:
        reach = reach_of(work, actor)
        reach.check_edits((unit_id,))
        unit = unit_to_change(work, unit_id)
        reach.check_edits((unit.parent_id,))
        order = list(unit_rows.siblings(work.session, unit.parent_id))
        old = order.index(unit)
        order.remove(unit)
        if before_id is not None:
            place = next((index for index, one in enumerate(order) if one.id == before_id), None)
            if place is None:
                fault = Text("Hãy chọn một đơn vị cùng cấp.", "Choose a unit beside this one.")
                raise InvalidInput({"before": (fault,)})
        else:
            place = min(max(old + step, 0), len(order))
        if place == old:
            return
        order.insert(place, unit)
        unit_rows.write_order(order)
        changed(work, actor, "unit.placed", unit, before={"place": old + 1}, after={"place": place + 1})


def switch_unit(
    platform: Platform, actor: Actor, unit_id: int, active: bool, *, version: int | None = None
) -> None:
    """Switch a unit off or on (U-18): off, it and all below it leave every picker; history stays (U-28).

    Raises:
        NotFound, Refused: the unit is not the actor's.
        Conflict: somebody changed it since the page was made.
    """
    with platform.transaction() as work:
        reach_of(work, actor).check_edits((unit_id,))
        unit = unit_to_change(work, unit_id, version)
        if unit.active == active:
            return
        unit.active = active
        changed(work, actor, "unit.switched", unit, before={"active": not active}, after={"active": active})


def delete_unit(platform: Platform, actor: Actor, unit_id: int, *, version: int | None = None) -> None:
    """Delete a unit that nothing hangs on any more; history goes on naming it (U-14, C-71, E-13).

    Raises:
        NotFound, Refused: the unit, or the one above it, is not the actor's.
        Conflict: somebody changed it since the page was made.
        InvalidInput: with every reason: units below, people in it, open records (U-27, C-87, E-20).
    """
    with platform.transaction() as work:
        reach = reach_of(work, actor)
        reach.check_edits((unit_id,))
        unit = unit_to_change(work, unit_id, version)
        reach.check_edits((unit.parent_id,))
        reasons = obstacles(work, unit_id)
        if reasons:
            raise InvalidInput({"": tuple(one.text for one in reasons)})
        before = _facts_now(work, unit, rows.sides_of(work.session, unit_id))
        unit.deleted_at, unit.active = work.now, False
        grants = unit_rows.grants_of(work.session, (unit_id,))
        unit_rows.end_grants(work.session, unit_id, {(one.user_id, one.function) for one in grants}, work.now)
        changed(work, actor, "unit.deleted", unit, before=before)


def _end_side_people(work: Work, actor: Actor, unit: Unit, gone: frozenset[str]) -> None:
    """Take away sides with the people in their slots; each slot may refuse (see `unit_slots`)."""
    there = unit_rows.holders_now(work.session, unit.id)
    write_slots(work, actor, unit, {key: () for key in there if key[0] in gone})
    unit_rows.remove_sides(work.session, unit.id, gone, work.now)


# --- Facts for the journal --------------------------------------------------------------------------


def _facts(work: Work, unit: Unit, data: UnitData) -> Mapping[str, object]:
    facts = _facts_now(work, unit, data.sides)
    people = {
        f"{side}.{slot}": people_named(work, tuple(ids)) for (side, slot), ids in data.filling.items() if ids
    }
    return {**facts, "path": _path_names(work, unit), **({"people": people} if people else {})}


def _facts_now(work: Work, unit: Unit, sides: Collection[str]) -> dict[str, object]:
    chosen = unit_rows.settings_snapshot(work.session, unit.id)
    return {
        "name": unit.name, "code": unit.code, "kind": unit.kind, "parent": _name_of(work, unit.parent_id),
        "sides": sorted(sides),
        **{f"{kind} {subject}".strip(): value for (kind, subject), value in chosen.items()},
    }  # fmt: skip


def _path_names(work: Work, unit: Unit) -> Sequence[str]:
    units = work.world.organisation.units
    return [units[int(one)].name for one in unit.path.strip("/").split("/")[:-1] if int(one) in units]


def _name_of(work: Work, unit_id: int | None) -> str | None:
    row = None if unit_id is None else unit_rows.unit_row(work.session, unit_id)
    return None if row is None else row.name


def check_may_add(work: Work, actor: Actor, parent_id: int | None) -> None:
    """Refuse an actor who may not add a unit there: for the form, before anything is typed."""
    reach = reach_of(work, actor)
    reach.check_edits((parent_id,))
    if parent_id is not None and parent_id not in reach.organisation.units:
        raise Refused()
