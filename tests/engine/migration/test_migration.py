"""Records on their way to newer revisions: words renamed, dropped, computed; steps that follow on."""

from __future__ import annotations

from luongviec.engine.memory import MemoryWorld
from luongviec.engine.planning.migration import Pinned, migrate, status_after, step_between, value_changes
from luongviec.engine.planning.plan import EndParticipant, Migrate, MoveStatus, SetValues
from luongviec.engine.world import Holder, HolderKind
from tests.engine.worlds import CATEGORIES, desk, matrix, module, statuses, workspace_of


def field(type_: str = "text", **words: object) -> dict[str, object]:
    return {"type": type_, "label": "Trường", **words}


def pinned(number: int, **words: object) -> Pinned:
    """Give revision `number` of a module with these fields, roles and statuses."""
    names = words.pop("statuses", ("open", "done"))
    workspace = workspace_of(
        CATEGORIES,
        desk(),
        module(**words),
        statuses(names=names, final=(names[-1],)),  # type: ignore[arg-type, index]
        matrix(participants={"*": {"creator": ["view"]}}),
    )
    return Pinned(number, number, workspace.modules["case"], workspace.status_groups["case"])


CREATOR = {"fill": "actor", "label": "Người tạo"}
HELPER = {"label": "Người giúp"}
FIRST = {"fields": {"name": field(), "size": field()}, "roles": {"creator": CREATOR, "helper": HELPER}}


def world_of(**words: object) -> MemoryWorld:
    return MemoryWorld(
        workspace_of(
            CATEGORIES, desk(), module(**words), statuses(),
            matrix(participants={"*": {"creator": ["view"]}}),
        )
    )  # fmt: skip


def test_labels_and_new_fields_leave_a_step_light() -> None:
    before = pinned(1, **FIRST)
    after = pinned(2, **{**FIRST, "fields": {"name": field(label="Tên"), "size": field(), "more": field()}})
    step = step_between(before, after)
    assert step.is_light
    assert status_after((step,), "open") == "open"


def test_a_status_without_a_line_is_lost_and_with_one_goes_on() -> None:
    before = pinned(1, **FIRST, statuses=("open", "held", "done"))
    bare = step_between(before, pinned(2, **FIRST, statuses=("open", "paused", "done")))
    assert status_after((bare,), "held") is None
    line = {"migrate": {"statuses": {"held": "paused"}}}
    middle = pinned(2, **FIRST, **line, statuses=("open", "paused", "done"))
    last = pinned(3, **FIRST, migrate={"statuses": {"paused": "open"}})
    steps = (step_between(before, middle), step_between(middle, last))
    assert [status_after(steps, status) for status in ("open", "held", "done")] == ["open", "open", "done"]


def test_fields_are_renamed_dropped_and_computed() -> None:
    world = world_of(**FIRST)
    record = world.record(world.add_record("case", values={"name": "Cầu", "size": "7"}))
    assert record is not None
    after = pinned(
        2, fields={"name": field(), "amount": field("number"), "code": field()}, roles=FIRST["roles"],
        title="{{ record.name }}",
        migrate={"fields": {"size": {"to": "amount", "value": "record.size | length + 1"}}},
    )  # fmt: skip
    moved = migrate(world, record, (step_between(pinned(1, **FIRST), after),))
    assert dict(moved.record.values) == {"name": "Cầu", "amount": 2}
    assert (moved.record.module_revision, moved.record.status_since) == (2, record.status_since)
    assert [type(change) for change in moved.changes] == [Migrate, SetValues]
    dropped = pinned(2, fields={"name": field()}, roles=FIRST["roles"], migrate={"fields": {"size": None}})
    gone = migrate(world, record, (step_between(pinned(1, **FIRST), dropped),))
    assert dict(gone.record.values) == {"name": "Cầu"}


def test_a_line_whose_word_came_back_is_not_done_again() -> None:
    stays = {**FIRST, "migrate": {"fields": {"size": "name"}}}
    assert step_between(pinned(1, **FIRST), pinned(2, **stays)).is_light


def test_a_field_of_another_type_keeps_what_fits() -> None:
    world = world_of(**FIRST)
    fits = world.record(world.add_record("case", values={"name": "Cầu", "size": "2026-03-02"}))
    other = world.record(world.add_record("case", values={"name": "Cầu", "size": "to"}))
    assert fits is not None
    assert other is not None
    steps = (
        step_between(
            pinned(1, **FIRST), pinned(2, **{**FIRST, "fields": {"name": field(), "size": field("date")}})
        ),
    )
    assert str(migrate(world, fits, steps).record.values["size"]) == "2026-03-02"
    lost = migrate(world, other, steps)
    assert value_changes(other, lost.record)[0].before == {"size": "to"}


def test_a_role_gives_way_where_its_holder_has_the_new_one() -> None:
    world = world_of(**FIRST)
    first, second = world.add_person("An"), world.add_person("Bình")
    roles = {"creator": first, "helper": [first, second]}
    record = world.record(world.add_record("case", values={"name": "Cầu"}, roles=roles))
    assert record is not None
    after = pinned(
        2,
        fields=FIRST["fields"],
        roles={"creator": {"label": "Người tạo"}},
        migrate={"roles": {"helper": "creator"}},
    )
    moved = migrate(world, record, (step_between(pinned(1, **FIRST), after),))
    assert {holder.id for holder in moved.record.holders("creator")} == {first, second}
    ended = [change for change in moved.changes if isinstance(change, EndParticipant)]
    assert [(one.role, one.holder) for one in ended] == [("helper", Holder(HolderKind.USER, first))]


def test_a_renamed_status_is_entered_now() -> None:
    world = world_of(**FIRST)
    record = world.record(world.add_record("case", values={"name": "Cầu"}))
    assert record is not None
    after = pinned(2, **FIRST, statuses=("fresh", "done"), migrate={"statuses": {"open": "fresh"}})
    moved = migrate(world, record, (step_between(pinned(1, **FIRST), after),))
    assert (moved.record.status, moved.record.status_since) == ("fresh", world.now)
    assert MoveStatus(record.id, "open", "fresh") in moved.changes
