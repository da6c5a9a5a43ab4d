"""What `decide` gives: a decision with its proof, as frozen data.

The proof is a tree made while deciding: roles held and through what, cells, transitions, guards and
rules, each with whether it holds. `proofs` puts it into words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from luongviec.engine.text import Text

if TYPE_CHECKING:
    from luongviec.engine.world import Actor


class Via(StrEnum):
    """Through what somebody holds a column."""

    PARTICIPANT = "participant"  # named in the role himself
    SPEAKS = "speaks"  # fills a slot that speaks for the unit in the role
    SLOT = "slot"  # fills the slot in the unit
    BRANCH = "branch"  # fills the slot in a unit above
    DERIVED = "derived"  # holds the role in a related record
    GROUP = "group"
    EVERYONE = "everyone"
    OWNER = "owner"  # holds the permission on the owner
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class HeldRole:
    """One column that an actor holds, and through what.

    `unit_id` and `slot` name the slot filled (for `branch` the unit above); `record_id` the related
    record or owner, where `through` is held.
    """

    column: str
    via: Via
    since: datetime | None = None
    unit_id: int | None = None
    slot: str | None = None
    record_id: int | None = None
    through: HeldRole | None = None
    on_behalf_of: int | None = None


class ProofKind(StrEnum):
    """What one step of a proof says; `facts` holds the names listed here."""

    DECISION = "decision"  # action; the root
    ACTIVE = "active"  # the account is open
    DELETED = "deleted"  # the record is deleted; needs `restore`
    AUTHORITY = "authority"  # authority: Authority; whose roles are held, and by what right
    ROLES = "roles"  # children: one `role` for each column held
    ROLE = "role"  # held: HeldRole
    SYSTEM = "system"  # the system acts; permissions are not asked
    CELL = "cell"  # permission, status, matrix, columns (that grant), grants (columns that would)
    TRANSITION = "transition"  # from, to, group, columns, grants
    OWNER_NEEDED = "owner_needed"  # module: records are made through an owner
    VOICE = "voice"  # action: only those asked for a voice
    GUARD = "guard"  # source, read
    RULE = "rule"  # source, read, text


@dataclass(frozen=True, slots=True)
class ProofStep:
    """One step: what was asked, whether it holds, and what it rests on."""

    kind: ProofKind
    holds: bool
    facts: Mapping[str, object] = field(default_factory=dict)
    text: Text | None = None
    children: tuple[ProofStep, ...] = ()


class RefusedBy(StrEnum):
    """What refused: roles never allow (the action is not even offered), or a condition does not hold."""

    DELETED = "deleted"
    INACTIVE = "inactive"
    VIEW = "view"
    PERMISSION = "permission"
    TRANSITION = "transition"
    VOICE = "voice"
    GUARD = "guard"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Remedy:
    """The smallest change that would allow it: one of `columns` held or one of `statuses` reached
    (`together`: both at once), or what `texts` say made true."""

    columns: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    texts: tuple[Text, ...] = ()
    together: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an actor may do something, and why."""

    allowed: bool
    action: str
    proof: ProofStep
    refused_by: RefusedBy | None = None
    reason: Text | None = None  # what a guard or rule says
    roles: tuple[HeldRole, ...] = ()
    remedy: Remedy | None = None
    acting_for: int | None = None  # on whose behalf it is allowed, or would be but for a condition

    def actor(self, actor: Actor) -> Actor:
        """Give the actor as he acts by this decision: for himself, or on whose behalf."""
        return actor if self.acting_for is None else replace(actor, acting_for=self.acting_for)

    @property
    def is_offered(self) -> bool:
        """Whether the action shows at all: allowed, or refused only by a voice, guard or rule."""
        return self.allowed or self.refused_by in (RefusedBy.VOICE, RefusedBy.GUARD, RefusedBy.RULE)
