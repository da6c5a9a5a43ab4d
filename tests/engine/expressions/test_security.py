"""Attempts to escape, one list, through every place that takes an expression or template."""

from __future__ import annotations

import re
import time

import pytest

from luongviec.engine.errors import LuongViecError
from luongviec.engine.expressions.compiled import (
    Context,
    EvaluationError,
    ExpressionError,
    parse_expression,
    parse_template,
)
from tests.engine.expressions.things import Thing, attempt

ESCAPES = [
    "''.__class__",
    "''['__class__']",
    "record['__class__']",
    "record['__cl' ~ 'ass__']",
    "record.__init__.__globals__",
    "record._module",
    "record['_' ~ 'module']",
    "record.names",
    "record.secret",
    "record.secret()",
    "record.name.format(record)",
    "'{0.__class__}'.format(record)",
    "'%s' % record",
    "record.name.upper()",
    "[].append(1)",
    "().__class__.__bases__[0].__subclasses__()",
    "self",
    "self.__init__",
    "self._TemplateReference__context",
    "context",
    "environment",
    "caller()",
    "cycler.__init__.__globals__.os",
    "joiner",
    "namespace(a=1)",
    "lipsum.__globals__",
    "range(10 ** 9)",
    "range(1000000)",
    "dict(a=1)",
    "count.__globals__",
    "count.__code__",
    "count['__globals__']",
    "days.__globals__",
    "record|attr('__class__')",
    "record|map(attribute='__class__')",
    "[1]|map('upper')|list",
    "record|tojson",
    "''|xmlattr",
    "'a'|safe",
    "record is callable",
    "record is sameas record",
    "2 ** 100000",
    "9 ** 9 ** 9 ** 9",
    "'a' * 200000000",
    "[1] * 100000000",
    "'a' * 10 * 10 * 10",
    "999999999999999 * 999999999999999",
    "'x' | pad(100000000)",
    "days(10 ** 12)",
    "days(999999999)",
    "days(999999999999999)",
    "minutes(1e300)",
    "add_workdays(now, 999999999)",
    "record.name[0:10]",
    "record.name[::-1]",
    "count(*record)",
    "count(**record)",
    "count('x')()",
    "record()",
    "now.replace(year=1)",
    "now.tzinfo",
    "now.__class__",
    "(1).real",
    "true.real",
    "1 if 1",
    "lambda: 1",
    "__import__('os')",
    "_result",
    "_PURE_FUNCTIONS",
    "import os",
    "open('/etc/passwd')",
    "eval('1')",
    "(" * 500 + "1" + ")" * 500,
    "not " * 300 + "1",
    "-" * 300 + "1",
    "1" + "+1" * 900,
    "a" * 5000,
    "9" * 1900,
    "1e999",
    "record" + ".a" * 900,
    "'" + "\\x00" * 100 + "'",
    "{% for a in b %}",
    "{{ record }}",
    "{#",
    "${7*7}",
    "<%= 7*7 %>",
    "1; import os",
    "record\n.name",
]  # fmt: skip

HARMLESS = (str, int, float, bool, type(None), Thing, list, tuple)
SCOPE = {
    "record": Thing(name="Báo cáo", id=1),
    "now": None,
    "count": lambda *_, **__: 0,
}


@pytest.mark.parametrize("place", list(Context))
@pytest.mark.parametrize("source", ESCAPES)
def test_expression_escapes_nowhere(source, place):
    begun = time.monotonic()
    found = attempt(lambda: parse_expression(source, place).evaluate(SCOPE))
    if isinstance(found, LuongViecError):
        assert found.message.vi
        assert found.message.en
    else:
        assert type(found) in HARMLESS, found
        assert len(str(found)) < 10_000
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("place", [Context.MESSAGE, Context.PRINT, Context.TITLE, Context.NUMBER])
@pytest.mark.parametrize("source", ESCAPES)
def test_template_escapes_nowhere(source, place):
    found = attempt(lambda: parse_template("{{ " + source + " }}", place).render(SCOPE))
    if isinstance(found, LuongViecError):
        assert found.message.vi
    else:
        assert not re.search(r"0x[0-9a-f]{6}|<class|<function", str(found))  # nothing inside shows
        assert len(str(found)) < 10_000


@pytest.mark.parametrize(
    "source",
    [
        "{% set x = 1 %}{{ x }}",
        "{% import 'os' as os %}",
        "{% include 'secrets' %}",
        "{% extends 'base' %}",
        "{% block a %}{% endblock %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% call record() %}{% endcall %}",
        "{% filter upper %}a{% endfilter %}",
        "{% with a = 1 %}{% endwith %}",
        "{% autoescape false %}{{ record }}{% endautoescape %}",
        "{% do record %}",
        "{% raw %}{{ a }}",
        "{% for a in record.people recursive %}{{ loop(a) }}{% endfor %}",
        "{% for a, b in record.people %}{% endfor %}",
        "{% for a in x %}" * 4 + "{% endfor %}" * 4,
        "{% for self in x %}{{ self }}{% endfor %}",
        "{% for a in record %}{{ a }}",
        "{{ loop.__class__ }}",
        "a" * 70_000,
    ],
)
def test_templates_have_no_other_statements(source):
    with pytest.raises(ExpressionError):
        parse_template(source, Context.PRINT)


def test_loops_end():
    many = tuple(range(1000))
    source = "{% for a in x %}{% for b in x %}{% for c in x %}{% endfor %}{% endfor %}{% endfor %}"
    with pytest.raises(EvaluationError):
        parse_template(source, Context.PRINT).render({"x": many})


def test_output_is_bounded():
    source = "{% for a in x %}{{ long }}{% endfor %}"
    with pytest.raises(EvaluationError):
        parse_template(source, Context.MESSAGE).render({"x": tuple(range(2000)), "long": "đ" * 90_000})


def test_prints_escape_what_people_wrote():
    scope = {"record": Thing(name="<script>alert(1)</script>"), "x": ("<b>",)}
    text = parse_template(
        "<p>{{ record.name }}{{ record.name | upper }}{{ 'a' ~ record.name }}{{ x | join('<br>') }}</p>",
        Context.PRINT,
    ).render(scope)
    assert text.startswith("<p>&lt;script&gt;alert(1)&lt;/script&gt;&lt;SCRIPT&gt;")
    assert text.count("<") == 2


def test_messages_are_plain_text():
    assert parse_template("{{ a }}", Context.MESSAGE).render({"a": "<b> & đ"}) == "<b> & đ"
