"""Random definitions, organisations and records, for properties that must hold for all of them.

`workspaces()` gives compiled workspaces of two modules (cases that nest and link, remarks owned by
cases) with random roles, slots, derived roles, matrices, transitions and field cells; `worlds()` a
world over one: units, people, filled slots and records with owners, links and deleted ones. Every
part of the people notation that a matrix may name occurs. `standing_worlds()` has two modules more, by
whose records some people stand in for others: in chains, for a time, as far as the draw says.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from luongviec.engine.memory import BEGINNING, MemoryWorld
from luongviec.engine.model import Workspace
from luongviec.engine.sources.reading import Definition
from luongviec.engine.world import HolderKind
from tests.engine.worlds import CATEGORIES, definition, workspace_of

SLOTS = ("head", "clerk", "chief")
GROUPS = ("admins", "readers")
STATUSES = ("drafted", "running", "closed")
PERMISSIONS = ("view", "edit", "comment", "history", "change_status", "restore", "delete")

_Data = dict[str, object]

#: In worlds where people stand in for others: who works on a case does not mark it.
FOUR_EYES: _Data = {"for": ["mark"], "when": "not holds(actor, 'worker')", "otherwise": "Không tự đánh dấu"}


@st.composite
def definitions(draw: st.DrawFn, *, standing: bool = False) -> tuple[Definition, ...]:
    """Give the definitions of a random workspace; they compile without errors.

    Args:
        draw: the draw.
        standing: with the modules by which people stand in for others.
    """
    side = definition(
        "side",
        "desk",
        {
            "name": "Bàn",
            "abilities": {"take": {"label": "Nhận"}},
            "slots": {
                "head": {"label": "Trưởng"},
                "clerk": {"label": "Văn thư", "abilities": ["take"]},
                "chief": {"label": "Lãnh đạo nhánh", "scope": "branch"},
            },
        },
    )
    groups = definition("user_groups", "user_groups", {code: {"name": code, "may": []} for code in GROUPS})
    speaks = draw(_some(SLOTS))
    # A unit role is a column of its own only where slots speak for the unit.
    derivable = ("worker", "creator", "place.head", "place.chief", *(("place",) if speaks else ()))
    case_derived = draw(_derived_of_case(derivable))
    remark_derived: _Data = {
        "case": {
            "via": "owner",
            "roles": draw(_some(derivable, least=1)),
            "label": "của việc",
        }
    }
    sees = draw(st.sampled_from(["always", "joined"]))
    unit_role: _Data = {"of": "unit", "side": "desk", "many": True, "label": "Đơn vị", "sees_from": sees}
    if speaks:
        unit_role["speaks"] = speaks
    case = _module(
        "case",
        {
            "place": unit_role,
            "seat": {"of": "unit", "side": "desk", "label": "Nơi lập"},
            "worker": {"label": "Người làm"},
        },
        {
            "owner": {"module": "case", "optional": True},
            "home": "seat",
            "has": ["comments", "attachments"],
            "relations": {
                "parts": {"owns": "case", "inverse": "whole", "tree": True, "label": "Phần"},
                "remarks": {"owns": "remark", "inverse": "subject", "label": "Nhận xét"},
                "following": {"links": "case", "inverse": "preceding", "label": "Việc sau"},
                **({"passes": {"owns": "pass", "inverse": "passed", "label": "Trao"}} if standing else {}),
            },
            "derived_roles": case_derived,
            **({"rules": [FOUR_EYES]} if standing else {}),
        },
    )
    remark = _module(
        "remark",
        {"creator": {"fill": "actor", "label": "Người viết"}, "worker": {"label": "Người nhận"}},
        {"owner": "case", "derived_roles": remark_derived},
    )
    case_columns = [
        "creator",
        "worker",
        "place.head",
        "place.clerk",
        "place.chief",
        "seat.head",
        "seat.chief",
    ]
    case_columns += ["group:admins", "everyone", "owner:view", "owner:edit"] + (["place"] if speaks else [])
    case_columns += _derived_columns(case_derived)
    remark_columns = ["creator", "worker", "group:readers", "owner:view", "owner:edit", "owner:add_remarks"]
    remark_columns += _derived_columns(remark_derived)
    more = ("add_parts", "add_remarks", "link_following", "finish", "mark")
    return (
        CATEGORIES,
        side,
        groups,
        case,
        draw(_statuses("case", case_columns)),
        draw(_matrix("case", case_columns, PERMISSIONS + more)),
        remark,
        draw(_statuses("remark", remark_columns)),
        draw(_matrix("remark", remark_columns, (*PERMISSIONS, "finish", "mark"))),
        *(draw(_standing_definitions()) if standing else ()),
    )


@st.composite
def _standing_definitions(draw: st.DrawFn) -> tuple[Definition, ...]:
    """Give an errand, which lets somebody stand in far and wide, and a pass, inside one case."""
    places = ("everywhere", "record.areas", "record.place", "record.case")
    roles = draw(st.sampled_from([[], ["worker"], ["worker", "place", "creator"], ["creator", "seat"]]))
    may = draw(st.sampled_from([None, ["edit"], ["comment", "finish"]]))
    people = {
        "person": {"label": "Người vắng", "many": False},
        "deputy": {"label": "Người thay"},
    }
    errand = {
        "while": ["open"], "person": "person", "deputy": "deputy", "where": draw(st.sampled_from(places)),
        "abilities": "record.skills", "from": "record.first", "until": "record.last", "roles": roles,
        "depth": draw(st.integers(1, 3)), **({} if may is None else {"may": may}),
    }  # fmt: skip
    within = {
        "while": ["open", "kept"], "person": "person", "deputy": "deputy", "where": "owner",
        "roles": draw(_some(("worker", "creator", "place", "seat"))), "depth": draw(st.integers(1, 3)),
    }  # fmt: skip
    named = {"name": {"type": "text", "label": "Tên"}}
    fields = {
        **named,
        "first": {"type": "date", "label": "Từ"},
        "last": {"type": "datetime", "label": "Đến"},
        "areas": {"type": "choice", "many": True, "options_from": "modules", "label": "Phân hệ"},
        "skills": {"type": "choice", "many": True, "options_from": "abilities", "label": "Khả năng"},
        "place": {"type": "unit", "label": "Đơn vị"},
        "case": {"type": "record", "of": "case", "label": "Việc"},
    }
    words: tuple[tuple[str, _Data], ...] = (
        ("errand", {"fields": fields, "stands_in": errand}),
        ("pass", {"fields": named, "stands_in": within, "owner": "case"}),
    )
    found: list[Definition] = []
    for code, own in words:
        shared = {"name": code, "title": "{{ record.name }}", "status_groups": [code], "roles": people}
        states = {
            one: {"name": one, "category": "working", **({"initial": True} if one == "open" else {})}
            for one in ("open", "kept", "gone")
        }
        matrix = {
            "status_group": code,
            "participants": {"*": {"person": ["view", "delete"], "deputy": ["view"]}},
        }
        found += [
            definition("module", code, {**shared, **own}),
            definition("status_group", code, {"module": code, "name": code, "statuses": states}),
            definition("matrix", code, matrix),
        ]
    return tuple(found)


@st.composite
def workspaces(draw: st.DrawFn) -> Workspace:
    """Give a random workspace."""
    return workspace_of(*draw(definitions()))


def _some(
    values: tuple[str, ...], *, least: int = 0, most: int | None = None
) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=least, max_size=most or len(values), unique=True)


def _seldom() -> st.SearchStrategy[bool]:
    """True in about one case of eight; the simplest example is False."""
    return st.sampled_from([False] * 7 + [True])


def _module(code: str, roles: _Data, words: _Data) -> Definition:
    fields: _Data = {
        "name": {"type": "text", "label": "Tên", "search": True},
        "amount": {"type": "number", "index": True, "label": "Số"},
        "due_at": {"type": "datetime", "index": True, "label": "Hạn"},
        "secret": {"type": "text", "label": "Kín", "shown_when": "record.amount > 1"},
    }
    actions: _Data = {
        "finish": {"label": "Kết thúc", "shown": "button", "effects": [{"move": "closed"}]},
        "mark": {
            "label": "Đánh dấu",
            "when": "record.amount > 0",
            "otherwise": "Số phải dương",
            "effects": [],
        },
    }
    return definition(
        "module",
        code,
        {
            "name": code,
            "title": "{{ record.name }}",
            "status_groups": [code],
            "fields": fields,
            "roles": {"creator": {"fill": "actor", "label": "Người tạo"}, **roles},
            "actions": actions,
            "rules": [
                {
                    "for": ["finish", "comment"],
                    "when": "record.amount != 3",
                    "otherwise": "Số không được là 3",
                }
            ],
            **words,
        },
    )


@st.composite
def _derived_of_case(draw: st.DrawFn, roles: tuple[str, ...]) -> _Data:
    found: _Data = {}
    for prefix, via in (("part", "parts"), ("whole", "owner"), ("next", "following"), ("last", "preceding")):
        if draw(st.booleans()):
            found[prefix] = {
                "via": via,
                "roles": draw(_some(roles, least=1)),
                "depth": draw(st.integers(1, 3)),
                "label": f"của {prefix}",
            }
    return found


def _derived_columns(derived: _Data) -> list[str]:
    return [f"{prefix}.{role}" for prefix, words in derived.items() for role in words["roles"]]  # type: ignore[index]


@st.composite
def _statuses(draw: st.DrawFn, code: str, columns: list[str]) -> Definition:
    transitions: _Data = {}
    movable = ["system", *(column for column in columns if ":" not in column and column != "everyone")]
    for status in STATUSES:
        row = {
            column: draw(_some(STATUSES, least=1, most=2)) for column in draw(_some(tuple(movable), most=3))
        }
        if row:
            transitions[status] = row
    statuses = {
        status: {
            "name": status,
            "category": "ended" if status == "closed" else "working",
            **({"initial": True} if status == "drafted" else {}),
            **({"final": "reopenable"} if status == "closed" else {}),
        }
        for status in STATUSES
    }
    return definition(
        "status_group", code, {"module": code, "name": code, "statuses": statuses, "transitions": transitions}
    )


def _tab(column: str) -> str:
    if column.startswith("group:") or column == "everyone":
        return "groups"
    return "units" if column.startswith(("place.", "seat.")) else "participants"


@st.composite
def _matrix(draw: st.DrawFn, code: str, columns: list[str], permissions: tuple[str, ...]) -> Definition:
    tabs: dict[str, dict[str, _Data]] = {}
    fields: dict[str, _Data] = {}
    for status in ("*", *STATUSES):
        for column in draw(_some(tuple(columns), least=1, most=4)):
            cell = draw(_some(permissions, least=2, most=7))
            if "view" not in cell and not draw(_seldom()):
                cell.append("view")
            tabs.setdefault(_tab(column), {}).setdefault(status, {})[column] = cell
            if draw(_seldom()):
                words = {
                    field: draw(st.sampled_from(["hidden", "read", "edit", "required"]))
                    for field in draw(_some(("name", "amount", "due_at", "secret"), least=1, most=2))
                }
                fields.setdefault(status, {})[column] = words
    slots = [column for column in columns if _tab(column) == "units"]
    if code == "case" and draw(st.booleans()) and slots:
        tabs.setdefault("units", {})["new"] = {draw(st.sampled_from(slots)): ["create"]}
    return definition(
        "matrix", code, {"status_group": code, **tabs, **({"fields": fields} if fields else {})}
    )


# --- Worlds -------------------------------------------------------------------------------------------


@st.composite
def worlds(draw: st.DrawFn, workspace: Workspace | None = None, *, most_records: int = 8) -> MemoryWorld:
    """Give a world with random people, units and records over a workspace (random if not given)."""
    world = MemoryWorld(draw(workspaces()) if workspace is None else workspace)
    for number in range(draw(st.integers(2, 5))):
        parent = draw(st.none() | st.sampled_from(sorted(world.units))) if world.units else None
        world.add_unit(f"Đơn vị {number}", parent, sides=["desk"])
    for number in range(draw(st.integers(2, 5))):
        world.add_person(
            f"Người {number}",
            groups=draw(_some(GROUPS)),
            active=not draw(_seldom()),
        )
    people, units = sorted(world.people), sorted(world.units)
    filled = st.tuples(st.sampled_from(units), st.sampled_from(SLOTS), st.sampled_from(people), moments())
    fillings = st.lists(filled, min_size=1, max_size=8, unique_by=lambda one: one[:3])
    for unit, slot, person, since in draw(fillings):
        world.fill_slot(unit, "desk", slot, person, since=since)
    for _ in range(draw(st.integers(min(3, most_records), most_records))):
        add_random_record(draw, world)
    _link_records(draw, world)
    return world


@st.composite
def standing_worlds(draw: st.DrawFn) -> MemoryWorld:
    """Give a world in which people stand in for others, in force, over, to come or taken back."""
    workspace = workspace_of(*draw(definitions(standing=True)))
    world = draw(worlds(workspace, most_records=6))
    for _ in range(draw(st.integers(1, 4))):
        add_random_authority(draw, world)
    return world


def add_random_authority(draw: st.DrawFn, world: MemoryWorld) -> int:
    """Add one random record that lets somebody stand in, inside a case or not."""
    people, units = sorted(world.people), sorted(world.units)
    cases = sorted(i for i, record in world.records.items() if record.module == "case")
    owner = draw(st.sampled_from(cases)) if cases and draw(st.booleans()) else None
    person, *deputies = draw(st.lists(st.sampled_from(people), min_size=2, max_size=3, unique=True))
    values = {
        "first": draw(st.none() | moments().map(lambda at: at.date())),
        "last": draw(st.none() | moments()),
        "areas": draw(st.sampled_from([(), ("case",)])),
        "skills": draw(st.sampled_from([(), (), ("take",)])),
        "place": draw(st.none() | st.sampled_from(units)),
        "case": draw(st.none() | st.sampled_from(cases)) if cases else None,
    }
    record_id = world.add_record(
        "errand" if owner is None else "pass",
        status=draw(st.sampled_from(["open", "open", "open", "kept", "gone"])),
        values=values if owner is None else {},
        roles={"person": person, "deputy": deputies},
        owner=owner,
        relation=None if owner is None else "passes",
        created_by=person,
    )
    if draw(_seldom()):
        world.change(record_id, deleted_at=datetime(2026, 3, 2, 3, tzinfo=UTC))
    return record_id


def moments() -> st.SearchStrategy[datetime]:
    """Moments around the beginning of the world, in whole days."""
    return st.integers(-3, 3).map(lambda days: BEGINNING + timedelta(days=days))


def add_random_record(draw: st.DrawFn, world: MemoryWorld) -> int:
    """Add one random record; owners come before what they own, so no ring arises."""
    cases = sorted(i for i, record in world.records.items() if record.module == "case")
    module = draw(st.sampled_from(["case", "case", "remark"])) if cases else "case"
    owner = draw(st.sampled_from(cases)) if module == "remark" else None
    if module == "case" and cases and draw(st.booleans()):
        owner = draw(st.sampled_from(cases))
    people, units = sorted(world.people), sorted(world.units)
    roles: dict[str, list[int]] = {}
    for code, role in world.workspace.modules[module].roles.items():
        holders = st.sampled_from(people if role.of is HolderKind.USER else units)
        roles[code] = draw(st.lists(holders, max_size=2 if role.many else 1, unique=True))
    record_id = world.add_record(
        module,
        status=draw(st.sampled_from(STATUSES)),
        values={
            "name": draw(st.sampled_from(["một", "hai", "ba"])),
            "amount": draw(st.none() | st.integers(0, 4)),
            "due_at": draw(st.none() | moments()),
        },
        roles=roles,
        owner=owner,
        relation=None if owner is None else ("parts" if module == "case" else "remarks"),
        created_by=draw(st.sampled_from(people)),
        created_at=draw(moments()),
    )
    if draw(_seldom()):
        world.change(record_id, deleted_at=datetime(2026, 3, 2, 3, tzinfo=UTC))
    return record_id


def _link_records(draw: st.DrawFn, world: MemoryWorld) -> None:
    cases = sorted(i for i, record in world.records.items() if record.module == "case")
    if len(cases) < 2:
        return
    pair = st.tuples(st.sampled_from(cases), st.sampled_from(cases)).filter(lambda one: one[0] != one[1])
    for near, far in draw(st.lists(pair, max_size=3, unique=True)):
        world.link("case", "following", near, far)
