"""Signed links to an action of a record, shown as a QR code or sent: who follows one still needs the right.

A link says the record, the action and until when; nobody can make one up. Where the definition lets the
code rotate, one on a screen holds for its own turn and the next one, so that a photograph of it is of
no use to somebody who is elsewhere. One for paper holds as long as the definition says for paper, or
until whoever may show it withdraws all that were printed.
"""

from __future__ import annotations

import hmac
import math
from base64 import urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from luongviec.engine.errors import NotFound, Refused
from luongviec.engine.expressions.compiled import Expression
from luongviec.engine.expressions.scope import scope_for
from luongviec.engine.model import ByLink, Module
from luongviec.engine.planning.plan import Answers
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, RecordState
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import access_record, check_may
from luongviec.services.records.changing import NO_ANSWERS, act
from luongviec.services.showing import Showing
from luongviec.services.views import ActionResult, LinkedAction, PersonView, RecordLink
from luongviec.store.models import WithdrawnCode
from luongviec.store.sharing import withdrawals_of

SHOW = "print"  # who may print a record may show its codes
SIGNATURE_BYTES = 16
LONGEST_TOKEN = 200
NO_LINK = Text("Tác vụ này không có mã hay liên kết.", "This action has no code or link.")
FOREIGN = Text(
    "Mã này không đúng. Hãy quét lại mã đang hiển thị.",
    "This code is not a good one. Please scan the one that is shown.",
)
WITHDRAWN = Text(
    "Mã in này đã bị thu hồi. Hãy quét mã đang hiển thị hoặc mã in mới.",
    "This printed code was withdrawn. Please scan the one that is shown, or a newer print.",
)
TOO_LATE = Text(
    "Mã này đã hết hạn. Hãy quét lại mã đang hiển thị.",
    "This code has expired. Please scan the one that is shown now.",
)


@dataclass(frozen=True, slots=True)
class ActionLink:
    """A link as it is shown: `changes_at` says when a screen needs the next one.

    `withdrawn_at`, `withdrawn_by`: when printed ones were withdrawn last.
    """

    token: str
    record: RecordLink
    label: Text
    until: datetime
    changes_at: datetime | None
    withdrawn_at: datetime | None = None
    withdrawn_by: PersonView | None = None


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """What a link leads to, for who may see it."""

    record: RecordLink
    action: str
    label: Text


@dataclass(frozen=True, slots=True)
class _Said:
    """What stands in a token; `print`: how often printed ones had been withdrawn when this was printed."""

    record_id: int
    action: str
    until: datetime
    print: int | None = None


@dataclass(frozen=True, slots=True)
class _Linked:
    """An action that has a link."""

    label: Text
    by_link: ByLink


def linked_actions(module: Module, permitted: Collection[str]) -> tuple[LinkedAction, ...]:
    """Give the actions of a module that have a QR code, of those that anybody at all may run now."""
    return tuple(
        LinkedAction(action.code, action.label)
        for action in module.actions.values()
        if action.by_link is not None and action.by_link.qr and action.permission in permitted
    )


def make_link(
    platform: Platform, actor: Actor, record_id: int, action: str, *, for_paper: bool = False
) -> ActionLink:
    """Make the link of an action, for a screen or for paper.

    Raises:
        NotFound: no such record or action for this actor, or the action has no link.
        Refused: the actor may not show it.
    """
    with platform.reading() as work:
        showing, record, found = _shown(work, actor, record_id, action)
        link = showing.record_link(record)
        if not for_paper:
            until, changes_at = _on_screen(work, record, found.by_link)
            return ActionLink(
                _sealed(work, _Said(record.id, action, until)), link, found.label, until, changes_at
            )
        until = work.now + _span(work, record, found.by_link.paper or found.by_link.valid)
        withdrawn = withdrawals_of(work.session, record.id, action)
        token = _sealed(work, _Said(record.id, action, until, len(withdrawn)))
        if not withdrawn:
            return ActionLink(token, link, found.label, until, None)
        last = withdrawn[0]
        return ActionLink(token, link, found.label, until, None, last.at, showing.person(last.by_id))


def withdraw_printed(platform: Platform, actor: Actor, record_id: int, action: str) -> None:
    """Make all printed codes of an action worthless; new ones may be printed at once (M-49, W-43).

    Raises:
        NotFound, Refused: as `make_link`.
    """
    with platform.transaction() as work:
        _, record, _ = _shown(work, actor, record_id, action)
        work.session.add(WithdrawnCode(record_id=record.id, action=action, at=work.now, by_id=actor.user_id))


def target_of(platform: Platform, actor: Actor, token: str) -> LinkTarget:
    """Say where a link leads, before anything is done.

    Raises:
        Refused: it is foreign or too old.
        NotFound: the record is not this person's to see.
    """
    with platform.reading() as work:
        said = _read(work, token)
        record = access_record(work, actor, said.record_id)
        showing = Showing(work, actor)
        found = showing.module(record).actions.get(said.action)
        if found is None or found.by_link is None:
            raise NotFound(NO_LINK)
        return LinkTarget(showing.record_link(record), said.action, found.label)


def _shown(work: Work, actor: Actor, record_id: int, action: str) -> tuple[Showing, RecordState, _Linked]:
    """Give a record and an action of it whose link the actor may show."""
    record = access_record(work, actor, record_id)
    check_may(work, actor, SHOW, record)
    showing = Showing(work, actor)
    found = showing.module(record).actions.get(action)
    if found is None or found.by_link is None:
        raise NotFound(NO_LINK)
    return showing, record, _Linked(found.label, found.by_link)


def follow_link(
    platform: Platform, actor: Actor, token: str, *, answers: Answers = NO_ANSWERS
) -> ActionResult:
    """Run the action that a link stands for, as the person who followed it.

    Raises:
        Refused: the link is foreign or too old, or the person may not do it.
        NotFound: the record is not this person's to see.
    """
    with platform.reading() as work:
        said = _read(work, token)
    return act(platform, actor, said.record_id, said.action, {}, answers=answers, through_link=True)


def _on_screen(work: Work, record: RecordState, link: ByLink) -> tuple[datetime, datetime | None]:
    """Give until when a link on a screen holds, and when the screen shows the next one."""
    if link.rotate is None:
        return work.now + _span(work, record, link.valid), None
    turn = _span(work, record, link.rotate)
    seconds = max(turn.total_seconds(), 1)
    ends = (math.floor(work.now.timestamp() / seconds) + 1) * seconds
    changes_at = datetime.fromtimestamp(ends, UTC)
    return changes_at + turn, changes_at


def _span(work: Work, record: RecordState, expression: Expression) -> timedelta:
    value = expression.evaluate(scope_for(work.world, record))
    return value if isinstance(value, timedelta) else timedelta()


def _sealed(work: Work, said: _Said) -> str:
    text = f"{said.record_id}.{said.action}.{int(said.until.timestamp())}"
    if said.print is not None:
        text += f".{said.print}"
    return f"{text}.{_signature(work, text)}"


def _read(work: Work, token: str) -> _Said:
    text, _, signature = token[:LONGEST_TOKEN].rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(work, text).encode()):
        raise Refused(FOREIGN)
    record_id, action, until, *printed = text.split(".")
    moment = datetime.fromtimestamp(int(until), UTC)
    said = _Said(int(record_id), action, moment, int(printed[0]) if printed else None)
    if work.now >= said.until:
        raise Refused(TOO_LATE)
    if said.print is not None and said.print != len(withdrawals_of(work.session, said.record_id, action)):
        raise Refused(WITHDRAWN)
    return said


def _signature(work: Work, text: str) -> str:
    key = work.platform.settings.secret_key.encode()
    digest = hmac.new(key, f"action-link:{text}".encode(), "sha256").digest()[:SIGNATURE_BYTES]
    return urlsafe_b64encode(digest).decode().rstrip("=")
