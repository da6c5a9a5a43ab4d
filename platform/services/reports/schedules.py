"""A person's reports that come by themselves: made, listed, ended.

Each holds at every sending what its receiver may see at that moment: it is drawn for him, then.
"""

from __future__ import annotations

import secrets
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.related import zone_of
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.accounts.sessions import person_id
from luongviec.services.platform import Platform, Work
from luongviec.services.reports.asked import NO_SUCH_KIND, AskedReport
from luongviec.services.reports.filtering import filter_views
from luongviec.services.reports.requests import ReportRequest, kept_request, request_from
from luongviec.services.rights.module_access import check_exports
from luongviec.store.models import ReportSchedule
from luongviec.store.own import report_schedules as rows

DAY, WEEK, MONTH = "day", "week", "month"
EVERY: Mapping[str, Text] = {
    DAY: Text("Hằng ngày", "Every day"),
    WEEK: Text("Hằng tuần", "Every week"),
    MONTH: Text("Hằng tháng", "Every month"),
}
MOST_SCHEDULES = 20
LONGEST_CODE = 100


@dataclass(frozen=True, slots=True)
class Timing:
    """When a schedule comes. `on_day`: the weekday from Monday, 1, or the day of the month."""

    every: str
    on_day: int
    minute: int


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """One schedule as its owner sees it; `filters`: what is chosen, in words."""

    id: int
    name: Text
    request: ReportRequest
    kind: str
    timing: Timing
    next_at: datetime
    last_at: datetime | None
    fault: str
    filters: tuple[Text, ...]
    is_open: bool  # the report is still offered to him, and may leave


def next_moment(timing: Timing, after: datetime, zone: tzinfo) -> datetime:
    """Give the first moment of a timing after another; a month too short ends with its last day."""
    local = after.astimezone(zone)
    day = local.date()
    for _ in range(70):
        at = datetime.combine(day, time(timing.minute // 60, timing.minute % 60), zone)
        if at > after and _fits(timing, day):
            return at
        day += timedelta(days=1)
    raise ValueError(f"no moment fits {timing}")


def _fits(timing: Timing, day: date) -> bool:
    if timing.every == WEEK:
        return day.isoweekday() == timing.on_day
    if timing.every == MONTH:
        return day.day == min(timing.on_day, monthrange(day.year, day.month)[1])
    return True


def list_schedules(platform: Platform, actor: Actor) -> tuple[ScheduleView, ...]:
    """Give a person's schedules."""
    with platform.reading() as work:
        return tuple(_view(work, actor, row) for row in rows.schedules_of(work.session, person_id(actor)))


def check_sendable(platform: Platform, actor: Actor, request: ReportRequest) -> None:
    """Refuse who may not have a report sent, before he fills in a form.

    Raises:
        NotFound: the report is not offered to the person.
        Refused: he may not export data of its module.
    """
    with platform.reading() as work:
        check_exports(work, actor, AskedReport.of(work, actor, request).module)


def add_schedule(platform: Platform, actor: Actor, request: ReportRequest, kind: str, timing: Timing) -> int:
    """Have a report sent by itself from now on.

    Raises:
        NotFound: the report is not offered to the person.
        Refused: he may not export data of its module.
        InvalidInput: fields `kind`, `every`, `on_day`, `minute`; a filter that the report does not have.
    """
    with platform.transaction() as work:
        user_id = person_id(actor)
        asked = AskedReport.of(work, actor, request)
        asked.selection()  # what it cannot be narrowed by is said now, not at the first sending
        errors = _faults(timing)
        check_exports(work, actor, asked.module)
        if kind not in asked.outputs:
            errors["kind"] = (NO_SUCH_KIND,)
        if rows.count_schedules(work.session, user_id) >= MOST_SCHEDULES:
            fault = Text(
                f"Mỗi người có tối đa {MOST_SCHEDULES} lịch gửi. Hãy bỏ bớt một lịch.",
                f"A person has at most {MOST_SCHEDULES} schedules. End one first.",
            )
            errors["every"] = (fault,)
        if errors:
            raise InvalidInput(errors)
        row = ReportSchedule(
            user_id=user_id, report=request.report, asked=kept_request(request), kind=kind,
            every=timing.every, on_day=timing.on_day, minute=timing.minute,
            next_at=next_moment(timing, work.now, zone_of(work.workspace)),
            stop_code=secrets.token_urlsafe(24), created_at=work.now,
        )  # fmt: skip
        work.session.add(row)
        work.session.flush()
        return row.id


def end_schedule(platform: Platform, actor: Actor, schedule_id: int) -> None:
    """End one's own schedule.

    Raises:
        NotFound: no such schedule, or not one's own.
    """
    with platform.transaction() as work:
        row = rows.schedule_by_id(work.session, schedule_id)
        if row is None or row.user_id != person_id(actor):
            raise NotFound()
        work.session.delete(row)


def named_by_code(platform: Platform, code: str) -> Text:
    """Give the name of the report whose schedule a mail's code ends.

    Raises:
        NotFound: there is none, or no longer.
    """
    with platform.reading() as work:
        return _name(work, _by_code(work, code))


def end_by_code(platform: Platform, code: str) -> Text:
    """End the schedule that a mail's code names, and give the name of its report; no sign-in is needed.

    Raises:
        NotFound: there is none, or no longer.
    """
    with platform.transaction() as work:
        row = _by_code(work, code)
        name = _name(work, row)
        work.session.delete(row)
        return name


def _by_code(work: Work, code: str) -> ReportSchedule:
    row = rows.schedule_by_code(work.session, code[:LONGEST_CODE])
    if row is None:
        raise NotFound()
    return row


def _name(work: Work, row: ReportSchedule) -> Text:
    report = work.workspace.reports.get(row.report)
    return Text(row.report) if report is None else report.name


def _faults(timing: Timing) -> dict[str, tuple[Text, ...]]:
    errors: dict[str, tuple[Text, ...]] = {}
    if timing.every not in EVERY:
        errors["every"] = (Text("Hãy chọn ngày, tuần hoặc tháng.", "Choose day, week or month."),)
    most = 7 if timing.every == WEEK else 31
    if timing.every != DAY and not 1 <= timing.on_day <= most:
        errors["on_day"] = (Text(f"Hãy chọn từ 1 đến {most}.", f"Choose from 1 to {most}."),)
    if not 0 <= timing.minute < 24 * 60:
        errors["minute"] = (Text("Hãy nhập giờ như 07:30.", "Give a time such as 07:30."),)
    return errors


def _view(work: Work, actor: Actor, row: ReportSchedule) -> ScheduleView:
    request = request_from(row.asked)
    filters: tuple[Text, ...] = ()
    try:
        asked = AskedReport.of(work, actor, request)
        filters, is_open = _chosen(asked), row.kind in asked.outputs
    except (NotFound, InvalidInput):
        is_open = False
    return ScheduleView(
        row.id, _name(work, row), request, row.kind, Timing(row.every, row.on_day, row.minute), row.next_at,
        row.last_at, row.last_fault or "", filters, is_open,
    )  # fmt: skip


def _chosen(asked: AskedReport) -> tuple[Text, ...]:
    """Say which filters are chosen."""
    asked.selection()
    said = []
    for one in filter_views(asked):
        if one.chosen:
            label, chosen = one.label, one.chosen_label
            said.append(
                Text(f"{label.vi}: {chosen.vi}", f"{label.in_language('en')}: {chosen.in_language('en')}")
            )
    return tuple(said)
