"""From what a list's address says to conditions: split, filters, and the options that a list offers.

Filter names are generic: `status`, `category`, `tag`, a bucket's code, an indexed field's code, a role's
code; ranges are `NAME__from` and `NAME__until`, or `NAME__in` with the name of a period; `NAME__below` lets
a filter of units take the units below too. What is not a filter of the list is refused, never ignored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from luongviec.engine.errors import InvalidInput
from luongviec.engine.expressions.scope import scope_for
from luongviec.engine.expressions.setform import (
    Among,
    And,
    Comparison,
    Condition,
    Contains,
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
from luongviec.engine.lazily import cached_property
from luongviec.engine.model import Bucket, Field, FieldType, List, ListSource, Module, Role, Status, Workspace
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, HolderKind
from luongviec.services.lists.filter_names import ME_OPTION, MOST_MATCHES, MY_UNITS_OPTION, NamesOf, is_id
from luongviec.services.lists.filter_ranges import MOMENTS, bound, period, unknown
from luongviec.services.lists.named_periods import NAMED_PERIODS
from luongviec.services.lists.record_filters import (
    chosen_records,
    is_offered,
    record_option,
    record_options,
)
from luongviec.services.showing import part_tone
from luongviec.services.tags.offers import FEATURE, offered_tags
from luongviec.services.views import CandidatePage, Filter, FilterOption, TagView
from luongviec.store.folding import fold
from luongviec.store.world import StoreWorld

STATUS, CATEGORY, TAG = "status", "category", "tag"
FROM, UNTIL, IN, BELOW = "__from", "__until", "__in", "__below"
_STATUS_OPERAND = Operand(OperandKind.STATUS_CODE, "status")
_CATEGORY_OPERAND = Operand(OperandKind.STATUS_CATEGORY, "status")
_TAGS_OPERAND = Operand(OperandKind.TAGS, "tags", many=True)
_FINAL_OPERAND = Operand(OperandKind.STATUS_FINAL, "status")
IS_OPEN: Condition = Not(Truth(_FINAL_OPERAND))

_RANGES = frozenset({FieldType.DATE, FieldType.DATETIME, FieldType.NUMBER, FieldType.DURATION})
#: The part of a split by status that holds whatever is not over; no status may be called so.
OPEN_PART = "not-over"
OPEN_OPTION = FilterOption(OPEN_PART, Text("Chưa kết thúc", "Not finished"))
NO_SUCH_FILTER = Text("Danh sách này không có bộ lọc “{name}”.", "This list has no filter “{name}”.")


@dataclass(frozen=True)
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
            raise unknown("split", value)
        if value == OPEN_PART and OPEN_OPTION in self.split_options():
            return (IS_OPEN,)
        return (self._choice("split", name, (value,)),)

    # --- Filters ------------------------------------------------------------------------------------

    def filters(self, chosen: Mapping[str, tuple[str, ...]]) -> tuple[Condition, ...]:
        """Give the conditions of the chosen filters.

        Raises:
            InvalidInput: a name or a value that the list does not have.
        """
        said = {
            name: values
            for name, every in chosen.items()
            if (values := tuple(value for value in every if value.strip()))
        }
        below = {
            name.removesuffix(BELOW) for name in said if name.endswith(BELOW) and self._is_of_units(name)
        }
        return tuple(
            self._condition(name, values, below)
            for name, values in said.items()
            if not (name.endswith(BELOW) and name.removesuffix(BELOW) in below)
        )

    def offered(self, chosen: Mapping[str, tuple[str, ...]]) -> tuple[Filter, ...]:
        """Give the filters that the list offers, with what is chosen in words."""
        split = None if self.listed is None else self.listed.split
        without = () if TAG in chosen or self._tags else (TAG,)  # nothing to choose from yet
        names = (name for name in self._names if name != split and name not in without)
        return tuple(self.filter_view(name, chosen) for name in names)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        """The filters in the order in which they are offered: what the list shows comes first."""
        fields = [f.code for f in self.module.fields.values() if f.index and is_offered(f)]
        listed = self.listed.columns if self.listed is not None else ()
        shown = [code for code in listed if code in self.module.roles or self._is_quick(code)]
        tag = (TAG,) if FEATURE in self.module.has else ()
        category = (CATEGORY,) if len(self._options(CATEGORY)) > 1 else ()
        every = (STATUS, *self.module.buckets, *shown, *tag, *category, *fields, *self.module.roles)
        return tuple(dict.fromkeys(every))

    def _is_quick(self, code: str) -> bool:
        """Whether a field is narrowed by with a few presses; words are searched for in another place."""
        field = self.module.fields.get(code)
        return field is not None and field.index and field.type not in (FieldType.RECORD, FieldType.TEXT)

    def filter_view(self, name: str, chosen: Mapping[str, tuple[str, ...]]) -> Filter:
        """Give one filter with its options and what is chosen, in words."""
        options, values, kind = self._options(name), chosen.get(name, ()), self._kind(name)
        if self._is_range(name):
            return self._range_view(name, options, chosen)
        labels = {option.value: option.label for option in options}
        names = [labels.get(value) or self._name_of(name, value).label for value in values]
        if kind in ("people", "unit"):
            known = dict.fromkeys(option.value for option in options)
            options = (*options, *(self._name_of(name, value) for value in values if value not in known))
        is_below = bool(chosen.get(name + BELOW)) and kind == "unit"
        vi, en = ", ".join(one.vi for one in names), ", ".join(one.in_language("en") for one in names)
        if is_below and names:
            vi, en = f"{vi} và cấp dưới", f"{en} and below"
        return Filter(name, self._label(name), kind, options, values, Text(vi, en), is_below)

    def _range_view(
        self, name: str, options: tuple[FilterOption, ...], chosen: Mapping[str, tuple[str, ...]]
    ) -> Filter:
        ends = tuple("".join(chosen.get(name + end, ())) for end in (FROM, UNTIL))
        named = tuple(code for code in chosen.get(name + IN, ()) if code in NAMED_PERIODS)
        words = [NAMED_PERIODS[code].label for code in named]
        if any(ends):
            between = " – ".join(ends) if all(ends) else ""
            vi = between or (f"từ {ends[0]}" if ends[0] else f"đến {ends[1]}")
            en = between or (f"from {ends[0]}" if ends[0] else f"until {ends[1]}")
            words.append(Text(vi, en))
        label = Text(", ".join(one.vi for one in words), ", ".join(one.in_language("en") for one in words))
        values = (*named, *(end for end in ends if end))
        return Filter(name, self._label(name), self._kind(name), options, values, label, ends=ends)

    def _label(self, name: str) -> Text:
        if name == STATUS:
            return Text("Trạng thái", "Status")
        if name == CATEGORY:
            return Text("Phân loại", "Category")
        if name == TAG:
            return Text("Thẻ", "Tag")
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
        if name == TAG:
            return "choice"
        if name in self.module.buckets:
            return "bucket"
        if name in self.module.roles:
            return "unit" if self.module.roles[name].of is HolderKind.UNIT else "people"
        kinds: Mapping[str, str] = {
            FieldType.CHOICE: "choice",
            FieldType.BOOLEAN: "choice",
            FieldType.RECORD: "choice",
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
        if name == TAG:
            return tuple(FilterOption(str(tag.id), Text(tag.name), tone=tag.tone) for tag in self._tags)
        if self._kind(name) in ("people", "unit"):
            return (ME_OPTION,) if self._kind(name) == "people" else (MY_UNITS_OPTION,)
        field = self.module.fields.get(name)
        if field is None:
            return ()
        if field.type == FieldType.RECORD:
            return self.records_offered(name)
        if field.type in MOMENTS:
            return tuple(FilterOption(one.code, one.label) for one in NAMED_PERIODS.values())
        if field.type == FieldType.BOOLEAN:
            return (FilterOption("true", Text("Có", "Yes")), FilterOption("false", Text("Không", "No")))
        return tuple(
            FilterOption(option.code, option.label, tone=option.tone.value if option.tone else None)
            for option in field.options
        )

    def records_offered(self, name: str) -> tuple[FilterOption, ...]:
        """Give the records that a field which points to a list may be narrowed to."""
        source = self.module.fields[name].candidates if name in self.module.fields else None
        if not isinstance(source, ListSource):
            return ()
        target = self.world.workspace.modules[source.module]
        own = Narrowing(self.world, self.actor, target, target.lists[source.list]).own()
        return record_options(self.world, self.actor, source, own)

    def _statuses(self) -> dict[str, Status]:
        """Give the statuses of all the module's groups, in the order of their files."""
        return statuses_of(self.world.workspace, self.module)

    def _condition(self, name: str, values: Sequence[str], below: AbstractSet[str]) -> Condition:
        path = f"filter.{name}"
        base = name.removesuffix(IN)
        if base != name and self._is_range(base) and base in self._names:
            return _any_of([period(self.world, path, self.module.fields[base], value) for value in values])
        for end in (FROM, UNTIL):
            base = name.removesuffix(end)
            if base != name and self._is_range(base) and base in self._names:
                return bound(self.world, path, self.module.fields[base], values[-1], until=end == UNTIL)
        if name not in (*self._names, *self.module.roles, CATEGORY):
            raise InvalidInput({path: (NO_SUCH_FILTER.filled({"name": name[:60]}),)})
        if name in (STATUS, CATEGORY) or name in self.module.buckets:
            return self._choice(path, name, values)
        if name == TAG:
            return self._tag(values)
        if name in self.module.roles:
            return self._role(self.module.roles[name], values, below=name in below)
        return self._field(path, self.module.fields[name], values, below=name in below)

    def _choice(self, path: str, name: str, values: Sequence[str]) -> Condition:
        known = {option.value for option in self._options(name)}
        for value in values:
            if value not in known:
                raise unknown(path, value)
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
        raise unknown(bucket.code, code)

    def _tag(self, values: Sequence[str]) -> Condition:
        """Any of the tags; one that is gone is on no record."""
        by_name = {fold(tag.name): tag.id for tag in self._tags}
        ids = [int(value) if is_id(value) else by_name.get(fold(value)) for value in values]
        wanted = tuple(one for one in ids if one is not None)
        return Comparison(_TAGS_OPERAND, "==", Value(wanted)) if wanted else _any_of(())

    def _role(self, role: Role, values: Sequence[str], *, below: bool) -> Condition:
        operand = Operand(OperandKind.ROLE, role.code, many=True)
        if role.of is HolderKind.UNIT:
            ids = [found for value in values for found in self.names.units(value, below=below)]
        else:
            ids = [found for value in values for found in self.names.people(value)][:MOST_MATCHES]
        return Comparison(operand, "==", Value(tuple(dict.fromkeys(ids)))) if ids else _any_of(())

    def _field(self, path: str, field: Field, values: Sequence[str], *, below: bool = False) -> Condition:
        operand = Operand(OperandKind.FIELD, field.code, many=field.many)
        if field.type == FieldType.TEXT and not field.many:
            return _any_of([Contains(operand, tuple(fold(value).split())) for value in values if fold(value)])
        if field.type == FieldType.RECORD:
            return Among(operand, Value(chosen_records(self.world, self.actor, values)))
        wanted: list[object] = []
        for value in values:
            if field.type == FieldType.USER:
                wanted += self.names.people(value)
            elif field.type == FieldType.UNIT:
                wanted += self.names.units(value, below=below)
            elif field.type == FieldType.BOOLEAN:
                wanted.append(value == "true")
            elif field.type == FieldType.CHOICE and field.option(value) is None:
                raise unknown(path, value)
            else:
                wanted.append(value)
        if field.many:
            return _any_of([Comparison(operand, "==", Value(one)) for one in wanted[:MOST_MATCHES]])
        return Among(operand, Value(tuple(wanted)))

    def candidates(self, name: str, q: str) -> CandidatePage:
        """Give the people or units that a filter may be set to.

        Raises:
            InvalidInput: it is no filter of people or units.
        """
        kind = self._kind(name) if name in self._names else ""
        if kind not in ("people", "unit"):
            raise InvalidInput({f"filter.{name}": (NO_SUCH_FILTER.filled({"name": name[:60]}),)})
        return self.names.offered_people(q) if kind == "people" else self.names.offered_units(q)

    # --- Names ----------------------------------------------------------------------------------------

    @cached_property
    def names(self) -> NamesOf:
        """The people and units that filters may name."""
        return NamesOf(self.world, self.actor.user_id)

    @cached_property
    def _tags(self) -> tuple[TagView, ...]:
        return offered_tags(self.world, self.actor.user_id) if FEATURE in self.module.has else ()

    def units_named(self, typed: str) -> list[int]:
        """Give the units with an id, or whose names, present or former, hold what was typed (O-14)."""
        return self.names.units(typed)

    def _is_of_units(self, name: str) -> bool:
        base = name.removesuffix(BELOW)
        return base in self._names and self._kind(base) == "unit"

    def _name_of(self, name: str, value: str) -> FilterOption:
        """Give a chosen value that no option is."""
        if self._kind(name) == "people":
            return self.names.person_option(value)
        if self._kind(name) == "unit":
            return self.names.unit_option(value)
        if name in self.module.fields and self.module.fields[name].type == FieldType.RECORD:
            return record_option(self.world, self.actor, value)
        return FilterOption(value, Text(f"#{value}" if name == TAG and is_id(value) else value))


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
    return Text(f"Theo {label.vi[:1].lower()}{label.vi[1:]}", f"By {english[:1].lower()}{english[1:]}")


def _any_of(conditions: Sequence[Condition]) -> Condition:
    return Or(tuple(conditions)) if conditions else FixedTruth(Value(False))
