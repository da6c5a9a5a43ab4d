"""A person's in-app notifications."""

from __future__ import annotations

from collections.abc import Sequence

from luongviec.engine.messages import APP
from luongviec.engine.world import Actor
from luongviec.services.platform import Platform, Work
from luongviec.services.showing import Showing
from luongviec.services.views import NotificationView, RecordLink
from luongviec.store import outbox as rows
from luongviec.store.models import Notification

LARGEST_PAGE = 200


def list_notifications(
    platform: Platform,
    actor: Actor,
    *,
    unread_only: bool = False,
    limit: int = 30,
    before_id: int | None = None,
) -> tuple[NotificationView, ...]:
    """Give them newest first; of a record that the person may no longer see only the text remains."""
    if actor.user_id is None:
        return ()
    with platform.reading() as work:
        found = rows.notifications_of(
            work.session, actor.user_id, APP, unread_only=unread_only, before_id=before_id,
            limit=max(1, min(limit, LARGEST_PAGE)),
        )  # fmt: skip
        work.world.preload(one.record_id for one in found if one.record_id is not None)
        showing = Showing(work, actor)
        actors = rows.actors_of(work.session, [one.occurrence_id for one in found])
        return tuple(_view(work, showing, one, actors.get(one.occurrence_id)) for one in found)


def unread_count(platform: Platform, actor: Actor) -> int:
    """Count the unread ones."""
    if actor.user_id is None:
        return 0
    with platform.reading() as work:
        return rows.count_unread(work.session, actor.user_id, APP)


def mark_read(platform: Platform, actor: Actor, ids: Sequence[int] | None = None) -> int:
    """Mark these (None: all) as read and give how many changed."""
    if actor.user_id is None:
        return 0
    with platform.transaction() as work:
        return rows.mark_read(work.session, actor.user_id, APP, ids, work.now)


def _view(work: Work, showing: Showing, one: Notification, actor_id: int | None) -> NotificationView:
    link: RecordLink | None = None
    if one.record_id is not None:
        record = work.world.record(one.record_id)
        if record is not None and record.deleted_at is None and showing.may_view(record):
            link = showing.record_link(record)
    return NotificationView(
        one.id, link, one.subject, one.text, one.at, one.read_at is not None,
        showing.person(actor_id), one.link,
    )  # fmt: skip
