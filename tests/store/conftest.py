"""Fixtures of the store's tests: the databases, and the root on the path for shared builders."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = str(Path(__file__).parents[2])
if ROOT not in sys.path:
    sys.path.append(ROOT)

from luongviec.engine.memory import MemoryWorld  # noqa: E402
from luongviec.engine.model import Workspace  # noqa: E402
from tests.databases import database, databases, postgresql_database, sqlite_database  # noqa: E402
from tests.engine.worlds import CATEGORIES, desk, matrix, module, statuses, workspace_of  # noqa: E402

__all__ = ["database", "databases", "postgresql_database", "sqlite_database"]


@pytest.fixture
def small() -> MemoryWorld:
    """Two cases of two people in one unit, not yet in any database."""
    world = MemoryWorld(small_workspace())
    unit = world.add_unit("Phòng Một", sides=["desk"])
    first = world.add_person("Nguyễn Văn Ân")
    second = world.add_person("Trần Thị Bình")
    world.fill_slot(unit, "desk", "head", second)
    for name in ("Sửa đường", "Xây cầu"):
        world.add_record("case", values={"name": name}, roles={"creator": first, "place": unit})
    return world


def small_workspace() -> Workspace:
    """Give a workspace of one module with a bit of everything that the store writes."""
    return workspace_of(
        CATEGORIES,
        desk(),
        module(
            fields={
                "name": {"type": "text", "label": "Tên", "search": True},
                "amount": {"type": "number", "label": "Số", "index": True},
                "due_at": {"type": "datetime", "label": "Hạn", "index": True},
                "kind": {
                    "type": "choice", "label": "Loại", "index": True,
                    "options": {"big": {"label": "Lớn"}, "small": {"label": "Nhỏ"}},
                },
                "number": {"type": "text", "label": "Số hiệu"},
                "papers": {"type": "files", "label": "Tệp"},
            },
            roles={
                "creator": {"fill": "actor", "label": "Người tạo"},
                "helper": {"label": "Người giúp"},
                "place": {"of": "unit", "side": "desk", "label": "Nơi làm"},
            },
            home="place",
            relations={"following": {"links": "case", "inverse": "preceding", "label": "Việc sau"}},
            number={
                "field": "number", "pattern": "{{ counter }}/{{ year }}", "per": ["year"], "at": "create",
            },
            actions={"finish": {"label": "Xong", "effects": [{"move": "done"}]}},
            lists={"all": {"label": "Tất cả", "sort": ["due_at"]}},
        ),
        statuses(transitions={"open": {"creator": ["done"]}}),
        matrix(
            groups={"new": {"everyone": ["create"]}},
            participants={"*": {"creator": ["view", "edit", "finish"], "helper": ["view"]}},
            units={"*": {"place.head": ["view"]}},
        ),
    )  # fmt: skip
