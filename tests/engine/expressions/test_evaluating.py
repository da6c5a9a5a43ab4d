"""What expressions give: nothing is never an error, and comparing with it is false."""

from __future__ import annotations

import operator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luongviec.engine.errors import LuongViecError
from luongviec.engine.expressions.compiled import (
    Context,
    EvaluationError,
    ExpressionError,
    Holders,
    parse_expression,
)
from tests.engine.expressions.things import Thing, attempt, value

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
AN, BINH = Thing(id=1, name="An"), Thing(id=2, name="Bình")
RECORD = Thing(
    due_at=datetime(2026, 3, 5, 10, 0, tzinfo=UTC),
    day=date(2026, 3, 5),
    empty=None,
    amount=7,
    name="Báo cáo",
    people=Holders((AN, BINH)),
    nobody=Holders(()),
    kind="annual",
)


def evaluated(source: str) -> object:
    return value(source, record=RECORD, now=NOW, actor=AN, parameters=Thing(days=3))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("record.empty > 3", False),
        ("record.empty == 3", False),
        ("record.empty != 3", False),
        ("record.empty in [1, 2]", False),
        ("record.empty not in [1, 2]", False),
        ("not (record.empty == 3)", True),
        ("record.empty is none", True),
        ("record.empty is not none", False),
        ("(record.empty + 1) is none", True),
        ("record.empty.name.more is none", True),
        ("3 < 5 < 7", True),
        ("3 < record.empty < 7", False),
        ("record.due_at <= now + days(parameters.days)", False),
        ("record.due_at <= now + days(4)", True),
        ("record.day == record.due_at", False),
        ("record.due_at >= record.day", True),
        ("record.due_at - now == days(3) + hours(8)", True),
        ("record.amount / 0", None),
        ("record.amount * 2 - 1", 13),
        ("-record.amount", -7),
        ("record.people == actor", True),
        ("record.people != actor", False),
        ("actor in record.people", True),
        ("record.nobody == actor", False),
        ("record.nobody != actor", True),
        ("actor == 1", True),
        ("record.name ~ ' ' ~ record.amount ~ record.empty", "Báo cáo 7"),
        ("'a' if record.empty", None),
        ("'a' if record.amount else 'b'", "a"),
        ("record.people | length", 2),
        ("record.people[0].name", "An"),
        ("record.people[9] is none", True),
        ("['annual', 'sick']", ["annual", "sick"]),
        ("record.kind in ['annual', 'sick']", True),
        ("true and not false", True),
    ],
)
def test_value(source, expected):
    assert evaluated(source) == expected


@pytest.mark.parametrize(
    "source", ["record.nme", "recrd.name", "record.day > 'a'", "record.name + 1", "record.people < 3"]
)
def test_what_cannot_be_evaluated_is_a_clear_error(source):
    with pytest.raises(EvaluationError) as caught:
        evaluated(source)
    assert source in caught.value.message.vi
    assert "không có “" in caught.value.message.vi or "không cùng loại" in caught.value.message.vi
    assert caught.value.message.en


@pytest.mark.parametrize(
    ("literal", "expected"), [(3, 3), (2.5, 2.5), (True, True), (False, False), (None, None), ("'x'", "x")]
)
def test_a_number_or_boolean_of_the_file_is_itself(literal, expected):
    assert value(literal) == expected


def test_a_scope_is_asked_only_for_names_that_are_used():
    class Lazy(dict):
        def __getitem__(self, name):
            assert name == "actor"
            return AN

    assert parse_expression("actor.name", Context.GUARD).evaluate(Lazy()) == "An"


def test_paths_and_calls_are_known_without_evaluating():
    expression = parse_expression("count('parts', open=true) > 0 and record.owner.due > now", Context.GUARD)
    assert expression.paths == {("record", "owner", "due"), ("now",)}
    (call,) = expression.calls
    assert (call.function, call.arguments[0].value, call.keywords["open"].value) == ("count", "parts", True)


@pytest.mark.parametrize(
    ("source", "vi"),
    [
        ("conut('x')", "Có phải “count”?"),
        ("record.name | uper", "Có phải “upper”?"),
        ("record.", "Cú pháp"),
        ("a b", "Cú pháp"),
        ("", "Cú pháp"),
        ("x is defined", "is none"),
    ],
)
def test_bad_expressions_say_what_is_wrong(source, vi):
    with pytest.raises(ExpressionError) as caught:
        parse_expression(source, Context.GUARD)
    assert vi in caught.value.message.vi


OPERATORS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


@given(
    left=st.none() | st.integers(-(10**6), 10**6),
    right=st.none() | st.integers(-(10**6), 10**6),
    sign=st.sampled_from(sorted(OPERATORS)),
)
def test_comparing_agrees_with_python_and_is_false_with_nothing(left, right, sign):
    expected = left is not None and right is not None and OPERATORS[sign](left, right)
    assert value(f"a {sign} b", a=left, b=right) is expected


WORDS = [*"()[]{}'\"|.,:+-*/%<>=! 0123456789", " and ", " or ", "not ", " in ", " is none", "record", "now"]
WORDS += [" if ", " else ", "count", "days", "none", "~", "upper", "'a'"]


@given(st.text(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=14).map("".join))
def test_any_text_is_an_expression_or_a_clear_error(source):
    scope = {"record": RECORD, "now": NOW, "count": lambda *_, **__: 0}
    found = attempt(lambda: parse_expression(source, Context.GUARD).evaluate(scope))
    if isinstance(found, LuongViecError):
        assert found.message.vi
        assert found.message.en


def test_durations_are_durations():
    assert value("days(1) + hours(2) * 2") == timedelta(days=1, hours=4)
