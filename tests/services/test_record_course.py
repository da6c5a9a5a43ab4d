"""The course of a record: whose turn, how long, through whose hands, what several said, what is below."""

from __future__ import annotations

import pytest

from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.services.parameters.values import Typed, change_parameters
from luongviec.services.record_page.course import Course, RollUp
from luongviec.services.record_page.history_pages import HistoryRequest, history_page
from luongviec.services.record_page.reading import record_page, stamp
from luongviec.services.records import changing, linking
from luongviec.services.views import BlockView, RelatedView, TreeNode
from tests.services.house import CONFIRMED, House


def course(house: House, who: str, record_id: int) -> Course:
    found = record_page(house.platform, house.actor(who), record_id).course
    assert found is not None
    return found


def waiting(house: House, who: str, record_id: int) -> list[tuple[str, list[str]]]:
    turn = course(house, who, record_id).turn
    return [] if turn is None else [(one.label.vi, [h.person.name for h in one.people]) for one in turn.parts]


def block(house: House, who: str, record_id: int, kind: str, relation: str | None = None) -> BlockView:
    page = record_page(house.platform, house.actor(who), record_id)
    return next(b for b in page.blocks if b.kind == kind and b.settings.get("relation") == relation)


def subtask(house: House, who: str, parent: int, name: str) -> int:
    row = {"executing": [house.units["road"]], "due_at": "30/11/2026 17:00"}
    raw = {
        "assigning": [house.units["works"]],
        "assigner": [house.users["head"]],
        "name": name,
        "recipients": [row],
    }
    made = changing.create_record(
        house.platform, house.actor(who), "task", raw, owner_id=parent, relation="children", answers=CONFIRMED
    )
    return made.record_id


@pytest.mark.requirement("T-12", "T-69", "T-73", "T-116", "T-127")
def test_a_record_says_whose_turn_it_is_and_through_whose_hands_it_went(house: House) -> None:
    free = house.task("Chưa có người", assignee=[])
    turn = course(house, "planner", free).turn
    assert turn is not None
    assert turn.parts[0].units[0].name == "Phòng Xây dựng"  # nobody has it: the people of the unit do
    assert {h.person.name for part in turn.parts for h in part.people} == {
        "Trần Quốc Bảo",
        "Nguyễn Thị Thu Hà",
    }

    record_id = house.task("Sửa cầu")
    house.clock.pass_by(hours=2)
    house.act("contact", record_id, "accept")
    house.clock.pass_by(days=1)
    house.act("contact", record_id, "forward", to=[house.users["officer"]], reason="Nhờ anh làm")
    assert waiting(house, "planner", record_id) == [("Người thực hiện", ["Đặng Hữu Phước"])]
    turn = course(house, "planner", record_id).turn
    assert turn is not None
    assert turn.since == house.clock.now  # not since the status: since he has it
    assert [one.status.code for one in turn.following] == ["completed"]
    house.clock.pass_by(hours=1)
    house.act("officer", record_id, "refuse", reason="Đang nghỉ phép")
    told = course(house, "planner", record_id).handling
    assert [(s.giver and s.giver.name, s.receiver.name, s.note, s.returned) for s in told] == [
        (None, "Nguyễn Thị Thu Hà", None, False),
        ("Nguyễn Thị Thu Hà", "Đặng Hữu Phước", "Nhờ anh làm", False),
        ("Đặng Hữu Phước", "Nguyễn Thị Thu Hà", "Đang nghỉ phép", True),
    ]
    times = {
        one.status.code: (one.spent.total_seconds(), one.visits)
        for one in course(house, "chair", record_id).times
    }
    assert times == {"assigned": (7200, 1), "doing": (90_000, 1), "refused": (0, 1)}

    done = house.completed_task()
    assert {label for label, _ in waiting(house, "contact", done)} == {"Người giao", "Người theo dõi"}
    steps = block(house, "contact", record_id, "stepper").content
    ahead = {s.status.code: [p.name for p in s.awaited] for s in steps}  # type: ignore[attr-defined]
    assert set(ahead["completed"]) == {"Lê Văn Khánh", "Phạm Minh Tuấn"}
    house.act("chair", done, "approve_result")
    assert course(house, "contact", done).turn is None


@pytest.mark.requirement("W-30")
def test_who_has_spoken_and_who_is_missing_stands_on_the_record(house: House) -> None:
    change_parameters(house.platform, house.actor("admin"), Typed({"result_voices": "all"}))
    record_id = house.completed_task()
    (sheet,) = course(house, "contact", record_id).voices
    assert (sheet.agreed, sheet.needed, sheet.total, sheet.ordered) == (0, 2, 2, False)
    house.act("chair", record_id, "approve_result")
    (sheet,) = course(house, "contact", record_id).voices
    assert [(one.person.name, one.yes) for one in sheet.spoken] == [("Lê Văn Khánh", True)]
    assert [one.name for one in sheet.missing] == ["Phạm Minh Tuấn"]
    assert waiting(house, "contact", record_id) == [("Người theo dõi", ["Phạm Minh Tuấn"])]
    house.act("planner", record_id, "approve_result")
    assert course(house, "contact", record_id).voices == ()


@pytest.mark.requirement("T-80", "T-121", "T-122")
def test_the_tree_goes_to_any_depth_and_sums_up_what_one_may_see(house: House) -> None:
    top = house.task("Cấp một")
    house.act("contact", top, "accept")
    below = subtask(house, "contact", top, "Cấp hai")
    given_up = subtask(house, "contact", top, "Cấp hai, bỏ")
    house.act("head", given_up, "cancel", reason="Trùng việc")
    house.clock.pass_by(days=12)

    seen = block(house, "chair", top, "tree", "children")  # who gave the work sees what became of it
    tree, roll = seen.content, seen.settings["roll_up"]
    assert isinstance(tree, TreeNode)
    assert isinstance(roll, RollUp)
    assert {child.record.title for child in tree.children} == {"Cấp hai", "Cấp hai, bỏ"}
    assert (roll.total, roll.closed, roll.late, roll.percent) == (2, 1, 1, 0)
    assert (tree.total, tree.closed) == (2, 1)
    with pytest.raises(NotFound):
        record_page(house.platform, house.actor("stranger"), below)
    with pytest.raises(Refused, match="2 'Subtasks'"):
        house.act("planner", top, "delete")


@pytest.mark.requirement("S1")
def test_records_are_joined_and_taken_apart_by_hand(house: House) -> None:
    first, second = house.task("Khảo sát"), house.task("Thi công", assignee=[house.users["head"]])
    hidden = house.task(
        "Việc của đơn vị khác", executing=[house.units["health"]], assignee=[house.users["other"]]
    )
    page = linking.link_page(house.platform, house.actor("chair"), first, "successors", "thi cong")
    assert [(one.record.title, one.linked) for one in page.rows] == [("Thi công", False)]
    with pytest.raises(Refused):
        linking.link_page(house.platform, house.actor("contact"), first, "successors")
    with pytest.raises(InvalidInput):
        changing.link_records(house.platform, house.actor("chair"), first, "successors", first)
    changing.link_records(house.platform, house.actor("chair"), first, "successors", second)
    again = linking.link_page(house.platform, house.actor("chair"), first, "successors", "thi cong")
    assert [one.linked for one in again.rows] == [True]
    inverse = block(house, "chair", second, "list", "predecessors").content
    assert isinstance(inverse, RelatedView)
    assert [row.record.id for row in inverse.rows] == [first]
    assert inverse.link is not None
    # The executor of the record after reads the one before (S1 #5), and the other way round (S1 #7).
    assert record_page(house.platform, house.actor("head"), first).record.title == "Khảo sát"
    house.act("contact", first, "accept")
    with pytest.raises(InvalidInput):  # not to be seen is not to be joined
        changing.link_records(house.platform, house.actor("contact"), first, "successors", hidden)
    changing.unlink_records(house.platform, house.actor("chair"), second, "predecessors", first)
    assert all(
        b.settings.get("relation") != "successors" or not b.content.rows  # type: ignore[attr-defined]
        for b in record_page(house.platform, house.actor("chair"), first).blocks
    )


@pytest.mark.requirement("T-116")
def test_the_history_narrows_by_what_by_whom_and_when(house: House) -> None:
    record_id = house.task("Sửa cầu")
    before = stamp(house.platform, house.actor("contact"), record_id)
    house.clock.pass_by(days=2)
    house.act("contact", record_id, "accept")
    house.act("contact", record_id, "forward", to=[house.users["officer"]], reason="Nhờ anh")
    assert stamp(house.platform, house.actor("contact"), record_id) > before

    def actions(**asked: object) -> list[str]:
        request = HistoryRequest(**asked)  # type: ignore[arg-type]
        page = history_page(house.platform, house.actor("chair"), record_id, request)
        return [entry.action.vi for entry in page.entries]

    assert actions() == ["Chuyển xử lý", "Tiếp nhận", "Giao nhiệm vụ mới"]
    assert actions(kind="moves") == ["Tiếp nhận", "Giao nhiệm vụ mới"]
    assert actions(kind="people", person=house.users["contact"]) == ["Chuyển xử lý"]
    assert actions(until="23/11/2026") == ["Giao nhiệm vụ mới"]
    assert actions(since="25/11/2026", kind="moves") == ["Tiếp nhận"]
    for wrong in ({"kind": "x"}, {"since": "hôm nào"}):
        with pytest.raises(InvalidInput):
            actions(**wrong)
    page = history_page(house.platform, house.actor("chair"), record_id, HistoryRequest(kind="people"))
    (change,) = [c for c in page.entries[0].changes if c.label.vi == "Người thực hiện"]
    assert change.before is not None  # one line: from whom to whom
    assert change.after is not None
