"""Standing in for somebody: what passes, how far, since when until when, and what never does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from luongviec.engine.deciding.authorities import authorities_of
from luongviec.engine.deciding.decide import Case, decide
from luongviec.engine.deciding.decide_create import decide_create
from luongviec.engine.deciding.decisions import Decision, ProofKind, RefusedBy
from luongviec.engine.deciding.field_access import field_access
from luongviec.engine.deciding.offers import offers
from luongviec.engine.deciding.personal import noting_persons
from luongviec.engine.deciding.proofs import proof_lines
from luongviec.engine.deciding.standing import Standing, held_roles
from luongviec.engine.errors import Refused
from luongviec.engine.model import Access, UnitSet, UnitSetKind
from luongviec.engine.people import units_in
from luongviec.engine.planning.plan import Answers
from luongviec.engine.planning.planner import plan_action, plan_create
from luongviec.engine.world import Actor
from tests.engine.standing_in import Bureau, bureau

YES = Answers(confirmed=True)


@pytest.fixture
def place() -> Bureau:
    """An office whose errands may say modules, abilities and days."""
    return bureau()


def asked(place: Bureau, person: int, action: str, record: int, acting_for: int | None = None) -> Decision:
    return decide(place.office.world, Actor(person, acting_for), action, place.record(record))


# --- What passes ------------------------------------------------------------------------------------


def test_a_deputy_may_what_the_person_may_and_says_for_whom(place: Bureau) -> None:
    an, binh = place.office.an, place.office.binh
    case = place.case(worker=an)
    assert not asked(place, binh, "view", case).allowed
    place.errand(an, binh)
    decision = asked(place, binh, "finish", case)
    assert decision.allowed
    assert decision.acting_for == an
    assert [(role.column, role.on_behalf_of) for role in decision.roles] == [("worker", an)]


def test_slots_of_the_person_pass(place: Bureau) -> None:
    office = place.office
    office.world.fill_slot(office.department, "desk", "head", office.an)
    case = place.case(place=office.department)
    place.errand(office.an, office.binh)
    assert asked(place, office.binh, "edit", case).acting_for == office.an
    assert not asked(place, office.chi, "view", case).allowed


def test_own_roles_come_first(place: Bureau) -> None:
    an, binh = place.office.an, place.office.binh
    case = place.case(worker=(an, binh))
    place.errand(an, binh)
    assert asked(place, binh, "finish", case).acting_for is None
    assert asked(place, binh, "finish", case, acting_for=an).acting_for == an


def test_of_several_the_oldest_authority_acts(place: Bureau) -> None:
    office = place.office
    case = place.case(worker=(office.an, office.chi))
    place.errand(office.chi, office.binh, first=-1)
    place.errand(office.an, office.binh, first=-2)
    assert asked(place, office.binh, "finish", case).acting_for == office.an
    assert asked(place, office.binh, "finish", case, acting_for=office.chi).acting_for == office.chi
    assert not asked(place, office.binh, "finish", case, acting_for=office.dung).allowed


def test_whatever_the_person_keeps_the_deputy_alone_loses_nothing(place: Bureau) -> None:
    an, binh = place.office.an, place.office.binh
    case = place.case(worker=an)
    place.errand(an, binh)
    assert asked(place, an, "finish", case).allowed


def test_groups_of_the_person_do_not_pass() -> None:
    place = bureau()
    world = place.office.world
    world.group_people["bosses"].add(place.office.an)
    place.errand(place.office.an, place.office.binh)
    standing = Standing(world, Actor(place.office.binh))
    assert [other.groups for other in standing.others] == [frozenset()]


# --- How long ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "counts"), [(0, 0, True), (-3, -1, False), (1, 3, False), (-3, 0, True)]
)
def test_it_counts_from_the_first_day_to_the_end_of_the_last(
    place: Bureau, first: int, last: int, counts: bool
) -> None:
    an, binh = place.office.an, place.office.binh
    case = place.case(worker=an)
    place.errand(an, binh, first=first, last=last)
    assert asked(place, binh, "finish", case).allowed is counts


def test_it_ends_with_the_last_instant_of_the_last_day(place: Bureau) -> None:
    an, binh, world = place.office.an, place.office.binh, place.office.world
    case = place.case(worker=an)
    place.errand(an, binh, last=0)
    midnight = (world.now + timedelta(hours=7)).replace(hour=0, minute=0) + timedelta(hours=17)
    world.at(midnight - timedelta(microseconds=1))
    assert asked(place, binh, "finish", case).allowed
    world.at(midnight)
    assert not asked(place, binh, "finish", case).allowed


def test_recalled_at_once(place: Bureau) -> None:
    an, binh, world = place.office.an, place.office.binh, place.office.world
    case = place.case(worker=an)
    errand = place.errand(an, binh)
    assert asked(place, binh, "finish", case).allowed
    world.apply(plan_action(world, Actor(an), errand, "end", {}, answers=YES))
    assert not asked(place, binh, "view", case).allowed


@pytest.mark.parametrize("who", ["an", "binh"])
def test_a_closed_account_gives_and_takes_nothing(place: Bureau, who: str) -> None:
    an, binh, world = place.office.an, place.office.binh, place.office.world
    case = place.case(worker=an)
    place.errand(an, binh)
    closed = {"an": an, "binh": binh}[who]
    person = world.people[closed]
    world.people[closed] = type(person)(person.id, person.user_name, person.name, active=False)
    assert not asked(place, binh, "view", case).allowed


# --- How far ----------------------------------------------------------------------------------------


def test_chosen_modules_and_what_hangs_on_their_records(place: Bureau) -> None:
    an, binh, world = place.office.an, place.office.binh, place.office.world
    case = place.case(worker=an)
    remark = world.add_record("remark", roles={"creator": an}, owner=case, relation="remarks")
    other = place.errand(an, place.office.chi)
    place.errand(an, binh, areas=("case",))
    assert asked(place, binh, "finish", case).allowed
    assert asked(place, binh, "edit", remark).acting_for == an
    assert not asked(place, binh, "view", other).allowed


def test_chosen_abilities_pass_only_slots_that_carry_them(place: Bureau) -> None:
    office, world = place.office, place.office.world
    for slot in ("head", "clerk"):
        world.fill_slot(office.department, "desk", slot, office.an)
    case = place.case(place=office.department, worker=office.an)
    place.errand(office.an, office.binh, skills=("take",))
    assert asked(place, office.binh, "view", case).allowed
    assert not asked(place, office.binh, "edit", case).allowed
    assert not asked(place, office.binh, "finish", case).allowed


def test_a_unit_passes_the_slots_of_its_branch() -> None:
    place = bureau(where="record.place")
    office, world = place.office, place.office.world
    for unit in (office.department, office.division, office.other_department):
        world.fill_slot(unit, "desk", "head", office.an)
    cases = [place.case(place=unit, worker=office.an) for unit in
             (office.department, office.division, office.other_department)]  # fmt: skip
    place.errand(office.an, office.binh, place=office.department)
    assert [asked(place, office.binh, "edit", case).allowed for case in cases] == [True, True, False]
    assert not asked(place, office.binh, "finish", cases[0]).allowed  # a role of his own is no slot


def test_a_record_passes_with_what_hangs_on_it() -> None:
    place = bureau(where="record.case")
    an, binh, world = place.office.an, place.office.binh, place.office.world
    cases = [place.case(worker=an) for _ in range(2)]
    remarks = [
        world.add_record("remark", roles={"creator": an}, owner=case, relation="remarks") for case in cases
    ]
    place.errand(an, binh, case=cases[0])
    place.errand(an, place.office.chi)  # names no case: nothing passes
    assert [asked(place, binh, "finish", case).allowed for case in cases] == [True, False]
    assert [asked(place, binh, "edit", remark).allowed for remark in remarks] == [True, False]
    assert not asked(place, place.office.chi, "view", cases[0]).allowed


def test_only_the_permissions_that_may_pass_do() -> None:
    place = bureau(may=["approve"])
    an, binh = place.office.an, place.office.binh
    case = place.case(judge=an, worker=an)
    place.errand(an, binh)
    allowed = {one for one in ("view", "approve", "finish", "edit") if asked(place, binh, one, case).allowed}
    assert allowed == {"view", "approve"}


def test_the_person_keeps_what_is_left_to_him() -> None:
    place = bureau(person_keeps=["approve"])
    an, binh = place.office.an, place.office.binh
    case = place.case(judge=an, worker=an)
    assert asked(place, an, "finish", case).allowed
    place.errand(an, binh)
    allowed = {one for one in ("view", "approve", "finish") if asked(place, an, one, case).allowed}
    assert allowed == {"view", "approve"}
    assert asked(place, binh, "finish", case).acting_for == an


# --- Inside one record, in chains -------------------------------------------------------------------


def test_inside_one_record_only_the_listed_role_passes(place: Bureau) -> None:
    an, binh = place.office.an, place.office.binh
    case, other = (place.case(worker=an, judge=an) for _ in range(2))
    place.handed(case, an, binh)
    assert asked(place, binh, "finish", case).allowed
    assert not asked(place, binh, "approve", case).allowed
    assert not asked(place, binh, "view", other).allowed


@pytest.mark.parametrize(("depth", "reaches"), [(1, False), (2, True)])
def test_a_chain_is_as_long_as_its_links_allow(depth: int, reaches: bool) -> None:
    place = bureau(depth=depth)
    office = place.office
    case = place.case(worker=office.an)
    place.handed(case, office.an, office.binh)
    place.handed(case, office.binh, office.chi)
    place.handed(case, office.chi, office.dung)
    decision = asked(place, office.chi, "finish", case)
    assert (decision.allowed, decision.acting_for) == (reaches, office.an if reaches else decision.acting_for)
    assert not asked(place, office.dung, "finish", case).allowed


def test_a_link_that_ends_ends_the_chain(place: Bureau) -> None:
    office = place.office
    case = place.case(worker=office.an)
    first = place.handed(case, office.an, office.binh)
    place.handed(case, office.binh, office.chi)
    assert asked(place, office.chi, "finish", case).allowed
    office.world.apply(plan_action(office.world, Actor(office.an), first, "end", {}, answers=YES))
    assert not asked(place, office.chi, "view", case).allowed


def test_a_deputy_gives_a_further_link_in_his_own_name(place: Bureau) -> None:
    office, world = place.office, place.office.world
    case = place.case(worker=office.an)
    place.handed(case, office.an, office.binh)
    plan = plan_create(
        world,
        Actor(office.binh),
        "pass",
        {"taker": office.chi},
        owner_id=case,
        relation="passes",
        answers=YES,
    )
    made = place.record(world.apply(plan).id(-1))
    assert [holder.id for holder in made.holders("giver")] == [office.binh]
    assert asked(place, office.chi, "finish", case).acting_for == office.an


def test_a_circle_is_refused(place: Bureau) -> None:
    office, world = place.office, place.office.world
    place.errand(office.an, office.binh)
    place.errand(office.binh, office.chi)
    days = {"from_day": place.today, "to_day": place.today}
    with pytest.raises(Refused) as caught:
        plan_create(
            world,
            Actor(office.chi),
            "errand",
            {"person": office.chi, "deputy": office.an, **days},
            answers=YES,
        )
    assert "Nguyễn Văn An" in caught.value.message.vi
    later = {"from_day": place.today + timedelta(days=9), "to_day": place.today + timedelta(days=9)}
    plan_create(
        world, Actor(office.chi), "errand", {"person": office.chi, "deputy": office.an, **later}, answers=YES
    )


# --- What never passes ------------------------------------------------------------------------------

FOUR_EYES = {
    "rules": [
        {"for": ["approve"], "when": "not holds(actor, 'worker')", "otherwise": "Không tự duyệt"},
    ]
}


@pytest.mark.requirement("T-132")
def test_nobody_approves_his_own_result_through_a_substitution() -> None:
    place = bureau(case=FOUR_EYES)
    an, binh = place.office.an, place.office.binh
    case = place.case(worker=binh, judge=an)
    place.errand(an, binh)
    decision = asked(place, binh, "approve", case)
    assert not decision.allowed
    assert decision.refused_by is RefusedBy.RULE


@pytest.mark.requirement("T-132")
def test_nobody_does_for_another_what_the_other_may_not() -> None:
    place = bureau(case=FOUR_EYES)
    an, binh = place.office.an, place.office.binh
    case = place.case(worker=an, judge=an)
    place.errand(an, binh)
    assert not asked(place, an, "approve", case).allowed
    assert not asked(place, binh, "approve", case).allowed
    with pytest.raises(Refused):
        plan_action(place.office.world, Actor(binh), case, "approve", {}, answers=YES)


def test_who_did_it_for_another_does_not_judge_it_as_himself() -> None:
    place = bureau(case=FOUR_EYES)
    office, world = place.office, place.office.world
    case = place.case(worker=office.an, judge=(office.binh, office.chi))
    errand = place.errand(office.an, office.binh)
    assert asked(place, office.binh, "approve", case).allowed
    with noting_persons() as before:
        asked(place, office.chi, "approve", case)
    assert not before.is_personal
    world.apply(plan_action(world, Actor(office.binh, office.an), case, "note_it", {}, answers=YES))
    world.apply(plan_action(world, Actor(office.an), errand, "end", {}, answers=YES))
    assert not asked(place, office.binh, "approve", case).allowed
    with noting_persons() as noted:
        assert asked(place, office.chi, "approve", case).allowed
    assert noted.is_personal  # so what is drawn for her is never given to him, of whom more is asked


def test_a_rule_over_the_outcome_is_asked_for_both() -> None:
    rule = {
        "for": ["approve"],
        "when": "after.note == 'được' and not holds(actor, 'worker')",
        "otherwise": "x",
    }
    place = bureau(case={"rules": [rule]})
    office = place.office
    case = place.case(worker=office.an, judge=(office.an, office.chi))
    place.errand(office.an, office.binh)
    with pytest.raises(Refused):
        plan_action(office.world, Actor(office.binh), case, "approve", {}, answers=YES)
    plan_action(office.world, Actor(office.chi), case, "approve", {}, answers=YES)


def test_a_role_that_excludes_the_deputys_own_does_not_pass() -> None:
    roles = {
        "creator": {"fill": "actor", "label": "Tạo"},
        "worker": {"label": "Làm"},
        "judge": {"label": "Duyệt", "excludes": ["worker"], "on_clash": "refuse"},
        "place": {"of": "unit", "side": "desk", "label": "Nơi làm"},
    }
    place = bureau(case={"roles": roles})
    office = place.office
    own = place.case(worker=office.binh, judge=office.an)
    foreign = place.case(worker=office.chi, judge=office.an)
    place.errand(office.an, office.binh)
    assert not asked(place, office.binh, "approve", own).allowed
    assert asked(place, office.binh, "approve", foreign).acting_for == office.an


def test_a_guard_sees_who_acts_and_for_whom() -> None:
    actions = {
        "approve": {
            "label": "Duyệt",
            "when": "holds(actor, 'judge')",
            "effects": [{"set": {"note": "'được'"}}],
        },
        "finish": {"label": "Xong", "when": "acting_for is none", "effects": [{"move": "done"}]},
    }
    place = bureau(case={"actions": actions})
    an, binh = place.office.an, place.office.binh
    case = place.case(judge=an, worker=an)
    place.errand(an, binh)
    assert asked(place, binh, "approve", case).allowed
    assert asked(place, binh, "finish", case).refused_by is RefusedBy.GUARD


def test_nobody_changes_an_authority_by_that_authority(place: Bureau) -> None:
    an, binh = place.office.an, place.office.binh
    given, other = place.errand(an, binh), place.errand(an, place.office.chi)
    assert asked(place, binh, "view", other).acting_for == an
    for errand in (given, other):
        assert asked(place, an, "end", errand).allowed
        assert not asked(place, binh, "end", errand).allowed


# --- Voices, plans, history -------------------------------------------------------------------------


def test_a_deputy_gives_one_voice_for_each() -> None:
    voices = {"of": "judge", "need": "all"}
    actions = {
        "approve": {"label": "Duyệt", "voices": voices, "effects": [{"set": {"note": "'được'"}}]},
        "finish": {"label": "Xong", "effects": [{"move": "done"}]},
    }
    place = bureau(case={"actions": actions})
    office, world = place.office, place.office.world
    case = place.case(judge=(office.an, office.binh))
    place.errand(office.an, office.binh)
    for expected in (None, office.an):
        plan = plan_action(world, Actor(office.binh), case, "approve", {}, answers=YES)
        assert plan.entries[0].actor == Actor(office.binh, expected)
        world.apply(plan)
    assert place.record(case).values["note"] == "được"


def test_the_plan_says_both_names(place: Bureau) -> None:
    an, binh, world = place.office.an, place.office.binh, place.office.world
    case = place.case(worker=an)
    place.errand(an, binh)
    plan = plan_action(world, Actor(binh), case, "finish", {}, answers=YES)
    assert [entry.actor for entry in plan.entries] == [Actor(binh, an)]


def test_what_is_made_for_somebody_is_his(place: Bureau) -> None:
    office, world = place.office, place.office.world
    world.fill_slot(office.department, "desk", "clerk", office.an)
    assert not decide_create(world, Actor(office.binh), "case").allowed
    place.errand(office.an, office.binh)
    decision = decide_create(world, Actor(office.binh), "case")
    assert decision.acting_for == office.an
    typed = {"name": "Mới", "place": office.department}
    plan = plan_create(world, Actor(office.binh), "case", typed, answers=YES)
    made = place.record(world.apply(plan).id(-1))
    assert [holder.id for holder in made.holders("creator")] == [office.an]
    assert plan.entries[0].actor == Actor(office.binh, office.an)


def test_pickers_offer_the_units_of_whom_one_stands_in_for(place: Bureau) -> None:
    office, world = place.office, place.office.world
    world.fill_slot(office.department, "desk", "clerk", office.an)
    mine = UnitSet(UnitSetKind.MINE, "take")
    assert units_in(world, mine, actor=Actor(office.binh)) == ()
    place.errand(office.an, office.binh)
    assert units_in(world, mine, actor=Actor(office.binh)) == (office.department,)
    assert units_in(world, mine, actor=Actor(office.binh, office.an)) == (office.department,)


# --- Fields, offers, proof --------------------------------------------------------------------------


def test_a_deputy_reads_what_the_person_reads_and_edits_it_only_for_him(place: Bureau) -> None:
    office, world = place.office, place.office.world
    case = place.case(creator=office.an, judge=office.binh)
    note = lambda actor: field_access(world, actor, place.record(case))["note"]  # noqa: E731
    assert note(Actor(office.binh)) is Access.HIDDEN
    place.errand(office.an, office.binh)
    assert note(Actor(office.binh)) is Access.READ
    assert note(Actor(office.binh, office.an)) is Access.EDIT


def test_offers_carry_for_whom(place: Bureau) -> None:
    an, binh, world = place.office.an, place.office.binh, place.office.world
    case = place.case(worker=an)
    place.errand(an, binh)
    given = {one.action: one.decision.acting_for for one in offers(world, Actor(binh), place.record(case))}
    assert given["finish"] == an
    assert [role.on_behalf_of for role in held_roles(world, Actor(binh), place.record(case))] == [an]


def test_the_proof_shows_the_authority(place: Bureau) -> None:
    an, binh, world = place.office.an, place.office.binh, place.office.world
    case = place.case(worker=an)
    errand = place.errand(an, binh)
    decision = asked(place, binh, "finish", case)
    step = next(one for one in decision.proof.children if one.kind is ProofKind.AUTHORITY)
    assert step.facts["authority"] == authorities_of(world, binh)[0]
    assert authorities_of(world, binh)[0].records == (errand,)
    table = Case(Standing(world, Actor(binh)), place.record(case)).held.table
    lines = [line.text for line in proof_lines(world, decision, table)]
    assert any("Làm thay Nguyễn Văn An" in line.vi and "Stands in for" in (line.en or "") for line in lines)
