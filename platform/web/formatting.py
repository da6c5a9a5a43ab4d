"""How moments, people, files and amounts read on a page: relative words, initials, kinds of files.

Plain dates, numbers and sizes come from `engine.values`; here is what depends on now, on the zone of
the installation and on the language of the request.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app, g

from luongviec.engine.values import (
    display_date,
    display_duration,
    display_moment,
    display_number,
    display_size,
)
from luongviec.services.record_page.lines import Clock
from luongviec.web.language import _, current_language

NEAR_DAYS = 3
AVATAR_TONES = ("blue", "violet", "teal", "green", "orange", "red", "yellow")

_FILE_TONES = {
    "pdf": "red", "docx": "blue", "doc": "blue", "odt": "blue", "xlsx": "green", "xls": "green",
    "ods": "green", "csv": "green", "pptx": "orange", "ppt": "orange", "png": "violet", "jpg": "violet",
    "jpeg": "violet",
    "zip": "yellow", "txt": "grey",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DueWords:
    """A due moment in words (`Trễ 6 ngày`), in two short lines where there is room for them (`brief`
    and `second`), in full (`plain`), with an icon and a tone."""

    words: str
    brief: str
    second: str
    plain: str
    icon: str
    tone: str


def now() -> datetime:
    """Give the moment of this request: the platform's clock, asked once."""
    moment: datetime | None = g.get("now")
    if moment is None:
        moment = g.now = current_app.extensions["luongviec"].clock()
    return moment


def zone() -> ZoneInfo:
    """Give the zone in which moments are shown."""
    return ZoneInfo(current_app.extensions["luongviec"].settings.timezone)


def local(moment: datetime) -> datetime:
    """Bring an aware moment into the zone of the installation."""
    return moment.astimezone(zone())


def plain_moment(moment: datetime | date | None) -> str:
    """Write a day or a moment in full: `27/11/2026`, `27/11/2026 14:30`."""
    if moment is None:
        return ""
    return display_moment(moment, zone()) if isinstance(moment, datetime) else display_date(moment)


def local_day(moment: datetime) -> str:
    """Write the day of a moment where the installation is: `27/11/2026`."""
    return display_date(local(moment).date())


def short_day(day: date) -> str:
    """Write a day without its year where the year is this one."""
    text = f"{day.day:02d}/{day.month:02d}"
    return text if day.year == local(now()).year else f"{text}/{day.year}"


def clock_time(moment: datetime) -> str:
    """Write the time of day: `14:30`."""
    at = local(moment)
    return f"{at.hour:02d}:{at.minute:02d}"


def long_day(day: date) -> str:
    """Write a day with its weekday: `Thứ Hai, 23/11/2026`."""
    return f"{weekday(day)}, {display_date(day)}"


def day_heading(day: date) -> str:
    """Write a day as a heading: `Hôm nay`, `Ngày mai`, `Thứ Tư, 25/11`."""
    distance = (day - local(now()).date()).days
    named = {-1: _("Hôm qua"), 0: _("Hôm nay"), 1: _("Ngày mai")}
    return named.get(distance) or f"{weekday(day)}, {short_day(day)}"


def weekday(day: date) -> str:
    """Name the day of the week."""
    return (
        _("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật"),
    )[day.weekday()]  # fmt: skip


def ago(moment: datetime) -> str:
    """Say when something happened: `12 phút trước`, `Hôm qua 16:40`, `18/11 08:05`."""
    passed = now() - moment
    if timedelta() <= passed < timedelta(minutes=1):
        return _("vừa xong")
    if timedelta() <= passed < timedelta(hours=1):
        return _("{count} phút trước", count=int(passed.total_seconds() // 60))
    at = local(moment)
    days = (local(now()).date() - at.date()).days
    if days == 0:
        return _("Hôm nay {time}", time=clock_time(moment))
    if days == 1:
        return _("Hôm qua {time}", time=clock_time(moment))
    return f"{short_day(at.date())} {clock_time(moment)}"


def due_words(
    moment: datetime | date, *, late: bool | None = None, tone: str | None = None, hours: bool = False
) -> DueWords:
    """Say how a due moment stands to now.

    Args:
        late: None: whatever is past is late; False: the work is over, the moment is only told.
        tone: of the bucket that it falls into; without one it is judged by the days left.
        hours: the hour is told beside the day.
    """
    words = _due_words(moment, late=late, tone=tone)
    time = clock_time(moment) if hours and isinstance(moment, datetime) else ""
    if time in (words.second, ""):
        return words
    return replace(words, second=f"{words.second} · {time}" if words.second else time)


def _due_words(moment: datetime | date, *, late: bool | None, tone: str | None) -> DueWords:
    """Say it without the hour of days other than this."""
    if isinstance(moment, datetime):
        at = local(moment)
        past = moment < now()
    else:
        at = datetime(moment.year, moment.month, moment.day, 23, 59, tzinfo=UTC)
        past = moment < local(now()).date()
    plain, day = plain_moment(moment), short_day(at.date())
    days = (at.date() - local(now()).date()).days
    if late is False:
        return DueWords(day, day, "", plain, "calendar", "grey")
    if past and tone in (None, "red"):
        words = _late_words(moment, days)
        return DueWords(words, words, day, plain, "alarm", tone or "red")
    if days == 0:
        time = clock_time(moment) if isinstance(moment, datetime) else ""
        words = _("Hôm nay {time}", time=time) if time else _("Hôm nay")
        return DueWords(words, _("Hôm nay"), time, plain, "clock-hour-4", tone or "orange")
    if 0 < days <= NEAR_DAYS:
        words = _("Còn {count} ngày", count=days)
        return DueWords(words, words, day, plain, "calendar-due", tone or "yellow")
    return DueWords(day, day, weekday(at.date()), plain, "calendar", tone or "grey")


def _late_words(moment: datetime | date, days: int) -> str:
    if days == 0 and isinstance(moment, datetime):
        hours = int((now() - moment).total_seconds() // 3600)
        return _("Trễ {count} giờ", count=hours) if hours else _("Vừa quá hạn")
    return _("Trễ {count} ngày", count=display_number(max(1, -days), current_language()))


def initials(name: str) -> str:
    """Give the first letters of a name's last two words, the given name last."""
    return "".join(word[0].upper() for word in name.split()[-2:])


def unit_initials(name: str) -> str:
    """Give two letters for a unit, from the words that tell it apart."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0].upper() for word in (words[1:] if len(words) > 2 else words)[:2])


def avatar_tone(name: str) -> str:
    """Give a colour that stays with a name."""
    return AVATAR_TONES[zlib.crc32(name.encode()) % len(AVATAR_TONES)]


def short_name(name: str) -> str:
    """Give the last two words, as colleagues call each other."""
    return " ".join(name.split()[-2:])


def given_name(name: str) -> str:
    """Give the last word of a Vietnamese name; what is no person's name stays whole."""
    last = name.rsplit(maxsplit=1)[-1] if name.split() else name
    return last if last[:1].isupper() else name


def file_kind(name: str) -> tuple[str, str]:
    """Give the ending that a file's badge shows, and its tone."""
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    return (ending[:4].upper() or "?", _FILE_TONES.get(ending, "grey"))


def size(size_bytes: int) -> str:
    """Write a file's size: `1,8 MB`."""
    return display_size(size_bytes, current_language())


def number(value: float) -> str:
    """Write a number with groups."""
    return display_number(value, current_language())


def megabytes(value: float) -> str:
    """Write a limit in MB."""
    return f"{display_number(value, current_language())} MB"


def duration(value: timedelta) -> str:
    """Write a duration in words."""
    return display_duration(value, current_language())


def share(value: float) -> str:
    """Write a share from 0 to 1 in percent: `62,5 %`."""
    written = display_number(round(value * 100, 1), current_language())
    return f"{written}%" if current_language() == "en" else f"{written} %"


def rough_duration(value: timedelta) -> str:
    """Write a span as people say it: days, below a day hours, below an hour minutes."""
    seconds = max(0, int(value.total_seconds()))
    unit = next((one for one in (86_400, 3_600) if seconds >= one), 60)
    return display_duration(timedelta(seconds=seconds // unit * unit), current_language())


def duration_words(seconds: float) -> str:
    """Write a mean time in words, to the hour where it is days."""
    hours = 3600 if seconds >= 86_400 else 60
    return display_duration(timedelta(seconds=round(seconds / hours) * hours), current_language())


def greeting() -> str:
    """Greet by the time of day."""
    hour = local(now()).hour
    if hour < 11:
        return _("Chào buổi sáng")
    if hour < 13:
        return _("Chào buổi trưa")
    return _("Chào buổi chiều") if hour < 18 else _("Chào buổi tối")


def milliseconds(moment: datetime) -> int:
    """Give a moment as scripts count it."""
    return int(moment.timestamp() * 1000)


def clock_face(clock: Clock) -> str:
    """Give what a clock shows just now: what is left until its end, or what is past it; else what passed."""
    return time_face((clock.until or now()) - (now() if clock.until else clock.since))


def time_face(value: timedelta, *, whole: bool = False) -> str:
    """Give a span of time as a clock shows it; `whole` shows hours where there are none too."""
    hours, rest = divmod(abs(int(value.total_seconds())), 3600)
    minutes = f"{rest // 60:02}:{rest % 60:02}"
    return f"{hours:02}:{minutes}" if whole else f"{hours}:{minutes}" if hours else minutes


def period(start: datetime, end: datetime) -> str:
    """Give from when to when; the day is said once where it is one."""
    first, last = local(start), local(end)
    if first.date() == last.date():
        return f"{clock_time(start)} – {clock_time(end)}, {long_day(first.date())}"
    return f"{plain_moment(start)} – {plain_moment(end)}"


def clock_share(clock: Clock) -> float:
    """Give how much of a clock's time has passed, from 0 to 1."""
    if not clock.length:
        return 0.0
    return round(min(1.0, max(0.0, (now() - clock.since) / clock.length)), 3)
