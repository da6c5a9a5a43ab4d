"""Filters by a field that points to records of a list: meetings by room, say.

Only records that the viewer sees are offered, and only they can be filtered by.
"""

from __future__ import annotations

from collections.abc import Sequence

from luongviec.engine.deciding.decide import VIEW, decide
from luongviec.engine.expressions.setform import Condition
from luongviec.engine.model import Field, FieldType, ListSource
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, RecordState
from luongviec.services.lists.filter_names import is_id
from luongviec.services.views import FilterOption
from luongviec.store.lists.reading import Selection, select_page
from luongviec.store.world import StoreWorld

MOST_RECORDS = 50


def is_offered(field: Field) -> bool:
    """Whether lists may be narrowed by a field: what it points to must be a list of few."""
    return field.type != FieldType.RECORD or isinstance(field.candidates, ListSource)


def record_options(
    world: StoreWorld, actor: Actor, source: ListSource, conditions: tuple[Condition, ...]
) -> tuple[FilterOption, ...]:
    """Give the records of a list that a filter offers; `conditions` are the list's own."""
    selection = Selection(module=source.module, conditions=conditions)
    listed = world.workspace.modules[source.module].lists[source.list]
    sort = next((f"-{one.field}" if one.descending else one.field for one in listed.sort), "")
    ids = select_page(world, actor.user_id, selection, sort=sort, size=MOST_RECORDS).ids
    world.preload(ids)
    records = (world.record(one) for one in ids)
    return tuple(_option(record) for record in records if record is not None)


def record_option(world: StoreWorld, actor: Actor, value: str) -> FilterOption:
    """Give a chosen record in words, where the viewer may see it."""
    record = _visible(world, actor, value)
    return FilterOption(value, Text(value)) if record is None else _option(record)


def chosen_records(world: StoreWorld, actor: Actor, values: Sequence[str]) -> tuple[int, ...]:
    """Give the ids of the chosen records; one that the viewer does not see is none."""
    found = (_visible(world, actor, value) for value in values)
    return tuple(record.id for record in found if record is not None)


def _visible(world: StoreWorld, actor: Actor, value: str) -> RecordState | None:
    record = world.record(int(value)) if is_id(value) else None
    if record is None or record.deleted_at is not None:
        return None
    return record if decide(world, actor, VIEW, record).allowed else None


def _option(record: RecordState) -> FilterOption:
    return FilterOption(str(record.id), Text(record.title))
