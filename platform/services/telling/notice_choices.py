"""How a person wants to be told: at once, once a day or not at all, by group of events and channel.

A notification set says who is told by which channels (C-34); what a person chooses only takes away from
that or makes it wait. Quiet hours hold back what rings elsewhere. In the application what a group calls
`always` stands whatever was chosen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum

from luongviec.engine.errors import InvalidInput
from luongviec.engine.messages import APP, CHANNELS, EMAIL, Message
from luongviec.engine.model import MessageGroup, Module, NotificationSet
from luongviec.engine.related import zone_of
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.accounts.sessions import person_id
from luongviec.services.platform import Platform, Work
from luongviec.services.rights.module_access import opens
from luongviec.store.own import preferences

PREFERENCE = "notices"
MORNING = time(7, 30)

NO_SUCH_CHOICE = Text("Không có lựa chọn này.", "There is no such choice.")
BOTH_HOURS = Text(
    "Hãy nhập cả giờ bắt đầu và giờ kết thúc, hoặc bỏ trống cả hai.",
    "Give both the beginning and the end, or neither.",
)
SAME_HOURS = Text("Giờ bắt đầu và giờ kết thúc phải khác nhau.", "Beginning and end must differ.")
ALWAYS_SHOWN = Text(
    "Nhóm này luôn hiện trong ứng dụng; bạn chỉ chọn được cho thư và tin nhắn.",
    "This group always stands in the app; only mail and text messages can be chosen.",
)
BAD_TIME = Text("Hãy nhập giờ như 07:30.", "Write a time such as 07:30.")


class Way(StrEnum):
    """How somebody is told. Only mail is gathered."""

    AT_ONCE = "now"
    DAILY = "digest"
    NOT = "off"


@dataclass(frozen=True, slots=True)
class NoticeChoices:
    """What one person chose; what is not named goes as the notification set says."""

    ways: Mapping[str, Way] = field(default_factory=dict)  # by `key_of`
    quiet: tuple[time, time] | None = None  # from, until; over midnight where the first is later
    daily_at: time = MORNING

    def way(self, key: str, *, gathered: bool) -> Way:
        """Give how to tell; `gathered` is what the set says where nothing was chosen."""
        return self.ways.get(key, Way.DAILY if gathered else Way.AT_ONCE)


@dataclass(frozen=True, slots=True)
class NoticeGroup:
    """One line of the page: a group of events, and by channel what is chosen; a channel that tells nobody
    is missing. `usual`: how the set sends its mails, None where it gathers only some of them."""

    module: str
    code: str
    module_name: Text
    label: Text
    always: bool
    usual: Way | None
    chosen: Mapping[str, Way | None]


@dataclass(frozen=True, slots=True)
class NoticePage:
    groups: tuple[NoticeGroup, ...]
    choices: NoticeChoices
    has_email: bool
    has_phone: bool


def key_of(module: str, group: str, channel: str) -> str:
    """Give the name under which a choice is kept."""
    return f"{module}:{group}:{channel}"


# --- Choosing ---------------------------------------------------------------------------------------


def notice_page(platform: Platform, actor: Actor) -> NoticePage:
    """Give the groups of the modules that are open to a person, with what he chose."""
    with platform.reading() as work:
        user_id = person_id(actor)
        choices = choices_of(work, [user_id])[user_id]
        person = work.world.person(user_id)
        return NoticePage(
            tuple(_groups(work, actor, choices)), choices,
            bool(person and person.email), bool(person and person.phone),
        )  # fmt: skip


def choose(
    platform: Platform,
    actor: Actor,
    ways: Mapping[str, str],
    *,
    quiet_from: str = "",
    quiet_until: str = "",
    daily_at: str = "",
) -> None:
    """Keep what a person chose, in place of all that was chosen before.

    Args:
        ways: by `key_of` a `Way`, or nothing to go by the notification set.
        quiet_from: like `22:00`; empty with `quiet_until`: no quiet hours.
        quiet_until: the end of the quiet hours.
        daily_at: when the daily mail leaves.

    Raises:
        InvalidInput: at the key, `quiet_from`, `quiet_until` or `daily_at`; nothing is kept.
    """
    errors: dict[str, tuple[Text, ...]] = {}
    begin, end = _time("quiet_from", quiet_from, errors), _time("quiet_until", quiet_until, errors)
    daily = _time("daily_at", daily_at, errors) or MORNING
    if not errors and (begin is None) != (end is None):
        errors["quiet_until" if end is None else "quiet_from"] = (BOTH_HOURS,)
    if not errors and begin is not None and begin == end:
        errors["quiet_until"] = (SAME_HOURS,)
    with platform.transaction() as work:
        known = {
            key_of(group.module, group.code, channel): group
            for group in _groups(work, actor, NoticeChoices())
            for channel in group.chosen
        }
        for key, way in ways.items():
            fault = _fault(known.get(key), key, way)
            if fault is not None:
                errors[key] = (fault,)
        if errors:
            raise InvalidInput(errors)
        value = {
            "ways": {key: way for key, way in ways.items() if way},
            "quiet": None if begin is None or end is None else [f"{begin:%H:%M}", f"{end:%H:%M}"],
            "daily_at": f"{daily:%H:%M}",
        }
        preferences.put_preference(work.session, person_id(actor), PREFERENCE, value)


def _fault(group: NoticeGroup | None, key: str, way: str) -> Text | None:
    if not way:
        return None
    channel = key.rpartition(":")[2]
    if group is None or way not in tuple(Way) or (way == Way.DAILY and channel != EMAIL):
        return NO_SUCH_CHOICE
    return ALWAYS_SHOWN if way == Way.NOT and channel == APP and group.always else None


def _time(name: str, typed: str, errors: dict[str, tuple[Text, ...]]) -> time | None:
    if not typed.strip():
        return None
    try:
        return time.fromisoformat(typed.strip()).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        errors[name] = (BAD_TIME,)
        return None


def _groups(work: Work, actor: Actor, choices: NoticeChoices) -> list[NoticeGroup]:
    found: dict[tuple[str, str], NoticeGroup] = {}
    for one in work.workspace.notification_sets.values():
        module = work.workspace.modules.get(one.module)
        if module is None or not opens(work, actor, module):
            continue
        for group in (*one.groups.values(), _rest_of(one)):
            if group is not None and (module.code, group.code) not in found:
                line = _line(one, module, group, choices)
                if line.chosen:
                    found[module.code, group.code] = line
    order = {code: place for place, code in enumerate(work.workspace.modules)}
    return sorted(found.values(), key=lambda line: order[line.module])


def _rest_of(one: NotificationSet) -> MessageGroup | None:
    """Give the events of a set that no group names, as a group without a code."""
    events = frozenset(event for event in one.events if not one.group_of(event))
    label = Text("Tin khác", "Other news") if one.groups else Text("Mọi tin", "All news")
    return MessageGroup("", label, events) if events else None


def _line(one: NotificationSet, module: Module, group: MessageGroup, choices: NoticeChoices) -> NoticeGroup:
    cells = [
        cell
        for event in group.events
        for cell in one.events.get(event, ())
        if one.recipients[cell.recipient].address is None  # who has no account chooses nothing
    ]
    used = [channel for channel in CHANNELS if any(getattr(cell, channel) for cell in cells)]
    gathers = {cell.digest for cell in cells if cell.email}
    return NoticeGroup(
        module.code, group.code, module.name, group.label, group.always,
        usual=None if len(gathers) > 1 else Way.DAILY if True in gathers else Way.AT_ONCE,
        chosen={channel: choices.ways.get(key_of(module.code, group.code, channel)) for channel in used},
    )  # fmt: skip


# --- Obeying ------------------------------------------------------------------------------------------


def choices_of(work: Work, user_ids: Collection[int]) -> Mapping[int, NoticeChoices]:
    """Give what people chose, everybody's at once."""
    kept = preferences.preferences_of(work.session, user_ids, PREFERENCE)
    return {user_id: _read(kept.get(user_id)) for user_id in user_ids}


@dataclass(frozen=True, slots=True)
class Timing:
    """When a message leaves, and whether with others in the daily mail."""

    due_at: datetime
    gathered: bool = False


def timing_of(work: Work, message: Message, choices: NoticeChoices) -> Timing | None:
    """Say when a message leaves; None where its person does not want it.

    In the application it stands at once; quiet hours hold back what rings elsewhere.
    """
    zone = zone_of(work.workspace)
    gathered = message.channel == EMAIL and message.digest
    way = choices.way(key_of(message.module, message.group, message.channel), gathered=gathered)
    if message.channel == APP:
        return Timing(work.now) if message.always or way is not Way.NOT else None
    if way is Way.NOT:
        return None
    if way is Way.DAILY:
        return Timing(_next(work.now, choices.daily_at, zone), gathered=True)
    return Timing(_after_quiet(work.now, choices.quiet, zone))


def _after_quiet(now: datetime, quiet: tuple[time, time] | None, zone: tzinfo) -> datetime:
    if quiet is None:
        return now
    begin, end = quiet
    at = now.astimezone(zone).time()
    is_quiet = begin <= at < end if begin < end else at >= begin or at < end
    return _next(now, end, zone) if is_quiet else now


def _next(now: datetime, at: time, zone: tzinfo) -> datetime:
    """Give the next moment at which the clock shows a time."""
    local = now.astimezone(zone)
    today = datetime.combine(local.date(), at, tzinfo=zone)
    return today if today > local else datetime.combine(local.date() + timedelta(days=1), at, tzinfo=zone)


def _read(value: object) -> NoticeChoices:
    if not isinstance(value, Mapping):
        return NoticeChoices()
    ways = {str(key): Way(way) for key, way in dict(value.get("ways") or {}).items() if way in tuple(Way)}
    quiet: Sequence[str] | None = value.get("quiet")
    return NoticeChoices(
        ways,
        None if not quiet else (time.fromisoformat(quiet[0]), time.fromisoformat(quiet[1])),
        time.fromisoformat(value.get("daily_at") or f"{MORNING:%H:%M}"),
    )
