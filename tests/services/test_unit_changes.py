"""Units are renamed, moved, merged, split and dissolved: at once or at their day, and nothing is lost."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from luongviec.engine.deciding.decide import decide
from luongviec.engine.errors import Conflict, InvalidInput, NotFound, Refused
from luongviec.engine.planning.succession import plan_succession
from luongviec.engine.world import SYSTEM, Actor, Holder, HolderKind
from luongviec.services.directory import pick_units
from luongviec.services.journal.writing import organisation_changed
from luongviec.services.lists.reading import ListRequest, list_records
from luongviec.services.long_jobs import running
from luongviec.services.long_jobs.kinds import JOB_KINDS
from luongviec.services.record_page.reading import record_data
from luongviec.services.records import changing
from luongviec.services.records.applying import apply
from luongviec.services.records.history import history
from luongviec.services.succession import work as succession_work
from luongviec.services.succession.handing_over import Succession, hand_over, preview
from luongviec.services.telling import delivery
from luongviec.services.telling.notifications import list_notifications
from luongviec.services.unit_changes import planning as unit_changes
from luongviec.services.unit_changes.plans import (
    Change,
    Dissolve,
    Merge,
    Move,
    NewUnit,
    Part,
    Rename,
    Split,
)
from luongviec.services.unit_changes.views import change_page
from luongviec.services.units import making as units
from luongviec.services.users import making as users
from luongviec.services.users.making import NewUser
from luongviec.store import models
from luongviec.store.applying.derived import differing
from luongviec.store.lists.access import visible_ids
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
        changing.act(platform, contact, record_id, "accept", {})
        changing.act(platform, contact, record_id, "complete", {"text": "Đã xong", "files": [file]})
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
    assert [note.vi for note in entry.notes] == [f"Sáp nhập “{one.name}” vào “{two.name}”"]
    shown = [(c.before, c.after) for c in entry.changes]
    assert [(b.value[0].name if b else "", a.value[0].name if a else "") for b, a in shown] == [  # type: ignore[index]
        (one.name, two.name)
    ]  # fmt: skip
    changing.act(house.platform, Actor(one.people["follower"]), open_task, "accept", {})  # work goes on


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
def test_an_old_name_finds_the_unit_and_its_records(house: House, one: Department) -> None:
    record_id = one.task("Tìm theo tên cũ")
    make(house, Rename(one.id, "Sở Tinh gọn"))
    found = pick_units(house.platform, house.actor("admin"), one.name).candidates
    hint = next(candidate.detail for candidate in found if candidate.value == str(one.id))
    assert f"trước đây: {one.name}" in hint
    request = ListRequest("task", filters={"executing": [one.name]}, page_size=100)
    page = list_records(house.platform, house.actor("planner"), request)
    assert record_id in [row.record.id for row in page.rows]


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


# --- Split, dissolve ----------------------------------------------------------------------------------


@pytest.mark.requirement("O-14")
@pytest.mark.parametrize("by_person", [False, True])
def test_a_split_divides_people_units_and_records(house: House, one: Department, by_person: bool) -> None:
    below = units.create_unit(house.platform, SYSTEM, "Phòng Thẩm định", parent_id=one.id, kind="department")
    stays, goes = one.task("Ở lại", who="head"), one.task("Đi theo người", who="officer")
    new = NewUnit("Sở Đầu tư", house.units["town"], "department")
    parts = (Part(one.id), Part(new, children=(below,), people=(one.people["officer"],)))

    make(house, Split(one.id, parts, heir=0, by_person=by_person))

    check_consistent(house)
    check_visible(house, list(one.people.values()))
    with house.platform.reading() as work:
        organisation = work.world.organisation
        made = organisation.units[below].parent_id
        assert made is not None
        assert organisation.units[made].name == "Sở Đầu tư"
        assert organisation.units[one.id].active
        assert {held.unit_id for held in organisation.holdings[one.people["officer"]]} == {made}
        assert {held.unit_id for held in organisation.holdings[one.people["head"]]} == {one.id}
    assert unit_of(house, stays) == [one.id]
    assert unit_of(house, goes) == ([made] if by_person else [one.id])


@pytest.mark.requirement("O-14")
def test_a_divided_unit_leaves_everything_to_its_parts(house: House, one: Department) -> None:
    record_id = one.task(who="officer")
    first, second = (NewUnit(name, house.units["town"], "department") for name in ("Sở A", "Sở B"))
    parts = (Part(first), Part(second, people=(one.people["officer"],)))
    make(house, Split(one.id, parts, heir=0, by_person=True))
    check_consistent(house)
    with house.platform.reading() as work:
        organisation = work.world.organisation
        assert not organisation.units[one.id].active
        (home,) = unit_of(house, record_id)
        assert organisation.units[home].name == "Sở B"
        assert {organisation.units[h.unit_id].name for h in organisation.holdings[one.people["head"]]} == {
            "Sở A"
        }


@pytest.mark.requirement("C-87", "W-46")
def test_a_unit_with_open_records_or_units_below_is_not_dissolved_without_a_successor(
    house: House, one: Department, two: Department
) -> None:
    record_id = one.task()
    with pytest.raises(InvalidInput) as caught:
        make(house, Dissolve(one.id))
    (text,) = caught.value.errors["successor"]
    assert "Nhiệm vụ" in text.vi
    make(house, Dissolve(one.id, two.id))
    assert unit_of(house, record_id) == [two.id]
    check_consistent(house)
    below = units.create_unit(house.platform, SYSTEM, "Phòng lẻ", parent_id=two.id, kind="department")
    with pytest.raises(InvalidInput):
        make(house, Dissolve(two.id))
    make(house, Dissolve(below))
    with house.platform.reading() as work:
        assert not work.world.organisation.units[below].active


@pytest.mark.requirement("O-14")
def test_a_move_shows_records_to_those_above_from_then_on(
    house: House, one: Department, two: Department
) -> None:
    record_id = one.task()
    leader = two.people["head"]
    with pytest.raises(NotFound):
        record_data(house.platform, Actor(leader), record_id)
    make(house, Move(one.id, two.id))
    check_consistent(house)
    assert record_data(house.platform, Actor(leader), record_id).record.id == record_id
    with pytest.raises(InvalidInput):
        make(house, Move(two.id, one.id))  # into its own branch


# --- What may not be, and what goes wrong ---------------------------------------------------------------


@pytest.mark.requirement("O-14")
def test_a_clash_of_roles_is_told_and_not_forced(house: House, one: Department, two: Department) -> None:
    record_id = house.task(
        "Phối hợp", executing=[one.id], assignee=[one.people["follower"]], coordinating=[two.id]
    )
    other = one.task("Không vướng")
    change_id = make(house, Merge((one.id,), two.id))
    assert unit_of(house, record_id) == [one.id]
    assert unit_of(house, other) == [two.id]
    page = change_page(house.platform, house.actor("admin"), change_id)
    assert (page.line.state, page.line.left, page.line.handed) == ("done", 1, 1)
    (problem,) = page.problems
    assert "Phối hợp" in problem.vi
    assert "Đơn vị phối hợp" in problem.vi
    # once the cause is mended, the rest is handed over too
    with house.platform.transaction() as work:
        swap = {Holder(HolderKind.UNIT, two.id): Holder(HolderKind.UNIT, house.units["health"])}
        apply(work, plan_succession(work.world, SYSTEM, record_id, swap))
    job_id = hand_over(
        house.platform, house.actor("admin"), Succession(HolderKind.UNIT, {one.id: two.id}, "Bàn giao nốt")
    )
    running.run_job(house.platform, JOB_KINDS, job_id)
    assert unit_of(house, record_id) == [two.id]
    assert preview(house.platform, house.actor("admin"), Holder(HolderKind.UNIT, one.id)).records == 0


@pytest.mark.requirement("U-29", "C-83")
def test_an_administrator_of_a_branch_changes_only_that_branch(
    house: House, one: Department, two: Department
) -> None:
    below = units.create_unit(house.platform, SYSTEM, "Phòng Một", parent_id=one.id, kind="department")
    beside = units.create_unit(house.platform, SYSTEM, "Phòng Hai", parent_id=one.id, kind="department")
    head = one.people["head"]
    with house.platform.transaction() as work:
        work.session.add(
            models.BranchGrant(unit_id=one.id, user_id=head, function="admin.units", since=work.now)
        )
        organisation_changed(work)
    actor = Actor(head)
    for change in (
        Rename(two.id, "Chiếm"),
        Merge((below,), two.id),
        Move(below, two.id),
        Merge((one.id,), below),  # its own root stands below a unit that is not its
        Dissolve(one.id, below),
        Split(below, (Part(below), Part(NewUnit("Mới", two.id))), 0),
    ):
        with pytest.raises((NotFound, Refused)):
            unit_changes.make_change(house.platform, actor, change, DECISION)
    unit_changes.make_change(house.platform, actor, Merge((below,), beside), DECISION)
    unit_changes.make_change(house.platform, actor, Rename(one.id, "Sở Mới"), DECISION)
    lost = unit_changes.make_change(
        house.platform, actor, Rename(beside, "Phòng Ba"), DECISION, house.clock.now + timedelta(days=1)
    )
    with house.platform.transaction() as work:
        grants = select(models.BranchGrant).where(models.BranchGrant.user_id == head)
        for grant in work.session.scalars(grants):
            grant.until = work.now
        organisation_changed(work)
    house.clock.pass_by(days=2)
    house.deliver()
    assert _state(house, lost) == "failed"  # whoever planned it has no right to it any more


@pytest.mark.requirement("O-14")
def test_a_killed_worker_is_followed_by_another(
    house: House, one: Department, two: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = [one.task(f"Việc {number}") for number in range(5)]
    monkeypatch.setattr(unit_changes, "AT_ONCE", 0)  # left to a worker
    monkeypatch.setattr(succession_work, "AT_ONCE", 2)
    change_id = make(house, Merge((one.id,), two.id))
    assert _state(house, change_id) == "running"
    (job_id,) = [key for job, key in delivery.waiting(house.platform) if job == running.LONG_JOB]

    class Killed(BaseException):
        pass

    def die(self: running.RunningJob, done: int, total: int) -> None:
        if done >= 2:
            raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(running.RunningJob, "advance", die)
        with pytest.raises(Killed):
            running.run_job(house.platform, JOB_KINDS, job_id)
    moved = [record_id for record_id in tasks if unit_of(house, record_id) == [two.id]]
    assert len(moved) == 2

    house.clock.pass_by(minutes=5)
    house.deliver()

    assert _state(house, change_id) == "done"
    assert all(unit_of(house, record_id) == [two.id] for record_id in tasks)
    for record_id in tasks:
        entries = history(house.platform, house.actor("planner"), record_id)
        assert [entry.reason for entry in entries].count(DECISION) == 1
    told = list_notifications(house.platform, Actor(two.people["follower"]), limit=200)
    assert len([one for one in told if "được bàn giao" in one.subject]) == 1
    check_consistent(house)


@pytest.mark.requirement("O-14")
def test_an_action_and_a_handing_over_of_the_same_record_both_count(
    house: House, one: Department, two: Department
) -> None:
    record_id = one.task()
    with house.platform.reading() as work:
        record = work.world.record(record_id)
        assert record is not None
        version = record.version
    succession = Succession(HolderKind.UNIT, {one.id: two.id}, DECISION)
    errors: list[BaseException] = []

    def hand() -> None:
        try:
            succession_work.carry_out(house.platform, house.actor("admin"), succession, lambda *_: None)
        except BaseException as error:  # told to the test
            errors.append(error)

    thread = threading.Thread(target=hand)
    with house.platform.transaction():
        changing.act(house.platform, Actor(one.people["follower"]), record_id, "accept", {})
        thread.start()
    thread.join(30)
    assert errors == []
    assert unit_of(house, record_id) == [two.id]
    data = record_data(house.platform, house.actor("planner"), record_id)
    assert data.record.status.code == "doing"
    with pytest.raises(Conflict):  # a form from before is told what came since
        changing.act(
            house.platform, Actor(one.people["follower"]), record_id, "complete", {}, version=version
        )
    check_consistent(house)


# --- Whatever the order ------------------------------------------------------------------------------------


@st.composite
def sequences(draw: st.DrawFn) -> list[tuple[str, int, int]]:
    """Draw changes by kind and the places of two departments."""
    kinds = st.sampled_from(["rename", "move", "merge", "split", "dissolve", "task"])
    places = st.integers(0, 4)
    return draw(st.lists(st.tuples(kinds, places, places), min_size=3, max_size=7))


@pytest.mark.requirement("O-14")
@settings(
    max_examples=8, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(steps=sequences())
def test_after_any_changes_everything_holds_together(house: House, steps: list[tuple[str, int, int]]) -> None:
    departments = [Department(house, f"Sở {number}") for number in range(3)]
    alive = [one.id for one in departments]
    people = {one.id: one.people for one in departments}
    tasks = [one.task() for one in departments]
    for kind, first, second in steps:
        unit_id, other = alive[first % len(alive)], alive[second % len(alive)]
        try:
            if kind == "task":
                tasks.append(departments[first % 3].house.task(executing=[unit_id], assignee=[]))
            elif kind == "rename":
                house.clock.pass_by(minutes=1)
                make(house, Rename(unit_id, f"Sở mới {house.clock.now:%H%M}"))
            elif kind == "move":
                make(house, Move(unit_id, other))
            elif kind == "merge":
                make(house, Merge((unit_id,), other))
                alive.remove(unit_id)
            elif kind == "dissolve":
                make(house, Dissolve(unit_id, other))
                alive.remove(unit_id)
            else:
                some = tuple(people.get(unit_id, {}).values())[:1]
                new = NewUnit(f"Phần {len(alive)}", house.units["town"], "department")
                make(house, Split(unit_id, (Part(unit_id), Part(new, people=some)), 0, by_person=True))
        except InvalidInput:
            continue  # what the tree does not allow changes nothing
    check_consistent(house)
    everyone = [person for one in departments for person in one.people.values()]
    check_visible(house, [*everyone, house.users["chair"]])
    with house.platform.reading() as work:
        for record_id in tasks:
            (unit_id,) = unit_of(house, record_id)
            assert work.world.organisation.units[unit_id].active
