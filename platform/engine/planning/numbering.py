"""Numbers that a module gives its records: when one is due, which counter counts, how it reads.

The plan only says that the next number is taken; whoever applies it counts, so that two people at
once never get the same one.
"""

from __future__ import annotations

from luongviec.engine.expressions.scope import scope_for
from luongviec.engine.model import Numbering
from luongviec.engine.planning.plan import AssignNumber
from luongviec.engine.planning.values import is_empty
from luongviec.engine.related import home_unit, zone_of
from luongviec.engine.world import RecordState, World

#: The moment of making, where a status may stand otherwise (`at: create`).
AT_CREATION = "create"


def number_change(world: World, record: RecordState, at: str) -> AssignNumber | None:
    """Give the change that numbers a record, if it is due at this step and was not given before."""
    numbering = world.in_force(record).module.numbering
    if numbering is None or numbering.at != at or not is_empty(record.values.get(numbering.field)):
        return None
    year = world.now.astimezone(zone_of(world.workspace)).year
    return AssignNumber(record.id, numbering.field, counter_name(world, record, numbering, year), year)


def counter_name(world: World, record: RecordState, numbering: Numbering, year: int) -> str:
    """Name the counter wholly: module and field, then unit and year where it counts by them."""
    parts = [record.module, numbering.field]
    if "unit" in numbering.per:
        parts.append(f"unit={home_unit(world, record) or 0}")
    if "year" in numbering.per:
        parts.append(f"year={year}")
    return ":".join(parts)


def number_text(world: World, record: RecordState, counter: int, year: int) -> str:
    """Write a counted number by the pattern of the record's module."""
    numbering = world.in_force(record).module.numbering
    if numbering is None:
        return str(counter)
    # As texts: a number of a document is not grouped in thousands as an amount is.
    scope = scope_for(world, record, extra={"counter": str(counter), "year": str(year)})
    return numbering.pattern.render(scope).strip()
