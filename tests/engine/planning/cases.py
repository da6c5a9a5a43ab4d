"""A module `case` made for one test: what the test does not say is open to everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from luongviec.engine.memory import MemoryWorld
from luongviec.engine.memory_apply import Applied
from luongviec.engine.planning.plan import Answers, Entry, Plan
from luongviec.engine.planning.planner import plan_action, plan_create, plan_undo
from luongviec.engine.planning.undo import Done
from luongviec.engine.sources.reading import Definition
from luongviec.engine.world import Actor, RecordState
from tests.engine import worlds

YES = Answers(confirmed=True, reason="vì cần")
TEXT = {"type": "text", "label": "Chữ"}
NUMBER = {"type": "number", "label": "Số"}
STATUSES = ("open", "going", "done")


@dataclass
class Cases:
    """A world of cases with a few people; `an` makes them."""

    office: worlds.Office
    module: str = "case"

    @property
    def world(self) -> MemoryWorld:
        """The world."""
        return self.office.world

    def add(self, **words: object) -> int:
        """Put a record there without planning."""
        roles = {"creator": self.office.an, **words.pop("roles", {})}  # type: ignore[dict-item]
        module = str(words.pop("module", self.module))
        return self.world.add_record(module, roles=roles, created_by=self.office.an, **words)  # type: ignore[arg-type]

    def plan(
        self,
        record: int,
        action: str,
        typed: Mapping[str, object] | None = None,
        *,
        who: int | None = None,
        answers: Answers = YES,
    ) -> Plan:
        """Plan an action by `an` (or somebody else), who says yes to every question."""
        actor = Actor(who or self.office.an)
        return plan_action(self.world, actor, record, action, typed or {}, answers=answers)

    def act(
        self, record: int, action: str, typed: Mapping[str, object] | None = None, *, who: int | None = None
    ) -> Applied:
        """Do an action."""
        return self.world.apply(self.plan(record, action, typed, who=who))

    def create(self, typed: Mapping[str, object], *, who: int | None = None, **words: object) -> Applied:
        """Make records."""
        actor = Actor(who or self.office.an)
        module = str(words.pop("module", self.module))
        plan = plan_create(self.world, actor, module, typed, answers=YES, **words)  # type: ignore[arg-type]
        return self.world.apply(plan)

    def undo(self, plan: Plan, *, who: int | None = None) -> Applied:
        """Take an applied plan (one that made no records) back."""
        actor = Actor(who or self.office.an)
        done = Done(
            record_id=plan.entries[0].record_id,
            actor=plan.entries[0].actor,
            changes=plan.changes,
            versions={record_id: version + 1 for record_id, version in plan.versions.items()},
            undo_until=plan.undo_until,
        )
        return self.world.apply(plan_undo(self.world, actor, done))

    def record(self, record: int) -> RecordState:
        """Give a record as it stands."""
        return self.world.records[record]

    def value(self, record: int, field: str) -> object:
        """Give a field's value."""
        return self.record(record).values.get(field)

    def holders(self, record: int, role: str) -> list[int]:
        """Give the ids of who holds a role."""
        return [holder.id for holder in self.record(record).holders(role)]

    def events(self, since: int = 0) -> list[str]:
        """Give the names of what happened."""
        return [happened.event for happened in self.world.occurrences[since:]]

    def entries(self, record: int) -> list[Entry]:
        """Give a record's history."""
        return [entry for entry in self.world.entries if entry.record_id == record]


def definitions(
    code: str = "case",
    *,
    fields: Mapping[str, object] | None = None,
    roles: Mapping[str, object] | None = None,
    actions: Mapping[str, object] | None = None,
    names: Sequence[str] = STATUSES,
    final: Sequence[str] = ("done",),
    requires: Mapping[str, Sequence[str]] | None = None,
    transitions: Mapping[str, object] | None = None,
    permissions: Sequence[str] = (),
    **words: object,
) -> tuple[Definition, ...]:
    """Write a module with its statuses and a matrix that lets everybody do everything."""
    named = {name: {"label": name, **dict(action)} for name, action in (actions or {}).items()}  # type: ignore[call-overload]
    relations = words.get("relations", {})
    granted = [
        "view",
        "edit",
        "delete",
        "restore",
        "comment",
        "change_status",
        "history",
        "reorder",
        *(name for name in named if name not in ("create", "edit", "delete", "restore")),
        *(f"add_{name}" for name, one in relations.items() if "owns" in one or one.get("adds")),  # type: ignore[attr-defined]
        *(f"link_{name}" for name, one in relations.items() if "links" in one),  # type: ignore[attr-defined]
        *permissions,
    ]
    everywhere = {name: {"creator": list(names), "system": list(names)} for name in names}
    group = worlds.statuses(
        code, names=tuple(names), final=tuple(final), transitions=transitions or everywhere
    )
    if requires:
        data = _thawed(group.data)
        for name, words_required in requires.items():
            data["statuses"][name]["requires"] = list(words_required)
        group = worlds.definition("status_group", code, {k: v for k, v in data.items() if k not in _HEAD})
    matrix_groups: dict[str, object] = {"*": {"everyone": granted}}
    if "owner" not in words:
        matrix_groups["new"] = {"everyone": ["create"]}
    return (
        worlds.module(
            code,
            fields={"name": {"type": "text", "label": "Tên"}, **(fields or {})},
            roles={"creator": {"fill": "actor", "label": "Người tạo"}, **(roles or {})},
            actions=named,
            **words,
        ),
        group,
        worlds.matrix(code, groups=matrix_groups),
    )


_HEAD = frozenset({"status_group", "format"})


def _thawed(value: object) -> dict:  # type: ignore[type-arg]
    if isinstance(value, Mapping):
        return {key: _thawed(part) for key, part in value.items()}  # type: ignore[return-value]
    return value  # type: ignore[return-value]


def cases(*more: Definition, **words: object) -> Cases:
    """Give a world with a module `case` of these words, and further definitions beside it."""
    own = definitions(**words)  # type: ignore[arg-type]
    workspace = worlds.workspace_of(worlds.CATEGORIES, worlds.desk(), *own, *more)
    return Cases(worlds.office(workspace))
