"""Two modules that nobody wrote code for run through the same services."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest

from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.engine.planning.plan import Answers
from luongviec.engine.world import SYSTEM
from luongviec.services.forms import models
from luongviec.services.lists import search
from luongviec.services.lists.boards import list_board
from luongviec.services.lists.calendars import Span, list_calendar
from luongviec.services.lists.reading import ListRequest, list_records
from luongviec.services.record_page.reading import record_data, record_page
from luongviec.services.records import bulk, changing
from luongviec.services.records.history import history
from luongviec.services.reports.drawing import draw_report
from luongviec.services.reports.requests import ReportRequest
from luongviec.services.telling.notifications import list_notifications
from luongviec.services.units import making as units
from tests.services.house import House

CONFIRMED = Answers(confirmed=True)


def register(house: House, **differences: object) -> int:
    raw: dict[str, object] = {
        "registry": [house.units["town"]], "symbol": "12/UBND", "sender": "Sở Nội vụ",
        "received": "23/11/2026", "abstract": "V/v tuyển dụng", "pages": "3", **differences,
    }  # fmt: skip
    made = changing.create_record(house.platform, house.actor("clerk"), "incoming_document", raw)
    return made.record_id


def test_a_document_is_registered_given_handled_and_filed(house: House) -> None:
    record_id = register(house, scan=[house.file("clerk", "quét.pdf")])
    assert str(record_data(house.platform, house.actor("clerk"), record_id).values["number"]).endswith(
        "/CVĐ-2026"
    )
    house.act("clerk", record_id, "give", handling=[house.units["works"]], to=[house.users["officer"]])
    house.deliver()
    news = list_notifications(house.platform, house.actor("officer"), limit=5)
    assert any(one.subject == "Công văn cần xử lý: 12/UBND" and "Phòng Xây dựng" in one.text for one in news)
    house.act("officer", record_id, "take")
    house.act("officer", record_id, "handle", outcome="Đã trả lời bằng công văn 15")
    house.act("clerk", record_id, "file", shelf="AB-12")
    page = record_page(house.platform, house.actor("clerk"), record_id)
    assert page.record.status.code == "filed"
    assert [step.state for step in page.blocks[0].content] == ["done"] * 4 + ["current"]  # type: ignore[attr-defined]


def test_its_numbers_have_no_gaps(house: House) -> None:
    numbers = []
    for _ in range(2):
        numbers.append(record_data(house.platform, house.actor("clerk"), register(house)).values["number"])
        with pytest.raises(InvalidInput):
            register(house, received="2030-01-01")
    first, second = (int(str(number)[:4]) for number in numbers)
    assert second == first + 1


def test_its_fields_obey_its_matrix(house: House) -> None:
    record_id = register(house)
    officer, works = house.users["officer"], house.units["works"]
    house.act("clerk", record_id, "give", handling=[works], to=[officer])
    assert record_data(house.platform, house.actor("officer"), record_id).values["pages"] == 3
    units.clear_slot(house.platform, SYSTEM, works, "registry", "officer", [officer])
    try:  # only the role that hides it is left
        assert "pages" not in record_data(house.platform, house.actor("officer"), record_id).values
        shown = [
            change.label.vi
            for entry in history(house.platform, house.actor("officer"), record_id)
            for change in entry.changes
        ]
        assert shown
        assert "Số trang" not in shown
    finally:
        units.fill_slot(house.platform, SYSTEM, works, "registry", "officer", [officer])
    with pytest.raises(NotFound):
        record_data(house.platform, house.actor("other"), record_id)


def test_its_form_says_what_is_wrong_at_each_field(house: House) -> None:
    with pytest.raises(InvalidInput) as caught:
        register(house, symbol="", pages="0", secrecy="top", received="mai kia", urgent="true")
    assert set(caught.value.errors) == {"symbol", "pages", "secrecy", "received", "answer_by"}
    record_id = register(house)
    house.act("clerk", record_id, "give", handling=[house.units["works"]], to=[house.users["officer"]])
    house.act("officer", record_id, "take")
    house.act("officer", record_id, "handle", outcome="Xong")
    with pytest.raises(InvalidInput) as caught:
        house.act("clerk", record_id, "file", shelf="kệ số 1")
    assert set(caught.value.errors) == {"shelf"}
    form = models.action_form(
        house.platform, house.actor("clerk"), record_id, "file", typed={"shelf": "kệ số 1"},
        errors=caught.value.errors,
    )  # fmt: skip
    assert [(one.name, one.text, bool(one.errors)) for one in form.fields] == [("shelf", "kệ số 1", True)]


def test_its_lists_and_search_find_it(house: House) -> None:
    mark = uuid.uuid4().hex[:8]
    record_id = register(house, symbol=f"99/{mark}")
    page = list_records(
        house.platform, house.actor("clerk"), ListRequest("incoming_document", "to_give", q=mark)
    )
    assert [row.record.id for row in page.rows] == [record_id]
    assert search.search(house.platform, house.actor("clerk"), mark).rows[0].record.id == record_id
    assert search.search(house.platform, house.actor("officer"), mark).total == 0


def test_its_repeating_timer_stops_after_its_times(house: House) -> None:
    due = house.clock.now + timedelta(hours=2)
    record_id = register(house, urgent="true", answer_by=due.isoformat())
    house.act("clerk", record_id, "give", handling=[house.units["works"]], to=[house.users["officer"]])
    for _ in range(6):
        house.clock.pass_by(days=1)
        house.deliver()
    news = list_notifications(house.platform, house.actor("officer"), limit=200)
    late = [one for one in news if one.record and one.record.id == record_id and "Chậm" in one.subject]
    assert len(late) == 3


def leave(house: House, **differences: object) -> int:
    raw: dict[str, object] = {
        "kind": "annual", "from_day": "2026-12-07", "to_day": "2026-12-09",
        "unit": [house.units["works"]], "approver": [house.users["head"]], **differences,
    }  # fmt: skip
    made = changing.create_record(house.platform, house.actor("officer"), "leave_request", raw)
    return made.record_id


def test_a_leave_request_is_asked_for_and_approved(house: House) -> None:
    record_id = leave(house)
    house.act("officer", record_id, "submit")
    data = record_data(house.platform, house.actor("head"), record_id)
    assert (data.values["days"], data.record.status.code) == (3, "submitted")
    with pytest.raises(Refused):
        house.act("officer", record_id, "approve")
    house.act("head", record_id, "approve")
    assert record_data(house.platform, house.actor("officer"), record_id).record.status.code == "approved"
    house.act("officer", record_id, "withdraw")


def test_a_reason_is_demanded_by_kind_and_by_refusal(house: House) -> None:
    with pytest.raises(InvalidInput) as caught:
        leave(house, kind="sick", from_day="2027-01-04", to_day="2027-01-01")
    assert "why" in caught.value.errors
    with pytest.raises(InvalidInput) as caught:
        leave(house, from_day="2027-01-04", to_day="2027-01-01")
    assert set(caught.value.errors) == {"to_day"}
    record_id = leave(house, from_day="2027-02-01", to_day="2027-02-02")
    house.act("officer", record_id, "submit")
    with pytest.raises(InvalidInput):
        house.act("head", record_id, "reject")
    house.act("head", record_id, "reject", reason="Thiếu người")
    assert history(house.platform, house.actor("officer"), record_id)[0].reason == "Thiếu người"


def test_overlapping_requests_are_refused_by_its_rule(house: House) -> None:
    first = leave(house, from_day="2027-03-01", to_day="2027-03-05")
    house.act("officer", first, "submit")
    second = leave(house, from_day="2027-03-04", to_day="2027-03-08")
    with pytest.raises(Refused):
        house.act("officer", second, "submit")


def submitted(house: House, **differences: object) -> int:
    record_id = leave(house, **differences)
    house.act("officer", record_id, "submit")
    return record_id


@pytest.mark.requirement("W-30")
def test_leave_is_approved_by_one_after_another_and_who_is_not_next_is_told_so(house: House) -> None:
    approvers = [house.users[who] for who in ("contact", "head", "chair")]
    record_id = submitted(house, approver=approvers, from_day="2027-05-03", to_day="2027-05-04")

    def offered(who: str) -> tuple[bool, str]:
        page = record_page(house.platform, house.actor(who), record_id)
        [offer] = [one for one in page.offers if one.code == "approve"]
        return offer.enabled, "" if offer.reason is None else offer.reason.vi

    assert offered("contact")[0]
    assert offered("head") == (False, "Chưa đến lượt bạn cho ý kiến.")
    with pytest.raises(Refused):
        house.act("head", record_id, "approve")
    for who in ("contact", "head", "chair"):
        assert offered(who)[0]
        assert record_data(house.platform, house.actor(who), record_id).record.status.code == "submitted"
        house.act(who, record_id, "approve")
    assert record_data(house.platform, house.actor("officer"), record_id).record.status.code == "approved"


def test_leave_has_bulk_a_board_a_calendar_and_a_report_by_definitions_alone(house: House) -> None:
    head = house.actor("head")
    ids = [
        submitted(house, kind=kind, why="Việc nhà", from_day=f"2027-06-{day:02}", to_day=f"2027-06-{day:02}")
        for kind, day in (("annual", 7), ("sick", 8), ("unpaid", 9))
    ]
    shown = list_board(house.platform, head, ListRequest("leave_request", "of_unit"))
    waiting = next(column for column in shown if column.status.code == "submitted")
    assert set(ids) <= {row.record.id for row in waiting.rows}
    month = list_calendar(
        house.platform, head, ListRequest("leave_request", "of_unit"), Span.MONTH, date(2027, 6, 1)
    )
    entries = [entry for week in month.weeks for day in week for entry in day.entries]
    assert set(ids) <= {entry.row.record.id for entry in entries}
    before = draw_report(house.platform, head, ReportRequest("leave_by_kind")).total
    foreign = leave(house, approver=[house.users["contact"]], from_day="2027-06-14", to_day="2027-06-14")
    results = bulk.act_on_many(house.platform, head, [*ids, foreign], "approve", {}, answers=CONFIRMED)
    assert [result.done for result in results] == [True, True, True, False]
    after = draw_report(house.platform, head, ReportRequest("leave_by_kind")).total
    approved = 1  # the place of the column
    assert (after.cells[approved].value or 0) - (before.cells[approved].value or 0) == 3
