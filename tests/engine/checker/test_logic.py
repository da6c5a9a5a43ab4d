"""Contradiction, disjointness and what a status says, without evaluating anything."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luongviec.engine.checker.graphs import cycle, reachable, reversed_graph
from luongviec.engine.checker.logic import disjoint, holds_in_status, never_holds
from luongviec.engine.expressions.compiled import Context, parse_expression
from tests.engine.expressions.things import Thing


def tree(source):
    return parse_expression(source, Context.GUARD).tree


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("input.a", "not input.a"),
        ("status.code == 'a'", "status.code == 'b'"),
        ("status.code in ['a', 'b']", "status.code == 'c'"),
        ("record.n > 3 and record.x", "record.n <= 3"),
        ("record.n is none", "record.n == 3"),
        ("record.x", "not (record.x or record.y)"),
        ("'a' == record.kind", "record.kind == 'b' and true"),
    ],
)
def test_disjoint(first, second):
    assert disjoint(tree(first), tree(second))
    assert disjoint(tree(second), tree(first))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("input.a", "input.b"),
        ("status.code == 'a'", "record.kind == 'b'"),
        ("status.code in ['a', 'b']", "status.code == 'b'"),
        ("record.n > 3", "record.n > 5"),
        ("record.n != 3", "record.n != 4"),
    ],
)
def test_not_surely_disjoint(first, second):
    assert not disjoint(tree(first), tree(second))


def test_an_unconditional_move_is_disjoint_from_nothing():
    assert not disjoint(None, tree("input.a"))
    assert not disjoint(None, None)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("status.code == 'open'", True),
        ("status.code != 'open'", False),
        ("status.code in ['shut', 'open'] and not status.code == 'shut'", True),
        ("status.code == 'shut' or input.x", None),
        ("status.code == 'open' or input.x", True),
        ("status.code == 'shut' and input.x", False),
        ("input.x", None),
        ("true", True),
    ],
)
def test_what_holds_in_a_status(source, expected):
    assert holds_in_status(tree(source), "open") is expected


NAMES = st.sampled_from(["record.a", "record.b"])
PARTS = st.builds(
    "{} {} '{}'".format, NAMES, st.sampled_from(["==", "!="]), st.sampled_from("xyz")
) | st.builds("{} is {}none".format, NAMES, st.sampled_from(["", "not "]))


@given(
    parts=st.lists(PARTS | PARTS.map("not ({})".format), min_size=1, max_size=5),
    a=st.sampled_from([None, *"xyz"]),
    b=st.sampled_from([None, *"xyz"]),
)
def test_what_never_holds_holds_for_no_record(parts, a, b):
    expression = parse_expression(" and ".join(f"({part})" for part in parts), Context.GUARD)
    if never_holds(expression.tree):
        assert not expression.holds({"record": Thing(a=a, b=b)})


GRAPHS = st.dictionaries(st.integers(0, 6), st.lists(st.integers(0, 6), max_size=4), max_size=7)


@given(GRAPHS)
def test_a_cycle_is_a_way_back_to_where_it_began(graph):
    found = cycle(graph)
    if found:
        assert found[0] == found[-1]
        assert all(after in graph[before] for before, after in pairwise(found))
    else:
        assert all(vertex not in reachable(graph, graph.get(vertex, ())) for vertex in graph)


@given(GRAPHS)
def test_turning_a_graph_round_turns_its_ways_round(graph):
    turned = reversed_graph(graph)
    for vertex in graph:
        assert all(vertex in reachable(turned, [end]) for end in reachable(graph, [vertex]))
