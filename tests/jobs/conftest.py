"""Fixtures of the jobs' tests: a real Redis, a database of their own, a worker in its own process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = str(Path(__file__).parents[2])
if ROOT not in sys.path:
    sys.path.append(ROOT)

from luongviec.bootstrap import build_engine, build_platform, build_queue  # noqa: E402
from luongviec.jobs.embedded import EmbeddedRedis  # noqa: E402
from luongviec.settings import Settings, load_settings  # noqa: E402
from luongviec.store.migrating import upgrade  # noqa: E402
from tests.services.house import House, build_house  # noqa: E402


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an installation of its own."""
    return load_settings({"LUONGVIEC_HOME": str(tmp_path / "var")}, folder=tmp_path)


@pytest.fixture
def redis(settings: Settings) -> Iterator[EmbeddedRedis]:
    """A real Redis of its own."""
    with EmbeddedRedis(settings.redis_socket) as running:
        yield running


@pytest.fixture
def house(settings: Settings, redis: EmbeddedRedis) -> Iterator[House]:
    """A house whose jobs go to the queue, at the present moment."""
    engine = build_engine(settings)
    upgrade(engine)
    made = build_house(engine, settings.database_url, settings.home, modules=None)
    queue = build_queue(settings)
    made.platform = build_platform(settings, queue=queue)
    yield made
    queue.connection.close()
    engine.dispose()
