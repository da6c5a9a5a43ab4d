"""Figures over a selection: counts, sums, means and times, in rows by one or two axes.

One statement for each depth of rows, whatever the number of records. The records are those of the
selection, so nothing is counted that the viewer may not see; whoever builds the selection also names
the fields that axes and columns read (`compared`), and records on which such a field is hidden from
the viewer drop out, as they do from lists.

A record stands once in each row, however often it gets there: with two holders of a role below the
same unit it is one record of that unit. So rows of a role may add up to more than the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
)

from luongviec.engine.expressions.setform import Condition
from luongviec.engine.model import Field, FieldType, Role
from luongviec.engine.world import HolderKind
from luongviec.store.database import table_of
from luongviec.store.lists.access import record_carrier
from luongviec.store.lists.conditions import Writer
from luongviec.store.lists.heads import Listing, Selection
from luongviec.store.lists.light import field_value_row, participation_row, record_row
from luongviec.store.models import HistoryEntry, UnitClosure
from luongviec.store.world import StoreWorld

#: More rows than this are not read: a report by person of a whole province has fewer.
MOST_ROWS = 20_000

_TEXTS = frozenset({FieldType.TEXT, FieldType.MULTILINE, FieldType.CHOICE})

Key = str | float | int | None


@dataclass(frozen=True, slots=True)
class StatusAxis:
    """Rows by the number of the record's status."""


@dataclass(frozen=True, slots=True)
class RoleAxis:
    """Rows by holder of a role. `units`: by these units, each with all below it; others by themselves."""

    role: Role
    units: frozenset[int] | None = None
    alone: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class PartsAxis:
    """Rows by the first condition that holds; the key is its place."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class FieldAxis:
    """Rows by the value of an indexed field."""

    field: Field


@dataclass(frozen=True, slots=True)
class CutAxis:
    """Rows by where an indexed number lies among the cuts; the key is the place of the next cut."""

    field: Field
    cuts: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class SpentAxis:
    """Rows by how many seconds a record spent in a status; the key is the place of the next cut."""

    status: str
    cuts: tuple[float, ...]


Axis = StatusAxis | RoleAxis | PartsAxis | FieldAxis | CutAxis | SpentAxis


@dataclass(frozen=True, slots=True)
class CountFigure:
    """How many records."""

    where: Condition | None = None


@dataclass(frozen=True, slots=True)
class FieldFigure:
    """What an indexed number comes to, and of how many records."""

    field: Field
    where: Condition | None = None


@dataclass(frozen=True, slots=True)
class SpentFigure:
    """Seconds spent in a status, and by how many records."""

    status: str
    where: Condition | None = None


Figure = CountFigure | FieldFigure | SpentFigure

#: Seconds that a record spent in a status, by its code.
Spent = Mapping[str, ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One row: its key on each axis, how many records it is, and (sum, number) for each figure."""

    keys: tuple[Key, ...]
    count: int
    figures: tuple[tuple[float, int], ...]


def figure_rows(
    world: StoreWorld,
    viewer: int | None,
    selection: Selection,
    axes: Sequence[Axis],
    figures: Sequence[Figure],
) -> tuple[FigureRow, ...]:
    """Give the rows of one depth, at most `MOST_ROWS` + 1, in no order; without axes one row in all."""
    return _Drawing(world, viewer, selection).rows(axes, figures)


def span_of(
    world: StoreWorld, viewer: int | None, selection: Selection, field: Field
) -> tuple[float, float] | None:
    """Give the least and the greatest number of an indexed field, None where there is none."""
    return _Drawing(world, viewer, selection).span(field)


class _Drawing:
    """One selection, of which figures are drawn."""

    def __init__(self, world: StoreWorld, viewer: int | None, selection: Selection) -> None:
        self.world = world
        self.selection = selection
        self.module = world.workspace.modules[selection.module]
        self.writer = Writer(world, self.module)
        self.ids = Listing(world, viewer, selection).ids()
        self.record = record_row()

    def rows(self, axes: Sequence[Axis], figures: Sequence[Figure]) -> tuple[FigureRow, ...]:
        if self.ids is None:
            return () if axes else (FigureRow((), 0, tuple((0.0, 0) for _ in figures)),)
        inner = self._inner(axes, figures).subquery()
        keys = [inner.c[f"k{place}"] for place in range(len(axes))]
        columns: list[Any] = [*keys, func.count()]
        for place in range(len(figures)):
            column = inner.c[f"f{place}"]
            columns += [func.coalesce(func.sum(column), 0), func.count(column)]
        query = select(*columns).select_from(inner).group_by(*keys).limit(MOST_ROWS + 1)
        found = []
        for row in self.world.session.execute(query):
            count, *numbers = row[len(axes) :]
            pairs = zip(numbers[::2], numbers[1::2], strict=True)
            found.append(
                FigureRow(tuple(row[: len(axes)]), int(count), tuple((float(a), int(b)) for a, b in pairs))
            )
        return tuple(found)

    def span(self, field: Field) -> tuple[float, float] | None:
        if self.ids is None:
            return None
        value, joined = self._field(self._records(), field)
        row = self.world.session.execute(joined.with_only_columns(func.min(value), func.max(value))).one()
        return None if row[0] is None else (float(row[0]), float(row[1]))

    def _records(self) -> Select[Any]:
        return select().select_from(self.record.table).where(self.record.id.in_(self.ids))

    def _inner(self, axes: Sequence[Axis], figures: Sequence[Figure]) -> Select[Any]:
        """Give one line for each record and row that it stands in, with what it adds to each figure."""
        query = self._records()
        statuses = {one.status for one in (*axes, *figures) if isinstance(one, SpentAxis | SpentFigure)}
        spent, query = self._spent(query, sorted(statuses))
        columns: list[Any] = [self.record.id]
        for place, axis in enumerate(axes):
            key, query = self._key(query, axis, spent)
            columns.append(key.label(f"k{place}"))
        for place, figure in enumerate(figures):
            value, query = self._value(query, figure, spent)
            columns.append(value.label(f"f{place}"))
        query = query.with_only_columns(*columns)
        # A field that holds several values, or units below the same one, may come to a row twice.
        return query.distinct() if any(_comes_twice(one) for one in (*axes, *figures)) else query

    # --- Axes -----------------------------------------------------------------------------------------

    def _key(self, query: Select[Any], axis: Axis, spent: Spent) -> tuple[Any, Select[Any]]:
        match axis:
            case StatusAxis():
                return self.record.record_status_id, query
            case RoleAxis():
                return self._holder(query, axis)
            case PartsAxis(parts=parts):
                carrier = record_carrier(self.record)
                written = [(self.writer.write(part, carrier), place) for place, part in enumerate(parts)]
                return (case(*written) if written else null()), query
            case FieldAxis(field=field):
                return self._field(query, field)
            case CutAxis(field=field, cuts=cuts):
                value, query = self._field(query, field)
                return _cut(value, cuts), query
            case SpentAxis(status=status, cuts=cuts):
                return _cut(spent[status], cuts), query

    def _holder(self, query: Select[Any], axis: RoleAxis) -> tuple[Any, Select[Any]]:
        row = participation_row()
        held = and_(row.record_id == self.record.id, row.role == axis.role.code, row.until.is_(None))
        query = query.outerjoin(row.table, held)
        if axis.role.of is HolderKind.USER:
            return row.user_id, query
        if axis.units is None:
            return row.unit_id, query
        above = table_of(UnitClosure).alias()
        counts = or_(
            above.c.ancestor_id.in_(sorted(axis.units)),
            and_(above.c.ancestor_id == row.unit_id, row.unit_id.in_(sorted(axis.alone))),
        )
        query = query.outerjoin(above, and_(above.c.unit_id == row.unit_id, counts))
        return above.c.ancestor_id, query

    def _field(self, query: Select[Any], field: Field) -> tuple[Any, Select[Any]]:
        row = field_value_row()
        field_id = self.world.codes.fields.get((self.module.code, field.code))
        if field_id is None:
            raise LookupError(f"field {self.module.code}.{field.code} is not indexed")
        here = and_(row.record_id == self.record.id, row.field_id == literal_column(str(field_id)))
        value = row.value_text if field.type in _TEXTS else row.value_number
        return value, query.outerjoin(row.table, here)

    # --- Figures --------------------------------------------------------------------------------------

    def _value(self, query: Select[Any], figure: Figure, spent: Spent) -> tuple[Any, Select[Any]]:
        counts = self._where(figure.where)
        match figure:
            case CountFigure():
                return case((counts, 1)), query
            case FieldFigure(field=field):
                value, query = self._field(query, field)
                return case((counts, value)), query
            case SpentFigure(status=status):
                return case((counts, spent[status])), query

    def _where(self, where: Condition | None) -> ColumnElement[bool]:
        return true() if where is None else self.writer.write(where, record_carrier(self.record))

    def _spent(self, query: Select[Any], statuses: Sequence[str]) -> tuple[Spent, Select[Any]]:
        """Join the seconds that each record spent in some statuses, in one walk over its moves.

        Moves that were taken back do not count.
        """
        if not statuses:
            return {}, query
        entry = table_of(HistoryEntry).alias()
        undoing = table_of(HistoryEntry).alias()
        left_at = func.lead(entry.c.at).over(partition_by=entry.c.record_id, order_by=entry.c.id)
        moves = (
            select(entry.c.record_id, entry.c.moved_to, entry.c.at, left_at.label("left_at"))
            .where(entry.c.moved_to.is_not(None), entry.c.record_id.in_(self.ids))
            .where(
                ~exists(
                    select(literal_column("1"))
                    .select_from(undoing)
                    .where(undoing.c.undoes_id == func.coalesce(entry.c.together_with_id, entry.c.id))
                )
            )
            .subquery()
        )
        seconds = self._seconds(moves.c.at, func.coalesce(moves.c.left_at, self._now()))
        sums = [
            func.sum(case((moves.c.moved_to == status, seconds))).label(f"in_{status}") for status in statuses
        ]
        spent = (
            select(moves.c.record_id, *sums)
            .where(moves.c.moved_to.in_(statuses))
            .group_by(moves.c.record_id)
            .subquery()
        )
        found = {status: spent.c[f"in_{status}"] for status in statuses}
        return found, query.outerjoin(spent, spent.c.record_id == self.record.id)

    def _now(self) -> Any:
        return literal(self.world.now, table_of(HistoryEntry).c.at.type)

    def _seconds(self, start: Any, end: Any) -> Any:
        if self.world.session.get_bind().dialect.name == "sqlite":
            return (func.julianday(end) - func.julianday(start)) * 86_400
        return cast(func.extract("epoch", end - start), Float)


def _comes_twice(one: Axis | Figure) -> bool:
    """Tell whether a record may stand on several lines of the join that something needs."""
    match one:
        case RoleAxis():
            return True
        case FieldAxis(field=field) | CutAxis(field=field) | FieldFigure(field=field):
            return field.many
        case _:
            return False


def _cut(value: Any, cuts: Sequence[float]) -> Any:
    """Give the place of the first cut above a value; behind the last one for those beyond all."""
    if not cuts:
        return case((value.is_not(None), 0))
    below = [(value < literal(cut), place) for place, cut in enumerate(cuts)]
    return case((value.is_(None), null()), *below, else_=len(cuts))
