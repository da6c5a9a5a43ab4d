"""Fixtures of the jobs' tests: a real Redis, a database of their own, a worker in its own process."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

ROOT = str(Path(__file__).parents[2])
if ROOT not in sys.path:
    sys.path.append(ROOT)

from luongviec.bootstrap import build_engine, build_platform, build_queue  # noqa: E402
from luongviec.jobs.embedded import EmbeddedRedis  # noqa: E402
from luongviec.settings import Settings, load_settings  # noqa: E402
from luongviec.store.migrating import upgrade  # noqa: E402
from tests.databases import settle  # noqa: E402
from tests.hashing import hash_cheaply  # noqa: E402
from tests.services.house import House, build_house, moved_into  # noqa: E402

hash_cheaply()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an installation of its own."""
    return load_settings({"LUONGVIEC_HOME": str(tmp_path / "var")}, folder=tmp_path)


@pytest.fixture
def redis(settings: Settings) -> Iterator[EmbeddedRedis]:
    """A real Redis of its own."""
    with EmbeddedRedis(settings.redis_socket) as running:
        yield running


@pytest.fixture(scope="session")
def built_house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house of which each test takes a copy."""
    folder = tmp_path_factory.mktemp("built")
    settings = load_settings({"LUONGVIEC_HOME": str(folder)}, folder=folder)
    engine = build_engine(settings)
    upgrade(engine)
    built = build_house(engine, settings.database_url, folder, modules=None)
    settle(engine)
    return built


@pytest.fixture
def house(built_house: House, settings: Settings, redis: EmbeddedRedis) -> Iterator[House]:
    """A house whose jobs go to the queue, at the present moment."""
    engine = build_engine(settings)
    shutil.copyfile(built_house.engine.url.database or "", engine.url.database or "")
    made = moved_into(replace(built_house, engine=engine), settings.home)
    queue = build_queue(settings)
    made.platform = build_platform(settings, queue=queue)
    yield made
    queue.connection.close()
    engine.dispose()
