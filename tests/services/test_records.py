"""Changing records: whole lives of records, and everything that is refused on the way."""

from __future__ import annotations

import threading
import uuid

import pytest

from luongviec.engine.errors import Conflict, InvalidInput, LuongViecError, NeedsAnswer, NotFound, Refused
from luongviec.engine.planning.plan import Answers
from luongviec.services.forms import models
from luongviec.services.record_page.reading import record_data, record_page
from luongviec.services.records import bulk, changing
from luongviec.services.records.history import history
from tests.services.house import CONFIRMED, House


def status_of(house: House, record_id: int, who: str = "chair") -> str:
    return record_data(house.platform, house.actor(who), record_id).record.status.code


def version_of(house: House, record_id: int) -> int:
    return record_data(house.platform, house.actor("chair"), record_id).version


@pytest.mark.requirement("T-12", "T-65", "T-83", "T-89")
def test_a_task_is_forwarded_carried_out_and_approved(house: House) -> None:
    record_id = house.task()
    house.act("contact", record_id, "forward", to=house.users["officer"], reason="Đúng lĩnh vực")
    house.act("officer", record_id, "accept")
    house.act("officer", record_id, "complete", text="Đã xong", files=[house.file("officer")])
    house.act("chair", record_id, "approve_result")
    data = record_data(house.platform, house.actor("officer"), record_id)
    assert data.record.status.code == "approved"
    assert data.values["percent"] == 100
    assert [person.name for person in data.roles["assignee"]] == ["Đặng Hữu Phước"]
    assert [person.name for person in data.roles["participant"]] == ["Nguyễn Thị Thu Hà"]


@pytest.mark.requirement("T-72")
def test_a_refused_task_returns_to_whoever_forwarded_it(house: House) -> None:
    record_id = house.task()
    house.act("contact", record_id, "forward", to=house.users["officer"], reason="Xử lý")
    house.act("officer", record_id, "refuse", reason="Không thuộc chức năng")
    data = record_data(house.platform, house.actor("contact"), record_id)
    assert data.record.status.code == "refused"
    assert [person.id for person in data.roles["assignee"]] == [house.users["contact"]]
    entry = history(house.platform, house.actor("contact"), record_id)[0]
    assert entry.reason == "Không thuộc chức năng"
    assert entry.actor is not None
    assert entry.actor.id == house.users["officer"]


@pytest.mark.requirement("T-16", "T-43")
def test_rows_make_several_tasks_or_none(house: House) -> None:
    name = f"Việc {uuid.uuid4()}"
    rows = [
        {"executing": [house.units["works"]], "assignee": [house.users["contact"]]},
        {"executing": [house.units["health"]], "assignee": [house.users["other"]]},
    ]
    made = house.assign(name, recipients=rows).made
    assert len(made) == 2
    rows[1]["executing"] = [house.units["road"]]  # not directly below the assigning unit
    with pytest.raises(InvalidInput) as caught:
        house.assign(name, recipients=rows)
    assert set(caught.value.errors) == {"recipients.1.executing", "recipients.1.assignee"}
    found = records_named(house, name)
    assert found == 2


def records_named(house: House, name: str) -> int:
    from luongviec.services.lists.reading import ListRequest, count_records

    return count_records(house.platform, house.actor("planner"), ListRequest("task", q=f'"{name}"'))


def test_what_may_not_be_seen_looks_as_if_it_were_not_there(house: House) -> None:
    record_id = house.task()
    for missing in (record_id, 99_999_999):
        with pytest.raises(NotFound):
            changing.act(house.platform, house.actor("stranger"), missing, "accept", {})
        with pytest.raises(NotFound):
            record_page(house.platform, house.actor("stranger"), missing)


def test_a_refusal_carries_its_proof_and_changes_nothing(house: House) -> None:
    record_id = house.task()
    before = version_of(house, record_id)
    with pytest.raises(Refused) as caught:
        house.act("officer", record_id, "refuse", reason="Không muốn")
    assert caught.value.decision is not None
    assert version_of(house, record_id) == before
    assert len(history(house.platform, house.actor("chair"), record_id)) == 1


@pytest.mark.requirement("T-84", "W-07")
def test_a_required_file_is_asked_for_at_its_field(house: House) -> None:
    record_id = house.task()
    house.act("contact", record_id, "accept")
    with pytest.raises(InvalidInput) as caught:
        house.act("contact", record_id, "complete", text="Đã xong")
    assert list(caught.value.errors) == ["files"]
    assert caught.value.typed == {"text": "Đã xong"}
    assert status_of(house, record_id) == "doing"


def test_a_file_of_somebody_else_cannot_be_used(house: House) -> None:
    record_id = house.task()
    house.act("contact", record_id, "accept")
    with pytest.raises(InvalidInput) as caught:
        house.act("contact", record_id, "complete", text="Xong", files=[house.file("stranger")])
    assert list(caught.value.errors) == ["files"]


@pytest.mark.requirement("T-136")
def test_a_stale_version_is_a_conflict_that_names_what_came_since(house: House) -> None:
    record_id = house.task()
    seen = version_of(house, record_id)
    house.act("contact", record_id, "accept")
    with pytest.raises(Conflict) as caught:
        changing.act(house.platform, house.actor("chair"), record_id, "cancel", {"reason": "x"}, version=seen)
    assert len(caught.value.parameters["entries"]) == 1  # type: ignore[arg-type]
    assert status_of(house, record_id) == "doing"


@pytest.mark.requirement("T-136")
def test_of_two_at_once_one_wins_and_one_is_told(house: House) -> None:
    record_id = house.task()
    seen = version_of(house, record_id)
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def press(who: str, action: str, raw: dict[str, object]) -> None:
        start.wait()
        try:
            changing.act(
                house.platform, house.actor(who), record_id, action, raw, version=seen, answers=CONFIRMED
            )
            outcomes.append("done")
        except LuongViecError as error:
            outcomes.append(type(error).__name__)

    presses = [("contact", "accept", {}), ("planner", "cancel", {"reason": "Gộp việc"})]
    threads = [threading.Thread(target=press, args=one) for one in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["Conflict", "done"]
    assert len(history(house.platform, house.actor("chair"), record_id)) == 2


def test_the_same_key_does_it_once(house: House) -> None:
    name = f"Việc {uuid.uuid4()}"
    raw, key = house.task_input(name), str(uuid.uuid4())
    planner = house.actor("planner")
    first = changing.create_record(house.platform, planner, "task", raw, idempotency_key=key)
    again = changing.create_record(house.platform, planner, "task", raw, idempotency_key=key)
    assert again == first
    assert records_named(house, name) == 1
    with pytest.raises(InvalidInput):
        changing.create_record(house.platform, planner, "task", {**raw, "name": "Khác"}, idempotency_key=key)


def test_the_same_key_at_the_same_moment_does_it_once(house: House) -> None:
    name = f"Việc {uuid.uuid4()}"
    raw, key, made = house.task_input(name), str(uuid.uuid4()), []
    start = threading.Barrier(2)

    def send() -> None:
        start.wait()
        result = changing.create_record(
            house.platform, house.actor("planner"), "task", raw, idempotency_key=key
        )
        made.append(result.record_id)

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 2
    assert made[0] == made[1]
    assert records_named(house, name) == 1


def test_a_failed_write_leaves_its_key_free(house: House) -> None:
    key = str(uuid.uuid4())
    planner = house.actor("planner")
    with pytest.raises(InvalidInput):
        changing.create_record(house.platform, planner, "task", {}, idempotency_key=key)
    raw = house.task_input("Sau khi sửa")
    assert changing.create_record(house.platform, planner, "task", raw, idempotency_key=key).record_id


@pytest.mark.requirement("T-115")
def test_a_question_is_asked_before_anything_is_done(house: House) -> None:
    raw = house.task_input("Việc đã trễ", due_at="2026-11-01T03:00:00Z")
    planner = house.actor("planner")
    with pytest.raises(NeedsAnswer) as caught:
        changing.create_record(house.platform, planner, "task", raw)
    (question,) = caught.value.questions
    answers = Answers(confirmed=frozenset({question.code}))  # type: ignore[attr-defined]
    assert changing.create_record(house.platform, planner, "task", raw, answers=answers).record_id


@pytest.mark.requirement("W-26", "T-48")
def test_a_deletion_is_undone_in_time_and_refused_later(house: House) -> None:
    record_id = house.task()
    result = house.act("planner", record_id, "delete")
    with pytest.raises(NotFound):
        record_data(house.platform, house.actor("contact"), record_id)
    assert result.entry_id is not None
    changing.undo(house.platform, house.actor("planner"), record_id, result.entry_id)
    assert status_of(house, record_id, "contact") == "assigned"
    with pytest.raises(Conflict):
        changing.undo(house.platform, house.actor("planner"), record_id, result.entry_id)
    late = house.act("planner", record_id, "delete")
    house.clock.pass_by(minutes=11)
    with pytest.raises(Refused):
        changing.undo(house.platform, house.actor("planner"), record_id, late.entry_id or 0)


def test_nobody_undoes_what_somebody_else_did(house: House) -> None:
    record_id = house.task()
    result = house.act("planner", record_id, "delete")
    with pytest.raises(NotFound):
        changing.undo(house.platform, house.actor("chair"), record_id, result.entry_id or 0)


@pytest.mark.requirement("T-50", "T-130")
def test_a_comment_with_a_file_stands_under_the_record(house: House) -> None:
    record_id = house.task()
    said = changing.comment(
        house.platform, house.actor("chair"), record_id, "  Khẩn trương\r\nhơn nữa ",
        file_ids=[house.file("chair", "Ảnh.png", b"\x89PNG\r\n\x1a\n" + b"0" * 40)],
    )  # fmt: skip
    assert said.text == "Khẩn trương\nhơn nữa"
    assert [file.name for file in said.files] == ["Ảnh.png"]
    page = record_page(house.platform, house.actor("contact"), record_id)
    (block,) = [block for block in page.blocks if block.kind == "comments"]
    assert [comment.text for comment in block.content] == ["Khẩn trương\nhơn nữa"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["", "   ", "x" * 20_001, "\x00\x07"])
def test_a_comment_that_says_nothing_or_too_much_is_refused(house: House, text: str) -> None:
    record_id = house.task()
    with pytest.raises(InvalidInput) as caught:
        changing.comment(house.platform, house.actor("chair"), record_id, text)
    assert list(caught.value.errors) == ["text"]


def test_an_attachment_is_added_by_who_may(house: House) -> None:
    record_id = house.task()
    changing.attach(house.platform, house.actor("contact"), record_id, [house.file("contact", "Bản đồ.pdf")])
    page = record_page(house.platform, house.actor("chair"), record_id)
    (block,) = [block for block in page.blocks if block.kind == "files"]
    assert [file.name for file in block.content] == ["Bản đồ.pdf"]  # type: ignore[attr-defined]
    with pytest.raises(Refused):
        changing.attach(house.platform, house.actor("head"), record_id, [house.file("head")])


def test_a_move_runs_the_one_action_that_leads_there(house: House) -> None:
    record_id = house.task()
    changing.move_record(house.platform, house.actor("contact"), record_id, "doing", {})
    assert status_of(house, record_id) == "doing"
    assert history(house.platform, house.actor("chair"), record_id)[0].action.vi == "Tiếp nhận"
    with pytest.raises(LuongViecError):
        changing.move_record(house.platform, house.actor("contact"), record_id, "approved", {})


def test_edits_change_what_is_named_and_nothing_else(house: House) -> None:
    record_id = house.task("Tên cũ", priority="high")
    changing.edit_record(house.platform, house.actor("planner"), record_id, {"name": "Tên mới"})
    data = record_data(house.platform, house.actor("chair"), record_id)
    assert (data.record.title, data.values["priority"]) == ("Tên mới", "high")
    (change,) = history(house.platform, house.actor("chair"), record_id)[0].changes
    assert (change.label.vi, change.before.value, change.after.value) == ("Nhiệm vụ", "Tên cũ", "Tên mới")  # type: ignore[union-attr]


@pytest.mark.requirement("T-18", "T-78")
def test_a_subtask_is_made_through_its_parent(house: House) -> None:
    record_id = house.task()
    house.act("contact", record_id, "accept")
    raw = {
        "assigning": [house.units["works"]], "assigner": [house.users["head"]], "name": "Khảo sát",
        "recipients": [{"executing": [house.units["road"]]}],
    }  # fmt: skip
    with pytest.raises(Refused):
        changing.create_record(
            house.platform, house.actor("planner"), "task", raw, owner_id=record_id, relation="children"
        )
    made = changing.create_record(
        house.platform, house.actor("contact"), "task", raw, owner_id=record_id, relation="children"
    )
    data = record_data(house.platform, house.actor("contact"), made.record_id)
    assert data.owner is not None
    assert data.owner.id == record_id


def test_one_action_on_many_gives_each_its_own_result(house: House) -> None:
    first, second = house.task("Một"), house.task("Hai")
    house.act("contact", second, "accept")
    results = bulk.act_on_many(
        house.platform, house.actor("contact"), [first, second, 99_999_999, first], "accept", {}
    )
    assert [result.done for result in results] == [True, False, False]
    assert all(result.refusal for result in results[1:])


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"name": "x" * 10_000_000},
        {"name": ["a"], "recipients": "không"},
        {"recipients": [{"executing": ["1; DROP TABLE record"]}]},
        {"recipients": [{"executing": [10**30]}]},
        {"__class__": "x"},
        {"name": "{{ 7 * 7 }}", "assigning": [None], "recipients": [[]]},
        {"due_at": float("nan"), "recipients": {"0": {}}},
    ],
)
def test_bad_input_is_refused_at_its_fields(house: House, raw: dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as caught:
        changing.create_record(house.platform, house.actor("planner"), "task", raw)
    assert caught.value.errors


def test_a_form_is_refused_like_the_thing_itself(house: House) -> None:
    record_id = house.task()
    with pytest.raises(Refused):
        models.create_form(house.platform, house.actor("officer"), "task")
    with pytest.raises(Refused):
        models.action_form(house.platform, house.actor("officer"), record_id, "refuse")
    with pytest.raises(NotFound):
        models.edit_form(house.platform, house.actor("stranger"), record_id)
    form = models.action_form(house.platform, house.actor("contact"), record_id, "forward")
    assert [one.name for one in form.fields] == ["to", "reason"]


def test_a_plain_step_takes_at_most_a_dozen_statements(house: House) -> None:
    record_id = house.task()
    house.act("contact", record_id, "accept")
    record_id = house.task()
    with house.statements() as found:
        house.act("contact", record_id, "accept")
    assert len(found) <= 12
