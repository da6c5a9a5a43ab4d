"""From what a list's address says to conditions: split, filters, and the options that a list offers.

Filter names are generic: `status`, `category`, a bucket's code, an indexed field's code, a role's code;
ranges are `NAME__from` and `NAME__until`. What is not a filter of the list is refused, never ignored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, islice

from luongviec.engine.errors import InvalidInput
from luongviec.engine.model import Bucket, Field, FieldType, List, Module, Role, Status, Workspace
from luongviec.engine.related import zone_of
from luongviec.engine.scope import scope_for
from luongviec.engine.setform import (
    Among,
    And,
    Comparison,
    Condition,
    FixedTruth,
    Not,
    Operand,
    OperandKind,
    Or,
    Truth,
    Value,
    bind,
    compile_set,
)
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, HolderKind
from luongviec.forms.reading import Clock, Unreadable, read_one
from luongviec.services.showing import part_tone
from luongviec.services.views import Filter, FilterOption
from luongviec.store.folding import fold
from luongviec.store.world import StoreWorld

STATUS, CATEGORY = "status", "category"
FROM, UNTIL = "__from", "__until"
MOST_MATCHES = 300
_STATUS_OPERAND = Operand(OperandKind.STATUS_CODE, "status")
_CATEGORY_OPERAND = Operand(OperandKind.STATUS_CATEGORY, "status")
_FINAL_OPERAND = Operand(OperandKind.STATUS_FINAL, "status")
IS_OPEN: Condition = Not(Truth(_FINAL_OPERAND))

_RANGES = frozenset({FieldType.DATE, FieldType.DATETIME, FieldType.NUMBER, FieldType.DURATION})
#: The part of a split by status that holds whatever is not over; no status may be called so.
OPEN_PART = "not-over"
OPEN_OPTION = FilterOption(OPEN_PART, Text("Chưa kết thúc", "Not finished"))
NO_SUCH_FILTER = Text("Danh sách này không có bộ lọc “{name}”.", "This list has no filter “{name}”.")
NO_SUCH_VALUE = Text("Bộ lọc này không có giá trị “{value}”.", "This filter has no value “{value}”.")


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One list of one module, as one viewer narrows it."""

    world: StoreWorld
    actor: Actor
    module: Module
    listed: List | None

    # --- The list's own condition -------------------------------------------------------------------

    def own(self) -> tuple[Condition, ...]:
        """Give the list's `where`, its constants evaluated for the viewer."""
        if self.listed is None or self.listed.where is None:
            return ()
        return (bind(compile_set(self.listed.where, self.module), self.scope()),)

    def scope(self) -> Mapping[str, object]:
        return scope_for(self.world, None, actor=self.actor, viewer=self.actor.user_id)

    # --- Splits -------------------------------------------------------------------------------------

    def split_options(self) -> tuple[FilterOption, ...]:
        """Give the parts of the list's split, without “all”."""
        name = None if self.listed is None else self.listed.split
        if name is None:
            return ()
        is_mixed = name == STATUS and splits_open(self.world.workspace, self.module, self.listed)
        return ((OPEN_OPTION,) if is_mixed else ()) + self._options(name)

    def split(self, value: str) -> tuple[Condition, ...]:
        """Give the condition of a chosen part of the split.

        Raises:
            InvalidInput: the list is not split so.
        """
        if not value:
            return ()
        name = None if self.listed is None else self.listed.split
        if name is None:
            raise _unknown("split", value)
        if value == OPEN_PART and OPEN_OPTION in self.split_options():
            return (IS_OPEN,)
        return (self._choice("split", name, (value,)),)

    # --- Filters ------------------------------------------------------------------------------------

    def filters(self, chosen: Mapping[str, tuple[str, ...]]) -> tuple[Condition, ...]:
        """Give the conditions of the chosen filters.

        Raises:
            InvalidInput: a name or a value that the list does not have.
        """
        return tuple(
            self._condition(name, tuple(value for value in values if value.strip()))
            for name, values in chosen.items()
            if any(value.strip() for value in values)
        )

    def offered(self, chosen: Mapping[str, tuple[str, ...]]) -> tuple[Filter, ...]:
        """Give the filters that the list offers, with what is chosen in words."""
        split = None if self.listed is None else self.listed.split
        asked = [name for name in chosen if name in self.module.roles]  # offered once they are in use
        names = [name for name in dict.fromkeys((*self._names(), *asked)) if name != split]
        return tuple(self.filter_view(name, chosen) for name in names)

    def _names(self) -> tuple[str, ...]:
        fields = [f.code for f in self.module.fields.values() if f.index and f.type != FieldType.RECORD]
        listed = self.listed.columns if self.listed is not None else ()
        roles = [code for code in listed if code in self.module.roles]
        return tuple(dict.fromkeys((STATUS, *self.module.buckets, *fields, *roles)))

    def filter_view(self, name: str, chosen: Mapping[str, tuple[str, ...]]) -> Filter:
        """Give one filter with its options and what is chosen, in words."""
        options, values = self._options(name), chosen.get(name, ())
        if self._is_range(name):
            values = tuple(v for end in (FROM, UNTIL) for v in chosen.get(name + end, ()) if v)
            words = " – ".join("".join(chosen.get(name + end, ())) for end in (FROM, UNTIL)) if values else ""
            return Filter(name, self._label(name), self._kind(name), (), values, Text(words, words))
        labels = {option.value: option.label for option in options}
        names = [labels.get(value) or Text(self._name_of(name, value)) for value in values]
        chosen_label = Text(
            ", ".join(one.vi for one in names), ", ".join(one.in_language("en") for one in names)
        )
        return Filter(name, self._label(name), self._kind(name), options, values, chosen_label)

    def _label(self, name: str) -> Text:
        if name == STATUS:
            return Text("Trạng thái", "Status")
        if name == CATEGORY:
            return Text("Phân loại", "Category")
        if name in self.module.fields:
            return self.module.fields[name].label
        if name in self.module.roles:
            return self.module.roles[name].label
        bucket = self.module.buckets[name]
        field = self.module.fields.get(bucket.over)
        return Text(name, name) if field is None else _grouped_by(field.label)

    def _kind(self, name: str) -> str:
        if name in (STATUS, CATEGORY):
            return STATUS
        if name in self.module.buckets:
            return "bucket"
        if name in self.module.roles:
            return "unit" if self.module.roles[name].of is HolderKind.UNIT else "people"
        kinds: Mapping[str, str] = {
            FieldType.CHOICE: "choice",
            FieldType.BOOLEAN: "choice",
            FieldType.USER: "people",
            FieldType.UNIT: "unit",
            FieldType.DATE: "period",
            FieldType.DATETIME: "period",
            FieldType.NUMBER: "number",
            FieldType.DURATION: "number",
        }
        return kinds.get(self.module.fields[name].type, "text")

    def _is_range(self, name: str) -> bool:
        field = self.module.fields.get(name)
        return field is not None and name not in self.module.buckets and field.type in _RANGES

    def _options(self, name: str) -> tuple[FilterOption, ...]:
        if name == STATUS:
            return tuple(FilterOption(s.code, s.name, tone=s.tone.value) for s in self._statuses().values())
        if name == CATEGORY:
            used = {status.category for status in self._statuses().values()}
            categories = self.world.workspace.categories
            return tuple(
                FilterOption(c.code, c.name, tone=c.tone.value) for c in categories.values() if c.code in used
            )
        if name in self.module.buckets:
            bucket = self.module.buckets[name]
            return tuple(
                FilterOption(part.code, part.label, tone=part_tone(bucket, index))
                for index, part in enumerate(bucket.parts)
            )
        field = self.module.fields.get(name)
        if field is None:
            return ()
        if field.type == FieldType.BOOLEAN:
            return (FilterOption("true", Text("Có", "Yes")), FilterOption("false", Text("Không", "No")))
        return tuple(
            FilterOption(option.code, option.label, tone=option.tone.value if option.tone else None)
            for option in field.options
        )

    def _statuses(self) -> dict[str, Status]:
        """Give the statuses of all the module's groups, in the order of their files."""
        return statuses_of(self.world.workspace, self.module)

    def _condition(self, name: str, values: Sequence[str]) -> Condition:
        path = f"filter.{name}"
        for end in (FROM, UNTIL):
            base = name.removesuffix(end)
            if base != name and self._is_range(base) and base in self._names():
                return self._bound(path, self.module.fields[base], values[-1], until=end == UNTIL)
        if name not in (*self._names(), *self.module.roles, CATEGORY):
            raise InvalidInput({path: (NO_SUCH_FILTER.filled({"name": name[:60]}),)})
        if name in (STATUS, CATEGORY) or name in self.module.buckets:
            return self._choice(path, name, values)
        if name in self.module.roles:
            return self._role(self.module.roles[name], values)
        return self._field(path, self.module.fields[name], values)

    def _choice(self, path: str, name: str, values: Sequence[str]) -> Condition:
        known = {option.value for option in self._options(name)}
        for value in values:
            if value not in known:
                raise _unknown(path, value)
        if name == STATUS:
            return Among(_STATUS_OPERAND, Value(tuple(values)))
        if name == CATEGORY:
            return Among(_CATEGORY_OPERAND, Value(tuple(values)))
        if name in self.module.buckets:
            return _any_of([self.part(self.module.buckets[name], value) for value in values])
        return self._field(path, self.module.fields[name], values)

    def part(self, bucket: Bucket, code: str) -> Condition:
        """Give the condition of one part of a bucket: the first part that fits counts."""
        scope = self.scope()
        before: list[Condition] = []
        for part in bucket.parts:
            condition = bind(compile_set(part.when, self.module), scope)
            if part.code == code:
                return And((condition, *(Not(one) for one in before)))
            before.append(condition)
        raise _unknown(bucket.code, code)

    def _role(self, role: Role, values: Sequence[str]) -> Condition:
        operand = Operand(OperandKind.ROLE, role.code, many=True)
        named = self.units_named if role.of is HolderKind.UNIT else self._people
        ids = [found for value in values for found in named(value)]
        return _any_of([Comparison(operand, "==", Value(one)) for one in ids[:MOST_MATCHES]])

    def _field(self, path: str, field: Field, values: Sequence[str]) -> Condition:
        operand = Operand(OperandKind.FIELD, field.code, many=field.many)
        wanted: list[object] = []
        for value in values:
            if field.type == FieldType.USER:
                wanted += self._people(value)
            elif field.type == FieldType.UNIT:
                wanted += self.units_named(value)
            elif field.type == FieldType.BOOLEAN:
                wanted.append(value == "true")
            elif field.type == FieldType.CHOICE and field.option(value) is None:
                raise _unknown(path, value)
            else:
                wanted.append(value)
        if field.many:
            return _any_of([Comparison(operand, "==", Value(one)) for one in wanted[:MOST_MATCHES]])
        return Among(operand, Value(tuple(wanted[:MOST_MATCHES])))

    def _bound(self, path: str, field: Field, typed: str, *, until: bool) -> Condition:
        """Give one end of a range; a day stands for all its hours."""
        operand = Operand(OperandKind.FIELD, field.code)
        zone = zone_of(self.world.workspace)
        try:
            if field.type == FieldType.DATETIME and not _names_a_time(typed):
                day = read_one(_as_type(field, FieldType.DATE), typed, Clock(self.world.now))
                if not isinstance(day, date):
                    raise _unknown(path, typed)
                start = datetime.combine(day, time(), zone)
                return (
                    Comparison(operand, "<", Value(start + timedelta(days=1)))
                    if until
                    else Comparison(operand, ">=", Value(start))
                )
            value = read_one(field, typed, Clock(self.world.now))
        except Unreadable as error:
            raise InvalidInput({path: (error.message,)}) from error
        return Comparison(operand, "<=" if until else ">=", Value(value))

    # --- Names ----------------------------------------------------------------------------------------

    def _people(self, typed: str) -> list[int]:
        """Give the people with an id, or whose names hold what was typed."""
        return _named(typed, ((p.id, p.name) for p in self.world.organisation.people.values()))

    def units_named(self, typed: str) -> list[int]:
        """Give the units with an id, or whose names, present or former, hold what was typed (O-14)."""
        organisation = self.world.organisation
        former = ((one, name) for one, names in organisation.former_names.items() for _, name in names)
        present = ((unit.id, unit.name) for unit in organisation.units.values())
        return list(dict.fromkeys(_named(typed, chain(present, former))))

    def _name_of(self, name: str, value: str) -> str:
        if not _is_id(value):
            return value
        if self._kind(name) == "people":
            person = self.world.person(int(value))
            return person.name if person is not None else value
        if self._kind(name) == "unit":
            unit = self.world.unit(int(value))
            return unit.name if unit is not None else value
        return value


def statuses_of(workspace: Workspace, module: Module) -> dict[str, Status]:
    """Give the statuses of all the groups of a module, in the order of their files."""
    found: dict[str, Status] = {}
    for code in module.status_groups:
        group = workspace.status_groups.get(code)
        for status in group.statuses.values() if group is not None else ():
            found.setdefault(status.code, status)
    return found


def splits_open(workspace: Workspace, module: Module, listed: List | None) -> bool:
    """Whether a list is split by status and holds work that is over beside work that is not."""
    if listed is None or listed.split != STATUS:
        return False
    return {status.is_final for status in statuses_of(workspace, module).values()} == {True, False}


def _grouped_by(label: Text) -> Text:
    """Tell the filter of a bucket's parts from the filter of the field that they run over."""
    english = label.in_language("en")
    return Text(f"Nhóm theo {label.vi[:1].lower()}{label.vi[1:]}", f"By {english[:1].lower()}{english[1:]}")


def _named(typed: str, names: Iterable[tuple[int, str]]) -> list[int]:
    if _is_id(typed):
        return [int(typed)]
    words = fold(typed).split()
    if not words:
        return []
    found = (one for one, name in names if all(word in fold(name) for word in words))
    return list(islice(found, MOST_MATCHES))


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 16


def _names_a_time(typed: str) -> bool:
    return ":" in typed or "T" in typed


def _as_type(field: Field, type_code: str) -> Field:
    return Field(field.code, type_code, field.label)


def _any_of(conditions: Sequence[Condition]) -> Condition:
    return Or(tuple(conditions)) if conditions else FixedTruth(Value(False))


def _unknown(path: str, value: str) -> InvalidInput:
    return InvalidInput({path: (NO_SUCH_VALUE.filled({"value": value[:60]}),)})
