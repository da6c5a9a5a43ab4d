"""What must hold of every definition, organisation and record."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luongviec.engine.deciding.decide import Case, decide
from luongviec.engine.deciding.decisions import Decision, ProofKind, ProofStep, RefusedBy
from luongviec.engine.deciding.field_access import field_access
from luongviec.engine.deciding.offers import OfferKind, offers
from luongviec.engine.deciding.proofs import proof_lines, remedy_text
from luongviec.engine.deciding.standing import Standing
from luongviec.engine.machines import machine_for, may_move, move
from luongviec.engine.memory import MemoryWorld
from luongviec.engine.model import EVERY_STATUS, Access, ColumnKind, EffectKind
from luongviec.engine.world import Actor, Holder, HolderKind, Participation, RecordState
from tests.engine.random_workspaces import workspaces, worlds

RANDOM = settings(
    max_examples=35, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def everything(world: MemoryWorld) -> list[tuple[Actor, RecordState]]:
    """All pairs of a person and a record."""
    return [(Actor(person), record) for person in sorted(world.people) for record in world.records.values()]


def granted_naively(world: MemoryWorld, record: RecordState, columns: set[str], permission: str) -> bool:
    """Read the matrix as it was written, without masks."""
    matrix = world.workspace.matrix_of(record.status_group)
    return any(
        permission in matrix.cells.get(row, {}).get(column, frozenset())
        for row in (EVERY_STATUS, record.status)
        for column in columns
    )


@RANDOM
@given(worlds())
def test_nothing_is_granted_that_no_cell_grants(world: MemoryWorld) -> None:
    for actor, record in everything(world):
        case = Case(Standing(world, actor), record)
        columns = {role.column for role in case.held.roles}
        for permission in ("view", "edit", "comment", "finish", "mark", "delete", "change_status"):
            decision = decide(world, actor, permission, record)
            if record.deleted_at is not None:
                assert not decision.allowed or granted_naively(world, record, columns, "restore")
                continue
            cells = all(granted_naively(world, record, columns, one) for one in ("view", permission))
            if decision.allowed:
                assert cells
            else:
                by_roles = decision.refused_by in (RefusedBy.VIEW, RefusedBy.PERMISSION, RefusedBy.INACTIVE)
                assert by_roles is not cells


@RANDOM
@given(worlds())
def test_held_columns_are_held_through_what_they_say(world: MemoryWorld) -> None:
    for actor, record in everything(world):
        table = Case(Standing(world, actor), record).held.table
        for role in Case(Standing(world, actor), record).held.roles:
            kind = table.columns[role.column].kind
            if kind is ColumnKind.ROLE:
                direct = Holder(HolderKind.USER, actor.user_id or 0) in record.holders(role.column)
                assert direct or role.slot is not None
            if role.unit_id is not None:
                filled = {(h.unit_id, h.slot) for h in world.holdings(actor.user_id or 0)}
                assert (role.unit_id, role.slot) in filled
            if kind in (ColumnKind.DERIVED, ColumnKind.DERIVED_SLOT, ColumnKind.OWNER_PERMISSION):
                related = world.records[role.record_id or 0]
                assert related.deleted_at is None


@RANDOM
@given(worlds())
def test_a_further_role_takes_nothing_away(world: MemoryWorld) -> None:
    person = min(world.people)
    for record in list(world.records.values()):
        before = allowed_actions(world, person, record)
        more = Participation("worker", Holder(HolderKind.USER, person), record.created_at)
        wider = replace(record, participations=(*record.participations, more))
        assert before <= allowed_actions(world, person, wider)


def allowed_actions(world: MemoryWorld, person: int, record: RecordState) -> set[str]:
    permissions = ("view", "edit", "comment", "finish", "mark", "history")
    return {one for one in permissions if decide(world, Actor(person), one, record).allowed}


@RANDOM
@given(worlds())
def test_every_refusal_says_why_and_its_proof_agrees(world: MemoryWorld) -> None:
    for actor, record in everything(world):
        for action in ("view", "edit", "finish", "mark", "comment", "restore"):
            decision = decide(world, actor, action, record)
            steps = decision.proof.children
            assert decision.proof.holds is decision.allowed
            asked = [step for step in steps if step.kind is not ProofKind.ROLES]
            assert all(step.holds for step in asked) is decision.allowed
            if not decision.allowed:
                assert not asked[-1].holds
                assert all(step.holds for step in asked[:-1])
            assert_in_words(world, decision, record)


def assert_in_words(world: MemoryWorld, decision: Decision, record: RecordState) -> None:
    table = Case(Standing(world, Actor(min(world.people))), record).held.table
    lines = proof_lines(world, decision, table)
    assert lines[0].holds is decision.allowed
    assert all(line.text.vi and line.text.en for line in lines)
    remedy_text(decision, table, world)


@RANDOM
@given(worlds())
def test_a_remedy_remedies(world: MemoryWorld) -> None:
    for actor, record in everything(world):
        decision = decide(world, actor, "edit", record)
        remedy = decision.remedy
        if remedy is None or record.deleted_at is not None:
            continue
        case = Case(Standing(world, actor), record)
        table = case.held.table
        statuses = remedy.statuses if remedy.together or not remedy.columns else (record.status,)
        for status in statuses or (record.status,):
            for column in remedy.columns or ("",):
                mask = case.held.mask | table.bits.get(column, 0)
                assert all(mask & table.granting(status, one) for one in ("view", "edit"))


@RANDOM
@given(worlds())
def test_offers_are_exactly_what_deciding_allows_or_a_condition_refuses(world: MemoryWorld) -> None:
    for actor, record in everything(world):
        given_offers = offers(world, actor, record)
        by_action = {one.action: one for one in given_offers if one.kind is OfferKind.ACTION}
        module = world.workspace.modules[record.module]
        for code in module.actions:
            decision = decide(world, actor, code, record)
            if code != "create":
                assert (code in by_action) is decision.is_offered
            if code in by_action:
                assert by_action[code].enabled is decision.allowed
        taken = {one.moves_to for one in by_action.values() if one.enabled}
        for one in given_offers:
            if one.bare_move:
                assert one.moves_to not in taken


@RANDOM
@given(worlds())
def test_the_widest_word_for_a_field_wins(world: MemoryWorld) -> None:
    width = {access: place for place, access in enumerate(Access)}
    for actor, record in everything(world):
        access = field_access(world, actor, record)
        if not decide(world, actor, "view", record).allowed:
            assert set(access.values()) == {Access.HIDDEN}
            continue
        if record.deleted_at is not None:
            assert not {Access.EDIT, Access.REQUIRED} & set(access.values())
            continue
        expected = naive_access(world, actor, record)
        for field in ("name", "amount", "due_at"):
            assert width[access[field]] == width[expected[field]]
        if not (record.values.get("amount") or 0) > 1:  # type: ignore[operator]
            assert access["secret"] is Access.HIDDEN


def naive_access(world: MemoryWorld, actor: Actor, record: RecordState) -> dict[str, Access]:
    matrix = world.workspace.matrix_of(record.status_group)
    columns = [role.column for role in Case(Standing(world, actor), record).held.roles]
    found = {}
    for field in ("name", "amount", "due_at"):
        best = Access.HIDDEN
        for column in columns:
            default = Access.HIDDEN
            if granted_naively(world, record, {column}, "edit"):
                default = Access.EDIT
            elif granted_naively(world, record, {column}, "view"):
                default = Access.READ
            word = matrix.fields.get(record.status, {}).get(column, {}).get(field)
            word = word or matrix.fields.get(EVERY_STATUS, {}).get(column, {}).get(field, default)
            best = max(best, word, key=list(Access).index)
        found[field] = best
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(workspaces(), st.data())
def test_machine_table_and_definition_agree_on_every_move(workspace: object, data: st.DataObject) -> None:
    for group in workspace.status_groups.values():  # type: ignore[attr-defined]
        matrix = workspace.matrix_of(group.code)  # type: ignore[attr-defined]
        world = MemoryWorld(workspace)  # type: ignore[arg-type]
        state = RecordState(1, group.module, group.code, group.initial.code, world.now, world.now, world.now)
        table = Case(Standing(world, Actor(world.add_person("x"))), state).held.table
        for status in group.statuses:
            for column in (*group.columns, *matrix.columns):
                for to in group.statuses:
                    written = to in group.transitions.get(status, {}).get(column, ())
                    assert may_move(group, status, [column], to) is written
                    assert bool(table.moving(status, to) & table.bits[column]) is written
        columns = data.draw(st.sets(st.sampled_from(sorted(group.columns)))) if group.columns else set()
        for status in group.statuses:
            for to in group.statuses:
                union = any(to in group.transitions.get(status, {}).get(one, ()) for one in columns)
                assert (move(group, status, columns, to) == to) is union
        assert machine_for(group) is machine_for(group)


@RANDOM
@given(worlds())
def test_a_walk_never_leaves_its_group(world: MemoryWorld) -> None:
    for actor, record in everything(world):
        group = world.workspace.status_groups[record.status_group]
        for one in offers(world, actor, record, kinds=(OfferKind.ACTION, OfferKind.MOVE)):
            if one.moves_to is not None:
                assert one.moves_to in group.statuses
                if one.enabled:
                    columns = [role.column for role in one.decision.roles]
                    assert may_move(group, record.status, columns, one.moves_to)


def test_the_steps_of_a_proof_are_frozen() -> None:
    step = ProofStep(ProofKind.GUARD, True)
    assert step == replace(step)
    assert EffectKind.MOVE == "move"
