"""A module: one record type, whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from luongviec.engine.expressions.compiled import Expression, Template
from luongviec.engine.model.actions import Action, Event, Numbering, Reaction, Receipts, Rule, StandsIn, Timer
from luongviec.engine.model.fields import DerivedRole, Field, Relation, RelationKind, Role
from luongviec.engine.model.views import Block, Bucket, FormSection, List
from luongviec.engine.text import Text


@dataclass(frozen=True, slots=True)
class Module:
    """A record type. `actions` holds the built-in `create` and `edit` too, extended or not."""

    code: str
    name: Text
    icon: str
    title: Template
    owners: tuple[str, ...]
    owner_optional: bool
    home: str | None
    status_groups: tuple[str, ...]
    has: frozenset[str]
    fields: Mapping[str, Field]
    roles: Mapping[str, Role]
    derived_roles: Mapping[str, DerivedRole]
    relations: Mapping[str, Relation]  # inverse ends included
    actions: Mapping[str, Action]
    rules: tuple[Rule, ...]
    reactions: tuple[Reaction, ...]
    timers: Mapping[str, Timer]
    events: Mapping[str, Event]
    numbering: Numbering | None
    receipts: Receipts
    stands_in: StandsIn | None
    buckets: Mapping[str, Bucket]
    lists: Mapping[str, List]
    form: tuple[FormSection, ...]
    page: tuple[Block, ...]
    migrate: Mapping[str, object]
    attachment_limit: Expression | None = None  # MB of one attachment; None: the installation's limit
    note: Text | None = None
    shipped: bool = False
    restricted: frozenset[str] = frozenset()  # open, export: for holders of MODULE.open, MODULE.export
    head: tuple[str, ...] = ()  # fields and roles under the title of the page
    stage_when: Expression | None = None  # while it holds, the page is laid out for those who take part
    download_by_right: bool = False  # files are looked at in the page unless one holds `download`

    @property
    def permissions(self) -> frozenset[str]:
        """Every permission that a matrix of the module may name."""
        return (
            BUILT_IN_PERMISSIONS
            | {action.permission for action in self.actions.values()}
            | {
                f"add_{r.code}"
                for r in self.relations.values()
                if r.forward and (r.kind == RelationKind.OWNS or r.adds)
            }
            | {f"link_{r.code}" for r in self.relations.values() if r.kind == RelationKind.LINKS}
        )


BUILT_IN_PERMISSIONS = frozenset(
    {
        "view",
        "create",
        "edit",
        "delete",
        "restore",
        "comment",
        "attach",
        "tag",
        "change_status",
        "history",
        "receipts",
        "download",
        "print",
        "reorder",
    }
)
