"""Builders shared by tests: workspaces from data or from the shipped files, and a small office.

`workspace_of(definition(…), …)` compiles definitions written as Python data; `shipped()` those of the
repository. `office(workspace)` gives a world with a few units and people, on which `add_record` and
the other builders of `MemoryWorld` stand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from luongviec.engine.compiler import compile_workspace
from luongviec.engine.memory import MemoryWorld
from luongviec.engine.model import Workspace
from luongviec.engine.sources.nodes import Positions
from luongviec.engine.sources.reading import Definition, load_sources
from luongviec.engine.world import Actor, RecordState

DEFINITIONS = Path(__file__).parents[2] / "definitions"


@lru_cache(maxsize=1)
def shipped() -> Workspace:
    """Give the workspace of the shipped definitions, compiled once."""
    return compile_workspace(load_sources(DEFINITIONS).definitions).require_workspace()


def definition(kind: str, code: str, data: Mapping[str, object]) -> Definition:
    """Write a definition as data: `definition("side", "desk", {"slots": {…}})`."""
    whole = {kind: code, "format": 1, **data}
    if kind in COLLECTED:
        whole = {kind: dict(data), "format": 1}
        code = kind
    text = json.dumps(whole, ensure_ascii=False)
    return Definition(kind, code, _frozen(whole), text, f"{kind}/{code}.yaml", Positions())  # type: ignore[arg-type]


COLLECTED = frozenset({"categories", "parameters", "user_groups", "unit_kinds", "terms"})


def _frozen(value: object) -> object:
    if isinstance(value, Mapping):
        return MappingProxyType({str(key): _frozen(part) for key, part in value.items()})
    if isinstance(value, list | tuple):
        return tuple(_frozen(part) for part in value)
    return value


def workspace_of(*definitions: Definition) -> Workspace:
    """Compile definitions; any error among their problems fails the test that asked."""
    compiled = compile_workspace(definitions)
    errors = [str(problem) for problem in compiled.problems if problem.code.startswith("E")]
    assert not errors, "\n".join(errors)
    return compiled.workspace


CATEGORIES = definition(
    "categories",
    "categories",
    {
        "waiting": {"name": "Chờ", "tone": "grey"},
        "working": {"name": "Đang làm", "tone": "blue"},
        "ended": {"name": "Xong", "tone": "green"},
    },
)


def desk(**slots: Mapping[str, object]) -> Definition:
    """Write the side `desk` with slots: `desk(head={"abilities": ["take"]})`."""
    chosen: Mapping[str, Mapping[str, object]] = slots or {"head": {}, "clerk": {}}
    abilities = {str(one) for slot in chosen.values() for one in _items(slot.get("abilities"))}
    return definition(
        "side",
        "desk",
        {
            "name": "Bàn",
            "abilities": {code: {"label": code} for code in sorted(abilities)},
            "slots": {code: {"label": code, **slot} for code, slot in chosen.items()},
        },
    )


def _items(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list | tuple) else ()


def module(code: str = "case", **words: object) -> Definition:
    """Write a module: a name field and a creator unless told otherwise."""
    return definition(
        "module",
        code,
        {
            "name": code,
            "title": "{{ record.name }}",
            "status_groups": [code],
            "fields": {"name": {"type": "text", "label": "Tên"}},
            "roles": {"creator": {"fill": "actor", "label": "Người tạo"}},
            **words,
        },
    )


def statuses(
    code: str = "case",
    *,
    names: tuple[str, ...] = ("open", "done"),
    final: tuple[str, ...] = ("done",),
    transitions: Mapping[str, object] | None = None,
) -> Definition:
    """Write a status group, the first status initial."""
    return definition(
        "status_group",
        code,
        {
            "module": code,
            "name": code,
            "statuses": {
                name: {
                    "name": name,
                    "category": "ended" if name in final else "working",
                    **({"initial": True} if name == names[0] else {}),
                    **({"final": True} if name in final else {}),
                }
                for name in names
            },
            "transitions": transitions or {},
        },
    )


def matrix(code: str = "case", **words: object) -> Definition:
    """Write the matrix of a status group."""
    return definition("matrix", code, {"status_group": code, **words})


# --- A small office ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Office:
    """A world with a province, two departments of it and a division below the first."""

    world: MemoryWorld
    province: int
    department: int
    division: int
    other_department: int
    an: int
    binh: int
    chi: int
    dung: int
    admin: int

    def record(self, record_id: int) -> RecordState:
        """Give a record that is there."""
        return self.world.records[record_id]

    @staticmethod
    def actor(person: int) -> Actor:
        """Let a person act."""
        return Actor(person)


def office(workspace: Workspace) -> Office:
    """Build the small office; slots are filled by the test that needs them."""
    world = MemoryWorld(workspace)
    sides = tuple(workspace.sides)
    province = world.add_unit("UBND tỉnh", sides=sides, code="UBND")
    department = world.add_unit("Sở Nội vụ", province, sides=sides, code="SNV")
    division = world.add_unit("Phòng Tổ chức", department, sides=sides, code="PTC")
    other_department = world.add_unit("Sở Tài chính", province, sides=sides, code="STC")
    an = world.add_person("Nguyễn Văn An", user_name="an")
    binh = world.add_person("Trần Thị Bình", user_name="binh", managers=[an])
    chi = world.add_person("Lê Minh Chi", user_name="chi", managers=[an])
    dung = world.add_person("Phạm Quốc Dũng", user_name="dung")
    groups = [group for group in workspace.user_groups if "admin" in group]
    admin = world.add_person("Quản trị", user_name="admin", groups=groups)
    return Office(world, province, department, division, other_department, an, binh, chi, dung, admin)
