"""What must hold whoever stands in for whom, whatever the definitions."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from luongviec.engine.deciding.authorities import authorities_of
from luongviec.engine.deciding.decide import Case, decide
from luongviec.engine.deciding.decisions import ProofKind
from luongviec.engine.deciding.offers import OfferKind, offers
from luongviec.engine.deciding.standing import Standing
from luongviec.engine.memory import MemoryWorld
from luongviec.engine.world import Actor, RecordState
from tests.engine.random_workspaces import standing_worlds

RANDOM = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
PERMISSIONS = ("view", "edit", "comment", "finish", "mark", "history", "change_status")


def allowed(world: MemoryWorld, actor: Actor, record: RecordState) -> set[str]:
    return {one for one in PERMISSIONS if decide(world, actor, one, record).allowed}


def without_authorities(world: MemoryWorld) -> MemoryWorld:
    """Give the same world in which every authority has been taken back."""
    other = world.copied()
    for record_id, record in list(other.records.items()):
        if other.workspace.modules[record.module].stands_in is not None:
            other.change(record_id, status="gone")
    return other


@RANDOM
@given(standing_worlds())
def test_a_deputy_may_no_more_than_he_and_whom_he_stands_in_for(world: MemoryWorld) -> None:
    alone = without_authorities(world)
    for person in world.people:
        others = {authority.person for authority in authorities_of(world, person)}
        for record in world.records.values():
            if world.workspace.modules[record.module].stands_in is not None:
                continue
            most = {one for who in (person, *others) for one in allowed(alone, Actor(who), record)}
            mine = allowed(world, Actor(person), record)
            assert allowed(alone, Actor(person), record) <= mine <= most


@RANDOM
@given(standing_worlds())
def test_who_holds_no_authority_gains_nothing(world: MemoryWorld) -> None:
    alone = without_authorities(world)
    assert all(authorities_of(alone, person) == () for person in alone.people)
    for person in world.people:
        if authorities_of(world, person):
            continue
        for record in world.records.values():
            if world.workspace.modules[record.module].stands_in is None:
                assert allowed(world, Actor(person), record) == allowed(alone, Actor(person), record)


@RANDOM
@given(standing_worlds())
def test_a_decision_says_for_whom_and_by_what(world: MemoryWorld) -> None:
    for person in world.people:
        known = {one.person for one in authorities_of(world, person)}
        for record in world.records.values():
            for permission in PERMISSIONS:
                decision = decide(world, Actor(person), permission, record)
                steps = [one for one in decision.proof.children if one.kind is ProofKind.AUTHORITY]
                assert len(steps) == (decision.acting_for is not None)
                if decision.acting_for is None:
                    continue
                assert decision.acting_for in known
                assert {role.on_behalf_of for role in decision.roles} == {decision.acting_for}
                again = decide(world, decision.actor(Actor(person)), permission, record)
                assert again.allowed is decision.allowed or permission == "view"


@RANDOM
@given(standing_worlds())
def test_nobody_acts_for_one_he_does_not_stand_in_for(world: MemoryWorld) -> None:
    for person in world.people:
        others = {authority.person for authority in authorities_of(world, person)}
        for stranger in set(world.people) - others - {person}:
            for record in world.records.values():
                assert allowed(world, Actor(person, stranger), record) <= {"view"}


@RANDOM
@given(standing_worlds())
def test_never_where_either_of_the_two_is_excluded(world: MemoryWorld) -> None:
    for person in world.people:
        others = {authority.person for authority in authorities_of(world, person)}
        for record in world.records.values():
            if record.module != "case":
                continue
            workers = {holder.id for holder in record.holders("worker")}
            if person in workers:
                assert not decide(world, Actor(person), "mark", record).allowed
            for principal in others:
                if not workers.isdisjoint((person, principal)):
                    assert not decide(world, Actor(person, principal), "mark", record).allowed


@RANDOM
@given(standing_worlds())
def test_offers_and_decisions_agree_for_deputies(world: MemoryWorld) -> None:
    for person in world.people:
        standing = Standing(world, Actor(person))
        for record in world.records.values():
            given_offers = offers(world, Actor(person), record, standing=standing)
            actions = {one.action: one for one in given_offers if one.kind is OfferKind.ACTION}
            for code in world.workspace.modules[record.module].actions:
                if code == "create":
                    continue
                decision = decide(world, Actor(person), code, record)
                visible = Case(standing, record).may_view
                assert (code in actions) is (decision.is_offered and visible)
                if code in actions:
                    assert actions[code].decision.acting_for == decision.acting_for
