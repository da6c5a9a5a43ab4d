"""Reports that come by themselves: when, to whom, holding what, and how they end."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.services.reports import schedules
from luongviec.services.reports.former import before
from luongviec.services.reports.requests import ReportRequest
from luongviec.services.reports.scheduled import BEGIN_SCHEDULED
from luongviec.services.reports.schedules import DAY, MONTH, WEEK, Timing, next_moment
from luongviec.services.telling import delivery, notifications
from tests.services.house import House

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING = 7 * 60 + 30


@pytest.mark.parametrize(
    ("timing", "after", "expected"),
    [
        (Timing(DAY, 1, MORNING), (2026, 11, 23, 7, 29), (2026, 11, 23, 7, 30)),
        (Timing(DAY, 1, MORNING), (2026, 11, 23, 7, 30), (2026, 11, 24, 7, 30)),
        (Timing(WEEK, 1, MORNING), (2026, 11, 23, 8, 0), (2026, 11, 30, 7, 30)),
        (Timing(MONTH, 31, 0), (2026, 11, 23, 8, 0), (2026, 11, 30, 0, 0)),
        (Timing(MONTH, 31, 0), (2027, 1, 31, 8, 0), (2027, 2, 28, 0, 0)),
    ],
)
def test_the_next_moment(
    timing: Timing, after: tuple[int, int, int, int, int], expected: tuple[int, int, int, int, int]
) -> None:
    found = next_moment(timing, datetime(*after, tzinfo=HANOI), HANOI)
    assert found == datetime(*expected, tzinfo=HANOI)
    assert found.astimezone(UTC) > datetime(*after, tzinfo=HANOI).astimezone(UTC)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ((2026, 11, 1), (2026, 11, 30), ((2026, 10, 1), (2026, 10, 31))),
        ((2026, 10, 1), (2026, 12, 31), ((2026, 7, 1), (2026, 9, 30))),
        ((2026, 11, 23), (2026, 11, 29), ((2026, 11, 16), (2026, 11, 22))),
        ((2026, 1, 1), (2026, 12, 31), ((2025, 1, 1), (2025, 12, 31))),
        ((2026, 11, 10), (2026, 11, 12), ((2026, 11, 7), (2026, 11, 9))),
    ],
)
def test_the_period_before(
    first: tuple[int, int, int], last: tuple[int, int, int], expected: tuple[tuple[int, int, int], ...]
) -> None:
    assert before(date(*first), date(*last)) == tuple(date(*day) for day in expected)


@pytest.mark.requirement("W-35", "T-128")
def test_a_report_comes_once_for_each_moment_with_what_its_receiver_may_see(house: House) -> None:
    house.task("Việc của lãnh đạo")
    request = ReportRequest("task_by_status", {"due_at__in": ("this_year",)})
    actor, platform = house.actor("planner"), house.platform
    key = schedules.add_schedule(platform, actor, request, "csv", Timing(DAY, 1, MORNING))
    stranger = house.actor("other")
    schedules.add_schedule(
        platform, stranger, ReportRequest("task_by_status"), "csv", Timing(DAY, 1, MORNING)
    )
    house.deliver()
    house.email.sent.clear()
    house.clock.pass_by(days=3)
    delivery.do(platform, {}, BEGIN_SCHEDULED, key)
    delivery.do(platform, {}, BEGIN_SCHEDULED, key)
    house.deliver()
    mails = [mail for mail in house.email.sent if mail.files]
    by_address = {mail.address: mail for mail in mails}
    assert len(mails) == len(by_address) == 2
    own = by_address["planner@town.example"]
    assert own.files[0].media_type.startswith("text/")
    total = [line for line in own.files[0].content.decode("utf-8-sig").splitlines() if "Tổng cộng" in line]
    assert total[0].split(",")[1] != "0"
    other = by_address["other@town.example"].files[0].content.decode("utf-8-sig")
    assert [line.split(",")[1] for line in other.splitlines() if "Tổng cộng" in line] == ["0"]
    (news,) = [
        one for one in notifications.list_notifications(platform, actor) if one.subject.startswith("Báo cáo:")
    ]
    assert news.link.startswith("/jobs/")
    (line,) = schedules.list_schedules(platform, actor)
    assert line.last_at is not None
    assert line.next_at > house.clock.now
    code = own.text.rpartition("/")[2]
    assert schedules.named_by_code(platform, code).vi == "Theo trạng thái"
    schedules.end_by_code(platform, code)
    assert schedules.list_schedules(platform, actor) == ()
    with pytest.raises(NotFound):
        schedules.end_by_code(platform, code)


@pytest.mark.requirement("W-35")
def test_a_schedule_that_cannot_be_is_refused_and_is_its_owners_alone(house: House) -> None:
    platform, actor = house.platform, house.actor("planner")
    request, week = ReportRequest("task_by_unit"), Timing(WEEK, 1, MORNING)
    faults = {
        "kind": ("exe", week), "every": ("csv", Timing("hour", 1, 0)), "on_day": ("csv", Timing(WEEK, 8, 0)),
        "minute": ("csv", Timing(DAY, 1, -1)),
    }  # fmt: skip
    for field, (kind, timing) in faults.items():
        with pytest.raises(InvalidInput) as caught:
            schedules.add_schedule(platform, actor, request, kind, timing)
        assert set(caught.value.errors) == {field}
    with pytest.raises(InvalidInput):
        schedules.add_schedule(platform, actor, ReportRequest("task_by_unit", mine="nobody"), "csv", week)
    with pytest.raises(NotFound):
        schedules.add_schedule(platform, actor, ReportRequest("none"), "csv", week)
    key = schedules.add_schedule(platform, actor, request, "pdf", week)
    with pytest.raises(NotFound):
        schedules.end_schedule(platform, house.actor("chair"), key)
    schedules.end_schedule(platform, actor, key)
