"""A small town for page tests: seven units, nine people in their posts, the shipped definitions.

Everything is made through the services, once per test run, into a SQLite file that each test copies.
Nothing here knows more of tasks and meetings than a person at the keyboard does.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from luongviec.bootstrap import build_engine
from luongviec.engine.world import SYSTEM, Actor
from luongviec.services.definitions import load_definitions
from luongviec.services.files.store import FolderStore
from luongviec.services.platform import Platform, utc_now
from luongviec.services.rights.groups import add_to_group
from luongviec.services.units.making import create_unit, fill_slot
from luongviec.services.users.making import NewUser, create_user
from luongviec.settings import Settings
from luongviec.store.definitions.revisions import make_workspaces
from luongviec.store.definitions.workspaces import Workspaces
from luongviec.store.migrating import upgrade

DEFINITIONS = Path(__file__).parents[2] / "definitions"
PASSWORD = "Mat-khau-thu-2026"

UNITS = {
    "province": ("UBND tỉnh Bình An", None),
    "science": ("Sở Khoa học và Công nghệ", "province"),
    "health": ("Sở Y tế", "province"),
    "finance": ("Sở Tài chính", "province"),
    "digital": ("Phòng Chuyển đổi số", "science"),
    "clinic": ("Phòng Nghiệp vụ Y", "health"),
    "office": ("Văn phòng Sở", "science"),
}
SIDES = ("assigning", "executing", "meeting", "office")

PEOPLE = {
    "khanh": "Lê Văn Khánh",
    "tuan": "Phạm Minh Tuấn",
    "bao": "Trần Quốc Bảo",
    "thuha": "Nguyễn Thị Thu Hà",
    "phuoc": "Đặng Hữu Phước",
    "nga": "Bùi Thúy Nga",
    "long": "Bùi Đức Long",
    "tung": "Đỗ Thanh Tùng",
    "stranger": "Ngô Bích Vân",
}

POSTS = [
    ("province", "assigning", "head", "khanh"),
    ("province", "assigning", "creator", "tuan"),
    ("province", "meeting", "clerk", "tuan"),
    ("science", "assigning", "head", "bao"),
    ("science", "executing", "head", "bao"),
    ("science", "executing", "officer", "thuha"),
    ("science", "meeting", "head", "bao"),
    ("digital", "executing", "head", "thuha"),
    ("digital", "executing", "officer", "phuoc"),
    ("health", "executing", "head", "nga"),
    ("health", "executing", "officer", "long"),
]


@dataclass
class Town:
    """A database with the town in it, and the ids of its people and units by their short names."""

    folder: Path
    users: dict[str, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    database_url: str = ""  # default: a SQLite file in the folder
    #: What was compiled of the town as it was built; a platform over a copy need not do it again.
    compiled: Workspaces = field(default_factory=make_workspaces)

    def platform(self, clock: Callable[[], datetime] = utc_now) -> Platform:
        """Give a platform over this database."""
        settings = settings_in(self.folder, self.database_url)
        engine = build_engine(settings)
        return Platform(
            settings=settings,
            sessions=sessionmaker(engine, class_=Session, expire_on_commit=False),
            workspaces=self.workspaces(),
            files=FolderStore(settings.files),
            clock=clock,
        )

    def workspaces(self) -> Workspaces:
        """Give caches that know the town as it was built: what changes it gets a token of its own."""
        fresh = make_workspaces()
        fresh._published.update(self.compiled._published)
        fresh._organisations.update(self.compiled._organisations)
        return fresh

    def actor(self, name: str) -> Actor:
        """Give somebody as an actor."""
        return Actor(self.users[name])

    def copied_to(self, folder: Path) -> Town:
        """Give an independent copy of the town, in place of what stood there."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder)
        return replace(self, folder=folder)


def settings_in(folder: Path, database_url: str = "") -> Settings:
    """Give settings that keep everything under one folder, but for a database named."""
    return Settings(
        home=folder, database_url=database_url or f"sqlite:///{folder / 'town.db'}",
        secret_key="only-for-tests",
        files=folder / "files", definitions=DEFINITIONS, site_name="Điều hành Bình An", upload_mb=4,
    )  # fmt: skip


def town_of(folders: pytest.TempPathFactory) -> Town:
    """Give the town of this test run: the first worker that asks builds it, the others read what it made."""
    base = folders.getbasetemp()
    return _town_in(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)


@cache
def _town_in(shared: Path) -> Town:
    folder, known = shared / "town", shared / "town.json"
    with (shared / "town.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not known.exists():
            built = build_town(folder)
            known.write_text(json.dumps({"users": built.users, "units": built.units}))
    town = Town(folder, **json.loads(known.read_text()))
    platform = replace(town.platform(), workspaces=town.compiled)
    with platform.reading() as work:
        assert work.workspace.modules
    platform.sessions().get_bind().dispose()
    return town


def build_town(folder: Path, database_url: str = "") -> Town:
    """Make the town: tables, definitions, units, people, posts."""
    folder.mkdir(parents=True, exist_ok=True)
    town = Town(folder, database_url=database_url)
    engine = build_engine(settings_in(folder, database_url))
    upgrade(engine)
    engine.dispose()
    platform = town.platform()
    load_definitions(platform, DEFINITIONS)
    for code, (name, parent) in UNITS.items():
        town.units[code] = create_unit(
            platform, SYSTEM, name, parent_id=town.units[parent] if parent else None, sides=SIDES
        )
    for code, name in PEOPLE.items():
        town.users[code] = create_user(platform, SYSTEM, NewUser(code, name, PASSWORD))
    for unit, side, slot, person in POSTS:
        fill_slot(platform, SYSTEM, town.units[unit], side, slot, (town.users[person],))
    add_to_group(platform, SYSTEM, "system_admin", (town.users["tung"],))
    platform.sessions().get_bind().dispose()
    return town


def moment(text: str) -> datetime:
    """Read a moment in UTC: `2026-11-23 02:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
