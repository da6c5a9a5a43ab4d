"""What a page or the API needs to draw a form: compiled from fields, roles and inputs.

Pure data. `compiling` builds it, `validation` checks what came back, templates and OpenAPI draw it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from luongviec.engine.text import Text
from luongviec.engine.world import Value

if TYPE_CHECKING:
    from luongviec.forms.form import Form


def control_id(name: str) -> str:
    """Give the id on the page of the control with a dotted name."""
    return "control-" + name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class FormOption:
    value: str
    label: Text
    tone: str | None = None
    icon: str | None = None


@dataclass(frozen=True, slots=True)
class FormField:
    """One control. `name` is the dotted path in what is sent (`recipients.0.due_at`).

    `widget` is one of: text, multiline, number, boolean, date, datetime, duration, choice, people,
    units, record, files, rows (or a plugin's). `conditions` holds the expression trees that the
    browser evaluates exactly as the server does (`shown`, `required`, `locked` → tree), see
    `expression_tree`.
    """

    name: str
    label: Text
    widget: str
    value: Value | tuple[Mapping[str, object], ...] = None
    display: tuple[
        tuple[str, str], ...
    ] = ()  # (value, what a person reads) of chosen people, units, records, files
    required: bool = False
    locked: bool = False
    many: bool = False
    note: Text | None = None
    options: tuple[FormOption, ...] = ()
    minimum: str | None = None
    maximum: str | None = None
    length: int | None = None
    pattern: str | None = None
    accept: tuple[str, ...] = ()
    max_size_mb: float | None = None
    unit: Text | None = None
    of: str | None = None  # record: target module
    candidates_from: str | None = None  # what the picker asks the server for; None: no picker
    columns: tuple[FormField, ...] = ()  # rows: the controls of one row
    row_count: int = 0
    conditions: Mapping[str, object] = field(default_factory=dict)
    errors: tuple[Text, ...] = ()
    kind: str = "own"  # field | role | own: what conditions call it, `record.NAME` or `input.NAME`
    text: str = ""  # what stands in a text control: as typed, else the value as one would type it
    chosen: tuple[str, ...] = ()  # values that are chosen: options, ids
    max_total_mb: float | None = None
    hidden: bool = False  # `shown_when` does not hold for what is filled in
    rows: tuple[tuple[FormField, ...], ...] = ()  # rows: the controls of every row, filled in
    inline: tuple[FormField, ...] = ()  # record: the controls of the record made in place
    inline_open: bool = False
    repeats: bool = False  # rows: blocks of further records, each as large as the form's own
    common: bool = False  # in a row: left empty, it takes what stands beside the rows

    @property
    def id(self) -> str:
        """The id of the control on the page, for labels and for links to it."""
        return control_id(self.name)


@dataclass(frozen=True, slots=True)
class FormSectionModel:
    label: Text | None
    fields: tuple[FormField, ...]
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody in two roles that exclude each other; `path` and `holder_id` say what to take out.

    `gives_way`: it is taken out by itself when the form is sent.
    """

    path: str
    holder_id: int
    name: str
    role: Text
    other: Text
    gives_way: bool


@dataclass(frozen=True, slots=True)
class FormModel:
    """A form for one action, with what is already filled in."""

    module: str
    action: str
    title: Text
    submit: Text
    sections: tuple[FormSectionModel, ...]
    errors: tuple[Text, ...] = ()  # of the form as a whole
    form: Form | None = None  # what it was made from, for its JSON Schema
    context: Mapping[str, object] = field(default_factory=dict)  # what conditions read besides controls
    record_id: int | None = None
    owner_id: int | None = None
    relation: str | None = None
    status_to: str | None = None  # a bare move: where to
    clashes: tuple[Clash, ...] = ()  # of what was typed: who would be two things at once

    @property
    def fields(self) -> tuple[FormField, ...]:
        """All controls in order."""
        return tuple(f for section in self.sections for f in section.fields)


@dataclass(frozen=True, slots=True)
class FileFact:
    """What validation must know of an uploaded file."""

    id: int
    name: str
    size_bytes: int
    media_type: str
