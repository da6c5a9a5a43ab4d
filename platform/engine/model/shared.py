"""The kinds that all modules share: sides, categories, parameters, calendars, …"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time

from luongviec.engine.expressions.compiled import Template
from luongviec.engine.model.people import People
from luongviec.engine.model.words import Tone
from luongviec.engine.text import Text
from luongviec.engine.world import Value


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that a unit fills with people; `branch` holders hold it for all units below too."""

    code: str
    label: Text
    abilities: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    candidates: People | None = None
    branch: bool = False
    note: Text | None = None
    shown: bool = True  # units offer it to be filled
    shipped: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    code: str
    name: Text
    slots: Mapping[str, Slot]
    abilities: Mapping[str, Text]
    kinds: frozenset[str] = frozenset()  # kinds of unit nodes that may carry it; empty: all but headings
    belonging: bool = False  # whoever fills a slot works in the unit
    note: Text | None = None
    shipped: bool = False


@dataclass(frozen=True, slots=True)
class UnitKind:
    """What a node of the unit tree is; a `heading` only gathers others (O-15)."""

    code: str
    name: Text
    heading: bool = False
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Category:
    code: str
    name: Text
    tone: Tone
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    code: str
    type: str
    default: Value
    label: Text
    scope: str = "installation"  # installation | unit
    min: float | None = None
    max: float | None = None
    options: tuple[str, ...] = ()
    option_labels: Mapping[str, Text] = field(default_factory=dict)
    unit: Text | None = None
    note: Text | None = None
    module: str | None = None  # whose administrators may set it too


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working time: weekday (0 Monday) → spans; holidays; days that are worked all the same."""

    code: str
    name: Text
    timezone: str
    week: Mapping[int, tuple[tuple[time, time], ...]]
    holidays: Mapping[date, Text]
    working: frozenset[date]


@dataclass(frozen=True, slots=True)
class UserGroup:
    code: str
    name: Text
    may: frozenset[str]
    shipped: bool = False
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Preset:
    """Cards and menus of the home page for whom the people form fits; it gives no right."""

    code: str
    name: Text
    people: People  # the word `for`
    cards: tuple[Mapping[str, object], ...]
    menus: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Print:
    code: str
    module: str
    name: Text
    paper: str
    body: Template
    statuses: tuple[str, ...] = ()  # the word `when`; empty: all


@dataclass(frozen=True, slots=True)
class AssistantEntry:
    code: str
    questions: Mapping[str, tuple[str, ...]]
    answer: Mapping[str, tuple[str, ...]]
    link: str | None = None
    needs: str | None = None


@dataclass(frozen=True, slots=True)
class Assistant:
    code: str
    area: str
    entries: Mapping[str, AssistantEntry]
