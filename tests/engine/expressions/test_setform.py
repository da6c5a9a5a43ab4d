"""Set form: the same condition as an expression and as a tree for one query."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luongviec.engine.expressions import setform
from luongviec.engine.expressions.compiled import Context, Holders, parse_expression
from luongviec.engine.expressions.setform import Operand, OperandKind
from tests.engine.expressions.things import Thing

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def condition(source: str) -> setform.Condition:
    """Compile an expression in set form."""
    return setform.compile_set(parse_expression(source, Context.SET))


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("record.due < now and not status.final", ["due", "final"]),
        ("now > record.due", ["due"]),
        ("record.person == viewer or viewer == record.other", ["person", "other"]),
        ("status.code in ['a', 'b'] and status.category != 'c'", ["code", "category"]),
        ("record.due <= now + days(parameters.days)", ["due"]),
        ("record.note is none", ["note"]),
        ("true", []),
        ("parameters.days > 3", []),
    ],
)
def test_operands_are_what_differs_from_record_to_record(source, names):
    assert [operand.name for operand in setform.operands(condition(source))] == names


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("record.due - days(3) < now", "record.due - days(3)"),
        ("record.a < record.b", "both sides"),
        ("count('x') == 0", "count('x')"),
        ("record.owner.name == 'x'", "record.owner.name"),
        ("record.name | upper == 'X'", "upper"),
        ("status.name == 'x'", "status.name"),
        ("holds(viewer, 'x')", "holds"),
        ("record.a == 1 if record.b else 2", "if"),
    ],
)
def test_what_cannot_be_one_query_is_refused(source, part):
    with pytest.raises(setform.SetFormError) as caught:
        condition(source)
    assert part in str(caught.value.message.en)
    assert caught.value.message.vi


def test_sides_are_turned_round_with_their_operator():
    found = condition("now >= record.due")
    assert isinstance(found, setform.Comparison)
    assert (found.operand.name, found.operator) == ("due", "<=")


def test_constants_are_evaluated_beforehand_to_plain_values():
    scope = {"viewer": Thing(id=4), "event": Thing(people=Holders((Thing(id=5), Thing(id=6))))}
    bound = setform.bind(condition("record.person == viewer or record.person in event.people"), scope)
    assert bound.parts[0].value == setform.Value(4)
    assert bound.parts[1].values == setform.Value((5, 6))


def test_a_role_equals_a_person_who_is_among_its_holders():
    role = Operand(OperandKind.ROLE, "people", many=True)
    is_among = setform.Comparison(role, "==", setform.Value(4))
    assert setform.holds(is_among, lambda _: (3, 4))
    assert not setform.holds(is_among, lambda _: (3,))
    assert not setform.holds(is_among, lambda _: ())
    assert setform.holds(setform.IsNone(role), lambda _: ())


def test_a_module_tells_roles_fields_and_what_it_does_not_have():
    from tests.engine.worlds import shipped

    module = next(one for one in shipped().modules.values() if one.roles and one.fields)
    role = next(iter(module.roles))
    found = setform.compile_set(parse_expression(f"record.{role} == viewer", Context.SET), module)
    assert found.operand == Operand(OperandKind.ROLE, role, many=True)
    with pytest.raises(setform.SetFormError):
        setform.compile_set(parse_expression("record.never_heard_of == 1", Context.SET), module)


# --- The tree and the expression agree ----------------------------------------------------------------

SIMPLE = st.sampled_from(
    [
        "record.n {} 3", "3 {} record.n", "record.s {} 'b'", "record.t {} now", "record.t {} now - days(1)",
        "record.n {} parameters.n",
    ]
)  # fmt: skip
COMPARED = st.builds(str.format, SIMPLE, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]))
LEAVES = COMPARED | st.sampled_from(
    [
        "record.n in [1, 2, 3]", "record.n not in [1, 2, 3]", "record.s is none", "record.s is not none",
        "status.final", "status.code == 'a'", "status.code in ['a', 'b']", "record.flag", "true", "false",
        "parameters.n > 1",
    ]
)  # fmt: skip
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds("({}) and ({})".format, inner, inner)
        | st.builds("({}) or ({})".format, inner, inner)
        | st.builds("not ({})".format, inner)
    ),
    max_leaves=6,
)


@given(
    source=CONDITIONS,
    n=st.none() | st.integers(0, 5),
    s=st.none() | st.sampled_from("abc"),
    t=st.none() | st.sampled_from([NOW, NOW - timedelta(days=1), NOW + timedelta(days=1)]),
    flag=st.none() | st.booleans(),
    final=st.booleans(),
    code=st.sampled_from("abc"),
    limit=st.none() | st.integers(0, 5),
)
def test_tree_and_expression_agree(source, n, s, t, flag, final, code, limit):
    record = {"n": n, "s": s, "t": t, "flag": flag}
    scope = {
        "record": Thing(**record),
        "status": Thing(final=final, code=code),
        "parameters": Thing(n=limit),
        "now": NOW,
    }
    expression = parse_expression(source, Context.SET)
    bound = setform.bind(setform.compile_set(expression), scope)

    def get(operand: Operand) -> object:
        known = {OperandKind.STATUS_FINAL: final, OperandKind.STATUS_CODE: code}
        return known.get(operand.kind, record.get(operand.name))

    assert setform.holds(bound, get) is bool(expression.evaluate(scope))


@given(source=CONDITIONS)
def test_what_is_written_back_is_the_same_tree(source):
    from luongviec.engine.expressions.syntax import written

    expression = parse_expression(source, Context.SET)
    again = parse_expression(written(expression.tree), Context.SET)
    assert again.tree == expression.tree
