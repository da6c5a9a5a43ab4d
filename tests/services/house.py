"""A small town hall: one root, two offices, a room below one of them; people in their posts.

The shipped definitions and those of `tests/modules` are published, so that tests may run any of them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, sessionmaker

from luongviec.channels.messages import OutsideMessage
from luongviec.engine.planning.plan import Answers
from luongviec.engine.world import SYSTEM, Actor
from luongviec.services import accounts, definitions
from luongviec.services.files import keeping
from luongviec.services.files.store import FolderStore
from luongviec.services.platform import Platform
from luongviec.services.records import changing
from luongviec.services.rights import groups
from luongviec.services.telling import delivery
from luongviec.services.units import making as units
from luongviec.services.users import making as users
from luongviec.services.users.making import NewUser
from luongviec.services.views import ActionResult
from luongviec.settings import Settings
from luongviec.store.definitions.revisions import make_workspaces

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "definitions"
MODULES = ROOT / "tests" / "modules"
PASSWORD = "mat-khau-thu-2026"
BEGINNING = datetime(2026, 11, 23, 3, tzinfo=UTC)  # a Monday morning in Vietnam
CONFIRMED = Answers(confirmed=True)

UNITS = {
    "town": ("Thành phố", None, ("assigning", "executing", "meeting", "office", "registry")),
    "works": ("Phòng Xây dựng", "town", ("assigning", "executing", "meeting", "office", "registry")),
    "health": ("Phòng Y tế", "town", ("executing", "meeting", "office")),
    "road": ("Tổ Cầu đường", "works", ("executing", "office")),
    "empty": ("Tổ chưa có người", "town", ("executing",)),
}
PEOPLE = {
    "chair": "Lê Văn Khánh",
    "planner": "Phạm Minh Tuấn",
    "head": "Trần Quốc Bảo",
    "contact": "Nguyễn Thị Thu Hà",
    "officer": "Đặng Hữu Phước",
    "other": "Bùi Thúy Nga",
    "clerk": "Bùi Đức Long",
    "admin": "Quản trị",
    "stranger": "Ngô Bích Vân",
}
POSTS = [
    ("town", "assigning", "head", "chair"),
    ("town", "assigning", "creator", "planner"),
    ("town", "meeting", "clerk", "clerk"),
    ("town", "registry", "clerk", "clerk"),
    ("works", "assigning", "head", "head"),
    ("works", "executing", "head", "head"),
    ("works", "executing", "follower", "contact"),
    ("works", "executing", "officer", "officer"),
    ("works", "registry", "officer", "officer"),
    ("works", "office", "head", "head"),
    ("works", "office", "staff", "officer"),
    ("health", "executing", "head", "other"),
    ("health", "executing", "follower", "other"),
]


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = BEGINNING

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)


class RememberingChannel:
    """A channel that remembers, or fails as it is told."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.sent: list[OutsideMessage] = []
        self.failure: Exception | None = None

    def send(self, message: OutsideMessage) -> None:
        if self.failure is not None:
            raise self.failure
        self.sent.append(message)


@dataclass
class House:
    """The platform with its people and units by short names."""

    platform: Platform
    clock: Clock
    engine: Engine
    queued: list[tuple[str, int]]
    users: dict[str, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    email: RememberingChannel = field(default_factory=lambda: RememberingChannel("email"))
    sms: RememberingChannel = field(default_factory=lambda: RememberingChannel("sms"))

    def rest(self) -> None:
        """Put the clock back; forget what is queued and sent."""
        self.clock.now = BEGINNING
        self.queued.clear()
        for channel in (self.email, self.sms):
            channel.sent.clear()
            channel.failure = None

    def actor(self, name: str) -> Actor:
        return Actor(self.users[name])

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Remember the statements that reach the database."""
        found: list[str] = []

        def remember(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
                found.append(statement)

        event.listen(self.engine, "before_cursor_execute", remember)
        try:
            yield found
        finally:
            event.remove(self.engine, "before_cursor_execute", remember)

    def deliver(self) -> int:
        """Do everything that waits, as workers would; give how many jobs there were."""
        count = 0
        while waiting := delivery.waiting(self.platform):
            for job, key in waiting:
                delivery.do(self.platform, {"email": self.email, "sms": self.sms}, job, key)
                count += 1
        return count

    # --- Tasks --------------------------------------------------------------------------------------

    def task(self, name: str = "Sửa mặt đường", **differences: object) -> int:
        """Give a task to the works office through the service."""
        return self.assign(name, **differences).record_id

    def assign(self, name: str = "Sửa mặt đường", **differences: object) -> ActionResult:
        raw = self.task_input(name, **differences)
        return changing.create_record(self.platform, self.actor("planner"), "task", raw, answers=CONFIRMED)

    def task_input(self, name: str, **differences: object) -> dict[str, object]:
        row: dict[str, object] = {
            "executing": [self.units["works"]],
            "assignee": [self.users["contact"]],
            "due_at": (self.clock.now + timedelta(days=10)).isoformat(),
        }
        row |= {key: differences.pop(key) for key in list(differences) if key in ROW}
        return {
            "assigning": [self.units["town"]], "assigner": [self.users["chair"]], "name": name,
            "recipients": [row], **differences,
        }  # fmt: skip

    def act(self, who: str, record_id: int, action: str, **raw: object) -> ActionResult:
        return changing.act(self.platform, self.actor(who), record_id, action, raw, answers=CONFIRMED)

    def completed_task(self, name: str = "Sửa mặt đường") -> int:
        """Give a task whose result waits for approval."""
        record_id = self.task(name)
        self.act("contact", record_id, "accept")
        self.act("contact", record_id, "complete", text="Đã xong", files=[self.file("contact")])
        return record_id

    def file(self, who: str, name: str = "Kết quả.pdf", content: bytes = b"%PDF-1.4 ket qua") -> int:
        return keeping.upload(self.platform, self.actor(who), name, io.BytesIO(content)).id


ROW = ("executing", "assignee", "coordinating", "due_at")


def build_house(engine: Engine, url: str, folder: Path, *, modules: Path | None = MODULES) -> House:
    """Publish the definitions, and make units, people and posts."""
    house = _empty_house(engine, url, folder)
    platform = house.platform
    definitions.load_definitions(platform, SHIPPED)
    for extra in sorted(modules.iterdir()) if modules is not None else ():
        definitions.load_definitions(platform, extra)
    password_hash = accounts.hash_password(PASSWORD)
    people = [
        NewUser(code, name, password_hash=password_hash, email=f"{code}@town.example")
        for code, name in PEOPLE.items()
    ]
    house.users = dict(zip(PEOPLE, users.create_users(platform, SYSTEM, people), strict=True))
    _make_units(house)
    groups.add_to_group(platform, SYSTEM, "system_admin", (house.users["admin"],))
    return house


def moved_into(house: House, folder: Path) -> House:
    """Give the same house in a folder of its own: its database was brought back as it was when built."""
    moved = _empty_house(house.engine, house.platform.settings.database_url, folder)
    moved.users, moved.units = dict(house.users), dict(house.units)
    known, compiled = moved.platform.workspaces, house.platform.workspaces
    known._published.update(compiled._published)  # what changes gets a token of its own
    known._organisations.update(compiled._organisations)
    return moved


def _empty_house(engine: Engine, url: str, folder: Path) -> House:
    clock, queued = Clock(), list[tuple[str, int]]()
    platform = Platform(
        settings=Settings(
            home=folder, database_url=url, secret_key="only-for-tests", files=folder / "files", upload_mb=2
        ),
        sessions=sessionmaker(engine, class_=Session, expire_on_commit=False),
        workspaces=make_workspaces(),
        files=FolderStore(folder / "files"),
        clock=clock,
        enqueue=lambda job, key: queued.append((job, key)),
    )
    return House(platform, clock, engine, queued)


def _make_units(house: House) -> None:
    known = definitions.workspace(house.platform).sides
    for code, (name, parent, all_sides) in UNITS.items():
        sides = tuple(side for side in all_sides if side in known)
        house.units[code] = units.create_unit(
            house.platform, SYSTEM, name, parent_id=house.units[parent] if parent else None,
            sides=sides, code=code.upper(), kind=_KINDS.get(code),
        )  # fmt: skip
    for unit, side, slot, who in (post for post in POSTS if post[1] in known):
        units.fill_slot(house.platform, SYSTEM, house.units[unit], side, slot, (house.users[who],))


_KINDS: Mapping[str, str] = {"town": "province", "works": "department", "health": "department"}
