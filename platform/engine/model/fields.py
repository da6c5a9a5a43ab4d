"""Fields, inputs, roles and relations of a module."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from luongviec.engine.expressions.compiled import Expression
from luongviec.engine.model.people import Candidates, People, UnitSet
from luongviec.engine.model.words import Shown, Tone
from luongviec.engine.text import Text
from luongviec.engine.world import HolderKind


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a choice."""

    code: str
    label: Text
    tone: Tone | None = None
    icon: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a module, or an input of an action (then `code` is the input's `name`)."""

    code: str
    type: str  # a FieldType or a plugin's type
    label: Text
    note: Text | None = None
    many: bool = False
    required: bool = False
    default: Expression | None = None
    computed: Expression | None = None
    min: Expression | None = None
    max: Expression | None = None
    length: int | None = None  # greatest number of characters (`max` of text fields)
    pattern: str | None = None
    accept: tuple[str, ...] = ()
    max_size: Expression | None = None  # MB
    max_total: Expression | None = None  # MB
    candidates: Candidates | None = None  # the word `from`
    shown_when: Expression | None = None
    required_when: Expression | None = None
    locked_when: Expression | None = None
    index: bool = False
    search: bool = False
    unit: Text | None = None
    options: tuple[Option, ...] = ()
    options_from: str | None = None  # "modules" or "abilities": what the installation has
    record_of: str | None = None  # the word `of`
    inline: bool = False
    columns: tuple[Input, ...] = ()  # type rows
    rows_form: tuple[str, str] | None = None  # type rows, `form: MODULE.create`

    def option(self, code: object) -> Option | None:
        """Give an option by its code."""
        return next((option for option in self.options if option.code == code), None)


class InputKind(StrEnum):
    """An action asks for a value of its own, or for a field or role of the record."""

    OWN = "own"
    FIELD = "field"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that an action's form asks. `name` is what `input.NAME` reads."""

    name: str
    kind: InputKind
    field: Field | None = None  # OWN: the definition; FIELD: the module's field
    role: str | None = None
    required: bool = False
    begins: Expression | None = None  # what an action's form begins with where the record holds nothing


class ClashAnswer(StrEnum):
    """What happens when one person would hold two roles that exclude each other."""

    REFUSE = "refuse"
    GIVE_WAY = "give_way"


@dataclass(frozen=True, slots=True)
class Role:
    """What a person or unit is to a record."""

    code: str
    label: Text
    of: HolderKind = HolderKind.USER
    side: str | None = None
    speaks: tuple[str, ...] = ()
    many: bool = True
    needs: int = 0
    fill: str = "pick"  # pick | actor | none
    default: People | UnitSet | Expression | None = None
    candidates: Candidates | None = None
    excludes: tuple[str, ...] = ()
    on_clash: ClashAnswer = ClashAnswer.REFUSE
    keeps: str | None = None
    sees_from_joined: bool = False
    mine_label: Text | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class DerivedRole:
    """Roles held in related records: columns `PREFIX.role`."""

    prefix: str
    via: str  # a relation, or "owner"
    roles: tuple[str, ...]  # role, or UNITROLE.SLOT
    depth: int
    label: Text


class RelationKind(StrEnum):
    """How two records are joined."""

    OWNS = "owns"
    LINKS = "links"
    REFERRED_BY = "referred_by"


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation as one of its two ends sees it.

    `owns`: children of `target`. `links`: `forward` tells the declaring end from the inverse one;
    `home_module`/`home_code` name the declaring relation, under which the store keeps the pairs.
    `referred_by`: `field` of `target` points here.
    """

    code: str
    kind: RelationKind
    target: str
    label: Text
    inverse: str | None = None
    forward: bool = True
    home_module: str = ""
    home_code: str = ""
    field: str | None = None
    one: bool = False
    ordered: bool = False
    tree: bool = False
    adds: bool = False
    add_label: Text | None = None
    shown: Shown = Shown.MENU
    limit: int | None = None
    on_delete: str = "refuse"  # refuse | with
    prefill: Mapping[str, Expression] = dataclasses.field(default_factory=dict)
    note: Text | None = None
