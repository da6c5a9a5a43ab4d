"""Finding records by words."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luongviec.engine.memory import MemoryWorld
from luongviec.store.lists.reading import Selection, select_page
from luongviec.store.lists.searching import search_ids
from luongviec.store.world import StoreWorld
from tests.databases import Database, Databases
from tests.store.loading import load_world

TITLES = (
    "Giải phóng mặt bằng đường 719",
    "Đường ven biển",
    "Tái định cư Hàm Thuận",
    "Họp tái cơ cấu, định hướng cư dân",
)


@pytest.fixture
def found_in(database: Database, small: MemoryWorld) -> StoreWorld:
    """Records 3 to 6 with the titles above, all seen by person 1."""
    for title in TITLES:
        small.add_record("case", values={"name": title}, roles={"creator": 1})
    return load_world(database.session(), small)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("duong", (4, 3, 1)),
        ("ĐƯỜNG 719", (3,)),
        ("đường bi", (4,)),  # the last word may be a beginning
        ("tái định cư", (6, 5)),
        ('"tái định cư"', (5,)),
        ("không có", ()),
        ("", ()),
        ('"', ()),
        ("d", ()),
        ("' OR 1=1 --", ()),
        ("body : duong", ()),
    ],
)
@pytest.mark.requirement("T-129")
def test_words(found_in: StoreWorld, words: str, expected: tuple[int, ...]) -> None:
    assert search_ids(found_in, 1, words) == expected
    assert select_page(found_in, 1, Selection("case", words=words)).ids == (
        expected if words else (6, 5, 4, 3, 2, 1)
    )


def test_only_what_may_be_seen_is_found(found_in: StoreWorld) -> None:
    assert search_ids(found_in, 2, "đường") == (1,)  # through the unit
    assert search_ids(found_in, None, "đường") == (4, 3, 1)
    assert search_ids(found_in, 4711, "đường") == ()


def test_more_is_found_below_an_id(found_in: StoreWorld) -> None:
    assert search_ids(found_in, 1, "đường", limit=1) == (4,)
    assert search_ids(found_in, 1, "đường", before_id=4) == (3, 1)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=25))
def test_no_text_breaks_the_index(databases: Databases, words: str) -> None:
    for name in ("sqlite", "postgresql"):
        world = _prepared(databases, name)
        assert isinstance(search_ids(world, 1, words), tuple)


_WORLDS: dict[str, StoreWorld] = {}


def _prepared(databases: Databases, name: str) -> StoreWorld:
    from tests.store.conftest import small_workspace

    memory = MemoryWorld(small_workspace())
    memory.add_person("Ân")
    memory.add_record("case", values={"name": "Sửa đường"}, roles={"creator": 1})
    return load_world(databases.get(name).session(), memory)
