"""The demonstration: made through the services, the same from the same seed, with people at work."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from luongviec.engine.world import SYSTEM, Actor
from luongviec.services import accounts, definitions
from luongviec.services.files.store import FolderStore
from luongviec.services.lists.reading import ListRequest, list_records
from luongviec.services.platform import Platform
from luongviec.services.telling import delivery
from luongviec.services.users import making as users
from luongviec.settings import Settings
from luongviec.store.definitions.revisions import make_workspaces
from tests.databases import Database, Databases
from tests.services.house import ROOT, SHIPPED

DEMO = ROOT / "demo"
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture
def database(databases: Databases) -> Iterator[Database]:
    found = databases.get("sqlite")
    yield found
    found.close()


def platform_over(database: Database, folder: Path) -> Platform:
    platform = Platform(
        settings=Settings(home=folder, database_url=database.url, secret_key="x", files=folder / "files"),
        sessions=sessionmaker(database.engine, class_=Session, expire_on_commit=False),
        workspaces=make_workspaces(),
        files=FolderStore(folder / "files"),
        clock=lambda: NOW,
    )
    definitions.load_definitions(platform, SHIPPED)
    return platform


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.syspath_prepend(str(DEMO))
    from luongviec_demo import runner  # type: ignore[import-not-found]

    return runner.load


def titles(platform: Platform, who: str, **request: object) -> list[str]:
    person = users.user_named(platform, who)
    page = list_records(platform, Actor(person.id), ListRequest("task", page_size=100, **request))  # type: ignore[arg-type]
    return [row.record.title for row in page.rows]


def _remember(told: list[str], what: str, done: int, total: int) -> None:
    told.append(what)


def test_a_tiny_one_is_full_of_work_and_the_same_each_time(
    databases: Databases, tmp_path: Path, load: object
) -> None:
    seen = []
    for number in range(2):
        platform = platform_over(databases.get("sqlite"), tmp_path / str(number))
        told: list[str] = []
        progress = partial(_remember, told)
        printed = load(platform, DEMO, size="tiny", now=NOW, progress=progress)  # type: ignore[operator]
        assert len(printed) == 8
        for account in printed:
            assert accounts.sign_in(platform, account.user_name, account.password)[1].name == account.name
        assert set(told) >= {"organisation", "tasks", "meetings"}
        assert delivery.waiting(platform) == ()
        seen.append((printed, titles(platform, "quantri"), titles(platform, "theodoi", list="created")))
    assert seen[0] == seen[1]
    assert len(seen[0][1]) >= 24
    assert seen[0][2]


def test_the_whole_chart_stands(database: Database, tmp_path: Path, load: object) -> None:
    platform = platform_over(database, tmp_path)
    load(platform, DEMO, size="small", records=0, now=NOW)  # type: ignore[operator]
    with platform.reading() as work:
        organisation = work.world.organisation
    assert len(organisation.units) == 681
    assert len(organisation.people) == 3000
    assert len({person.name for person in organisation.people.values()}) == 3000
    assert len(users.list_users(platform, SYSTEM, q="nguyen", limit=5)) == 5


def test_what_the_demonstration_names_is_not_in_the_platform() -> None:
    assert str(DEMO) not in sys.path
