"""Rows of files: the plain values of some columns of many records, read narrowly (T-99).

Every value is what `Showing.cell` and `plain_value` would give, so that a file says what a page says; but
whole records are read only for columns that somebody may not be shown, or that look at more than the
record itself. The records were found by what the reader may see: the gate is the selection's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from luongviec.engine.model import Field, FieldType, Module
from luongviec.engine.values import NotOfType, from_json, holds_many
from luongviec.engine.world import Holder, HolderKind, Value
from luongviec.services.lists.plain_values import plain_value
from luongviec.services.showing import (
    CREATED_COLUMN,
    HOME_COLUMN,
    MAKER_COLUMN,
    NUMBER_COLUMN,
    OWNER_COLUMN,
    POSITION_COLUMN,
    SINCE_COLUMN,
    STATUS_COLUMN,
    TAGS_COLUMN,
    TITLE_COLUMN,
    UPDATED_COLUMN,
    Showing,
)
from luongviec.services.views import Cell
from luongviec.store.definitions.codes import StatusCode
from luongviec.store.lists.narrow import NarrowRecord, holders_now, narrow_records

#: Gives the plain value of one column of a record.
Writer = Callable[[NarrowRecord], object]

SINCE = "status_since"  # when a record was closed: its units are named as they were then
_FACT_OF: Mapping[str, str] = {
    TITLE_COLUMN: "title",
    CREATED_COLUMN: "created_at",
    UPDATED_COLUMN: "updated_at",
    SINCE_COLUMN: SINCE,
    MAKER_COLUMN: "created_by_id",
    OWNER_COLUMN: "owner_id",
    POSITION_COLUMN: "position",
}
#: Values of these types are written as they are.
_AS_THEY_ARE = frozenset(
    {FieldType.TEXT, FieldType.MULTILINE, FieldType.NUMBER, FieldType.DATE, FieldType.DATETIME}
)


class PlainRows:
    """Gives rows of plain values to one reader; one serves one moment of reading."""

    def __init__(self, showing: Showing, columns: Sequence[str], language: str) -> None:
        self.showing = showing
        self.world = showing.world
        self.columns = tuple(columns)
        self.language = language
        self._writers: dict[int, tuple[Writer, ...]] = {}  # by status: its revisions say what a column is
        self._holders: Mapping[tuple[int, str], Sequence[Holder]] = {}

    def rows(self, ids: Sequence[int]) -> Iterator[tuple[object, ...]]:
        """Give records that the reader may see, in the order of their ids, with a value for each column."""
        facts = {SINCE, *(fact for code, fact in _FACT_OF.items() if code in self.columns)}
        records = narrow_records(self.showing.work.session, self.world.codes, ids, facts)
        self._read_beside(records)
        for one in ids:
            record = records.get(one)
            if record is not None:
                yield tuple(write(record) for write in self._writers_of(record.status))

    # --- Reading what the columns need, for all records at once ---------------------------------------

    def _read_beside(self, records: Mapping[int, NarrowRecord]) -> None:
        modules = {id(found): found for one in records.values() if (found := self._module(one.status))}
        pairs = [(module, code) for module in modules.values() for code in self.columns]
        roles = {code for module, code in pairs if code not in module.fields and code in module.roles}
        self._holders = holders_now(self.showing.work.session, tuple(records), roles) if roles else {}
        careful = any(not self._is_narrow(module, code) for module, code in pairs)
        self.showing.expect(
            records=(
                *(records if careful else ()),
                *self._referred(records.values(), FieldType.RECORD),
                *self._owners(records.values()),
            ),
            files=self._referred(records.values(), FieldType.FILES),
            tags_of=records if TAGS_COLUMN in self.columns else (),
        )

    def _owners(self, records: Iterable[NarrowRecord]) -> set[int]:
        found = (one.facts["owner_id"] for one in records if OWNER_COLUMN in self.columns)
        return {owner for owner in found if owner is not None}

    def _referred(self, records: Iterable[NarrowRecord], kind: FieldType) -> set[int]:
        """Give the ids that columns of a type hold."""
        found: set[int] = set()
        for record in records:
            fields = self._module(record.status).fields
            for code in self.columns:
                if code in fields and fields[code].type == kind:
                    value = _value(fields[code], record)
                    parts = value if isinstance(value, tuple) else (value,)
                    found.update(one for one in parts if isinstance(one, int))
        return found

    def _module(self, status: StatusCode) -> Module:
        module = self.world.module_of(status)
        if module is None:
            raise LookupError(f"module {status.module} is not published")
        return module

    # --- Writing --------------------------------------------------------------------------------------

    def _writers_of(self, status: StatusCode) -> tuple[Writer, ...]:
        found = self._writers.get(status.id)
        if found is None:
            module = self._module(status)
            found = tuple(self._writer(module, status, code) for code in self.columns)
            self._writers[status.id] = found
        return found

    def _is_narrow(self, module: Module, code: str) -> bool:
        """Whether a column needs no more than the record's own row, whoever reads."""
        if code == NUMBER_COLUMN and code not in module.fields and module.numbering is not None:
            code = module.numbering.field
        if code in module.fields:
            return self.showing.is_open_field(module, code)
        return code in module.roles or (code not in module.buckets and code != HOME_COLUMN)

    def _writer(self, module: Module, status: StatusCode, code: str) -> Writer:
        if not self._is_narrow(module, code):
            return partial(self._carefully, code)
        if code in module.fields:
            return self._field_writer(module.fields[code])
        if code in module.roles:
            return partial(self._holders_of, code)
        if code == STATUS_COLUMN:
            group = self.world.group_of(status.status_group, status.group_revision)
            name = group.statuses[status.status].name.in_language(self.language)
            return lambda _: name
        if code == NUMBER_COLUMN and module.numbering is not None:
            numbered = module.fields[module.numbering.field]
            return lambda record: _value(numbered, record) or None
        if code == MAKER_COLUMN:
            return lambda record: self._person(record.facts["created_by_id"])
        if code == OWNER_COLUMN:
            return self._owner
        if code == TAGS_COLUMN:
            return lambda record: ", ".join(tag.name for tag in self.showing.tags_of(record.id)) or None
        fact = _FACT_OF.get(code)
        return lambda record: None if fact is None else record.facts[fact]

    def _field_writer(self, field: Field) -> Writer:
        if holds_many(field):
            return lambda record: self._shown(field, record)
        if field.type in _AS_THEY_ARE:
            return lambda record: _value(field, record)
        if field.type == FieldType.CHOICE:
            labels: Mapping[object, str] = {
                option.code: option.label.in_language(self.language) for option in field.options
            }
            return lambda record: labels.get(value := _value(field, record), value)
        if field.type == FieldType.USER:
            return lambda record: self._person(_value(field, record))
        return lambda record: self._shown(field, record)

    def _shown(self, field: Field, record: NarrowRecord) -> object:
        """Give a value as `Showing` shows it."""
        cell = self.showing.value_cell(field, _value(field, record), record.closed_at)
        return plain_value(cell, self.language)

    def _carefully(self, code: str, record: NarrowRecord) -> object:
        """Give a value that the reader may not be shown, or that follows from more than the record."""
        state = self.world.record(record.id)
        if state is None:
            return None
        return plain_value(self.showing.cell(state, code, seen=True, plain=True), self.language)

    def _person(self, user_id: object) -> str | None:
        if not isinstance(user_id, int):
            return None
        person = self.world.person(user_id)
        return f"#{user_id}" if person is None else person.name

    def _holders_of(self, role: str, record: NarrowRecord) -> str | None:
        holders = self._holders.get((record.id, role), ())
        people = [self._person(one.id) or "" for one in holders if one.kind is HolderKind.USER]
        name_at, at = self.world.organisation.name_at, record.closed_at
        units = [name_at(one.id, at) for one in holders if one.kind is HolderKind.UNIT]
        return ", ".join(people or units) or None

    def _owner(self, record: NarrowRecord) -> object:
        link = self.showing.visible_link(record.facts["owner_id"])
        return plain_value(Cell(OWNER_COLUMN, FieldType.RECORD, link), self.language)


def _value(field: Field, record: NarrowRecord) -> Value:
    """Read a value; what a changed definition no longer understands counts as none."""
    try:
        return from_json(field, record.stored.get(field.code))
    except NotOfType:
        return None
