"""Reading: record pages, lists, search, frame, home and pickers, each in a bounded number of statements."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.services.forms.candidates import CandidateRequest, candidates
from luongviec.services.home import page as home
from luongviec.services.home import shell
from luongviec.services.lists import search
from luongviec.services.lists.reading import ListRequest, count_records, list_records
from luongviec.services.record_page.reading import record_data, record_page, related
from luongviec.services.records import explain
from luongviec.services.views import BlockView, RecordPage, RelatedView, TreeNode
from tests.services.house import House


def block(page: RecordPage, kind: str, relation: str | None = None) -> BlockView:
    (found,) = [b for b in page.blocks if b.kind == kind and b.settings.get("relation") == relation]
    return found


# --- A record's page ----------------------------------------------------------------------------------


def test_a_page_shows_where_the_record_stands_and_what_may_be_done(house: House) -> None:
    record_id = house.task("Sửa cầu")
    page = record_page(house.platform, house.actor("contact"), record_id)
    assert page.record.title == "Sửa cầu"
    steps = block(page, "stepper").content
    assert [(step.status.code, step.state) for step in steps] == [  # type: ignore[attr-defined]
        ("assigned", "current"), ("doing", "ahead"), ("completed", "ahead"), ("approved", "ahead"),
    ]  # fmt: skip
    assert {"accept", "forward", "refuse"} <= {offer.code for offer in page.offers if offer.enabled}
    assert "cancel" not in {offer.code for offer in page.offers}
    assert "Người thực hiện" in {role.vi for role in page.my_roles}
    assert page.may_comment


def test_a_side_status_stands_on_the_stepper_once_visited(house: House) -> None:
    record_id = house.completed_task()
    house.act("chair", record_id, "send_back", reason="Thiếu số liệu")
    steps = block(record_page(house.platform, house.actor("chair"), record_id), "stepper").content
    states = {step.status.code: (step.state, step.by and step.by.name) for step in steps}  # type: ignore[attr-defined]
    assert states["sent_back"] == ("current", "Lê Văn Khánh")
    assert states["doing"][0] == "done"


@pytest.mark.requirement("T-47", "T-88")
def test_children_stand_in_a_tree_and_progress_in_a_timeline(house: House) -> None:
    parent = house.task("Cha")
    house.act("contact", parent, "accept")
    from luongviec.services.records import changing

    raw = {
        "assigning": [house.units["works"]], "assigner": [house.users["head"]], "name": "Con",
        "recipients": [{"executing": [house.units["road"]]}],
    }  # fmt: skip
    child = changing.create_record(
        house.platform, house.actor("contact"), "task", raw, owner_id=parent, relation="children"
    )
    changing.create_record(
        house.platform, house.actor("contact"), "progress_entry", {"text": "Được nửa", "percent": 50},
        owner_id=parent, relation="progress",
    )  # fmt: skip
    for record_id in (parent, child.record_id):
        tree = block(
            record_page(house.platform, house.actor("contact"), record_id), "tree", "children"
        ).content
        assert isinstance(tree, TreeNode)
        assert (tree.record.title, [node.record.title for node in tree.children]) == ("Cha", ["Con"])
    progress = related(house.platform, house.actor("chair"), parent, "progress")
    assert isinstance(progress, RelatedView)
    assert [cell.value for cell in progress.rows[0].cells] == ["Được nửa", 50, ()]
    assert record_data(house.platform, house.actor("chair"), parent).values["percent"] == 50


def test_opening_a_page_is_remembered_once_in_a_while(house: House) -> None:
    from luongviec.store.models import Receipt

    record_id = house.task()
    for _ in range(2):
        record_page(house.platform, house.actor("contact"), record_id)
    with house.platform.reading() as work:
        found = work.session.query(Receipt).filter_by(record_id=record_id).all()
    assert [(one.user_id, one.field) for one in found] == [(house.users["contact"], "")]


def test_a_page_costs_as_much_with_many_things_on_it(house: House) -> None:
    from luongviec.services.records import changing

    record_id = house.task()
    house.act("contact", record_id, "accept")

    def count() -> int:
        with house.statements() as found:
            record_page(house.platform, house.actor("contact"), record_id, note_opening=False)
        return len(found)

    def report(number: int) -> None:
        raw = {"text": f"Lần {number}", "percent": number}
        changing.create_record(
            house.platform, house.actor("contact"), "progress_entry", raw, owner_id=record_id,
            relation="progress",
        )  # fmt: skip
        changing.comment(house.platform, house.actor("contact"), record_id, f"Lời {number}")

    report(1)
    few = count()
    for number in range(2, 12):
        report(number)
    assert count() == few
    assert few <= 28


# --- Lists --------------------------------------------------------------------------------------------


def listed(house: House, who: str, name: str = "", **request: object) -> list[str]:
    page = list_records(house.platform, house.actor(who), ListRequest("task", name, **request))  # type: ignore[arg-type]
    return [row.record.title for row in page.rows]


@pytest.mark.requirement("T-07", "T-09")
def test_a_list_is_what_one_is_to_the_records_in_parts(house: House) -> None:
    mark = uuid.uuid4().hex[:8]
    first, second = house.task(f"Một {mark}"), house.task(f"Hai {mark}")
    house.act("contact", second, "accept")
    page = list_records(house.platform, house.actor("contact"), ListRequest("task", "assigned_to_me", q=mark))
    assert {row.record.id for row in page.rows} == {first, second}
    counts = {option.value: option.count for option in page.split}
    assert (counts[""], counts["assigned"], counts["doing"], counts["approved"]) == (2, 1, 1, 0)
    assert listed(house, "contact", "assigned_to_me", q=mark, split="doing") == [f"Hai {mark}"]
    assert listed(house, "stranger", "assigned_to_me", q=mark) == []
    assert listed(house, "stranger", q=mark) == []


@pytest.mark.requirement("T-126", "S5")
def test_filters_narrow_by_part_choice_person_and_period(house: House) -> None:
    mark = uuid.uuid4().hex[:8]
    soon = (house.clock.now + timedelta(days=1)).isoformat()
    house.task(f"Gấp {mark}", priority="urgent", due_at=soon)
    house.task(f"Thường {mark}")

    def found(**filters: tuple[str, ...]) -> list[str]:
        return listed(house, "planner", "created", q=mark, filters=filters)

    assert found(due=("due_soon",)) == [f"Gấp {mark}"]
    assert found(due=("on_time",)) == [f"Thường {mark}"]
    assert found(priority=("urgent", "high")) == [f"Gấp {mark}"]
    assert found(assignee=("thu ha",), executing=("xay dung",)) == [f"Gấp {mark}", f"Thường {mark}"]
    assert found(assignee=(str(house.users["officer"]),)) == []
    assert found(due_at__from=("25/11/2026",)) == [f"Thường {mark}"]
    assert found(due_at__until=("24/11",)) == [f"Gấp {mark}"]
    assert found(status=("assigned",)) == [f"Gấp {mark}", f"Thường {mark}"]


@pytest.mark.parametrize(
    ("filters", "split"),
    [
        ({"directive": ("x",)}, ""),
        ({"status": ("nowhere",)}, ""),
        ({"due": ("never",)}, ""),
        ({"due_at__from": ("hôm nào đó",)}, ""),
        ({"priority": ("' OR 1=1 --",)}, ""),
        ({}, "nowhere"),
    ],
)
def test_what_is_no_filter_is_refused(house: House, filters: dict[str, tuple[str, ...]], split: str) -> None:
    with pytest.raises(InvalidInput):
        list_records(
            house.platform,
            house.actor("planner"),
            ListRequest("task", "created", split=split, filters=filters),
        )


def test_there_is_no_list_that_nobody_defined(house: House) -> None:
    for request in (ListRequest("nothing"), ListRequest("task", "nothing")):
        with pytest.raises(NotFound):
            list_records(house.platform, house.actor("planner"), request)


def test_pages_follow_one_another_by_cursor_and_by_number(house: House) -> None:
    mark = uuid.uuid4().hex[:8]
    for number in range(5):
        house.task(f"Số {number} {mark}")
    ask = {"q": mark, "page_size": 2, "sort": "name"}
    first = list_records(house.platform, house.actor("planner"), ListRequest("task", "created", **ask))  # type: ignore[arg-type]
    titles = [row.record.title for row in first.rows]
    cursor = first.next_cursor or ""
    second = listed(house, "planner", "created", **ask, cursor=cursor)
    assert titles + second == [f"Số {number} {mark}" for number in range(4)]
    assert listed(house, "planner", "created", **ask, page=3) == [f"Số 4 {mark}"]
    assert first.total == 5


def test_a_list_costs_as_much_with_many_rows(house: House) -> None:
    mark = uuid.uuid4().hex[:8]

    def count() -> int:
        with house.statements() as found:
            list_records(house.platform, house.actor("planner"), ListRequest("task", "created", q=mark))
        return len(found)

    house.task(f"Một {mark}")
    few = count()
    for number in range(12):
        house.task(f"Thêm {number} {mark}")
    assert count() == few
    assert few <= 12


def test_rows_offer_what_may_be_done_with_them(house: House) -> None:
    mark = uuid.uuid4().hex[:8]
    house.task(f"Một {mark}")
    page = list_records(house.platform, house.actor("contact"), ListRequest("task", "assigned_to_me", q=mark))
    assert {"accept", "forward", "refuse"} == {offer.code for offer in page.rows[0].offers}
    assert page.rows[0].due is not None
    assert page.rows[0].due.code == "on_time"


def test_counting_agrees_with_the_list(house: House) -> None:
    mark = uuid.uuid4().hex[:8]
    house.task(f"Một {mark}")
    assert count_records(house.platform, house.actor("contact"), ListRequest("task", q=mark)) == 1


# --- Search -------------------------------------------------------------------------------------------


def test_search_ignores_marks_and_never_shows_what_is_not_ones_own(house: House) -> None:
    mark = uuid.uuid4().hex[:8]
    house.task(f"Đường tái định cư {mark}")
    found = search.search(house.platform, house.actor("contact"), f"duong TAI dinh {mark}")
    assert [row.record.title for row in found.rows] == [f"Đường tái định cư {mark}"]
    assert [(option.value, option.count) for option in found.modules] == [("task", 1)]
    assert search.search(house.platform, house.actor("stranger"), mark).total == 0
    assert search.search(house.platform, house.actor("contact"), '"" % _ * ( OR', module="task").total == 0


# --- Frame and home -----------------------------------------------------------------------------------


@pytest.mark.requirement("W-06", "T-03", "T-135")
def test_the_menu_follows_the_posts_that_one_fills(house: House) -> None:
    def menu(who: str) -> set[str]:
        frame = shell.shell(house.platform, house.actor(who))
        return {f"{item.module}.{item.list}" for section in frame.menu for item in section.items}

    assert "task.of_my_unit" in menu("contact")
    assert "task.of_my_unit" not in menu("stranger")
    assert "task.created" in menu("planner")
    assert "incoming_document.to_give" in menu("clerk")
    assert "incoming_document.to_give" not in menu("contact")


def test_the_frame_says_what_may_be_created(house: House) -> None:
    def creates(who: str) -> set[str]:
        return {offer.module for offer in shell.shell(house.platform, house.actor(who)).create}

    assert {"task", "source_document"} <= creates("planner")
    assert "task" not in creates("contact")
    assert "meeting" in creates("clerk")


def test_the_frame_and_the_home_page_cost_a_bounded_number_of_statements(house: House) -> None:
    house.task()
    for who in ("planner", "contact", "stranger"):
        with house.statements() as found:
            shell.shell(house.platform, house.actor(who))
        assert len(found) <= 5  # one of them: what the person chose for his menu
        with house.statements() as found:
            home.home(house.platform, house.actor(who))
        assert len(found) <= 24


@pytest.mark.requirement("T-02", "T-05")
def test_the_home_page_counts_what_is_due(house: House) -> None:
    house.task("Sắp đến hạn", due_at=(house.clock.now + timedelta(days=1)).isoformat())
    cards = home.home(house.platform, house.actor("contact"))
    buckets = next(card for card in cards if card.kind == "buckets")
    counts = {count.bucket.code: count.count for count in buckets.content}  # type: ignore[attr-defined]
    assert counts["due_soon"] >= 1
    assert any(card.kind == "list" for card in cards)
    assert home.home(house.platform, house.actor("stranger"))


# --- Pickers ------------------------------------------------------------------------------------------


def picked(house: House, who: str, name: str, **request: object) -> tuple[list[str], str]:
    page = candidates(
        house.platform,
        house.actor(who),
        CandidateRequest("task", "create", name, **request),  # type: ignore[arg-type]
    )
    reason = page.reason.vi if page.reason else ""
    return [one.label for one in page.candidates if one.usable], reason


@pytest.mark.requirement("T-28", "T-29", "T-33", "T-34")
def test_candidates_follow_what_was_chosen_before(house: House) -> None:
    town, works = str(house.units["town"]), str(house.units["works"])
    assert picked(house, "planner", "assigning")[0] == ["Thành phố"]
    assert picked(house, "planner", "assigner", typed={"assigning": [town]})[0] == ["Lê Văn Khánh"]
    typed = {"assigning": [town], "recipients": [{"executing": [works]}]}
    units, _ = picked(house, "planner", "recipients.0.executing", typed=typed)
    assert set(units) == {"Phòng Xây dựng", "Phòng Y tế", "Tổ chưa có người"}
    people, _ = picked(house, "planner", "recipients.0.assignee", typed=typed)
    assert set(people) == {"Trần Quốc Bảo", "Nguyễn Thị Thu Hà", "Đặng Hữu Phước"}
    assert picked(house, "planner", "recipients.0.assignee", typed=typed, q="phuoc")[0] == ["Đặng Hữu Phước"]


@pytest.mark.requirement("W-44", "T-104", "T-108")
def test_an_empty_picker_says_why(house: House) -> None:
    town, empty = str(house.units["town"]), str(house.units["empty"])
    nobody, why = picked(
        house, "planner", "recipients.0.assignee", typed={"assigning": [town], "recipients": [{}]}
    )
    assert (nobody, "Đơn vị thực hiện" in why) == ([], True)
    typed = {"assigning": [town], "recipients": [{"executing": [empty]}]}
    nobody, why = picked(house, "planner", "recipients.0.assignee", typed=typed)
    assert (nobody, "chưa có người" in why) == ([], True)
    page = candidates(
        house.platform, house.actor("planner"),
        CandidateRequest("task", "create", "recipients.0.assignee", typed=typed, q="Nga"),
    )  # fmt: skip
    assert [(one.label, one.usable) for one in page.candidates] == [("Bùi Thúy Nga", False)]
    assert page.candidates[0].reason is not None


def test_a_picker_is_for_those_who_may_use_the_form(house: House) -> None:
    with pytest.raises(Refused):
        picked(house, "officer", "assigner")
    with pytest.raises(NotFound):
        picked(house, "planner", "nothing")
    with pytest.raises(NotFound):
        picked(house, "planner", "name")


@pytest.mark.requirement("T-133")
def test_closed_accounts_are_offered_to_nobody(house: House) -> None:
    from luongviec.engine.world import SYSTEM
    from luongviec.services.users import making as users

    user_id = users.create_user(
        house.platform, SYSTEM, users.NewUser(f"u{uuid.uuid4().hex[:8]}", "Tạ Thị Khép")
    )
    assert picked(house, "planner", "follower", q="khep")[0] == ["Tạ Thị Khép"]
    with house.platform.reading() as work:
        person = work.world.person(user_id)
    assert person is not None
    users.set_active(house.platform, SYSTEM, person.user_name, active=False)
    assert picked(house, "planner", "follower", q="khep")[0] == []


# --- Why can't I? -------------------------------------------------------------------------------------


def test_an_explanation_agrees_with_the_decision(house: House) -> None:
    record_id = house.completed_task()
    for who in ("contact", "chair", "planner", "head"):
        page = record_page(house.platform, house.actor(who), record_id)
        enabled = {offer.code for offer in page.offers if offer.enabled and offer.kind == "action"}
        for one in explain.explain(house.platform, house.actor(who), record_id):
            if one.action in {offer.code for offer in page.offers if offer.kind == "action"}:
                assert one.allowed == (one.action in enabled)
            assert one.steps
            assert one.allowed or one.remedy is not None or one.action


def test_only_administrators_ask_about_somebody_else(house: House) -> None:
    record_id = house.task()
    officer = house.users["officer"]
    with pytest.raises(Refused):
        explain.explain(house.platform, house.actor("chair"), record_id, action="accept", user_id=officer)
    (found,) = explain.explain(
        house.platform, house.actor("admin"), record_id, action="accept", user_id=officer
    )
    assert (found.person.id, found.allowed) == (officer, False)
    with pytest.raises(NotFound):
        explain.explain(house.platform, house.actor("chair"), record_id, action="nothing")
