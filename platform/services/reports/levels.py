"""The rows of a report: what each dimension goes by, how its rows are called, ordered and opened.

A *level* turns one dimension of a report into an axis that the database groups by, and what comes back
into codes that addresses carry, labels that people read, and the condition under which a record stands
in a row. Figure and detail come from the same condition, so they agree.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from luongviec.engine.expressions.setform import (
    Among,
    And,
    Comparison,
    Condition,
    IsNone,
    Not,
    Operand,
    OperandKind,
    Or,
    Value,
)
from luongviec.engine.lazily import cached_property
from luongviec.engine.model import (
    Dimension,
    DimensionKind,
    Field,
    FieldType,
    Module,
    Role,
    Status,
)
from luongviec.engine.related import zone_of
from luongviec.engine.text import Text
from luongviec.engine.world import HolderKind
from luongviec.services.lists.narrowing import Narrowing, statuses_of
from luongviec.services.periods import (
    coarser,
    next_start,
    period_short,
    period_start,
    period_text,
    starts_between,
)
from luongviec.services.showing import Showing, part_tone
from luongviec.store.folding import sort_key
from luongviec.store.lists.figures import (
    Axis,
    CutAxis,
    FieldAxis,
    Key,
    PartsAxis,
    RoleAxis,
    SpentAxis,
    StatusAxis,
)
from luongviec.store.lists.index_values import index_number

NOTHING = ""  # the code of the row of those that have no value
WITHOUT = Text("Không có", "None")
MOST_PERIODS = 120

#: Where the rows of a time spent in a status begin and end.
SPENT_DAYS = (1, 3, 7, 14, 30)

Sorting = tuple[object, ...]


class Level(ABC):
    """One dimension of one report, before one reader."""

    def __init__(self, dimension: Dimension, label: Text) -> None:
        self.dimension = dimension
        self.label = dimension.label or label

    @property
    @abstractmethod
    def axis(self) -> Axis:
        """What the database groups by."""

    @abstractmethod
    def code(self, key: Key) -> str:
        """Give what a row is called in addresses."""

    @abstractmethod
    def text(self, code: str) -> Text:
        """Give what people read."""

    @abstractmethod
    def order(self, code: str) -> Sorting:
        """Give where a row stands among the others."""

    @abstractmethod
    def condition(self, code: str) -> Condition | None:
        """Give the condition of a row; None where its records cannot be listed."""

    def tone(self, code: str) -> str | None:
        """Give the colour of a row, where it has one."""
        return None

    def place(self, code: str) -> str:
        """Say where a unit of that name stands in the tree (O-13)."""
        return ""

    def short(self, code: str) -> str:
        """Say a period in few signs, for below a bar."""
        return ""

    @property
    def every_code(self) -> tuple[str, ...]:
        """Rows that stand there even when nothing is in them."""
        return ()

    @property
    def compared(self) -> tuple[Field, ...]:
        """The fields that the level reads."""
        return ()


@dataclass(frozen=True, slots=True)
class LevelMaker:
    """Makes levels for one module and one reader."""

    showing: Showing
    module: Module
    narrowing: Narrowing

    def level(self, dimension: Dimension, span: tuple[float, float] | None = None) -> Level:
        """Make the level of a dimension.

        Args:
            span: the least and greatest number of its field, where its rows are periods.
        """
        match dimension.kind:
            case DimensionKind.STATUS:
                return StatusLevel(dimension, self)
            case DimensionKind.CATEGORY:
                return CategoryLevel(dimension, self)
            case DimensionKind.ROLE:
                return RoleLevel(dimension, self)
            case DimensionKind.BUCKET:
                return BucketLevel(dimension, self)
            case DimensionKind.FIELD:
                return FieldLevel(dimension, self)
            case DimensionKind.PERIOD:
                return PeriodLevel(dimension, self, span)
            case DimensionKind.TIME_IN:
                return SpentLevel(dimension, self)

    def statuses(self) -> dict[str, Status]:
        """Give the module's statuses in order."""
        return statuses_of(self.showing.work.workspace, self.module)


class StatusLevel(Level):
    """Rows by status."""

    def __init__(self, dimension: Dimension, maker: LevelMaker) -> None:
        super().__init__(dimension, Text("Trạng thái", "Status"))
        self.statuses = maker.statuses()
        self.codes = maker.showing.world.codes

    @property
    def axis(self) -> Axis:
        return StatusAxis()

    def code(self, key: Key) -> str:
        found = self.codes.statuses.get(int(key)) if isinstance(key, int) else None
        return NOTHING if found is None else found.status

    def text(self, code: str) -> Text:
        return self.statuses[code].name if code in self.statuses else Text(code, code)

    def order(self, code: str) -> Sorting:
        return (list(self.statuses).index(code) if code in self.statuses else len(self.statuses), code)

    def tone(self, code: str) -> str | None:
        return self.statuses[code].tone.value if code in self.statuses else None

    def condition(self, code: str) -> Condition:
        return Among(Operand(OperandKind.STATUS_CODE, "status"), Value((code,)))


class CategoryLevel(StatusLevel):
    """Rows by the category of the status."""

    def __init__(self, dimension: Dimension, maker: LevelMaker) -> None:
        super().__init__(dimension, maker)
        self.label = dimension.label or Text("Phân loại", "Category")
        self.categories = maker.showing.work.workspace.categories

    def code(self, key: Key) -> str:
        status = self.statuses.get(super().code(key))
        return NOTHING if status is None else status.category

    def text(self, code: str) -> Text:
        return self.categories[code].name if code in self.categories else WITHOUT

    def order(self, code: str) -> Sorting:
        return (list(self.categories).index(code) if code in self.categories else len(self.categories),)

    def tone(self, code: str) -> str | None:
        return self.categories[code].tone.value if code in self.categories else None

    def condition(self, code: str) -> Condition:
        return Among(Operand(OperandKind.STATUS_CATEGORY, "status"), Value((code,)))


class RoleLevel(Level):
    """Rows by holder of a role; units by those at a level of the tree, with all below them."""

    def __init__(self, dimension: Dimension, maker: LevelMaker) -> None:
        self.role: Role = maker.module.roles[dimension.name]
        super().__init__(dimension, self.role.label)
        self.showing = maker.showing
        self.organisation = maker.showing.world.organisation

    @cached_property
    def places(self) -> Mapping[int, int]:
        """Give where each unit stands among its siblings."""
        return {unit_id: place for place, unit_id in enumerate(self.organisation.units)}

    @cached_property
    def axis(self) -> Axis:
        if self.dimension.level is None or self.role.of is HolderKind.USER:
            return RoleAxis(self.role)
        depth = self.dimension.level
        units = self.organisation.units.values()
        at = frozenset(unit.id for unit in units if len(unit.path) == depth)
        return RoleAxis(self.role, at, frozenset(unit.id for unit in units if len(unit.path) < depth))

    def code(self, key: Key) -> str:
        return NOTHING if key is None else str(int(key))

    def text(self, code: str) -> Text:
        if code == NOTHING:
            return Text("Chưa có ai", "Nobody yet")
        if self.role.of is HolderKind.UNIT:
            return Text(self.showing.unit(int(code)).name)
        person = self.showing.person(int(code))
        return Text("" if person is None else person.name)

    def place(self, code: str) -> str:
        is_unit = self.role.of is HolderKind.UNIT and code != NOTHING
        return self.showing.unit(int(code)).place if is_unit else ""

    def order(self, code: str) -> Sorting:
        if code == NOTHING:
            return (1, "")
        if self.role.of is HolderKind.UNIT:
            return (0, tuple(self.places.get(one, 0) for one in self.organisation.path(int(code))))
        return (0, sort_key(self.text(code).vi))

    def condition(self, code: str) -> Condition | None:
        operand = Operand(OperandKind.ROLE, self.role.code, many=True)
        if code == NOTHING:
            return IsNone(operand)
        if not code.isdigit():
            return None
        holder = int(code)
        axis = self.axis
        deep = isinstance(axis, RoleAxis) and axis.units is not None and holder in axis.units
        ids = self.organisation.branch.get(holder, [holder]) if deep else [holder]
        return Comparison(operand, "==", Value(tuple(ids)))


class BucketLevel(Level):
    """Rows by part of a bucket: the first that fits."""

    def __init__(self, dimension: Dimension, maker: LevelMaker) -> None:
        self.bucket = maker.module.buckets[dimension.name]
        over = maker.module.fields.get(self.bucket.over)
        super().__init__(dimension, over.label if over is not None else Text(dimension.name))
        self.narrowing = maker.narrowing
        self.over = over

    @cached_property
    def conditions(self) -> dict[str, Condition]:
        return {part.code: self.narrowing.part(self.bucket, part.code) for part in self.bucket.parts}

    @property
    def axis(self) -> Axis:
        return PartsAxis(tuple(self.conditions.values()))

    def code(self, key: Key) -> str:
        return NOTHING if key is None else self.bucket.parts[int(key)].code

    def text(self, code: str) -> Text:
        return next((part.label for part in self.bucket.parts if part.code == code), WITHOUT)

    def order(self, code: str) -> Sorting:
        codes = [part.code for part in self.bucket.parts]
        return (codes.index(code) if code in codes else len(codes),)

    def tone(self, code: str) -> str | None:
        codes = [part.code for part in self.bucket.parts]
        return part_tone(self.bucket, codes.index(code)) if code in codes else None

    def condition(self, code: str) -> Condition | None:
        if code == NOTHING:
            return Not(Or(tuple(self.conditions.values())))
        return self.conditions.get(code)

    @property
    def every_code(self) -> tuple[str, ...]:
        return tuple(self.conditions)

    @property
    def compared(self) -> tuple[Field, ...]:
        return () if self.over is None else (self.over,)


class FieldLevel(Level):
    """Rows by the value of a field."""

    def __init__(self, dimension: Dimension, maker: LevelMaker) -> None:
        self.field: Field = maker.module.fields[dimension.name]
        super().__init__(dimension, self.field.label)
        self.showing = maker.showing

    @property
    def axis(self) -> Axis:
        return FieldAxis(self.field)

    @property
    def compared(self) -> tuple[Field, ...]:
        return (self.field,)

    def code(self, key: Key) -> str:
        if key is None:
            return NOTHING
        return str(int(key)) if isinstance(key, float) and key.is_integer() else str(key)

    def text(self, code: str) -> Text:
        if code == NOTHING:
            return WITHOUT
        option = self.field.option(code)
        if option is not None:
            return option.label
        if self.field.type == FieldType.BOOLEAN:
            return Text("Có", "Yes") if code == "1" else Text("Không", "No")
        if self.field.type == FieldType.USER:
            person = self.showing.person(int(code))
            return Text("" if person is None else person.name)
        if self.field.type == FieldType.UNIT:
            return Text(self.showing.unit(int(code)).name)
        if self.field.type == FieldType.RECORD:
            link = self.showing.visible_link(int(code))
            return Text("Hồ sơ khác", "Another record") if link is None else Text(link.title)
        return Text(code)

    def order(self, code: str) -> Sorting:
        if code == NOTHING:
            return (1, 0, "")
        codes = [option.code for option in self.field.options]
        if code in codes:
            return (0, codes.index(code), "")
        return (0, len(codes), sort_key(self.text(code).vi))

    def tone(self, code: str) -> str | None:
        option = self.field.option(code)
        return option.tone.value if option is not None and option.tone else None

    def condition(self, code: str) -> Condition | None:
        operand = Operand(OperandKind.FIELD, self.field.code, many=self.field.many)
        if code == NOTHING:
            return IsNone(operand)
        value: object = code
        if self.field.type == FieldType.BOOLEAN:
            value = code == "1"
        elif self.field.type in (FieldType.USER, FieldType.UNIT, FieldType.RECORD):
            value = int(code)
        elif self.field.type == FieldType.NUMBER:
            value = float(code)
        elif self.field.type not in (FieldType.TEXT, FieldType.CHOICE):
            return None
        return Comparison(operand, "==", Value(value))


class PeriodLevel(Level):
    """Rows by day, week, month, quarter or year of a date field; the code is the first day."""

    def __init__(self, dimension: Dimension, maker: LevelMaker, span: tuple[float, float] | None) -> None:
        self.field: Field = maker.module.fields[dimension.name]
        super().__init__(dimension, self.field.label)
        self.zone = zone_of(maker.showing.work.workspace)
        self.by = dimension.by
        self.starts: tuple[date, ...] = ()
        if span is not None:
            first, last = self._day(span[0]), self._day(span[1])
            while len(starts := starts_between(first, last, self.by)) > MOST_PERIODS and coarser(self.by):
                self.by = coarser(self.by) or self.by
            self.starts = starts

    def _day(self, number: float) -> date:
        if self.field.type == FieldType.DATE:
            return date(1970, 1, 1) + timedelta(days=int(number))
        return datetime.fromtimestamp(number / 1_000_000, self.zone).date()

    def _number(self, day: date) -> float:
        value = day if self.field.type == FieldType.DATE else datetime.combine(day, time(), self.zone)
        return index_number(value) or 0.0

    @property
    def axis(self) -> Axis:
        return CutAxis(self.field, tuple(self._number(day) for day in self.starts[1:]))

    @property
    def compared(self) -> tuple[Field, ...]:
        return (self.field,)

    def code(self, key: Key) -> str:
        return NOTHING if key is None or not self.starts else self.starts[int(key)].isoformat()

    def text(self, code: str) -> Text:
        return WITHOUT if code == NOTHING else period_text(date.fromisoformat(code), self.by)

    def short(self, code: str) -> str:
        return "–" if code == NOTHING else period_short(date.fromisoformat(code), self.by)

    def order(self, code: str) -> Sorting:
        return (code == NOTHING, code)

    def condition(self, code: str) -> Condition | None:
        operand = Operand(OperandKind.FIELD, self.field.code)
        if code == NOTHING:
            return IsNone(operand)
        try:
            day = date.fromisoformat(code)
        except ValueError:
            return None
        start = period_start(day, self.by)
        ends = (start, next_start(start, self.by))
        if self.field.type != FieldType.DATE:
            ends = tuple(datetime.combine(day, time(), self.zone) for day in ends)  # type: ignore[assignment]
        return And((Comparison(operand, ">=", Value(ends[0])), Comparison(operand, "<", Value(ends[1]))))

    @property
    def every_code(self) -> tuple[str, ...]:
        return tuple(day.isoformat() for day in self.starts)


class SpentLevel(Level):
    """Rows by how long records stood in a status."""

    def __init__(self, dimension: Dimension, maker: LevelMaker) -> None:
        status = maker.statuses()[dimension.name]
        name = status.name
        super().__init__(dimension, Text(f"Thời gian ở “{name.vi}”", f"Time in “{name.in_language('en')}”"))

    @property
    def axis(self) -> Axis:
        return SpentAxis(self.dimension.name, tuple(days * 86_400.0 for days in SPENT_DAYS))

    def code(self, key: Key) -> str:
        return NOTHING if key is None else str(int(key))

    def text(self, code: str) -> Text:
        if code == NOTHING:
            return Text("Chưa qua trạng thái này", "Never in this status")
        place = int(code)
        if place == 0:
            return Text(f"Dưới {SPENT_DAYS[0]} ngày", f"Under {SPENT_DAYS[0]} day")
        if place == len(SPENT_DAYS):
            return Text(f"Từ {SPENT_DAYS[-1]} ngày", f"{SPENT_DAYS[-1]} days or more")
        low, high = SPENT_DAYS[place - 1], SPENT_DAYS[place]
        return Text(f"Từ {low} đến dưới {high} ngày", f"{low} to under {high} days")

    def order(self, code: str) -> Sorting:
        return (len(SPENT_DAYS) + 1 if code == NOTHING else int(code),)

    def condition(self, code: str) -> Condition | None:
        return None


def compared_condition(fields: Sequence[Field]) -> tuple[Condition, ...]:
    """Give conditions that always hold but read these fields: records that hide one drop out."""
    found: Mapping[str, Field] = {field.code: field for field in fields}
    operands = [Operand(OperandKind.FIELD, field.code, many=field.many) for field in found.values()]
    return tuple(Or((IsNone(operand), Not(IsNone(operand)))) for operand in operands)
