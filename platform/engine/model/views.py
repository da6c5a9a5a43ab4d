"""What people see of a module: buckets, lists, forms, blocks of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from luongviec.engine.expressions.compiled import Expression, Template
from luongviec.engine.model.people import Column
from luongviec.engine.model.words import Tone
from luongviec.engine.text import Text


@dataclass(frozen=True, slots=True)
class BucketPart:
    """`note` says the limits in words, by language (W-31)."""

    code: str
    label: Text
    when: Expression
    tone: Tone | None = None
    note: Mapping[str, Template] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bucket:
    """Parts of a field's range; the first that matches counts."""

    code: str
    over: str
    parts: tuple[BucketPart, ...]
    hours: bool = False  # the hour is told beside the day


@dataclass(frozen=True, slots=True)
class MenuPlace:
    section: str
    order: int = 0
    shown: bool = True
    icon: str | None = None  # None: the module's


@dataclass(frozen=True, slots=True)
class SortKey:
    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class List:
    """A list: it never grants, it narrows what the actor may see."""

    code: str
    label: Text
    mine: tuple[Column, ...] = ()
    where: Expression | None = None
    columns: tuple[str, ...] = ()
    sort: tuple[SortKey, ...] = ()
    group_by: str | None = None
    split: str | None = None
    views: tuple[str, ...] = ("table",)  # the word `as`
    date: str | None = None
    until: str | None = None
    clash: str | None = None  # whose value no two may share at the same time; `actor`: the viewer's own time
    menu: MenuPlace | None = None
    count: bool = False
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class FormSection:
    label: Text | None
    fields: tuple[str, ...]
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a record page; which attributes count depends on `kind`."""

    kind: str
    relation: str | None = None
    show_when: Expression | None = None
    live: bool = False
    live_when: Expression | None = None
    settings: Mapping[str, object] = field(default_factory=dict)  # current, next, timer, mark, inside, …

    def names(self, word: str) -> tuple[str, ...]:
        """Give the names that one of its words lists; none where it does not say the word."""
        found = self.settings.get(word)
        return tuple(str(one) for one in found) if isinstance(found, list | tuple) else ()
