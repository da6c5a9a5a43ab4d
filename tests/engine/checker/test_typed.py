"""What the types of a place find in expressions, on a small module."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from luongviec.engine.checker.typed import FindingKind, check_expression, check_template, result_type
from luongviec.engine.compiler import compile_workspace
from luongviec.engine.expressions.compiled import Context, parse_expression, parse_template
from luongviec.engine.expressions.types import environment
from luongviec.engine.sources.reading import load_sources

BASE = Path(__file__).parent / "samples" / "base"


@cache
def workspace():
    return compile_workspace(load_sources(BASE).definitions).workspace


def place(context=Context.GUARD, module="thing", action=None):
    found = workspace().modules[module]
    return environment(workspace(), found, context, action=found.actions.get(action or ""))


def kinds(source, context=Context.GUARD, module="thing", action=None):
    return [
        one.kind
        for one in check_expression(parse_expression(source, context), place(context, module, action))
    ]


@pytest.mark.parametrize(
    "source",
    [
        "record.due > today and record.amount >= 3",
        "record.creator == actor or actor in record.helper",
        "record.unit[0].parent.code == 'x'",
        "record.parts is none",
        "count('parts', open=true, maker=actor) > 0",
        "latest('parts').amount + 1 > sum('parts', 'amount')",
        "status.code in ['fresh', 'done'] and status.category == 'open'",
        "record.kind == 'small' or parameters.limit < 5",
        "holds(actor, 'creator') and not holds(acting_for, 'helper')",
        "record.parent.parent.name ~ record.owner.title",
        "add_workdays(record.due, 3) < now + days(parameters.limit)",
        "entered('done') is none or time_in('fresh') > hours(2)",
        "within(home, record.unit[0])",
        "actor in people('creator') or actor in people_above('unit.head', 1)",
        "opened_file('files', actor)",
        "(record.amount | number) ~ (record.name | default('x') | upper)",
    ],
)
def test_sound_expressions_have_no_findings(source):
    assert kinds(source) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("recrd.name", FindingKind.NAME),
        ("record.nam", FindingKind.NAME),
        ("actor.nmae", FindingKind.NAME),
        ("parameters.limt", FindingKind.NAME),
        ("status.kode == 'fresh'", FindingKind.NAME),
        ("viewer", FindingKind.NAME),
        ("after.due", FindingKind.NAME),
        ("record.creator.name", FindingKind.TYPE),
        ("record.due > 'x'", FindingKind.TYPE),
        ("record.creator < record.helper", FindingKind.TYPE),
        ("record.name + 1", FindingKind.TYPE),
        ("record.due + 1", FindingKind.TYPE),
        ("actor == record.unit", FindingKind.TYPE),
        ("record.amount in record.amount", FindingKind.TYPE),
        ("days(record.due)", FindingKind.TYPE),
        ("record.kind == 'smal'", FindingKind.CODE),
        ("status.code == 'dne'", FindingKind.CODE),
        ("count('parts', status='opn')", FindingKind.CODE),
        ("count('parts', category='opn')", FindingKind.CODE),
        ("count('part')", FindingKind.ROLE),
        ("sum('parts', 'maker')", FindingKind.ROLE),
        ("holds(actor, 'creatr')", FindingKind.ROLE),
        ("actor in people('creatr')", FindingKind.ROLE),
        ("actor in people_above('unit.haed', 1)", FindingKind.ROLE),
        ("entered('gone')", FindingKind.ROLE),
        ("start_of(now, 'fortnight')", FindingKind.ROLE),
        ("clashes('x', 'due', 'due')", FindingKind.ROLE),
        ("count('parts', makr=actor)", FindingKind.CALL),
        ("count()", FindingKind.CALL),
        ("days(1, 2)", FindingKind.CALL),
        ("days(1, m=2)", FindingKind.CALL),
        ("count(record.name)", FindingKind.CALL),
        ("record.due == none", FindingKind.NOTHING),
    ],
)
def test_what_cannot_work_is_found(source, expected):
    assert expected in kinds(source)


def test_names_depend_on_the_place():
    assert kinds("after.due >= today", Context.RULE) == []
    assert kinds("viewer == record.creator", Context.SET) == []
    assert FindingKind.NAME in kinds("actor", Context.TIMER)
    assert FindingKind.NAME in kinds("actor", Context.FIELD_CONDITION)
    assert kinds("input.amount > 1", action="finish") == []
    assert FindingKind.NAME in kinds("input.amont > 1", action="finish")


def test_the_owner_is_typed_and_there_is_none_where_no_module_owns():
    assert kinds("owner.due < today", module="part") == []
    assert FindingKind.NAME in kinds("owner.deu", module="part")


def test_calls_on_the_owner_look_at_its_relations():
    assert kinds("count('parts', of=owner) == 0", module="part") == []
    assert FindingKind.ROLE in kinds("count('parts') == 0", module="part")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ record.title }} {{ event.actor.name }} {{ link }}", []),
        ("{% for p in record.parts %}{{ loop.index }} {{ p.amount | number }}{% endfor %}", []),
        ("{% for p in record.parts %}{{ p.amont }}{% endfor %}", [FindingKind.NAME]),
        ("{% for p in record.name %}{{ p }}{% endfor %}", [FindingKind.TYPE]),
        ("{{ p }}", [FindingKind.NAME]),
        ("{{ record.name | date }}", [FindingKind.TYPE]),
        ("{% if record.due > 3 %}a{% endif %}", [FindingKind.TYPE]),
    ],
)
def test_templates_are_typed_too(source, expected):
    template = parse_template(source, Context.MESSAGE)
    assert [one.kind for one in check_template(template, place(Context.MESSAGE))] == expected


def test_near_names_are_offered_at_their_place_in_the_source():
    (found,) = check_expression(parse_expression("1 < record.amont", Context.GUARD), place())
    assert "“amount”" in found.hint.vi
    assert found.offset == len("1 < record.")


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("record.due + days(1)", "date"),
        ("now - record.due", "duration"),
        ("count('parts')", "number"),
        ("latest('parts').amount", "number"),
        ("record.kind", "choice"),
        ("record.name ~ 1", "text"),
        ("record.due if record.amount else none", "date"),
        ("actor", "person"),
        ("not actor", "boolean"),
    ],
)
def test_result_type(source, kind):
    assert result_type(parse_expression(source, Context.GUARD), place()).kind == kind
