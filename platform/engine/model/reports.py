"""Reports: figures over the records that a reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from luongviec.engine.expressions.compiled import Expression
from luongviec.engine.model.people import Column
from luongviec.engine.text import Text


class DimensionKind(StrEnum):
    """What the rows of a report stand for."""

    STATUS = "status"
    CATEGORY = "category"
    ROLE = "role"  # holders of a role; units at a level of the tree, where one is named
    BUCKET = "bucket"
    FIELD = "field"
    PERIOD = "period"  # days, weeks … of a date field
    TIME_IN = "time_in"  # how long a record stood in a status


class PeriodLength(StrEnum):
    """How long the rows of a period are."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Dimension:
    """One level of rows. `name` is the role, bucket, field or status it goes by."""

    kind: DimensionKind
    name: str = ""
    level: int | None = None
    by: PeriodLength = PeriodLength.MONTH
    label: Text | None = None


class MeasureKind(StrEnum):
    """What a column of a report counts."""

    COUNT = "count"
    SUM = "sum"
    AVG = "avg"
    SHARE = "share"  # of the row's records where one is named, else of all records
    TIME_IN = "time_in"  # mean time in a status, of the records that were in it


@dataclass(frozen=True, slots=True)
class Measure:
    """One column of figures. `name` is the field or status; `where` narrows the records.

    Rows are ordered by a `ranked` column, highest first. Columns with a `tone` are what the chart draws,
    one upon the other; without any it draws the first.
    """

    kind: MeasureKind
    label: Text
    name: str = ""
    where: Expression | None = None
    tone: str | None = None
    ranked: bool = False


class ReportFilterKind(StrEnum):
    """By what a reader may narrow a report."""

    FIELD = "field"
    ROLE = "role"
    PERIOD = "period"
    BUCKET = "bucket"
    MINE = "mine"  # the reader's own roles (S7)


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """One filter. `name` is the field, role or bucket; `mine` are the columns to choose among."""

    kind: ReportFilterKind
    name: str = ""
    mine: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Rows by dimensions, columns by measures, and the detail behind every figure.

    `needs` is a function permission without which the report is not offered; nothing in a report is
    counted that the reader may not see anyway.
    """

    code: str
    module: str
    name: Text
    rows: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    filters: tuple[ReportFilter, ...]
    columns: tuple[str, ...]
    outputs: tuple[str, ...]
    needs: str | None = None
    note: Text | None = None
