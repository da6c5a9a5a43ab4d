"""The organisation as rows of the sheets: what an export writes, so that importing it changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from luongviec.engine.world import Actor
from luongviec.services.exchange.sheets import (
    LANGUAGE_CHOICES,
    NO,
    SIDE,
    YES,
    Choice,
    Sheet,
    SheetCode,
    sheets_of,
)
from luongviec.services.exchange.standing import Standing, shown_code, standing_of
from luongviec.services.platform import Work
from luongviec.services.users.data import shown_phone

#: What a row holds: our name of the column → text, number or choice; what is empty is left out.
Written = Mapping[str, str | int | Choice]


def rows_of(work: Work, actor: Actor) -> Iterator[tuple[Sheet, Sequence[Written]]]:
    """Give each sheet that the actor may export, with the rows of what he administers."""
    standing = standing_of(work, actor)
    makers = {
        SheetCode.UNITS: _units,
        SheetCode.PEOPLE: _people,
        SheetCode.POSTS: _posts,
        SheetCode.ROLES: _roles,
    }
    for sheet in sheets_of(work.workspace):
        if sheet.code in standing.sheets:
            yield sheet, tuple(makers[sheet.code](standing, sheet))


def _units(standing: Standing, sheet: Sheet) -> Iterator[Written]:
    kinds = {choice.code: choice for choice in sheet.column("kind").choices}
    reach, units = standing.unit_reach, standing.facts.units
    sides = [column.name for column in sheet.columns if column.name.startswith(SIDE)]
    for unit in units.values():
        if reach is not None and unit.id not in reach:
            continue
        above = units.get(unit.parent_id or 0)
        written: dict[str, str | int | Choice] = {"code": shown_code(unit), "name": unit.name}
        if above is not None and (reach is None or above.id in reach):
            written["parent"] = shown_code(above)
        if unit.kind in kinds:
            written["kind"] = kinds[unit.kind]
        written["order"] = unit.position + 1
        carried = standing.sides_of[unit.id]
        for name in sides:
            written[name] = YES if name.removeprefix(SIDE) in carried else NO
        written["active"] = YES if unit.active else NO
        yield written


def _people(standing: Standing, sheet: Sheet) -> Iterator[Written]:
    facts = standing.facts
    languages = {choice.code: choice for choice in LANGUAGE_CHOICES}
    for person in facts.people.values():
        if person.deleted or not standing.is_mine(person):
            continue
        written: dict[str, str | int | Choice] = {"user_name": person.user_name, "name": person.name}
        for name, value in (
            ("identity_number", person.identity_number), ("email", person.email),
            ("phone", shown_phone(person.phone)),
        ):  # fmt: skip
            if value:
                written[name] = value
        written["active"] = YES if person.active else NO
        if person.language in languages:
            written["language"] = languages[person.language]
        managers = [facts.people[one] for one in facts.managers.get(person.id, ())]
        if managers and not any(one.deleted for one in managers):
            written["managers"] = "; ".join(one.user_name for one in managers)
        yield written


def _posts(standing: Standing, sheet: Sheet) -> Iterator[Written]:
    slots = {choice.code: choice for choice in sheet.column("slot").choices}
    facts, reach = standing.facts, standing.people_reach
    for user_id, posts in sorted(standing.posts_of.items()):
        person = facts.people[user_id]
        for key, fact in posts if not person.deleted else ():
            slot = slots.get(f"{key.side}.{key.slot}")
            unit = facts.units.get(key.unit_id)
            if slot is None or unit is None or (reach is not None and unit.id not in reach):
                continue
            written: dict[str, str | int | Choice] = {
                "person": person.user_name, "unit": shown_code(unit), "slot": slot,
                "order": fact.position + 1,
            }  # fmt: skip
            if fact.title:
                written["title"] = fact.title
            yield written


def _roles(standing: Standing, sheet: Sheet) -> Iterator[Written]:
    slots = {choice.code: choice for choice in sheet.column("slot").choices}
    facts, reach = standing.facts, standing.unit_reach
    for unit in facts.units.values():
        if reach is not None and unit.id not in reach:
            continue
        for key in standing.holdings_in[unit.id]:
            slot, person = slots.get(f"{key.side}.{key.slot}"), facts.people[key.user_id]
            if slot is not None and not person.deleted:
                yield {"unit": shown_code(unit), "slot": slot, "person": person.user_name}
