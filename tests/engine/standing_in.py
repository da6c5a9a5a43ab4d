"""Definitions and builders for tests of standing in: an errand lets one person act for another.

Two modules stand in: `errand` (everywhere, by modules, abilities and days) and `pass` (inside the
case that owns it, one role, two links long).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from luongviec.engine.sources.reading import Definition
from luongviec.engine.world import Actor, RecordState
from tests.engine.worlds import CATEGORIES, Office, desk, matrix, module, office, statuses, workspace_of

TEXT = {"type": "text", "label": "Chữ"}


def errands(**stands_in: object) -> tuple[Definition, ...]:
    """Write the module `errand`, with other words for how it stands in where the test needs them."""
    words = {
        "while": ["open"],
        "person": "person",
        "deputy": "deputy",
        "where": "record.areas",
        "abilities": "record.skills",
        "from": "record.from_day",
        "until": "record.to_day",
        **stands_in,
    }
    return (
        module(
            "errand",
            fields={
                "name": TEXT,
                "from_day": {"type": "date", "label": "Từ"},
                "to_day": {"type": "date", "label": "Đến"},
                "areas": {"type": "choice", "many": True, "options_from": "modules", "label": "Phân hệ"},
                "skills": {"type": "choice", "many": True, "options_from": "abilities", "label": "Khả năng"},
                "place": {"type": "unit", "label": "Đơn vị"},
                "case": {"type": "record", "of": "case", "label": "Việc"},
            },
            roles={
                "person": {"label": "Người vắng", "many": False, "needs": 1},
                "deputy": {"label": "Người thay", "many": False, "needs": 1},
            },
            stands_in={word: value for word, value in words.items() if value is not None},
            actions={"end": {"label": "Kết thúc", "effects": [{"move": "done"}]}},
        ),
        statuses("errand", transitions={"open": {"person": ["done"]}}),
        matrix(
            "errand",
            participants={"*": {"person": ["view", "end"], "deputy": ["view"]}},
            groups={"new": {"everyone": ["create"]}},
        ),
    )


def passes(depth: int = 2) -> tuple[Definition, ...]:
    """Write the module `pass`: one link of a chain inside a case."""
    return (
        module(
            "pass",
            owner="case",
            roles={
                "giver": {"fill": "actor", "label": "Người trao"},
                "taker": {"label": "Người nhận", "many": False, "excludes": ["giver"]},
            },
            stands_in={
                "while": ["open"], "person": "giver", "deputy": "taker", "where": "owner",
                "roles": ["worker"], "depth": depth,
            },
            actions={"end": {"label": "Kết thúc", "effects": [{"move": "done"}]}},
        ),
        statuses("pass", transitions={"open": {"giver": ["done"]}}),
        matrix("pass", participants={"*": {"giver": ["view", "end"], "taker": ["view"]}}),
    )  # fmt: skip


def cases(**words: object) -> tuple[Definition, ...]:
    """Write the module `case` with a worker, a judge and a place, and its child `remark`."""
    case = {
        "roles": {
            "creator": {"fill": "actor", "label": "Tạo"},
            "worker": {"label": "Làm"},
            "judge": {"label": "Duyệt"},
            "place": {"of": "unit", "side": "desk", "label": "Nơi làm"},
        },
        "relations": {
            "remarks": {"owns": "remark", "inverse": "subject", "label": "Nhận xét"},
            "passes": {"owns": "pass", "inverse": "passed", "label": "Trao quyền"},
        },
        "fields": {"name": TEXT, "note": TEXT},
        "actions": {
            "finish": {"label": "Xong", "effects": [{"move": "done"}]},
            "approve": {"label": "Duyệt", "effects": [{"set": {"note": "'được'"}}]},
            "note_it": {"label": "Ghi", "permission": "view", "effects": [{"set": {"name": "'Đã làm'"}}]},
        },
        "home": "place",
        **words,
    }
    return (
        desk(head={}, clerk={"abilities": ["take"]}),
        module("case", **case),
        statuses(transitions={"open": {"worker": ["done"], "judge": ["done"]}}),
        matrix(
            participants={
                "*": {
                    "creator": ["view", "edit", "add_remarks"],
                    "worker": ["view", "finish", "add_passes", "add_remarks"],
                    "judge": ["view", "approve", "finish"],
                },
            },
            units={"*": {"place.head": ["view", "edit"], "place.clerk": ["view"]},
                   "new": {"place.clerk": ["create"]}},
            fields={"*": {"judge": {"note": "hidden"}}},
        ),
        module("remark", owner="case", roles={"creator": {"fill": "actor", "label": "Người viết"}}),
        statuses("remark"),
        matrix("remark", participants={"*": {"creator": ["view", "edit"], "owner:view": ["view"]}}),
    )  # fmt: skip


@dataclass(frozen=True)
class Bureau:
    """An office in which An is away."""

    office: Office

    def case(self, **roles: object) -> int:
        """Put a case there."""
        return self.office.world.add_record("case", values={"name": "Việc"}, roles=roles)  # type: ignore[arg-type]

    def errand(self, person: int, deputy: int, *, first: int = 0, last: int = 3, **values: object) -> int:
        """Let somebody stand in for another, from so many days from today to so many."""
        today = self.today
        days = {"from_day": today + timedelta(days=first), "to_day": today + timedelta(days=last)}
        return self.office.world.add_record(
            "errand",
            values={**days, **values},
            roles={"person": person, "deputy": deputy},  # type: ignore[arg-type]
        )

    def handed(self, case: int, giver: int, taker: int) -> int:
        """Let somebody take another's work inside one case."""
        roles = {"giver": giver, "taker": taker}
        return self.office.world.add_record("pass", roles=roles, owner=case, relation="passes")

    @property
    def today(self) -> date:
        """The day on which the test plays, in Vietnam."""
        return (self.office.world.now + timedelta(hours=7)).date()

    def record(self, record_id: int) -> RecordState:
        """Give a record as it stands."""
        return self.office.world.records[record_id]

    @staticmethod
    def actor(person: int, acting_for: int | None = None) -> Actor:
        """Let somebody act, perhaps for another."""
        return Actor(person, acting_for)


def bureau(*, depth: int = 2, case: dict[str, object] | None = None, **stands_in: object) -> Bureau:
    """Build the office with all these modules; `stands_in` changes how an errand does."""
    parts = (*cases(**(case or {})), *errands(**stands_in), *passes(depth))
    return Bureau(office(workspace_of(CATEGORIES, *parts)))
