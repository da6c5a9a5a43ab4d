"""The codec between values and JSON, and how values read."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luongviec.engine.model import Field, FieldType, Option
from luongviec.engine.text import Text
from luongviec.engine.values import (
    NotOfType,
    display_duration,
    display_moment,
    display_number,
    display_size,
    display_value,
    duration_text,
    from_json,
    parse_duration,
    to_json,
)

LABEL = Text("X", "X")
offsets = st.integers(-720, 840).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=offsets)  # noqa: DTZ001
VALUES = {
    FieldType.TEXT: st.text(),
    FieldType.MULTILINE: st.text(),
    FieldType.NUMBER: st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False)),
    FieldType.BOOLEAN: st.booleans(),
    FieldType.DATE: st.dates(),
    FieldType.DATETIME: moments,
    FieldType.DURATION: st.timedeltas(timedelta(days=-400_000), timedelta(days=400_000)),
    FieldType.CHOICE: st.sampled_from(["a", "b"]),
    FieldType.USER: st.integers(1),
    FieldType.UNIT: st.integers(1),
    FieldType.RECORD: st.integers(1),
    FieldType.FILES: st.integers(1),
}
cases = st.sampled_from(list(VALUES)).flatmap(
    lambda type_code: st.one_of(
        st.tuples(st.just(Field("x", type_code, LABEL, many=True)), st.lists(VALUES[type_code]).map(tuple)),
        st.tuples(
            st.just(Field("x", type_code, LABEL)),
            st.lists(VALUES[type_code]).map(tuple)
            if type_code is FieldType.FILES
            else st.one_of(st.none(), VALUES[type_code]),
        ),
    )
)


@given(cases)
def test_json_gives_the_value_back(case: tuple[Field, object]) -> None:
    field, value = case
    written = json.loads(json.dumps(to_json(field, value)))  # type: ignore[arg-type]
    assert from_json(field, written) == value


@given(
    st.sampled_from(list(VALUES)),
    st.booleans(),
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=2), inner, max_size=2)
        ),
        max_leaves=3,
    ),
)
def test_other_json_is_refused_and_nothing_else_raises(type_code: str, many: bool, data: object) -> None:
    field = Field("x", type_code, LABEL, many=many)
    try:
        value = from_json(field, data)
    except NotOfType:
        return
    assert from_json(field, to_json(field, value)) == value


def test_moments_are_written_in_utc() -> None:
    moment = datetime(2026, 11, 27, 14, 30, tzinfo=timezone(timedelta(hours=7)))
    assert to_json(Field("x", FieldType.DATETIME, LABEL), moment) == "2026-11-27T07:30:00Z"


@given(st.timedeltas(timedelta(days=-400_000), timedelta(days=400_000)))
def test_durations_are_read_back(duration: timedelta) -> None:
    assert parse_duration(duration_text(duration)) == duration


@pytest.mark.parametrize(
    "text", ["", "P", "-P", "PT", "P1Y", "P1M", "P-1D", "1D", "P1DT", "PT1.0000001S", "P9999999999D"]
)
def test_what_is_no_duration(text: str) -> None:
    assert parse_duration(text) is None


def test_display() -> None:
    assert display_moment(datetime(2026, 11, 27, 7, 30, tzinfo=UTC)) == "27/11/2026 14:30"
    assert (display_number(2316), display_number(1.8), display_number(2316.5, "en")) == (
        "2.316",
        "1,8",
        "2,316.5",
    )
    assert (display_size(1_887_437), display_size(100)) == ("1,8 MB", "100 B")
    assert display_duration(timedelta(days=2, hours=3)) == "2 ngày 3 giờ"
    choice = Field("x", FieldType.CHOICE, LABEL, options=(Option("a", Text("Cao", "High")),))
    assert (display_value(choice, "a"), display_value(choice, "a", "en")) == ("Cao", "High")
    assert display_value(Field("x", FieldType.DATE, LABEL), date(2026, 1, 5)) == "05/01/2026"
    assert display_value(Field("x", FieldType.BOOLEAN, LABEL, many=True), (True, False)) == "Có, Không"
