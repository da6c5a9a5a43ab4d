"""Units are renamed, moved, merged, split and dissolved: at once or at their day, and nothing is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from luongviec.engine.decide import decide
from luongviec.engine.errors import InvalidInput, Refused
from luongviec.engine.world import SYSTEM, Actor, HolderKind
from luongviec.services import records, unit_changes, units, users
from luongviec.services.audit import organisation_changed
from luongviec.services.history import history
from luongviec.services.record_pages import record_data
from luongviec.services.unit_change_plans import (
    Change,
    Merge,
    NewUnit,
    Rename,
)
from luongviec.services.users import NewUser
from luongviec.store import models
from luongviec.store.access import visible_ids
from luongviec.store.derived import differing
from tests.services.house import House

DECISION = "Nghị quyết 15/NQ-HĐND"
SIDES = ("assigning", "executing", "office")


class Department:
    """A new department below the town, with a head, a contact and an officer, and work under way."""

    numbers = 0

    def __init__(self, house: House, name: str, *, parent: str = "town") -> None:
        Department.numbers += 1
        self.house, self.name = house, name
        self.id = units.create_unit(
            house.platform, SYSTEM, name, parent_id=house.units[parent], kind="department", sides=SIDES
        )
        self.people: dict[str, int] = {}
        self.contact = f"follower{Department.numbers}"
        for slot in ("head", "follower", "officer"):
            code = f"{slot}{Department.numbers}"
            house.users[code] = users.create_user(house.platform, SYSTEM, NewUser(code, f"Người {code}"))
            self.people[slot] = house.users[code]
            units.fill_slot(house.platform, SYSTEM, self.id, "executing", slot, (self.people[slot],))
            place = "head" if slot == "head" else "staff"
            units.fill_slot(house.platform, SYSTEM, self.id, "office", place, (self.people[slot],))

    def task(self, name: str = "Việc", who: str = "follower") -> int:
        return self.house.task(name, executing=[self.id], assignee=[self.people[who]])

    def finished_task(self, name: str = "Xong") -> int:
        record_id, contact = self.task(name), Actor(self.people["follower"])
        platform, file = self.house.platform, self.house.file(self.contact)
        records.act(platform, contact, record_id, "accept", {})
        records.act(platform, contact, record_id, "complete", {"text": "Đã xong", "files": [file]})
        self.house.act("chair", record_id, "approve_result")
        return record_id


@pytest.fixture
def one(house: House) -> Department:
    return Department(house, "Sở Kế hoạch và Đầu tư")


@pytest.fixture
def two(house: House) -> Department:
    return Department(house, "Sở Tài chính")


def make(house: House, change: Change, **words: object) -> int:
    return unit_changes.make_change(house.platform, house.actor("admin"), change, DECISION, **words)  # type: ignore[arg-type]


def check_consistent(house: House) -> None:
    """Tree, closure and paths agree; nobody stands in a closed unit; rows say who sees what."""
    with house.platform.reading() as work:
        session = work.session
        rows = {unit.id: unit for unit in session.scalars(select(models.Unit))}
        closure = set(
            session.execute(select(models.UnitClosure.unit_id, models.UnitClosure.ancestor_id)).all()
        )
        wanted = set()
        for unit in rows.values():
            path, above = [unit.id], unit.parent_id
            while above is not None:
                path.append(above)
                above = rows[above].parent_id
            assert unit.path == "/" + "/".join(map(str, reversed(path))) + "/"
            wanted |= {(unit.id, one) for one in path}
        assert {tuple(row) for row in closure} == wanted
        now = session.scalars(select(models.UnitHolding).where(models.UnitHolding.until.is_(None))).all()
        carried = set(session.execute(select(models.UnitSide.unit_id, models.UnitSide.side)).all())
        went = set(
            session.scalars(
                select(models.UnitChangeMember.unit_id)
                .join(models.UnitChange, models.UnitChange.id == models.UnitChangeMember.change_id)
                .where(models.UnitChangeMember.part == "from", models.UnitChange.state == "done")
            )
        )
        gone = {unit_id for unit_id in went if not rows[unit_id].active}
        assert gone.isdisjoint(held.unit_id for held in now)
        assert all((held.unit_id, held.side) in {tuple(row) for row in carried} for held in now)
        ids = list(session.scalars(select(models.Record.id)))
        assert differing(work.world, ids) == ()
        for record_id in ids:
            record = work.world.record(record_id)
            assert record is not None
            group = work.world.in_force(record).group
            if record.deleted_at is None and not group.statuses[record.status].is_final:
                for held in record.participations:
                    if held.until is None and held.holder.kind is HolderKind.UNIT:
                        assert held.holder.id not in gone, (record_id, held)


def check_visible(house: House, people: list[int]) -> None:
    """What lists show is what `decide` allows."""
    with house.platform.reading() as work:
        ids = list(work.session.scalars(select(models.Record.id)))
        for person in people:
            for module in work.workspace.modules:
                seen = set(work.session.scalars(visible_ids(work.world, person, module)))
                allowed = {
                    i
                    for i in ids
                    if (record := work.world.record(i)) is not None
                    and record.module == module
                    and record.deleted_at is None
                    and decide(work.world, Actor(person), "view", record).allowed
                }
                assert seen == allowed


def unit_of(house: House, record_id: int, role: str = "executing") -> list[int]:
    with house.platform.reading() as work:
        record = work.world.record(record_id)
        assert record is not None
        return [holder.id for holder in record.holders(role)]


@pytest.mark.requirement("O-14", "W-46")
def test_a_merger_moves_people_units_below_and_open_records(
    house: House, one: Department, two: Department
) -> None:
    below = units.create_unit(
        house.platform, SYSTEM, "Phòng Đấu thầu", parent_id=one.id, sides=("executing",)
    )
    open_task, closed_task = one.task("Thẩm định dự án"), one.finished_task("Đã thẩm định")

    make(house, Merge((one.id,), two.id))

    check_consistent(house)
    check_visible(house, [*one.people.values(), *two.people.values(), house.users["chair"]])
    with house.platform.reading() as work:
        organisation = work.world.organisation
        assert not organisation.units[one.id].active
        assert organisation.units[below].parent_id == two.id
        holders = organisation.holders[two.id, "executing"]
        assert {held.user_id for held in holders} == {*one.people.values(), *two.people.values()}
        assert organisation.posts[one.people["head"]].endswith("Sở Tài chính")
    assert unit_of(house, open_task) == [two.id]
    assert unit_of(house, closed_task) == [one.id]
    # the new unit's head leads what the old one left behind
    assert record_data(house.platform, Actor(two.people["head"]), closed_task).record.title
    entry = history(house.platform, house.actor("planner"), open_task)[0]
    assert entry.reason == DECISION
    shown = [(c.before, c.after) for c in entry.changes]
    assert [(b.value[0].name if b else "", a.value[0].name if a else "") for b, a in shown] == [  # type: ignore[index]
        (one.name, ""), ("", two.name)
    ]  # fmt: skip
    records.act(house.platform, Actor(one.people["follower"]), open_task, "accept", {})  # work goes on


@pytest.mark.requirement("O-14")
def test_two_units_become_a_new_one(house: House, one: Department, two: Department) -> None:
    tasks = [one.task(), two.task()]
    left_out = _holding(house, one, "executing", "head")
    new = NewUnit("Sở Tài chính – Kế hoạch", house.units["town"], "department")

    make(house, Merge((one.id, two.id), new, left_out=(left_out,)))

    check_consistent(house)
    (made,) = unit_of(house, tasks[0])
    assert unit_of(house, tasks[1]) == [made]
    with house.platform.reading() as work:
        assert work.world.organisation.units[made].name == "Sở Tài chính – Kế hoạch"
        assert one.people["head"] not in {
            held.user_id for held in work.world.organisation.holders[made, "executing"]
        }


def _holding(house: House, department: Department, side: str, slot: str) -> int:
    with house.platform.reading() as work:
        found = work.session.scalar(
            select(models.UnitHolding.id).where(
                models.UnitHolding.unit_id == department.id, models.UnitHolding.side == side,
                models.UnitHolding.slot == slot, models.UnitHolding.until.is_(None),
            )
        )  # fmt: skip
        assert found is not None
        return found


@pytest.mark.requirement("O-14")
def test_history_names_a_unit_as_it_was_called_then(house: House, one: Department) -> None:
    before, finished = one.task("Trước khi đổi tên"), one.finished_task()
    house.clock.pass_by(days=1)
    make(house, Rename(one.id, "Sở Kinh tế"))
    house.clock.pass_by(days=1)

    entries = history(house.platform, house.actor("planner"), before)
    named = {c.after.value[0].name for e in entries for c in e.changes if c.label.vi == "Đơn vị thực hiện"}  # type: ignore[union-attr, index]
    assert named == {one.name}
    data = record_data(house.platform, house.actor("planner"), before)
    assert [unit.name for unit in data.roles["executing"]] == [
        "Sở Kinh tế"
    ]  # an open record: as it is called now
    data = record_data(house.platform, house.actor("planner"), finished)
    assert [unit.name for unit in data.roles["executing"]] == [one.name]  # a closed one: as then


@pytest.mark.requirement("O-14")
def test_a_change_waits_for_its_day(house: House, one: Department, two: Department) -> None:
    record_id, day = one.task(), house.clock.now + timedelta(days=30)
    change_id = make(house, Merge((one.id,), two.id), effective_at=day)
    house.deliver()
    assert unit_of(house, record_id) == [one.id]
    late = one.task("Giao trước ngày sáp nhập")

    house.clock.now = day
    house.deliver()

    assert unit_of(house, record_id) == unit_of(house, late) == [two.id]
    assert _state(house, change_id) == "done"
    check_consistent(house)


def _state(house: House, change_id: int) -> str:
    with house.platform.reading() as work:
        return work.session.get_one(models.UnitChange, change_id, populate_existing=True).state


@pytest.mark.requirement("O-14")
def test_a_plan_is_edited_or_cancelled_before_its_day(house: House, one: Department, two: Department) -> None:
    day = house.clock.now + timedelta(days=3)
    admin = house.actor("admin")
    change_id = make(house, Rename(one.id, "Sở Một"), effective_at=day)
    with pytest.raises(InvalidInput):  # one plan for a unit at a time
        make(house, Merge((one.id,), two.id), effective_at=day)
    unit_changes.edit_change(house.platform, admin, change_id, Rename(one.id, "Sở Hai"), DECISION, day)
    house.clock.now = day
    house.deliver()
    with house.platform.reading() as work:
        assert work.world.organisation.units[one.id].name == "Sở Hai"
    with pytest.raises(Refused):
        unit_changes.cancel_change(house.platform, admin, change_id)

    later = make(house, Rename(one.id, "Sở Ba"), effective_at=day + timedelta(days=1))
    unit_changes.cancel_change(house.platform, admin, later)
    house.clock.pass_by(days=2)
    house.deliver()
    with house.platform.reading() as work:
        assert work.world.organisation.units[one.id].name == "Sở Hai"
    assert _state(house, later) == "cancelled"


@pytest.mark.requirement("O-14")
def test_what_the_tree_does_not_allow_on_the_day_changes_nothing(
    house: House, one: Department, two: Department
) -> None:
    record_id, day = one.task(), house.clock.now + timedelta(days=3)
    change_id = make(house, Merge((one.id,), two.id), effective_at=day)
    with house.platform.transaction() as work:
        work.session.get_one(models.Unit, two.id).active = False
        organisation_changed(work)
    house.clock.now = day
    house.deliver()
    assert _state(house, change_id) == "failed"
    assert unit_of(house, record_id) == [one.id]
    with house.platform.reading() as work:
        row = work.session.get_one(models.UnitChange, change_id)
        assert two.name in row.result["error"]["vi"]
    check_consistent(house)
