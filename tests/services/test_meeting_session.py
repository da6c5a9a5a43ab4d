"""A meeting while it runs: presence, quorum, agenda, speeches, votes, notes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from luongviec.engine.errors import InvalidInput, NeedsAnswer, NotFound, Refused
from luongviec.services.lists.search import search
from luongviec.services.parameters.values import Typed, change_parameters
from luongviec.services.record_page.reading import record_page
from luongviec.services.records import changing
from luongviec.services.records.action_links import follow_link, make_link, target_of, withdraw_printed
from luongviec.services.records.history import history
from tests.services.house import House
from tests.services.meetings import Hall, prepare


def present(hall: Hall, *names: str) -> None:
    for name in names:
        hall.act(name, "check_in")


@pytest.mark.requirement("M-25", "M-31", "M-32", "M-34", "M-39", "M-40", "M-75", "M-78", "S12", "W-43")
def test_presence_is_marked_by_oneself_and_by_the_secretary(house: House) -> None:
    hall = prepare(
        house,
        "Họp điểm danh",
        attendee=[house.users["head"], house.users["other"]],
        held_as="both",
        join_url="https://h.example/x",
    )
    hall.confirm()
    house.clock.now = hall.starts - timedelta(hours=2)
    with pytest.raises(Refused) as refused:
        hall.act("head", "check_in")
    assert "Chưa đến giờ" in refused.value.message.vi
    house.clock.now = hall.starts
    house.deliver()
    assert hall.status() == "in_progress"  # by the clock
    present(hall, "head", "stranger")
    assert hall.data("clerk", hall.line("head")).values["arrived_at"] == hall.starts
    with pytest.raises((Refused, NotFound)):  # not invited: nothing is marked, nothing is told
        hall.act("officer", "check_in")
    with pytest.raises((Refused, NotFound)):
        hall.act("head", "mark_absent", hall.line("other"))
    hall.act("planner", "mark_absent", hall.line("other"), absence_reason="Ốm")
    assert hall.status(hall.line("other")) == "absent"
    hall.act("other", "check_in_online")
    assert hall.status(hall.line("other")) == "online"
    house.clock.pass_by(minutes=40)
    hall.act("planner", "mark_departed", hall.line("head"))
    assert hall.data("clerk", hall.line("head")).values["departed_at"] == hall.starts + timedelta(minutes=40)
    assert len(hall.rows("planner", "roll")) == 4  # the chair too
    assert set(hall.rows("stranger", "roll")) == {hall.line("stranger")}


@pytest.mark.requirement("M-75")
def test_where_the_clock_starts_nothing_somebody_does(house: House) -> None:
    unit, admin = house.units["town"], house.actor("admin")
    change_parameters(house.platform, admin, Typed({"meeting_auto_start": ""}), unit)
    hall = prepare(house, "Họp tự mở")
    hall.confirm()
    house.clock.now = hall.starts + timedelta(minutes=1)
    house.deliver()
    assert hall.status() == "upcoming"
    hall.act("planner", "start")
    assert hall.status() == "in_progress"
    change_parameters(house.platform, admin, Typed({}, frozenset({"meeting_auto_start"})), unit)


@pytest.mark.requirement("M-75")
def test_too_few_present_is_said_and_going_on_wants_a_reason(house: House) -> None:
    hall = prepare(house, "Họp thiếu người", quorum_percent=50)
    hall.confirm()
    house.clock.now = hall.starts - timedelta(minutes=10)
    with pytest.raises(NeedsAnswer) as asked:
        changing.act(house.platform, house.actor("planner"), hall.meeting, "start", {})
    assert "tối thiểu" in asked.value.questions[0].text.vi  # type: ignore[attr-defined]
    present(hall, "head", "chair")
    changing.act(house.platform, house.actor("planner"), hall.meeting, "start", {})
    assert hall.data().values["present_at_start"] == 2


def test_one_item_of_the_agenda_at_a_time(house: House) -> None:
    hall = prepare(house, "Họp theo chương trình")
    first, second = (
        hall.add("clerk", "agenda_item", "agenda", subject=subject, minutes=20, presenter=house.users["head"])
        for subject in ("Báo cáo", "Thảo luận")
    )
    with pytest.raises(Refused):
        hall.act("clerk", "begin", first)
    hall.start()
    hall.act("chair", "begin", first)
    house.clock.pass_by(minutes=15)
    hall.act("planner", "begin", second)
    assert [hall.status(one) for one in (first, second)] == ["finished", "running"]
    values = hall.data("head", first).values
    assert values["ended_at"] - values["began_at"] == timedelta(minutes=15)  # type: ignore[operator]


@pytest.mark.requirement("M-33", "M-35", "M-37", "M-38", "M-81", "M-86", "S12")
def test_the_floor_is_asked_for_given_and_timed(house: House) -> None:
    hall = prepare(house, "Họp phát biểu", attendee=[house.users["head"], house.users["other"]])
    hall.confirm()
    with pytest.raises((Refused, NotFound)):  # not before the meeting runs
        hall.add("head", "speech_request", "speeches", topic="Sớm")
    house.clock.now = hall.starts
    hall.act("clerk", "start")
    first = hall.add("head", "speech_request", "speeches", topic="Kinh phí")
    second = hall.add("other", "speech_request", "speeches", topic="Nhân lực")
    assert list(hall.rows("clerk", "speeches")) == [first, second]
    with pytest.raises(Refused):  # once is enough
        hall.add("head", "speech_request", "speeches", topic="Nữa")
    with pytest.raises((Refused, NotFound)):
        hall.act("head", "call", second)
    hall.act("planner", "call", first)
    house.clock.pass_by(minutes=4)
    hall.act("chair", "call", second)
    assert [hall.status(one) for one in (first, second)] == ["spoken", "speaking"]
    assert hall.data("clerk", first).values["spoken_for"] == timedelta(minutes=4)
    assert hall.data("clerk", first).values["time_allowed"] == 5
    third = hall.add("head", "speech_request", "speeches", topic="Tiếp")
    hall.act("head", "withdraw", third)
    assert hall.status(third) == "cancelled"
    hall.act("planner", "drop", second)
    assert hall.status(second) == "cancelled"


@pytest.mark.requirement("M-52", "M-53", "M-80")
def test_notes_are_the_writers_alone(house: House) -> None:
    hall = prepare(house, "Họp ghi chép")
    hall.start()
    mine = hall.add("head", "note", "notes", text="Chỉ mình tôi biết chuyện lươn lẹo")
    hall.add("stranger", "note", "notes", text="Khách cũng ghi")
    assert set(hall.rows("head", "notes")) == {mine}
    assert mine in hall.found("head", "mine", "note")
    for who in ("clerk", "planner", "chair", "admin"):
        with pytest.raises(NotFound):
            hall.data(who, mine)
        assert mine not in hall.found(who, "mine", "note")
        assert not search(house.platform, house.actor(who), "lươn lẹo").rows
        assert "lươn lẹo" not in str(history(house.platform, house.actor("clerk"), hall.meeting))
    assert search(house.platform, house.actor("head"), "luon leo").rows


def _vote(hall: Hall, **raw: object) -> int:
    return hall.add("planner", "vote", "votes", motion="Thông qua dự toán", **raw)


def _ballot(hall: Hall, who: str, vote: int, **raw: object) -> int:
    return hall.add(who, "ballot", "ballots", vote, **raw)


@pytest.mark.requirement("M-33")
def test_those_present_vote_openly_and_are_counted(house: House) -> None:
    hall = prepare(
        house, "Họp biểu quyết", attendee=[house.users["head"], house.users["other"], house.users["contact"]]
    )
    hall.start()
    vote = _vote(hall)
    present(hall, "head", "other", "chair")
    with pytest.raises((Refused, NotFound)):
        _ballot(hall, "head", vote, choice="approve")
    hall.act("planner", "begin_vote", vote)
    yes = _ballot(hall, "head", vote, choice="approve")
    with pytest.raises(Refused) as refused:
        _ballot(hall, "head", vote, choice="against")
    assert "đã bỏ phiếu" in refused.value.message.vi
    with pytest.raises(Refused) as refused:  # absent
        _ballot(hall, "contact", vote, choice="approve")
    assert "có mặt" in refused.value.message.vi
    with pytest.raises((Refused, NotFound)):  # the secretary and guests have no vote
        _ballot(hall, "planner", vote, choice="approve")
    with pytest.raises(InvalidInput):
        _ballot(hall, "other", vote)
    assert hall.data("other", yes).values["choice"] == "approve"
    _ballot(hall, "chair", vote, choice="approve")
    waiting = hall.add("planner", "vote", "votes", motion="Thông qua nghị quyết")
    hall.act("planner", "begin_vote", waiting)
    (offered,) = (row for row in hall.rows("other", "votes").values() if row.record.id == waiting)
    assert [one.code for one in offered.offers if one.enabled] == ["add_ballots"]  # beside the question
    for who in ("head", "other", "chair"):
        _ballot(hall, who, waiting, choice="approve")
        hall.act("planner", "mark_departed", hall.line(who))
        hall.act("planner", "mark_present", hall.line(who)) if who != "head" else None
    hall.act("planner", "count_ballots", waiting)  # the head voted and left
    result = hall.data("head", waiting).values
    assert [result[name] for name in ("voters", "for_count", "silent_count")] == [3, 3, 0]
    hall.act("planner", "mark_present", hall.line("head"))
    hall.act("planner", "count_ballots", vote)
    result = hall.data("head", vote).values
    assert [result[name] for name in ("voters", "for_count", "against_count", "silent_count")] == [3, 2, 0, 1]
    assert result["carried_by"] == "passed"
    with pytest.raises((Refused, NotFound)):
        changing.edit_record(house.platform, house.actor("head"), yes, {"choice": "against"}, version=1)


@pytest.mark.requirement("M-33")
def test_a_secret_ballot_is_the_voters_alone(house: House) -> None:
    hall = prepare(house, "Họp phiếu kín", attendee=[house.users["head"], house.users["other"]])
    hall.start()
    vote = _vote(hall, secret_ballot=True)
    present(hall, "head", "other")
    hall.act("planner", "begin_vote", vote)
    ballot = _ballot(hall, "head", vote, choice="against")
    assert hall.data("head", ballot).values["choice"] == "against"
    for who in ("clerk", "planner", "chair", "other", "admin"):
        with pytest.raises(NotFound):
            hall.data(who, ballot)
        if who != "admin":
            assert not hall.rows(who, "ballots", vote)
            shown = record_page(house.platform, house.actor(who), vote)
            assert "against" not in str([one for one in shown.blocks if one.kind == "timeline"])
    assert not hall.data("clerk", vote).values.get("against_count")  # nothing is counted before the end
    _ballot(hall, "other", vote, choice="approve")
    hall.act("chair", "count_ballots", vote)
    result = hall.data("other", vote).values
    assert (result["for_count"], result["against_count"], result["carried_by"]) == (1, 1, "failed")
    for who in ("clerk", "other"):
        assert ballot not in hall.rows(who, "ballots", vote)


@pytest.mark.requirement("M-69")
def test_a_stand_in_votes_among_options(house: House) -> None:
    hall = prepare(house, "Họp chọn phương án", attendee=[house.users["head"], house.users["other"]])
    hall.confirm()
    given = hall.add("head", "attendance_delegation", "attendance_delegations", delegate=hall.ids("officer"))
    hall.act("clerk", "confirm", given)
    house.clock.now = hall.starts
    hall.act("clerk", "start")
    vote = _vote(hall, by_choices=True)
    with pytest.raises(Refused):  # two at least
        hall.act("planner", "begin_vote", vote)
    one, two = (
        hall.add("planner", "vote_choice", "vote_choices", vote, text=text) for text in ("Một", "Hai")
    )
    hall.act("planner", "begin_vote", vote)
    present(hall, "officer", "other")
    with pytest.raises((Refused, NotFound)):  # his place is taken
        _ballot(hall, "head", vote, favours=one)
    _ballot(hall, "officer", vote, favours=two)
    with pytest.raises(InvalidInput):
        _ballot(hall, "other", vote)
    _ballot(hall, "other", vote, favours=two)
    hall.act("planner", "count_ballots", vote)
    assert [hall.data("clerk", choice).values["votes"] for choice in (one, two)] == [0, 2]


@pytest.mark.requirement("M-25", "M-49", "M-78", "W-43")
def test_the_code_in_the_room_marks_the_right_person_once_and_in_time(house: House) -> None:
    hall = prepare(house, "Họp quét mã", attendee=[house.users["head"], house.users["other"]])
    hall.start()
    code, platform = "check_in_by_code", house.platform
    shown = make_link(platform, house.actor("planner"), hall.meeting, code)
    assert shown.changes_at is not None
    assert target_of(platform, house.actor("head"), shown.token).record.id == hall.meeting
    follow_link(platform, house.actor("head"), shown.token)
    assert hall.status(hall.line("head")) == "present"
    with pytest.raises(Refused) as refused:  # once
        follow_link(platform, house.actor("head"), shown.token)
    assert "đã điểm danh" in refused.value.message.vi
    with pytest.raises(NotFound):  # who is not invited learns nothing
        target_of(platform, house.actor("officer"), shown.token)
    with pytest.raises(NotFound):
        follow_link(platform, house.actor("officer"), shown.token)
    with pytest.raises(Refused):  # not past the code
        hall.act("other", code)
    with pytest.raises((Refused, NotFound)):  # nor may everybody show it
        make_link(platform, house.actor("head"), hall.meeting, code)
    house.clock.now = shown.changes_at + timedelta(seconds=1)  # the photograph is sent while the code turns
    newer = make_link(platform, house.actor("planner"), hall.meeting, code)
    assert newer.token != shown.token
    house.clock.now = shown.until
    for token in (shown.token, shown.token[:-1] + "x", "1.check_in.9999999999.abc", "rác", ""):
        with pytest.raises(Refused):
            follow_link(platform, house.actor("other"), token)
    assert hall.status(hall.line("other")) == "expected"


@pytest.mark.requirement("M-25", "M-49", "W-43")
def test_a_printed_code_holds_until_the_meeting_is_over_or_it_is_withdrawn(house: House) -> None:
    hall = prepare(house, "Họp in mã", attendee=[house.users["head"], house.users["other"]])
    hall.confirm()
    code, platform, clerk = "check_in_by_code", house.platform, house.actor("clerk")
    first = make_link(platform, clerk, hall.meeting, code, for_paper=True)
    assert (first.changes_at, first.until) == (None, hall.starts + timedelta(hours=2, minutes=10))
    house.clock.now = hall.starts  # printed three days before
    follow_link(platform, house.actor("head"), first.token)
    assert hall.status(hall.line("head")) == "present"
    with pytest.raises((Refused, NotFound)):  # who may not print it may not withdraw it
        withdraw_printed(platform, house.actor("other"), hall.meeting, code)
    withdraw_printed(platform, clerk, hall.meeting, code)
    with pytest.raises(Refused) as refused:
        follow_link(platform, house.actor("other"), first.token)
    assert "thu hồi" in refused.value.message.vi
    on_screen = make_link(platform, clerk, hall.meeting, code)
    assert target_of(platform, house.actor("other"), on_screen.token).record.id == hall.meeting
    second = make_link(platform, clerk, hall.meeting, code, for_paper=True)
    assert (second.withdrawn_at, str(second.withdrawn_by.name)) == (hall.starts, "Bùi Đức Long")  # type: ignore[union-attr]
    for forged in (first.token.replace(".0.", ".1."), second.token.replace(".1.", ".")):
        with pytest.raises(Refused):
            target_of(platform, house.actor("other"), forged)
    house.clock.now = second.until - timedelta(seconds=1)
    follow_link(platform, house.actor("other"), second.token)
    assert hall.status(hall.line("other")) == "present"
    house.clock.now = second.until
    with pytest.raises(Refused):
        target_of(platform, house.actor("head"), second.token)
