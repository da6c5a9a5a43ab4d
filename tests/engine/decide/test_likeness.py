"""Who stands alike before the same records, and answers the same when asked, is offered the same."""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import randoms

from luongviec.engine.deciding.decide import Case, sees
from luongviec.engine.deciding.field_access import field_access
from luongviec.engine.deciding.likeness import Likeness, Part, likeness, sight, stands_alone
from luongviec.engine.deciding.offers import offers
from luongviec.engine.deciding.personal import Question, note_person, noting_persons
from luongviec.engine.deciding.standing import Standing
from luongviec.engine.memory import MemoryWorld
from luongviec.engine.world import Actor, RecordState
from tests.engine.random_workspaces import standing_worlds, worlds
from tests.engine.worlds import CATEGORIES, matrix, module, office, statuses, workspace_of

RANDOM = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

#: What was looked at with how the person stood there, what was asked about him, and what came out.
Drawn = tuple[list[tuple[RecordState, Likeness]], list[Question], object]


def told(world: MemoryWorld, standing: Standing, record: RecordState) -> object:
    """Give what a block tells somebody of a record: whether it is there, its fields, its buttons."""
    if not sees(standing, record):
        return None
    given = offers(world, standing.actor, record, standing=standing)
    buttons = [(one.kind, one.action, one.moves_to, one.enabled, one.decision.reason) for one in given]
    return field_access(world, standing.actor, record, standing=standing), buttons


def drawn_for(world: MemoryWorld, actor: Actor, record: RecordState) -> Drawn | None:
    """Draw for one; None where it is his alone."""
    standing = Standing(world, actor)
    with noting_persons() as noted:
        answer = told(world, standing, record)
    if noted.is_personal:
        return None
    stood = [(one, likeness(standing, one)) for one, _ in standing.looked_at()]
    return stood, noted.questions, answer


@RANDOM
@given(worlds())
def test_who_stands_alike_is_told_the_same(world: MemoryWorld) -> None:
    for record in list(world.records.values()):
        known: list[Drawn] = []
        for actor in [Actor(person) for person in sorted(world.people)]:
            if not stands_alone(Standing(world, actor)):
                continue
            standing = Standing(world, actor)
            for stood, questions, answer in known:
                alike = all(likeness(standing, one) == how for one, how in stood)
                if alike and all(question.fits(world, actor) for question in questions):
                    assert told(world, Standing(world, actor), record) == answer
                    break
            else:
                drawn = drawn_for(world, actor, record)
                known += [] if drawn is None else [drawn]


def told_part(world: MemoryWorld, standing: Standing, record: RecordState, part: Part) -> object:
    """Give what a line tells that asks for some fields and actions alone."""
    if not sees(standing, record):
        return None
    with standing.asking_part(record, part):
        actions = {code: one.permission for code, one in world.in_force(record).module.actions.items()}
        wanted = [code for code, permission in actions.items() if permission in part.permissions]
        given = offers(world, standing.actor, record, actions=wanted, standing=standing)
        buttons = [(one.action, one.moves_to, one.decision.reason) for one in given if one.action in wanted]
        fields = field_access(world, standing.actor, record, standing=standing)
    return {code: word for code, word in fields.items() if code in part.fields}, buttons


@RANDOM
@given(worlds(), randoms())
def test_who_stands_alike_in_a_part_is_told_the_same_of_it(world: MemoryWorld, chance: Random) -> None:
    for record in list(world.records.values()):
        kind = world.in_force(record).module
        permissions = {one.permission for one in kind.actions.values() if chance.random() < 0.3}
        part = Part(
            frozenset({"view", *permissions}),
            frozenset(code for code in kind.fields if chance.random() < 0.5),
        )
        known: list[tuple[Likeness, list[Question], object]] = []
        for actor in [Actor(person) for person in sorted(world.people)]:
            standing = Standing(world, actor)
            if not stands_alone(standing):
                continue
            for stood, questions, answer in known:
                alike = likeness(standing, record, part) == stood
                if alike and all(question.fits(world, actor) for question in questions):
                    assert told_part(world, Standing(world, actor), record, part) == answer
                    break
            else:
                standing = Standing(world, actor)
                with noting_persons() as noted:
                    answer = told_part(world, standing, record, part)
                assert standing.part_of(record) in (part, None)
                if not noted.is_personal:
                    known.append((likeness(standing, record, part), noted.questions, answer))


def test_what_was_decided_as_a_whole_is_no_part() -> None:
    place = office(workspace_of(CATEGORIES, module(), statuses(), matrix()))
    world, record = place.world, place.record(place.world.add_record("case"))
    part, other = Part(frozenset({"view"}), frozenset()), Part(frozenset({"edit"}), frozenset({"title"}))
    standing = Standing(world, Actor(place.an))
    assert standing.looked_at() == ()
    for one in (part, other):
        with standing.asking_part(record, one):
            Case(standing, record)
    assert standing.looked_at() == ((record, True),)
    assert standing.part_of(record) == Part(frozenset({"view", "edit"}), frozenset({"title"}))
    Case(standing, record)
    assert standing.part_of(record) is None
    with standing.asking_part(record, part):
        Case(standing, record)
    assert standing.part_of(record) is None  # what was decided before counts on


@RANDOM
@given(standing_worlds())
def test_seeing_is_what_a_case_says_and_deputies_stand_not_alone(world: MemoryWorld) -> None:
    for person in sorted(world.people):
        standing = Standing(world, Actor(person))
        alone = stands_alone(standing)
        assert not (alone and standing.others)
        for record in world.records.values():
            seen = sees(Standing(world, Actor(person)), record)
            assert seen is Case(Standing(world, Actor(person)), record).may_view
            if alone and record.deleted_at is None:
                assert sight(standing, record) is seen


def test_what_is_noted_stays_inside() -> None:
    with noting_persons() as outer:
        with noting_persons() as inner:
            note_person()
        assert inner.is_personal
        assert not outer.is_personal
    note_person()  # nobody notes: nothing happens
    assert not outer.is_personal
