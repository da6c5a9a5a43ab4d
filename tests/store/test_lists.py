"""Pages, orders, conditions and counts of lists, against the same asked record by record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from luongviec.engine.deciding.decide import decide
from luongviec.engine.deciding.field_access import field_access
from luongviec.engine.deciding.set_conditions import holds_in_set
from luongviec.engine.deciding.standing import held_roles
from luongviec.engine.expressions.compiled import Context, Expression
from luongviec.engine.expressions.scope import scope_for
from luongviec.engine.expressions.setform import (
    Comparison,
    Not,
    Operand,
    OperandKind,
    Value,
    bind,
    compile_set,
)
from luongviec.engine.memory import BEGINNING, MemoryWorld
from luongviec.engine.model import Access
from luongviec.engine.world import Actor
from luongviec.store.lists.reading import (
    BadCursor,
    Selection,
    count_selections,
    is_ever_hidden,
    select_page,
    sortable,
)
from luongviec.store.lists.searching import search_ids
from luongviec.store.world import StoreWorld
from tests.databases import Database, Databases
from tests.engine.random_workspaces import worlds
from tests.engine.worlds import CATEGORIES, definition, matrix, module, statuses, workspace_of
from tests.store.loading import load_world

RANDOM = settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)

LEAVES = (
    "record.amount == 2",
    "record.amount != 2",
    "record.amount >= 1",
    "record.amount in [1, 4]",
    "record.amount not in [1, 4]",
    "record.amount is none",
    "record.due_at < now",
    "record.due_at >= today",
    "record.due_at > now + days(1)",
    "record.due_at is none",
    "record.worker == viewer",
    "record.worker != viewer",
    "record.creator is none",
    "record.title == 'hai'",
    "record.title > 'ba'",
    "record.created_at < now",
    "record.id != 2",
    "status.final",
    "status.code == 'running'",
    "status.code in ['drafted', 'closed']",
    "status.category != 'ended'",
    "true",
)


def expressions() -> st.SearchStrategy[str]:
    """Conditions over the fields and roles that both random modules have."""
    return st.recursive(
        st.sampled_from(LEAVES),
        lambda parts: st.one_of(
            st.tuples(parts, parts).map(lambda two: f"({two[0]} and {two[1]})"),
            st.tuples(parts, parts).map(lambda two: f"({two[0]} or {two[1]})"),
            parts.map(lambda one: f"not ({one})"),
        ),
        max_leaves=4,
    )


def expected_ids(
    memory: MemoryWorld, person: int, code: str, condition: Expression, mine: tuple[str, ...]
) -> set[int]:
    """Ask each record by itself."""
    actor = Actor(person)
    scope = scope_for(memory, None, actor=actor, viewer=person)
    compared = {path[1] for path in condition.paths if path[0] == "record" and len(path) == 2}
    found = set()
    for record in memory.records.values():
        if record.module != code or record.deleted_at is not None:
            continue
        if not decide(memory, actor, "view", record).allowed:
            continue
        if mine and not any(role.column in mine for role in held_roles(memory, actor, record)):
            continue
        access = field_access(memory, actor, record, conditions=False)
        if any(access.get(name) is Access.HIDDEN for name in compared):
            continue
        if holds_in_set(memory, condition, record, scope):
            found.add(record.id)
    return found


def check_lists(database: Database, memory: MemoryWorld, sources: list[str]) -> None:
    """Compare conditions, counts, orders and pages for everybody."""
    world = load_world(database.session(), memory)
    for person in sorted(memory.people)[:2]:
        for defined in memory.workspace.modules.values():
            columns = memory.workspace.matrix_of(defined.code).columns
            for place, source in enumerate(sources):
                mine = tuple(list(columns)[: place % 3])
                condition = Expression(source, Context.SET)
                bound = bind(
                    compile_set(condition, defined),
                    scope_for(memory, None, actor=Actor(person), viewer=person),
                )
                selection = Selection(defined.code, tuple(columns[code] for code in mine), (bound,))
                expected = expected_ids(memory, person, defined.code, condition, mine)
                assert set(select_page(world, person, selection, size=50).ids) == expected, (source, mine)
                assert count_selections(world, person, [selection, selection]) == (len(expected),) * 2
    for code in memory.workspace.modules:
        check_orders(world, sorted(memory.people)[0], code)


def check_orders(world: StoreWorld, person: int, code: str) -> None:
    """Walk every order by pages, forwards and back."""
    selection = Selection(code)
    everything = set(select_page(world, person, selection, size=50).ids)
    for name in sortable(world, person, code):
        for sort in (name, f"-{name}"):
            whole = select_page(world, person, selection, sort=sort, size=50).ids
            assert set(whole) == everything
            assert len(whole) == len(everything)
            forwards, cursor, page = [], "", None
            while page is None or cursor:
                page = select_page(world, person, selection, sort=sort, size=2, cursor=cursor)
                forwards += page.ids
                last, cursor = page, page.next_cursor or ""
            assert tuple(forwards) == whole
            backwards, cursor = list(last.ids), last.previous_cursor or ""
            while cursor:
                page = select_page(world, person, selection, sort=sort, size=2, cursor=cursor)
                backwards = [*page.ids, *backwards]
                cursor = page.previous_cursor or ""
            assert tuple(backwards) == whole
            second = select_page(world, person, selection, sort=sort, size=2, page=2).ids
            assert second == whole[2:4]


@RANDOM
@given(memory=worlds(), sources=st.lists(expressions(), min_size=1, max_size=3))
def test_lists_agree_with_asking_each_record_on_sqlite(
    databases: Databases, memory: MemoryWorld, sources: list[str]
) -> None:
    check_lists(databases.get("sqlite"), memory, sources)


@pytest.mark.postgresql
@RANDOM
@given(memory=worlds(), sources=st.lists(expressions(), min_size=1, max_size=3))
def test_lists_agree_with_asking_each_record_on_postgresql(
    databases: Databases, memory: MemoryWorld, sources: list[str]
) -> None:
    check_lists(databases.get("postgresql"), memory, sources)


# --- What chance meets too seldom ---------------------------------------------------------------------


@pytest.mark.parametrize("source", LEAVES)
def test_every_comparison_also_where_nothing_stands(database: Database, source: str) -> None:
    memory = MemoryWorld(
        workspace_of(
            CATEGORIES,
            definition("side", "desk", {"name": "Bàn", "slots": {"head": {"label": "Trưởng"}}}),
            module(
                fields={
                    "name": {"type": "text", "label": "Tên"},
                    "amount": {"type": "number", "label": "Số", "index": True},
                    "due_at": {"type": "datetime", "label": "Hạn", "index": True},
                },
                roles={"creator": {"label": "Người tạo"}, "worker": {"label": "Người làm"}},
            ),
            statuses(names=("drafted", "running", "closed"), final=("closed",)),
            matrix(groups={"*": {"everyone": ["view"]}}),
        )
    )
    people = [memory.add_person(name) for name in ("An", "Bình")]
    for place, status in enumerate(("drafted", "running", "closed", "running")):
        memory.add_record(
            "case",
            status=status,
            values={"name": ("ba", "hai")[place % 2], "amount": (None, 1, 2, 4)[place]}
            | ({} if place == 1 else {"due_at": BEGINNING + timedelta(days=place - 1)}),
            roles={"creator": people[: place % 3], "worker": people[place % 2 :]},
        )
    world = load_world(database.session(), memory)
    for text in (source, f"not ({source})"):
        condition = Expression(text, Context.SET)
        scope = scope_for(memory, None, actor=Actor(1), viewer=1)
        bound = bind(compile_set(condition, memory.workspace.modules["case"]), scope)
        expected = expected_ids(memory, 1, "case", condition, ())
        assert set(select_page(world, 1, Selection("case", conditions=(bound,))).ids) == expected, text


@pytest.fixture
def secretive() -> MemoryWorld:
    """Two cases; the second person sees both, but not the amount of the first."""
    memory = MemoryWorld(
        workspace_of(
            CATEGORIES,
            module(
                fields={
                    "name": {"type": "text", "label": "Tên", "search": True},
                    "amount": {"type": "number", "label": "Số", "index": True},
                    "hint": {"type": "text", "label": "Gợi ý", "search": True},
                },
                roles={"creator": {"label": "Người tạo"}, "guest": {"label": "Khách"}},
            ),
            statuses(),
            matrix(
                participants={"*": {"creator": ["view"], "guest": ["view"]}},
                fields={"*": {"guest": {"amount": "hidden", "hint": "hidden"}}},
            ),
        )
    )
    first, second = memory.add_person("An"), memory.add_person("Bình")
    values = {"name": "Việc", "amount": 7, "hint": "bí mật"}
    memory.add_record("case", values=values, roles={"creator": first, "guest": second})
    memory.add_record("case", values=values, roles={"creator": second})
    return memory


def test_a_hidden_field_cannot_be_guessed_from_a_list(database: Database, secretive: MemoryWorld) -> None:
    world = load_world(database.session(), secretive)
    seven = Comparison(Operand(OperandKind.FIELD, "amount"), "==", Value(7))
    for person, visible, comparable in ((1, (1,), (1,)), (2, (2, 1), (2,))):
        assert select_page(world, person, Selection("case")).ids == visible
        assert select_page(world, person, Selection("case", conditions=(seven,))).ids == comparable
        assert count_selections(world, person, [Selection("case", conditions=(Not(seven),))]) == (0,)
        assert "amount" not in sortable(world, person, "case")  # either may be a guest somewhere
    assert "amount" in sortable(world, None, "case")
    assert is_ever_hidden(world, "case", "amount")
    assert search_ids(world, 1, "bí mật") == ()  # hidden from somebody: found by nobody


@pytest.mark.parametrize(
    "cursor",
    ["x", "ăâ", "W10", "WzFd", "WzEsMixmYWxzZV0", "WzFlNDAwLGZhbHNlXQ", "A" * 5000, "WyJhIixmYWxzZV0"],
)
def test_a_cursor_that_is_not_ours_is_refused(database: Database, small: MemoryWorld, cursor: str) -> None:
    world = load_world(database.session(), small)
    with pytest.raises(BadCursor):
        select_page(world, 1, Selection("case"), cursor=cursor)
