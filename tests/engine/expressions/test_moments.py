"""Reckoning with time and voices."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luongviec.engine.model import Calendar
from luongviec.engine.moments import (
    add_workdays,
    as_date,
    end_of,
    is_workday,
    outcome,
    series,
    start_of,
    workdays_between,
)
from luongviec.engine.text import Text

WEEK = dict.fromkeys(range(5), ((time(8), time(17)),))
CALENDAR = Calendar(
    code="province",
    name=Text("Tỉnh"),
    timezone="Asia/Ho_Chi_Minh",
    week=WEEK,
    holidays={date(2026, 4, 30): Text("30/4"), date(2026, 5, 1): Text("1/5")},
    working=frozenset({date(2026, 5, 2)}),  # a Saturday that is worked
)
WEDNESDAY = date(2026, 4, 29)
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))


def test_working_days_skip_weekends_and_holidays_and_take_named_ones():
    assert add_workdays(WEDNESDAY, 1, CALENDAR) == date(2026, 5, 2)
    assert add_workdays(WEDNESDAY, 2, CALENDAR) == date(2026, 5, 4)
    assert add_workdays(date(2026, 5, 4), -2, CALENDAR) == WEDNESDAY
    assert workdays_between(WEDNESDAY, date(2026, 5, 4), CALENDAR) == 3
    assert workdays_between(date(2026, 5, 4), WEDNESDAY, CALENDAR) == 0


def test_working_days_keep_the_time_of_day_in_local_time():
    moment = datetime(2026, 4, 29, 20, 0, tzinfo=UTC)  # 03:00 on the holiday in Vietnam
    assert add_workdays(moment, 1, CALENDAR) == datetime(2026, 5, 1, 20, 0, tzinfo=UTC)


def test_nothing_gives_nothing():
    assert add_workdays(None, 3) is None
    assert workdays_between(None, WEDNESDAY) is None
    assert start_of(None, "day") is None
    assert outcome("all", None, 0, 3) is None


@pytest.mark.parametrize(
    ("unit", "start", "last_day"),
    [
        ("day", date(2026, 4, 29), date(2026, 4, 29)),
        ("week", date(2026, 4, 27), date(2026, 5, 3)),
        ("month", date(2026, 4, 1), date(2026, 4, 30)),
        ("quarter", date(2026, 4, 1), date(2026, 6, 30)),
        ("year", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_periods_begin_and_end_on_local_days(unit, start, last_day):
    assert as_date(start_of(WEDNESDAY, unit)) == start
    assert as_date(end_of(WEDNESDAY, unit)) == last_day
    assert as_date(end_of(WEDNESDAY, unit) + timedelta(microseconds=1)) == last_day + timedelta(days=1)


def test_an_unknown_period_is_refused():
    with pytest.raises(ValueError, match="fortnight"):
        start_of(WEDNESDAY, "fortnight")


@pytest.mark.parametrize(
    ("every", "days"),
    [
        ("day", ["31/01", "01/02", "02/02"]),
        ("week", ["31/01", "07/02", "14/02"]),
        ("fortnight", ["31/01", "14/02", "28/02"]),
        ("month", ["31/01", "28/02", "31/03"]),  # a month without such a day takes its last
        ("quarter", ["31/01", "30/04", "31/07"]),
        ("year", ["31/01", "31/01", "31/01"]),
    ],
)
def test_a_series_keeps_its_hour(every, days):
    start = datetime(2026, 1, 31, 1, 30, tzinfo=UTC)
    found = series(start, every, 3)
    assert [f"{one:%d/%m}" for one in found] == days
    assert {one.timetz() for one in found} == {start.timetz()}
    assert [one.year for one in found] == ([2026, 2027, 2028] if every == "year" else [2026] * 3)


def test_a_series_is_bounded_and_nothing_gives_nothing():
    start = datetime(2026, 1, 31, 1, 30, tzinfo=UTC)
    assert series(None, "day", 3) is None
    assert series(start, "day", 0) == ()
    for every, times in (("decade", 1), ("day", 101), ("day", -1)):
        with pytest.raises(ValueError, match=r"step|many"):
            series(start, every, times)


@given(day=DAYS, n=st.integers(1, 60))
def test_adding_working_days_lands_on_one_and_counts_them(day, n):
    later = add_workdays(day, n, CALENDAR)
    assert is_workday(later, CALENDAR)
    assert workdays_between(day + timedelta(days=1), later, CALENDAR) == n


@given(day=DAYS, unit=st.sampled_from(["day", "week", "month", "quarter", "year"]))
def test_a_moment_lies_in_its_period(day, unit):
    assert as_date(start_of(day, unit)) <= day <= as_date(end_of(day, unit))
    assert start_of(end_of(day, unit), unit) == start_of(day, unit)


@pytest.mark.parametrize(
    ("rule", "yes", "against", "total", "expected"),
    [
        ("any", 0, 0, 3, "open"),
        ("any", 1, 2, 3, "met"),
        ("any", 0, 3, 3, "lost"),
        ("all", 2, 0, 3, "open"),
        ("all", 2, 1, 3, "lost"),
        ("all", 3, 0, 3, "met"),
        ("majority", 2, 0, 3, "met"),
        ("majority", 1, 1, 4, "open"),
        ("majority", 2, 2, 4, "lost"),
        (2, 2, 1, 3, "met"),
        ("2", 1, 0, 3, "open"),
    ],
)
def test_outcome_of_a_vote(rule, yes, against, total, expected):
    assert outcome(rule, yes, against, total) == expected
