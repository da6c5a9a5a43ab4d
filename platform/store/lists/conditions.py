"""Set-form conditions (`engine.expressions.setform`) as SQL.

Every leaf is written so that it is true or false, never unknown: an operand without a value makes
its leaf false, as in `setform.holds`, and `not` turns exactly that. What concerns only the status is
answered here, for the few statuses of the module, and becomes `status IN (…)`. The field that access
rows carry is compared right there; other indexed fields and roles by one `EXISTS` each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    exists,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
)

from luongviec.engine.expressions import setform
from luongviec.engine.expressions.setform import Condition, Operand, OperandKind
from luongviec.engine.model import FieldType, Module
from luongviec.engine.related import zone_of
from luongviec.engine.world import HolderKind
from luongviec.store.definitions.codes import StatusCode
from luongviec.store.folding import MARKED, PLAIN
from luongviec.store.lists.access import Carrier, status_in
from luongviec.store.lists.index_values import index_number
from luongviec.store.lists.light import field_value_row, participation_row, record_row, record_tag_row
from luongviec.store.models.records import NO_SORT_KEY
from luongviec.store.world import StoreWorld

_STATUS_KINDS = frozenset({OperandKind.STATUS_CODE, OperandKind.STATUS_CATEGORY, OperandKind.STATUS_FINAL})

#: Makes the condition of one leaf out of the column that holds the value.
Leaf = Callable[[Any], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes conditions about the records of one module."""

    world: StoreWorld
    module: Module

    def write(self, condition: Condition, carrier: Carrier) -> ColumnElement[bool]:
        """Write a bound condition about what `carrier` stands at."""
        match condition:
            case setform.And(parts=parts):
                return and_(true(), *(self.write(part, carrier) for part in parts))
            case setform.Or(parts=parts):
                return or_(false(), *(self.write(part, carrier) for part in parts))
            case setform.Not(part=part):
                return not_(self.write(part, carrier))
            case setform.FixedTruth(value=setform.Value(value=value)):
                return true() if value else false()
            case _:
                return self._leaf(condition, carrier)

    def split(self, conditions: Iterable[Condition]) -> tuple[frozenset[int] | None, list[Condition]]:
        """Part what all conditions together say of the status (None: nothing) from what is left."""
        fitting: frozenset[int] | None = None
        others: list[Condition] = []
        for condition in conditions:
            for part in _conjuncts(condition):
                if all(operand.kind in _STATUS_KINDS for operand in setform.operands(part)):
                    found = frozenset(self._fitting(part))
                    fitting = found if fitting is None else fitting & found
                else:
                    others.append(part)
        return fitting, others

    def write_statuses(self, statuses: frozenset[int] | None, carrier: Carrier) -> list[ColumnElement[bool]]:
        """Write that a record stands in one of these statuses, so that indexes on open ones serve."""
        if statuses is None:
            return []
        known = self.world.codes.statuses_of.get(self.module.code, ())
        is_open = {status.id for status in known if not status.final}
        if statuses == {status.id for status in known}:
            return []
        parts = [carrier.is_open] if statuses <= is_open and statuses else []
        return (
            parts if statuses == is_open else [*parts, status_in(carrier, statuses) if statuses else false()]
        )

    # --- One leaf ---------------------------------------------------------------------------------------

    def _leaf(self, condition: Any, carrier: Carrier) -> ColumnElement[bool]:
        operand: Operand = condition.operand
        if operand.kind in _STATUS_KINDS:
            return self._status_leaf(condition, carrier)
        if operand.kind is OperandKind.ROLE:
            return self._many(
                condition, lambda leaf: self._participates(operand.name, carrier, leaf), numbers=True
            )
        if operand.kind is OperandKind.TAGS:
            return self._many(condition, partial(_tagged, carrier), numbers=True)
        if operand.kind is OperandKind.META:
            return self._meta_leaf(condition, carrier)
        return self._field_leaf(condition, carrier)

    def _status_leaf(self, condition: Any, carrier: Carrier) -> ColumnElement[bool]:
        """Ask the condition of each status of the module in Python."""
        fitting = self._fitting(condition)
        if len(fitting) == len(self.world.codes.statuses_of.get(self.module.code, ())):
            return true()
        return status_in(carrier, fitting) if fitting else false()

    def _fitting(self, condition: Condition) -> list[int]:
        return [
            status.id
            for status in self.world.codes.statuses_of.get(self.module.code, ())
            if setform.holds(condition, partial(self._value_of, status))
        ]

    def _value_of(self, status: StatusCode, operand: Operand) -> object:
        return self._status_value(operand, status)

    def _status_value(self, operand: Operand, status: StatusCode) -> object:
        if operand.kind is OperandKind.STATUS_CODE:
            return status.status
        if operand.kind is OperandKind.STATUS_FINAL:
            return status.final
        found = self.world.group_of(status.status_group, status.group_revision).statuses.get(status.status)
        return None if found is None else found.category

    def _meta_leaf(self, condition: Any, carrier: Carrier) -> ColumnElement[bool]:
        name = condition.operand.name
        if name == "id":
            return self._single(condition, carrier.id, FieldType.NUMBER, raw=True)
        kinds = {"title": FieldType.TEXT, "position": FieldType.NUMBER}
        kind = kinds.get(name, FieldType.DATETIME)
        if carrier.record is not None:
            return self._present(condition, getattr(carrier.record, name), kind)
        record = record_row()
        leaf = self._present(condition, getattr(record, name), kind)
        return exists(
            select(literal_column("1")).select_from(record.table).where(record.id == carrier.id, leaf)
        )

    def _present(self, condition: Any, column: Any, kind: str) -> ColumnElement[bool]:
        if isinstance(condition, setform.IsNone):
            return _is(column.is_(None))
        return and_(column.is_not(None), self._single(condition, column, kind, raw=True))

    def _field_leaf(self, condition: Any, carrier: Carrier) -> ColumnElement[bool]:
        code = condition.operand.name
        field = self.module.fields[code]
        if code == self.world.codes.sort_fields.get(self.module.code):
            if isinstance(condition, setform.IsNone):
                return _is(carrier.sort_key == literal(NO_SORT_KEY))
            return and_(
                carrier.sort_key != literal(NO_SORT_KEY),
                self._single(condition, carrier.sort_key, field.type),
            )
        field_id = self.world.codes.fields.get((self.module.code, code))
        if field_id is None:
            raise LookupError(f"field {self.module.code}.{code} is not indexed")
        is_text = field.type in (FieldType.TEXT, FieldType.MULTILINE, FieldType.CHOICE)
        if isinstance(condition, setform.Contains):
            row = field_value_row()
            own = (row.record_id == carrier.id, row.field_id == literal_column(str(field_id)))
            body = folded(self.world, row.value_text)
            held = (body.contains(word, autoescape=True) for word in condition.words)
            return exists(select(literal_column("1")).select_from(row.table).where(*own, *held))

        def has(leaf: Leaf | None) -> ColumnElement[bool]:
            row = field_value_row()
            conditions = [row.record_id == carrier.id, row.field_id == literal_column(str(field_id))]
            if leaf is not None:
                conditions.append(leaf(row.value_text if is_text else row.value_number))
            return exists(select(literal_column("1")).select_from(row.table).where(*conditions))

        if condition.operand.many:
            return self._many(condition, has, numbers=not is_text)
        if isinstance(condition, setform.IsNone):
            return not_(has(None))
        return has(lambda column: self._single(condition, column, field.type))

    def _participates(self, role: str, carrier: Carrier, leaf: Leaf | None) -> ColumnElement[bool]:
        row = participation_row()
        conditions = [row.record_id == carrier.id, row.role == role, row.until.is_(None)]
        if leaf is not None:
            is_user = self.module.roles[role].of is HolderKind.USER
            conditions.append(leaf(row.user_id if is_user else row.unit_id))
        return exists(select(literal_column("1")).select_from(row.table).where(*conditions))

    # --- Values -------------------------------------------------------------------------------------------

    def _many(
        self, condition: Any, has: Callable[[Leaf | None], ColumnElement[bool]], *, numbers: bool
    ) -> ColumnElement[bool]:
        """Write a leaf on several values: `==` is “is among”, nothing makes everything false."""
        if isinstance(condition, setform.IsNone):
            return not_(has(None))
        if isinstance(condition, setform.Truth):
            return has(lambda column: column == literal(1.0))
        fixed = condition.value if isinstance(condition, setform.Comparison) else condition.values
        given = _fixed(fixed)
        if given is None:
            return false()
        wanted = [part for part in _parts(given) if part is not None]
        if numbers:
            wanted = [number for part in wanted if (number := index_number(part)) is not None]
        else:
            wanted = [part for part in wanted if isinstance(part, str)]
        is_negative = (
            condition.operator == "!=" if isinstance(condition, setform.Comparison) else condition.negative
        )
        among = has(lambda column: column.in_(wanted)) if wanted else false()
        return and_(has(None), not_(among)) if is_negative else among

    def _single(self, condition: Any, column: Any, kind: str, *, raw: bool = False) -> ColumnElement[bool]:
        """Write a leaf on one value that is there; `raw` columns hold it as it is, not as an index."""
        if isinstance(condition, setform.Truth):
            return _is(column == literal(1.0))
        if isinstance(condition, setform.Comparison):
            value = _fixed(condition.value)
            if isinstance(value, tuple):
                equal = self._any_equal(column, kind, value, raw)
                return not_(equal) if condition.operator == "!=" else equal
            return self._compare(column, kind, condition.operator, value, raw)
        values = _fixed(condition.values)
        if values is None:
            return false()
        if isinstance(values, str):
            contained = self._contained_in(column, values) if kind in _TEXTS else false()
        else:
            contained = self._any_equal(column, kind, values, raw)
        return not_(contained) if condition.negative else contained

    def _any_equal(self, column: Any, kind: str, values: Iterable[object], raw: bool) -> ColumnElement[bool]:
        return or_(
            false(), *(self._compare(column, kind, "==", one, raw) for one in values if one is not None)
        )

    def _contained_in(self, column: Any, text: str) -> ColumnElement[bool]:
        if self.world.session.get_bind().dialect.name == "sqlite":
            return func.instr(literal(text), column) > 0
        return func.strpos(literal(text), column) > 0

    def _compare(
        self, column: Any, kind: str, operator: str, value: object, raw: bool
    ) -> ColumnElement[bool]:
        if value is None:
            return false()
        if kind in _TEXTS:
            if not isinstance(value, str):
                return true() if operator == "!=" else false()
            return _OPERATORS[operator](_by_code_point(self.world, column), literal(value))
        if kind in (FieldType.DATE, FieldType.DATETIME):
            return self._compare_moments(column, kind, operator, value, raw)
        number = _number_of_kind(kind, value)
        if number is None:
            return true() if operator == "!=" else false()
        return _OPERATORS[operator](column, literal(number))

    def _compare_moments(
        self, column: Any, kind: str, operator: str, value: object, raw: bool
    ) -> ColumnElement[bool]:
        """A day compares with a moment as its first instant in the installation's zone."""
        if not isinstance(value, date):
            return true() if operator == "!=" else false()
        zone = zone_of(self.world.workspace)
        if kind == FieldType.DATETIME:
            moment = value if isinstance(value, datetime) else datetime.combine(value, time(), tzinfo=zone)
            return _OPERATORS[operator](column, moment if raw else literal(index_number(moment)))
        if isinstance(value, datetime):
            operator, value = _as_day(operator, value, zone)
            if operator in ("true", "false"):
                return true() if operator == "true" else false()
        return _OPERATORS[operator](column, literal(index_number(value)))


def _tagged(carrier: Carrier, leaf: Leaf | None) -> ColumnElement[bool]:
    row = record_tag_row()
    conditions = [row.record_id == carrier.id, *(() if leaf is None else (leaf(row.tag_id),))]
    return exists(select(literal_column("1")).select_from(row.table).where(*conditions))


def _conjuncts(condition: Condition) -> list[Condition]:
    if isinstance(condition, setform.And):
        return [part for one in condition.parts for part in _conjuncts(one)]
    return [condition]


_TEXTS = frozenset({FieldType.TEXT, FieldType.MULTILINE, FieldType.CHOICE})

_OPERATORS: dict[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "==": lambda column, value: column == value,
    "!=": lambda column, value: column != value,
    "<": lambda column, value: column < value,
    "<=": lambda column, value: column <= value,
    ">": lambda column, value: column > value,
    ">=": lambda column, value: column >= value,
}


def _as_day(operator: str, moment: datetime, zone: tzinfo) -> tuple[str, date]:
    """Turn a comparison of a day with a moment into one with a day."""
    day = moment.astimezone(zone).date()
    if datetime.combine(day, time(), tzinfo=zone) == moment:
        return operator, day
    turned = {"==": "false", "!=": "true", "<": "<=", "<=": "<=", ">": ">", ">=": ">"}
    return turned[operator], day


def _number_of_kind(kind: str, value: object) -> float | None:
    """Give the number to compare with, None where the types differ and nothing is equal."""
    if kind == FieldType.BOOLEAN:
        return index_number(value) if isinstance(value, bool) else None
    if kind == FieldType.DURATION:
        return index_number(value) if isinstance(value, timedelta) else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return None


def _is(condition: Any) -> ColumnElement[bool]:
    """Name what a comparison of columns gives."""
    found: ColumnElement[bool] = condition
    return found


def _fixed(value: setform.Fixed) -> Any:
    if not isinstance(value, setform.Value):
        raise TypeError("bind the condition before it is written")
    return value.value


def _parts(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (value,)


def folded(world: StoreWorld, column: Any) -> Any:
    """Give a text without case and Vietnamese marks, as `folding.fold` does in Python."""
    if world.session.get_bind().dialect.name == "sqlite":
        return func.fold(column)
    return func.translate(func.lower(func.normalize(column)), MARKED, PLAIN)


def _by_code_point(world: StoreWorld, column: Any) -> Any:
    """Compare texts as Python does, whatever the database's collation."""
    return column if world.session.get_bind().dialect.name == "sqlite" else column.collate("C")
