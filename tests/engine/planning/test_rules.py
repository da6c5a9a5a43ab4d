"""Rules: every level, all at once, before and after, and who is asked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from luongviec.engine.errors import InvalidInput, NeedsAnswer, Refused
from luongviec.engine.planning.plan import Answers, Question
from luongviec.engine.planning.planner import plan_timer
from tests.engine.planning.cases import NUMBER, Cases, cases, definitions

NO = Answers()


def _rule(when: str, **words: object) -> dict[str, object]:
    return {"for": ["go"], "when": when, "otherwise": words.pop("says", when), **words}


def _desk(*rules: object, **words: object) -> Cases:
    return cases(
        fields={"size": NUMBER, "level": {"type": "text", "label": "Mức"}},
        rules=list(rules),
        actions={"go": {"effects": [{"set": {"size": "record.size + 1"}}, {"move": "going"}]}},
        **words,
    )


def _questions(desk: Cases, case: int, action: str = "go", **typed: object) -> tuple[Question, ...]:
    with pytest.raises(NeedsAnswer) as caught:
        desk.plan(case, action, typed, answers=NO)
    return caught.value.questions  # type: ignore[return-value]


def test_a_rule_reads_before_and_after() -> None:
    desk = _desk(_rule("record.size < 3 and after.size < 3"))
    desk.plan(desk.add(values={"size": 1}), "go")
    with pytest.raises(Refused):
        desk.plan(desk.add(values={"size": 2}), "go")


def test_all_refusals_come_at_once() -> None:
    desk = _desk(_rule("after.size > 5", says="nhỏ"), _rule("after.size > 6", says="quá nhỏ"))
    with pytest.raises(Refused) as caught:
        desk.plan(desk.add(values={"size": 1}), "go")
    assert caught.value.message.vi == "nhỏ. quá nhỏ"


def test_a_marked_refusal_stands_at_its_field() -> None:
    desk = _desk({"for": ["edit"], "when": "after.size < 3", "otherwise": "lớn", "marks": "size"})
    with pytest.raises(InvalidInput) as caught:
        desk.plan(desk.add(), "edit", {"size": 4})
    assert set(caught.value.errors) == {"size"}


@pytest.mark.parametrize("level", ["confirm", "warn"])
def test_a_question_waits_for_its_answer_and_stays_in_history(level: str) -> None:
    desk = _desk(_rule("after.size > 5", says="nhỏ", level=level))
    case = desk.add(values={"size": 1})
    (question,) = _questions(desk, case)
    assert (question.kind, question.text.vi) == (level, "nhỏ")
    plan = desk.plan(case, "go", answers=Answers(frozenset({question.code})))
    assert [text.vi for text in plan.entries[0].confirmed] == ["nhỏ"]
    assert _questions(desk, case) == (question,)


@pytest.mark.requirement("W-40")
def test_a_reason_is_asked_and_kept() -> None:
    desk = _desk(_rule("after.size > 5", level="reason"))
    case = desk.add(values={"size": 1})
    (question,) = _questions(desk, case)
    assert question.kind == "reason"
    with pytest.raises(NeedsAnswer):
        desk.plan(case, "go", answers=Answers(confirmed=True))
    plan = desk.plan(case, "go", answers=Answers(reason="gấp"))
    assert plan.entries[0].reason == "gấp"


def test_all_questions_come_at_once() -> None:
    desk = _desk(_rule("after.size > 5", level="reason"), _rule("after.size > 6", level="confirm"))
    assert len(_questions(desk, desk.add(values={"size": 1}))) == 2


def test_a_refusal_goes_before_questions() -> None:
    desk = _desk(_rule("after.size > 5", level="confirm"), _rule("after.size > 6"))
    with pytest.raises(Refused):
        desk.plan(desk.add(values={"size": 1}), "go", answers=NO)


@pytest.mark.requirement("T-121")
@pytest.mark.parametrize(
    ("level", "outcome"), [("refuse", Refused), ("warn", NeedsAnswer), ("allow", None), ("nonsense", Refused)]
)
def test_the_level_may_be_an_expression(level: str, outcome: type[Exception] | None) -> None:
    desk = _desk(_rule("after.size > 5", level="record.level"))
    case = desk.add(values={"size": 1, "level": level})
    if outcome is None:
        assert desk.plan(case, "go", answers=NO).versions == {case: 1}
    else:
        with pytest.raises(outcome):
            desk.plan(case, "go", answers=NO)


def test_a_rule_for_a_status_counts_only_there() -> None:
    desk = _desk({"for": "*", "to": ["going"], "when": "after.size > 5", "otherwise": "nhỏ"})
    case = desk.add(values={"size": 1})
    desk.plan(case, "edit", {"size": 2})
    with pytest.raises(Refused):
        desk.plan(case, "go")


def test_a_rule_for_all_but_some() -> None:
    desk = _desk({"for": "*", "except": ["view", "edit"], "when": "after.size > 5", "otherwise": "nhỏ"})
    case = desk.add(values={"size": 1})
    desk.plan(case, "edit", {"size": 2})
    with pytest.raises(Refused):
        desk.plan(case, "go")


def test_a_creation_reads_after_and_its_owner() -> None:
    rules = [
        {"for": ["create"], "when": "holds(actor, 'doer')", "otherwise": "không phải mình"},
        {"for": ["create"], "when": "count('children', of=owner) == 0", "otherwise": "đã có"},
    ]
    child = definitions("child", owner="case", roles={"doer": {"label": "Làm"}}, rules=rules)
    desk = cases(*child, relations={"children": {"owns": "child", "inverse": "parent", "label": "Con"}})
    case = desk.add()
    with pytest.raises(Refused) as caught:
        desk.create({"doer": (desk.office.binh,)}, module="child", owner_id=case)
    assert caught.value.message.vi == "không phải mình"
    desk.create({"doer": (desk.office.an,)}, module="child", owner_id=case)
    with pytest.raises(Refused) as caught:
        desk.create({"doer": (desk.office.an,)}, module="child", owner_id=case)
    assert caught.value.message.vi == "đã có"


def test_the_owner_has_rules_about_adding() -> None:
    desk = cases(
        *definitions("child", owner="case"),
        fields={"size": NUMBER},
        relations={"children": {"owns": "child", "inverse": "parent", "label": "Con"}},
        rules=[{"for": ["add_children"], "when": "record.size > 1", "otherwise": "nhỏ", "level": "refuse"}],
    )
    with pytest.raises(Refused):
        desk.create({"name": "x"}, module="child", owner_id=desk.add(values={"size": 1}))
    desk.create({"name": "x"}, module="child", owner_id=desk.add(values={"size": 2}))


def test_nobody_is_asked_when_the_system_acts() -> None:
    desk = _desk(
        {"for": "*", "to": ["going"], "when": "false", "otherwise": "hỏi", "level": "confirm"},
        timers={
            "begin": {
                "at": "record.created_at",
                "do": [{"act": {"to": "children", "action": "go", "as": "system"}}],
            }
        },
        relations={"children": {"owns": "case", "inverse": "parent", "label": "Con"}},
        owner={"module": "case", "optional": True},
    )
    case = desk.add()
    child = desk.add(owner=case, relation="children", values={"size": 1})
    desk.world.pass_time(timedelta(minutes=1))
    plan = plan_timer(desk.world, case, "begin")
    assert plan is not None
    desk.world.apply(plan)
    assert desk.record(child).status == "going"


def test_an_actions_own_question_is_asked_with_the_others() -> None:
    desk = cases(
        actions={"go": {"effects": [{"move": "going"}], "confirm": "Chắc chưa?"}},
        rules=[{"for": ["go"], "when": "false", "otherwise": "Vẫn đi?", "level": "confirm"}],
    )
    case = desk.add()
    texts = [question.text.vi for question in _questions(desk, case)]
    assert texts == ["Chắc chưa?", "Vẫn đi?"]
    desk.plan(case, "go", answers=Answers(confirmed=True))
