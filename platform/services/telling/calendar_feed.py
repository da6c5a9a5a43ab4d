"""A person's dates as an iCalendar feed: deadlines and meetings in the calendar on one's own phone.

The feed is read under a private address that stands for the person; it can be made anew or taken back
at any time. It holds what the person may see at the moment of reading, and nothing when the account is
off. Lists that name a `date` and that are the person's own (`mine`) feed it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from luongviec.engine.errors import NotFound
from luongviec.engine.expressions.setform import Comparison, Operand, OperandKind, Value
from luongviec.engine.model import FieldType, List, Module
from luongviec.engine.related import zone_of
from luongviec.engine.world import Actor
from luongviec.services.accounts.sessions import person_id
from luongviec.services.kept_secrets import hash_secret
from luongviec.services.lists.reading import Asked, ListRequest
from luongviec.services.lists.rows import rows_of
from luongviec.services.platform import Platform, Work
from luongviec.services.showing import Showing
from luongviec.services.telling.calendar_mail import uid_of
from luongviec.services.views import Row
from luongviec.store.lists.reading import select_page
from luongviec.store.own import calendar_feeds as rows

BEHIND = timedelta(days=60)
AHEAD = timedelta(days=400)
MOST_ENTRIES = 500  # of one list
TOUCH_EVERY = timedelta(hours=1)
LONGEST_SECRET = 100


def make_feed(platform: Platform, actor: Actor) -> str:
    """Make the feed's secret anew and give it, only here; an older address ends."""
    secret = secrets.token_urlsafe(32)
    with platform.transaction() as work:
        rows.put_feed(work.session, person_id(actor), hash_secret(secret), work.now)
    return secret


def end_feed(platform: Platform, actor: Actor) -> None:
    """Take the feed's address back."""
    with platform.transaction() as work:
        rows.drop_feed(work.session, person_id(actor))


def feed_since(platform: Platform, actor: Actor) -> datetime | None:
    """Give since when the person has a feed, None where there is none."""
    with platform.reading() as work:
        feed = rows.feed_of(work.session, person_id(actor))
        return None if feed is None else feed.created_at


def read_feed(platform: Platform, secret: str) -> bytes:
    """Give the calendar of whom a secret stands for.

    Raises:
        NotFound: the address was never given, was taken back, or the account is off.
    """
    with platform.reading() as work:
        feed = rows.feed_by_hash(work.session, hash_secret(secret[:LONGEST_SECRET]))
        person = None if feed is None else work.world.person(feed.user_id)
        if feed is None or person is None or not person.active:
            raise NotFound()
        is_old = feed.last_used_at is None or work.now - feed.last_used_at > TOUCH_EVERY
        content = _calendar(platform, work, Actor(feed.user_id), person.language)
        user_id = feed.user_id
    if is_old:
        with platform.transaction() as work:
            rows.touch_feed(work.session, user_id, work.now)
    return content


def _calendar(platform: Platform, work: Work, actor: Actor, language: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", f"-//{platform.settings.site_name}//luongviec//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", platform.settings.site_name)
    calendar.add("x-wr-timezone", str(zone_of(work.workspace)))
    seen: set[int] = set()
    for module, listed in _dated_lists(work):
        timed = module.fields[listed.date or ""].type == FieldType.DATETIME
        for row in _rows(work, actor, module, listed):
            if row.record.id not in seen:
                seen.add(row.record.id)
                calendar.add_component(_event(platform, work, module, row, actor, language, timed=timed))
    return calendar.to_ical()


def _dated_lists(work: Work) -> Iterator[tuple[Module, List]]:
    for module in work.workspace.modules.values():
        for listed in module.lists.values():
            if listed.date is not None and listed.mine:
                yield module, listed


def _rows(work: Work, actor: Actor, module: Module, listed: List) -> Iterable[Row]:
    operand = Operand(OperandKind.FIELD, listed.date or "")
    first, last = work.now - BEHIND, work.now + AHEAD
    ends: tuple[object, object] = (first, last)
    if module.fields[listed.date or ""].type == FieldType.DATE:
        ends = (first.date(), last.date())
    span = (Comparison(operand, ">=", Value(ends[0])), Comparison(operand, "<", Value(ends[1])))
    asked = Asked.of(work, actor, ListRequest(module.code, listed.code))
    ids = select_page(
        work.world, actor.user_id, asked.selection(more=span), sort=listed.date or "", size=MOST_ENTRIES
    )
    return rows_of(Showing(work, actor), ids.ids, (), listed)


def _event(
    platform: Platform, work: Work, module: Module, row: Row, actor: Actor, language: str, *, timed: bool
) -> Event:
    """Make one entry. A mere date is a day as a whole; a moment without an end is a moment."""
    zone = zone_of(work.workspace)
    event = Event()
    event.add("uid", uid_of(platform, row.record.id, actor.user_id))
    event.add("dtstamp", work.now.astimezone(UTC))
    event.add("sequence", row.version)
    event.add("summary", row.record.title)
    event.add("url", f"{platform.settings.base_url}/r/{row.record.id}")
    event.add("categories", [module.name.in_language(language)])
    standing = _standing(work, row)
    if standing is not None:
        event.add("status", standing)
    event.add("description", row.record.status.name.in_language(language))
    start, end = row.starts_at, row.ends_at
    if start is not None:
        event.add("dtstart", start.astimezone(UTC) if timed else start.astimezone(zone).date())
    if start is not None and end is not None and end > start:
        event.add("dtend", end.astimezone(UTC) if timed else end.astimezone(zone).date())
    return event


def _standing(work: Work, row: Row) -> str | None:
    """Say that what stands beside the way does not take place, or perhaps not at that time."""
    record = work.world.record(row.record.id)
    status = None if record is None else work.world.in_force(record).group.statuses[record.status]
    if status is None or not status.side_path:
        return None
    return "CANCELLED" if status.is_final else "TENTATIVE"
