"""What people type is understood, and what means nothing says what to do."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luongviec.engine.model import Field, FieldType
from luongviec.engine.text import Text
from luongviec.forms.dates import read_day, read_moment
from luongviec.forms.reading import Clock, Unreadable, clean_line, clean_text, control_text, read_one

NOW = datetime(2026, 11, 23, 6, 9, tzinfo=UTC)
TODAY = date(2026, 11, 23)
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
CLOCK = Clock(NOW, HANOI)


def field(type_code: str, **more: object) -> Field:
    return Field("x", type_code, Text("X", "X"), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("27/11", date(2026, 11, 27)),
        ("27/11/2026", date(2026, 11, 27)),
        ("7-1-27", date(2027, 1, 7)),
        ("27.11.2026", date(2026, 11, 27)),
        ("2026-11-27", date(2026, 11, 27)),
        ("1/3", date(2027, 3, 1)),  # more than half a year ago: next year is meant
        ("1/10", date(2026, 10, 1)),
        ("29/2", None),
        ("+5", date(2026, 11, 28)),
        ("-1", date(2026, 11, 22)),
        ("+2 tuần", date(2026, 12, 7)),
        ("hôm nay", TODAY),
        ("Ngày Mai", date(2026, 11, 24)),
        ("tomorrow", date(2026, 11, 24)),
        ("thứ 6", date(2026, 11, 27)),
        ("thứ hai", date(2026, 11, 30)),  # today is Monday: the next one
        ("CN", date(2026, 11, 29)),
        ("friday", date(2026, 11, 27)),
        ("32/13", None),
        ("31/2/2026", None),
        ("mai mốt", None),
        ("1/1/0001", None),
        ("1/1/9999", None),
        ("", None),
        ("٢٧/١١", None),
        ("1" * 10_000, None),
    ],
)
def test_days(text: str, day: date | None) -> None:
    assert read_day(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("27/11/2026 14:30", datetime(2026, 11, 27, 7, 30, tzinfo=UTC)),
        ("14h30 27/11", datetime(2026, 11, 27, 7, 30, tzinfo=UTC)),
        ("27/11 lúc 14h", datetime(2026, 11, 27, 7, 0, tzinfo=UTC)),
        ("thứ 6 8:00", datetime(2026, 11, 27, 1, 0, tzinfo=UTC)),
        ("27/11", datetime(2026, 11, 27, 10, 0, tzinfo=UTC)),
        ("+5", datetime(2026, 11, 28, 10, 0, tzinfo=UTC)),
        ("16:00", datetime(2026, 11, 23, 9, 0, tzinfo=UTC)),
        ("2026-11-27T14:30", datetime(2026, 11, 27, 7, 30, tzinfo=UTC)),
        ("2026-11-27T07:30:00Z", datetime(2026, 11, 27, 7, 30, tzinfo=UTC)),
        ("2026-11-27T07:30:00+02:00", datetime(2026, 11, 27, 5, 30, tzinfo=UTC)),
        ("27/11/2026 25:00", None),
        ("27/11/2026 14:30 nhé", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_moments(text: str, moment: datetime | None) -> None:
    assert read_moment(text, NOW, HANOI) == moment


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,8", 1.8),
        ("1.8", 1.8),
        ("2.316", 2316),
        ("2316", 2316),
        ("1.234.567,5", 1234567.5),
        ("1,234,567.5", 1234567.5),
        ("1,234,567", 1234567),
        ("-3", -3),
        ("−3", -3),
        ("50 %", 50),
        (" 7 ", 7),
        ("2,0", 2),
        (3, 3),
        (1.5, 1.5),
        (",5", 0.5),
    ],
)
def test_numbers(text: object, number: float) -> None:
    assert read_one(field(FieldType.NUMBER), text, CLOCK) == number


@pytest.mark.parametrize(
    "text", ["abc", "1e5", "--1", "1,2,3.4.5", "Infinity", "nan", ".", "9" * 30, 2**60, True, [], {}, "٣"]
)
def test_what_is_no_number(text: object) -> None:
    with pytest.raises(Unreadable):
        read_one(field(FieldType.NUMBER), text, CLOCK)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("2 ngày 3 giờ", timedelta(days=2, hours=3)),
        ("90 phút", timedelta(minutes=90)),
        ("1h30", timedelta(minutes=90)),
        ("1:30", timedelta(minutes=90)),
        ("P2DT3H", timedelta(days=2, hours=3)),
        ("3 days", timedelta(days=3)),
        ("45", timedelta(minutes=45)),
    ],
)
def test_durations(text: str, length: timedelta) -> None:
    assert read_one(field(FieldType.DURATION, unit=Text("phút", "minutes")), text, CLOCK) == length


def test_a_bare_number_is_no_duration_where_no_unit_is_named() -> None:
    with pytest.raises(Unreadable) as refused:
        read_one(field(FieldType.DURATION), "45", CLOCK)
    assert "90 phút" in refused.value.message.vi


@pytest.mark.parametrize("raw", ["<script>", "0", "-1", "1.0", "9" * 19, True, 1.5, None.__class__, [], {}])
def test_what_is_no_id(raw: object) -> None:
    with pytest.raises(Unreadable):
        read_one(field(FieldType.USER), raw, CLOCK)


def test_text_is_composed_and_cleaned() -> None:
    assert clean_line("  Ho\u0301a\x00n\u202e   giấy\n") == "Hóan giấy"
    assert clean_text("một\r\n\thai  \x07\r\n\r\n") == "một\n\thai"
    assert clean_line("\ud800x") == "x"


def test_a_text_of_ten_megabytes_is_refused_before_any_work() -> None:
    with pytest.raises(Unreadable) as refused:
        read_one(field(FieldType.TEXT, length=500), "x" * 10_000_000, CLOCK)
    assert "500" in refused.value.message.vi


@given(
    st.one_of(
        st.text(max_size=80),
        st.integers(),
        st.floats(),
        st.booleans(),
        st.none(),
        st.lists(st.text(), max_size=2),
        st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    ),
    st.sampled_from([*FieldType, "plugin"]),
)
def test_reading_raises_nothing_else(raw: object, type_code: str) -> None:
    with contextlib.suppress(Unreadable):
        read_one(field(type_code), raw, CLOCK)


@given(
    st.one_of(
        st.tuples(st.just(FieldType.NUMBER), st.integers(-(2**53) + 1, 2**53 - 1)),
        st.tuples(st.just(FieldType.NUMBER), st.floats(-1e9, 1e9).filter(lambda x: x == 0 or abs(x) > 1e-9)),
        st.tuples(st.just(FieldType.DATE), st.dates(date(1900, 1, 1), date(2199, 12, 31))),
        st.tuples(
            st.just(FieldType.DATETIME),
            st.datetimes(datetime(1950, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
                lambda moment: moment.replace(second=0, microsecond=0)
            ),
        ),
        st.tuples(st.just(FieldType.DURATION), st.timedeltas(timedelta(days=-999), timedelta(days=999))),
        st.tuples(st.just(FieldType.USER), st.integers(1, 2**62)),
    )
)
def test_what_stands_in_a_control_is_read_back(case: tuple[str, object]) -> None:
    type_code, value = case
    text = control_text(field(type_code), value, CLOCK)  # type: ignore[arg-type]
    assert read_one(field(type_code), text, CLOCK) == value
