"""What definitions call each other by, gathered before any of them is compiled.

A module, its status group and its matrix name each other's roles, statuses and fields, in circles;
so the names are read first, leniently, from the data as it stands. A definition whose shape is broken
is *unsound*: names that should come from it are not judged, and whoever needs it gets one problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from luongviec.engine.deciding.columns import PeopleNames, SideNames
from luongviec.engine.lazily import cached_property
from luongviec.engine.model import BUILT_IN_PERMISSIONS, Tone
from luongviec.engine.sources.reading import Definition
from luongviec.engine.text import Text

#: Columns of lists and reports that every record has.
RECORD_COLUMNS = frozenset(
    {
        "title",
        "number",
        "status",
        "status_since",
        "created_at",
        "created_by",
        "updated_at",
        "position",
        "home",
        "owner",
        "tags",
    }
)

BUILT_IN_ACTIONS = ("create", "edit", "delete", "restore")

BUILT_IN_EVENTS = frozenset(
    {"created", "edited", "deleted", "restored", "commented", "mentioned", "attached", "detached", "tagged"}
)


@dataclass(frozen=True)
class GroupNames:
    """A status group's names."""

    code: str
    module: str
    statuses: tuple[str, ...]
    sound: bool


@dataclass(frozen=True)
class ModuleNames:
    """A module's names, inverse relations included by `AllNames`."""

    code: str
    sound: bool
    owners: tuple[str, ...] = ()
    roles: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    relations: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    derived: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    actions: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    events: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    buckets: frozenset[str] = frozenset()
    groups: tuple[str, ...] = ()

    @cached_property
    def permissions(self) -> frozenset[str]:
        """Every permission that a matrix of the module may name (inverse links apart)."""
        actions = {str(data.get("permission", code)) for code, data in self.actions.items()}
        adds = {
            f"add_{code}"
            for code, data in self.relations.items()
            if "owns" in data or data.get("adds") is True
        }
        links = {f"link_{code}" for code, data in self.relations.items() if "links" in data}
        return BUILT_IN_PERMISSIONS | actions | adds | links


def target_of(relation: Mapping[str, object]) -> str:
    """Give the module that a relation leads to, as written."""
    for word in ("owns", "links"):
        if isinstance(relation.get(word), str):
            return str(relation[word])
    referred = relation.get("referred_by")
    return referred.partition(".")[0] if isinstance(referred, str) else ""


def owners_of(data: Mapping[str, object]) -> tuple[str, ...]:
    """Give the modules that own records of this one, as written."""
    owner = data.get("owner")
    if isinstance(owner, Mapping):
        owner = owner.get("module")
    return names_in(owner)


def lives_alone(data: Mapping[str, object]) -> bool:
    """Whether records of a module may be made without an owner."""
    owner = data.get("owner")
    return owner is None or (isinstance(owner, Mapping) and owner.get("optional") is True)


def names_in(value: object) -> tuple[str, ...]:
    """Give a name or a list of names as a tuple; what is no text is left out."""
    if isinstance(value, str):
        return (value,)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, tuple | list) else ()


def mappings_in(value: object) -> dict[str, Mapping[str, object]]:
    """Give the entries of a mapping that are mappings themselves."""
    if not isinstance(value, Mapping):
        return {}
    return {code: inner for code, inner in value.items() if isinstance(inner, Mapping)}


def text_of(value: object) -> Text | None:
    """Read a text leniently."""
    if isinstance(value, str):
        return Text(value)
    if isinstance(value, Mapping) and isinstance(value.get("vi"), str):
        english = value.get("en")
        return Text(value["vi"], english if isinstance(english, str) else None)
    return None


def module_names(code: str, data: Mapping[str, object], sound: bool) -> ModuleNames:
    """Read a module's own names."""
    actions: dict[str, Mapping[str, object]] = {code: {} for code in BUILT_IN_ACTIONS}
    actions.update(mappings_in(data.get("actions")))
    return ModuleNames(
        code,
        sound,
        owners_of(data),
        mappings_in(data.get("roles")),
        mappings_in(data.get("fields")),
        mappings_in(data.get("relations")),
        mappings_in(data.get("derived_roles")),
        actions,
        frozenset(mappings_in(data.get("events"))),
        frozenset(mappings_in(data.get("lists"))),
        frozenset(mappings_in(data.get("buckets"))),
        names_in(data.get("status_groups")),
    )


class AllNames:
    """The names of all definitions together."""

    def __init__(self, definitions: Iterable[tuple[Definition, Mapping[str, object], bool]]) -> None:
        self.sound: dict[tuple[str, str], bool] = {}
        self.modules: dict[str, ModuleNames] = {}
        self.groups: dict[str, GroupNames] = {}
        self.sides: dict[str, SideNames] = {}
        self.entries: dict[str, dict[str, bool]] = {}  # collection kind → entry → sound
        self.labels: dict[str, Text] = {}  # module → its name
        #: modules whose records live on their own and that are no authority themselves → their names
        self.standing_modules: dict[str, Text] = {}
        self.ability_labels: dict[str, Text] = {}
        self.category_tones: dict[str, Tone] = {}
        for definition, data, sound in definitions:
            self._add(definition, data, sound)
        self.abilities = frozenset(ability for side in self.sides.values() for ability in side.abilities)
        self._people: dict[str, PeopleNames] = {}
        self.inverse: dict[str, dict[str, tuple[str, str]]] = {}
        for module in self.modules.values():
            for relation, data in module.relations.items():
                if isinstance(data.get("inverse"), str):
                    far = self.inverse.setdefault(target_of(data), {})
                    far.setdefault(str(data["inverse"]), (module.code, relation))

    def _add(self, definition: Definition, data: Mapping[str, object], sound: bool) -> None:
        kind, code = definition.kind, definition.code
        self.sound[kind, code] = sound
        if kind == "module":
            self.modules[code] = module_names(code, data, sound)
            self.labels[code] = text_of(data.get("name")) or Text(code)
            if lives_alone(data) and data.get("stands_in") is None:
                self.standing_modules[code] = self.labels[code]
        elif kind == "status_group":
            statuses = tuple(mappings_in(data.get("statuses")))
            self.groups[code] = GroupNames(code, str(data.get("module", "")), statuses, sound)
        elif kind == "side":
            slots = mappings_in(data.get("slots"))
            for ability, inner in mappings_in(data.get("abilities")).items():
                self.ability_labels.setdefault(ability, text_of(inner.get("label")) or Text(ability))
            self.sides[code] = SideNames(frozenset(slots), frozenset(mappings_in(data.get("abilities"))))
        elif isinstance(data.get(kind), Mapping):
            entries = self.entries.setdefault(kind, {})
            entries.update(dict.fromkeys(data[kind], sound))  # type: ignore[call-overload]
            if kind == "categories":
                tones = {code: inner.get("tone") for code, inner in mappings_in(data[kind]).items()}
                self.category_tones |= {
                    code: Tone(str(tone)) for code, tone in tones.items() if tone in tuple(Tone)
                }

    def known(self, kind: str) -> tuple[str, ...]:
        """Give the codes of a kind, or the entries of a collection."""
        if kind in self.entries:
            return tuple(self.entries[kind])
        return tuple(code for one, code in self.sound if one == kind)

    def is_sound(self, kind: str, code: str) -> bool | None:
        """Whether a definition is sound; None where there is none."""
        return self.sound.get((kind, code))

    def related(self, module: str, relation: str) -> str | None:
        """Give the module that a relation (or its inverse end) of a module leads to."""
        names = self.modules.get(module)
        if names is not None and relation in names.relations:
            return target_of(names.relations[relation])
        inverse = self.inverse.get(module, {}).get(relation)
        return inverse[0] if inverse else None

    def relation_names(self, module: str) -> frozenset[str]:
        """Give all relations of a module, inverse ends included."""
        names = self.modules.get(module)
        return frozenset(names.relations if names else ()) | frozenset(self.inverse.get(module, ()))

    def permissions(self, module: str) -> frozenset[str]:
        """Give every permission that a matrix of a module may name."""
        names = self.modules.get(module)
        if names is None:
            return BUILT_IN_PERMISSIONS
        links = {
            f"link_{inverse}"
            for inverse, (home, relation) in self.inverse.get(module, {}).items()
            if "links" in self.modules[home].relations[relation]
        }
        return names.permissions | links

    def statuses(self, module: str) -> frozenset[str]:
        """Give the statuses of all groups of a module."""
        return frozenset(
            s for group in self.groups.values() if group.module == module for s in group.statuses
        )

    def people(self, module: str | None) -> PeopleNames:
        """Give the names that columns and people notation of a module may use."""
        if module not in self._people:
            self._people[module or ""] = self._people_names(module)
        return self._people[module or ""]

    def _people_names(self, module: str | None) -> PeopleNames:
        groups = frozenset(self.entries.get("user_groups", ()))
        names = self.modules.get(module) if module else None
        if names is None:
            return PeopleNames(groups=groups, sides=self.sides, abilities=self.abilities, loose=bool(module))
        loose = not names.sound
        derived: dict[str, frozenset[str]] = {}
        for prefix, data in names.derived.items():
            derived[prefix] = frozenset(names_in(data.get("roles")))
        owner_permissions: frozenset[str] | None = None
        if names.owners:
            owner_permissions = frozenset().union(*(self.permissions(owner) for owner in names.owners))
            loose = loose or any(self.is_sound("module", owner) is False for owner in names.owners)
        return PeopleNames(
            frozenset(names.roles),
            self._unit_sides(names),
            derived,
            groups,
            self.sides,
            frozenset(code for code, data in names.fields.items() if data.get("type") == "user"),
            owner_permissions,
            self.abilities,
            loose or any(self.sound.get(("side", side)) is False for side in self.sides),
        )

    def _unit_sides(self, names: ModuleNames) -> dict[str, SideNames]:
        sides = {}
        for code, data in names.roles.items():
            if data.get("of") == "unit" and data.get("side") in self.sides:
                sides[code] = self.sides[str(data["side"])]
        return sides
