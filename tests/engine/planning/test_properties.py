"""What holds of every plan, on random definitions, people and steps.

Random actions are put together from all kinds of effects, with reactions, timers and rules, and done
by random people. Whatever happens: a refusal never has a plan, what stops changes nothing, the draft
is what the plan does, declared invariants stand, and taking back restores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luongviec.engine.deciding.decide import decide
from luongviec.engine.effects.built_in import EFFECTS
from luongviec.engine.errors import LuongViecError
from luongviec.engine.memory import MemoryWorld
from luongviec.engine.planning.actions import run_action
from luongviec.engine.planning.draft import Draft
from luongviec.engine.planning.finish import finish
from luongviec.engine.planning.plan import CreateRecord, Plan
from luongviec.engine.planning.planner import plan_action, plan_undo
from luongviec.engine.planning.session import Session
from luongviec.engine.planning.undo import Done
from luongviec.engine.world import Actor, Participation, RecordState
from tests.engine import worlds
from tests.engine.planning.cases import NUMBER, STATUSES, TEXT, YES, Cases, definitions

ROLES: Mapping[str, object] = {
    "doer": {"label": "Làm", "keeps": "past"},
    "past": {"label": "Từng làm", "fill": "none"},
    "chief": {"label": "Một người", "many": False},
    "watcher": {"label": "Xem", "excludes": ["doer"], "on_clash": "give_way"},
    "judge": {"label": "Chấm", "excludes": ["doer", "watcher"], "on_clash": "refuse"},
}
PICKED = ("doer", "chief", "watcher", "judge")
INPUT = [
    {"name": "who", "type": "user", "many": True, "label": "Ai"},
    {"name": "to", "type": "user", "label": "Đến"},
    {"name": "other", "type": "record", "of": "case", "label": "Hồ sơ"},
]
ACTIONS = ("first", "second", "third")
PEOPLE = ("actor", "doer", "chief", "input.who", "watcher", "creator")
CONDITIONS = (None, None, None, "record.size > 1", "not holds(actor, 'doer')", "status.code == 'open'")
EVENTS = ("joined.doer", "gone.doer", "edited", "entered.going", "created", "rang", "children.edited")

roles = st.sampled_from(PICKED)
people = st.sampled_from(PEOPLE)


@st.composite
def effects(draw: st.DrawFn, *, own: bool = True) -> dict[str, object]:
    """Give one effect of any kind; `own` ones may read input."""
    named = people if own else people.filter(lambda one: "input" not in one)
    kinds = [
        st.builds(lambda to: {"set": {"size": to}}, st.sampled_from(["record.size + 1", "none", "2"])),
        st.builds(
            lambda to: {"append": {"files": to}}, st.sampled_from(["record.files", "1", "record.size"])
        ),
        *[st.builds(lambda to: {"move": to}, st.sampled_from(STATUSES))] * 3,
        st.builds(lambda role, who: {"add": {"role": role, "who": who}}, roles, named),
        st.builds(lambda role, who: {"remove": {"role": role, "who": who}}, roles, named),
        st.builds(lambda role, who: {"replace": {"role": role, "who": who}}, roles, named),
        st.just({"hand_back": {"role": "doer"}}),
        st.just(
            {
                "create": {
                    "relation": "children",
                    "for_each": "record.doer",
                    "roles": {"doer": "row"},
                    "as_system": True,
                }
            }
        ),
        st.just({"create": {"relation": "children", "set": {"name": "record.name"}}}),
        st.builds(
            lambda action, skip: {
                "act": {"to": "children", "action": action, "as": "system", "skip_refused": skip}
            },
            st.sampled_from(["edit", *ACTIONS]),
            st.booleans(),
        ),
        st.just({"emit": {"event": "rang", "people": ["doer"]}}),
        st.just({"delete": True}),
    ]
    if own:
        kinds += [
            st.just({"hand_over": {"role": "doer", "to": "input.to"}}),
            st.just({"link": {"relation": "after", "to": "input.other"}}),
            st.just({"unlink": {"relation": "after", "to": "input.other"}}),
        ]
    effect = dict(draw(st.one_of(kinds)))
    condition = draw(st.sampled_from(CONDITIONS))
    return effect if condition is None else {**effect, "if": condition}


@st.composite
def desks(draw: st.DrawFn) -> Cases:
    """Give a world with random actions, reactions and rules, and a few random records."""
    actions = {
        code: {"input": INPUT, "undo": 5, "effects": draw(st.lists(effects(), min_size=1, max_size=4))}
        for code in ACTIONS
    }
    reactions = [
        {"upon": event, "do": draw(st.lists(effects(own=False), min_size=1, max_size=2))}
        for event in draw(st.lists(st.sampled_from(EVENTS), max_size=2, unique=True))
    ]
    rules = [
        {
            "for": ["second"],
            "when": "after.size != 2",
            "otherwise": "hai",
            "level": draw(st.sampled_from(["refuse", "confirm"])),
        }
    ]
    moves = {
        status: {
            column: draw(st.lists(st.sampled_from(STATUSES), min_size=2, max_size=3, unique=True))
            for column in ("creator", *draw(st.lists(st.sampled_from(["doer", "system"]), unique=True)))
        }
        for status in STATUSES
    }
    own = definitions(
        fields={
            "size": NUMBER,
            "note": TEXT,
            "files": {"type": "files", "label": "Tệp"},
            "double": {**NUMBER, "computed": "record.size * 2"},
            "below": {**NUMBER, "computed": "sum('children', 'size')"},
        },
        roles=ROLES,
        owner={"module": "case", "optional": True},
        relations={
            "children": {
                "owns": "case",
                "inverse": "parent",
                "ordered": True,
                "on_delete": "with",
                "label": "Con",
            },
            "after": {"links": "case", "inverse": "before", "label": "Sau"},
        },
        events={"rang": {"label": "Chuông"}},
        actions=actions,
        reactions=reactions,
        rules=rules,
        timers={
            "later": {
                "at": "record.created_at + days(record.size)",
                "unless": "status.final",
                "do": [{"emit": "rang"}],
            }
        },
        transitions=moves,
    )
    desk = Cases(worlds.office(worlds.workspace_of(worlds.CATEGORIES, worlds.desk(), *own)))
    ids = sorted(desk.world.people)
    for number in range(draw(st.integers(1, 3))):
        held = {role: draw(st.lists(st.sampled_from(ids), max_size=1)) for role in ("doer", "chief")}
        owner = draw(st.none() | st.just(1)) if number else None
        desk.add(
            values={"name": "việc", "size": draw(st.integers(0, 3)), "files": ()},
            roles=held,
            owner=owner,
            relation=None if owner is None else "children",
        )
    for record_id, record in list(desk.world.records.items()):
        size = record.values["size"]
        below = sum(one.values["size"] for one in desk.world.records.values() if one.owner_id == record_id)  # type: ignore[misc]
        computed = {"double": size * 2, "below": below}  # type: ignore[operator]
        desk.world.change(record_id, values={**record.values, **computed})
    return desk


@dataclass(frozen=True)
class Step:
    """One attempt: who does what on which record."""

    who: int
    record: int
    action: str
    typed: Mapping[str, object]


@st.composite
def steps(draw: st.DrawFn) -> Step:
    typed = {
        "who": tuple(draw(st.lists(st.integers(1, 4), max_size=2, unique=True))),
        "to": draw(st.integers(1, 4)),
        "other": draw(st.integers(1, 2)),
    }
    return Step(draw(st.integers(1, 4)), draw(st.integers(1, 2)), draw(st.sampled_from(ACTIONS)), typed)


def _kept(record: RecordState) -> tuple[object, ...]:
    """Give what taking back must restore of a record."""
    active = frozenset(one for one in record.participations if one.until is None)
    values = {name: value for name, value in record.values.items() if value not in (None, ())}
    return (
        record.status,
        values,
        active,
        record.hand_overs,
        record.voices,
        record.owner_id,
        record.position,
        record.deleted_at,
    )


def _world(world: MemoryWorld) -> tuple[object, ...]:
    living = {i: _kept(one) for i, one in world.records.items()}
    links = {key: sorted(pairs) for key, pairs in world.links.items() if pairs}
    return living, links, {key: one.at for key, one in world.timers.items()}


def _plan(desk: Cases, step: Step) -> Plan | None:
    try:
        return plan_action(desk.world, Actor(step.who), step.record, step.action, step.typed, answers=YES)
    except LuongViecError:
        return None


def _check_invariants(world: MemoryWorld) -> None:
    for record in world.records.values():
        module = world.workspace.modules[record.module]
        assert record.status in world.in_force(record).group.statuses
        for role in module.roles.values():
            holders = record.holders(role.code)
            assert len(set(holders)) == len(holders)
            assert role.many or len(holders) <= 1
            for other in role.excludes:
                assert not set(holders) & set(record.holders(other))


def _named_roles(desk: Cases, action: str) -> set[str]:
    """Give the roles that an action, or whatever it may lead to, names (with what they keep)."""
    module = desk.world.workspace.modules["case"]
    lists = [module.actions[action].effects, *(one.effects for one in module.reactions)]
    named = {effect.role for one in lists for effect in one if effect.role}
    if any(effect.kind == "act" for one in lists for effect in one):
        named |= {effect.role for code in ACTIONS for effect in module.actions[code].effects if effect.role}
    keeps = {module.roles[role].keeps for role in named}
    gave_way = {role.code for role in module.roles.values() if set(role.excludes) & named}
    return {str(role) for role in named | keeps | gave_way if role}


def _participants(record: RecordState, roles: set[str]) -> list[Participation]:
    return [one for one in record.participations if one.role not in roles]


RANDOM = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@RANDOM
@given(desks(), st.lists(steps(), min_size=1, max_size=6))
def test_whatever_people_do_the_promises_hold(desk: Cases, attempts: list[Step]) -> None:
    for step in attempts:
        record = desk.world.records.get(step.record)
        before = _world(desk.world)
        allowed = (
            record is not None
            and decide(desk.world, Actor(step.who), step.action, record, input=step.typed).allowed
        )
        plan = _plan(desk, step)
        assert _world(desk.world) == before  # planning writes nothing
        if plan is None:
            continue
        assert allowed
        assert plan == _plan(desk, step)  # the dry run is the plan
        others = {
            i: _participants(one, _named_roles(desk, step.action)) for i, one in desk.world.records.items()
        }
        desk.world.apply(plan)
        _check_invariants(desk.world)
        for record_id, kept in others.items():
            found = _participants(desk.world.records[record_id], _named_roles(desk, step.action))
            assert found == kept


@RANDOM
@given(desks(), steps())
def test_the_draft_is_what_the_plan_does(desk: Cases, step: Step) -> None:
    actor = Actor(step.who)
    session = Session(desk.world, actor, YES, EFFECTS)
    try:
        run_action(session, actor, step.record, step.action, step.typed)
        plan = finish(session)
    except LuongViecError:
        return
    draft: Draft = session.draft
    applied = desk.world.apply(plan)
    for record_id in draft.changed:
        planned, real = draft.record(record_id), desk.world.records[applied.id(record_id)]
        assert planned is not None
        assert _kept(planned)[:5] == _kept(real)[:5]
        assert (planned.title, planned.deleted_at) == (real.title, real.deleted_at)
        assert (real.version > 1) == (record_id > 0 and record_id in plan.versions)


@RANDOM
@given(desks(), steps())
def test_taking_back_restores(desk: Cases, step: Step) -> None:
    before = _world(desk.world)
    plan = _plan(desk, step)
    if plan is None or not plan.entries:
        return
    applied = desk.world.apply(plan)
    real = [_real(change, applied.ids) for change in plan.changes]
    versions = {i: version + 1 for i, version in plan.versions.items()} | dict.fromkeys(
        applied.ids.values(), 1
    )
    done = Done(step.record, Actor(step.who), tuple(real), versions, plan.undo_until)
    desk.world.apply(plan_undo(desk.world, Actor(step.who), done))
    made = {applied.ids[one.record_id] for one in plan.changes if isinstance(one, CreateRecord)}
    living, links, timers = _world(desk.world)
    assert all(desk.world.records[i].deleted_at is not None for i in made)
    assert {i: kept for i, kept in living.items() if i not in made} == before[0]  # type: ignore[attr-defined]
    assert links == before[1]
    # Only what was armed by planning can be compared: records of the builder arm nothing.
    assert not {key for key in timers if key[0] in made}  # type: ignore[attr-defined]


def _real(change: object, ids: Mapping[int, int]) -> object:
    """Give a change with the ids that applying gave, as history has it."""
    names = {one.name for one in fields(change)} & {"record_id", "owner_id", "near_id", "far_id", "to_id"}  # type: ignore[arg-type]
    return replace(change, **{name: ids.get(getattr(change, name), getattr(change, name)) for name in names})  # type: ignore[type-var]
