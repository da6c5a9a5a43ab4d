"""Changing records: create, act, edit, move, link, comment, attach, undo. One transaction each.

Every function reads the same way: *check* (access, permission, input), *do* (plan, apply), *tell*
(history and outbox are part of the plan; the queue hears after the commit). What was typed (`raw`)
comes as strings of an HTML form or values of JSON and is read against the form of the action.

All raise `NotFound`, `Refused`, `InvalidInput`, `NeedsAnswer` and `Conflict` as `engine.errors` says,
and change nothing then. `version` is the record's version that the person saw: a newer one raises
`Conflict`. A write that comes again under the same `idempotency_key` gives the first result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from luongviec.engine.planning import Answers
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.platform import Platform
from luongviec.services.views import ActionResult, CommentView

Raw = Mapping[str, object]


def create_record(
    platform: Platform, actor: Actor, module: str, raw: Raw, *, owner_id: int | None = None,
    relation: str | None = None, answers: Answers = Answers(), idempotency_key: str | None = None,
) -> ActionResult:  # fmt: skip
    """Make a record (several, where the module's `create` is spread over rows: all or none).

    Args:
        owner_id: the owner, for modules that have one.
        relation: through which relation of the owner, or of the record that `adds` one.

    Returns:
        `record_id` of the first record made; `made` names all.
    """
    raise NotImplementedError


def act(
    platform: Platform, actor: Actor, record_id: int, action: str, raw: Raw, *, version: int | None = None,
    answers: Answers = Answers(), idempotency_key: str | None = None,
) -> ActionResult:  # fmt: skip
    """Run an action of the record's module, `delete` and `restore` included."""
    raise NotImplementedError


def edit_record(
    platform: Platform, actor: Actor, record_id: int, raw: Raw, *, version: int | None = None,
    answers: Answers = Answers(), idempotency_key: str | None = None,
) -> ActionResult:  # fmt: skip
    """Change the fields and roles that are named in `raw` and that the actor may edit."""
    raise NotImplementedError


def move_record(
    platform: Platform, actor: Actor, record_id: int, status: str, raw: Raw, *, version: int | None = None,
    answers: Answers = Answers(), idempotency_key: str | None = None,
) -> ActionResult:  # fmt: skip
    """Bring a record into a status: the one open action that moves there, else a bare move.

    Raises:
        AmbiguousMove: several open actions move there; the caller must name one.
    """
    raise NotImplementedError


def link_records(
    platform: Platform, actor: Actor, record_id: int, relation: str, other_id: int, *, version: int | None = None
) -> ActionResult:  # fmt: skip
    """Join two records; the actor must see both. Joined twice is nothing."""
    raise NotImplementedError


def unlink_records(
    platform: Platform, actor: Actor, record_id: int, relation: str, other_id: int, *, version: int | None = None
) -> ActionResult:  # fmt: skip
    """Take two records apart."""
    raise NotImplementedError


def comment(
    platform: Platform, actor: Actor, record_id: int, text: str, *, file_ids: Sequence[int] = (),
    idempotency_key: str | None = None,
) -> CommentView:  # fmt: skip
    """Say something under a record, with files uploaded before."""
    raise NotImplementedError


def attach(
    platform: Platform,
    actor: Actor,
    record_id: int,
    file_ids: Sequence[int],
    *,
    idempotency_key: str | None = None,
) -> ActionResult:
    """Add files uploaded before to a record's attachments."""
    raise NotImplementedError


def undo(platform: Platform, actor: Actor, record_id: int, entry_id: int) -> ActionResult:
    """Take back what one history entry did, within the action's time and if nothing came after."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of one row of a bulk action; `refusal` says in words why not."""

    record_id: int
    done: bool
    refusal: Text | None = None


def act_on_many(
    platform: Platform, actor: Actor, record_ids: Sequence[int], action: str, raw: Raw, *,
    answers: Answers = Answers(),
) -> tuple[BulkResult, ...]:  # fmt: skip
    """Run one action on several records, each in a transaction and with a result of its own."""
    raise NotImplementedError
