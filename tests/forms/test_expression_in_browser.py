"""The browser's evaluator and the server's give the same for the same trees and values."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import luongviec.web
from luongviec.engine.expressions.comparison import Holders
from luongviec.engine.expressions.compiled import Context, EvaluationError, parse_expression
from luongviec.forms.tree import encode, expression_tree

HERE = Path(__file__).parent
SCRIPT = Path(luongviec.web.__file__).parent / "static" / "app" / "expression.js"
Answer = dict[str, object]
NOW = datetime(2026, 11, 23, 6, 9, 54, tzinfo=UTC)


@pytest.fixture(scope="module")
def in_browser() -> Iterator[Callable[[object, object], Answer]]:
    """Give a function that evaluates a tree with the script that pages load."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node to run the script with")
    with subprocess.Popen(
        [node, str(HERE / "evaluate.mjs"), str(SCRIPT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def evaluate(tree: object, scope: object) -> Answer:
            process.stdin.write(json.dumps({"tree": tree, "scope": scope}) + "\n")
            process.stdin.flush()
            answer: Answer = json.loads(process.stdout.readline())
            return answer

        yield evaluate
        process.stdin.close()


def on_server(source: str, record: dict[str, object]) -> Answer:
    scope = {
        "record": record,
        "input": record,
        "parameters": {"limit": 3},
        "now": NOW,
        "today": NOW.date(),
    }
    try:
        return {"value": encode(parse_expression(source, Context.FIELD_CONDITION).evaluate(scope))}
    except EvaluationError:
        return {"error": True}


def scope_of(record: dict[str, object]) -> dict[str, object]:
    values = {name: encode(value) for name, value in record.items()}
    return {
        "record": values,
        "input": values,
        "parameters": {"limit": 3},
        "now": encode(NOW),
        "today": encode(NOW.date()),
        "offset_minutes": 420,
    }


numbers = st.one_of(
    st.integers(-1000, 1000), st.sampled_from([0.5, -2.25, 1e15, 3.0, 1e16]), st.sampled_from([0, 1, 2])
)
texts = st.text("abđ𝔘z '", max_size=4).map(lambda text: text.replace("'", ""))
days = st.dates(date(2024, 2, 27), date(2027, 3, 2))
moments = st.datetimes(
    datetime(2024, 2, 27),  # noqa: DTZ001 - bounds are naive
    datetime(2027, 3, 2),  # noqa: DTZ001
    timezones=st.just(UTC),
)
durations = st.timedeltas(timedelta(days=-40), timedelta(days=40))
ids = st.integers(1, 4)
values = st.one_of(
    st.none(),
    st.booleans(),
    numbers,
    texts,
    days,
    moments,
    durations,
    st.lists(ids, max_size=3).map(Holders),
    st.lists(ids, max_size=3).map(tuple),
    st.lists(texts, max_size=2).map(tuple),
)
NAMES = ("a", "b", "c")
records = st.fixed_dictionaries(dict.fromkeys(NAMES, values))

literals = st.one_of(
    st.integers(-9, 400).map(str),
    st.sampled_from(
        ["none", "true", "false", "0.5", "''", "'a'", "'đ'", "now", "today", "parameters.limit", "[]"]
    ),
    texts.map(lambda text: f"'{text}'"),
)
paths = st.sampled_from([f"{root}.{name}" for root in ("record", "input") for name in NAMES])


def _combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(inner, inner)
    operators = st.sampled_from(
        ["==", "!=", "<", "<=", ">", ">=", "in", "not in", "and", "or", "+", "-", "*", "/", "//", "%"]
    )
    return st.one_of(
        st.tuples(operators, pairs).map(lambda one: f"({one[1][0]} {one[0]} {one[1][1]})"),
        inner.map(lambda one: f"(not {one})"),
        inner.map(lambda one: f"(-{one})"),
        inner.map(lambda one: f"({one} is none)"),
        inner.map(lambda one: f"({one} | length)"),
        pairs.map(lambda one: f"({one[0]} | default({one[1]}))"),
        st.tuples(inner, inner, inner).map(lambda one: f"({one[1]} if {one[0]} else {one[2]})"),
        st.tuples(st.sampled_from(["days", "hours", "minutes"]), inner).map(
            lambda one: f"{one[0]}({one[1]})"
        ),
        st.tuples(
            st.sampled_from(["start_of", "end_of"]),
            st.sampled_from(["record.a", "now", "today"]),
            st.sampled_from(["hour", "day", "week", "month", "quarter", "year"]),
        ).map(lambda one: f"{one[0]}({one[1]}, '{one[2]}')"),
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
    )


expressions = st.recursive(st.one_of(literals, paths), _combined, max_leaves=8)


@pytest.mark.requirement("T-46")
@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(source=expressions, record=records)
def test_browser_and_server_agree(
    source: str, record: dict[str, object], in_browser: Callable[[object, object], Answer]
) -> None:
    tree = expression_tree(parse_expression(source, Context.FIELD_CONDITION))
    assert tree is not None
    assert in_browser(tree, scope_of(record)) == on_server(source, record)


@pytest.mark.parametrize(
    ("source", "record", "expected"),
    [
        ("record.a == 'x'", {"a": "x"}, True),
        ("record.a != 'x'", {"a": None}, False),
        ("record.a >= today", {"a": datetime(2026, 11, 22, 17, 0, tzinfo=UTC)}, True),
        ("record.a >= today", {"a": datetime(2026, 11, 22, 16, 59, tzinfo=UTC)}, False),
        ("record.a == 3", {"a": Holders((1, 3))}, True),
        ("-7 // 2", {}, -4),
        ("1.0 // 0.1", {}, 9.0),
        (
            "end_of(record.a, 'quarter')",
            {"a": date(2026, 11, 23)},
            datetime(2026, 12, 31, 16, 59, 59, 999999, tzinfo=UTC),
        ),
    ],
)
def test_examples(
    source: str,
    record: dict[str, object],
    expected: object,
    in_browser: Callable[[object, object], Answer],
) -> None:
    tree = expression_tree(parse_expression(source, Context.FIELD_CONDITION))
    assert in_browser(tree, scope_of(record)) == {"value": encode(expected)}
    assert on_server(source, record) == {"value": encode(expected)}


@pytest.mark.parametrize(
    "source", ["count('x') > 0", "record.a | upper", "record.a ~ 'x'", "workdays_between(now, now)"]
)
def test_what_the_browser_cannot_know_has_no_tree(source: str) -> None:
    assert expression_tree(parse_expression(source, Context.FIELD_CONDITION)) is None
