"""Who goes in another's place: asked, confirmed or denied, passed on, taken back, sent by a unit."""

from __future__ import annotations

import pytest

from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.services.record_page.reading import record_page
from luongviec.services.units.slots import EVERYTHING, fill_slot
from tests.services.house import House
from tests.services.meetings import Hall, prepare

RELATION = "attendance_delegations"


def delegate(hall: Hall, who: str, to: str, **raw: object) -> int:
    return hall.add(who, "attendance_delegation", RELATION, delegate=hall.ids(to), **raw)


def stand_in(hall: Hall, name: str) -> list[int]:
    return [one.id for one in hall.data("clerk", hall.line(name)).roles["stand_in"]]


@pytest.mark.requirement("M-24", "M-28", "M-63", "M-69", "M-70", "M-95", "W-41", "S12")
def test_a_confirmed_delegate_sits_in_the_others_place(house: House) -> None:
    hall = prepare(house, "Họp ủy quyền", invited_unit=[house.units["health"]])
    paper = hall.paper("Tài liệu họp")
    hall.act("clerk", "approve", paper)
    with pytest.raises((Refused, NotFound)):  # not before the invitation
        delegate(hall, "head", "officer")
    hall.confirm()
    given = delegate(hall, "head", "officer")
    assert hall.status(given) == "pending"
    for who in ("clerk", "officer"):
        assert hall.told(who, "Ủy quyền dự họp: Họp ủy quyền")
    assert hall.data("officer", given).record.id == given  # the delegate sees the request, not the meeting
    with pytest.raises(NotFound):
        hall.data("officer")
    assert stand_in(hall, "head") == []
    with pytest.raises((Refused, NotFound)):  # the secretary does not confirm
        hall.act("planner", "confirm", given)
    hall.act("clerk", "confirm", given)
    assert stand_in(hall, "head") == hall.ids("officer")
    for who in ("head", "officer"):
        assert hall.told(who, "Đã xác nhận ủy quyền: Họp ủy quyền")
    assert not hall.told("other", "quyền: Họp ủy quyền")  # no unit's clerk has to do with it
    assert hall.meeting in hall.found("officer")
    assert hall.data("officer", paper).record.title == "Tài liệu họp"
    assert hall.data("head").record.id == hall.meeting  # who delegates keeps reading
    assert not {"check_in", "answer_invitation", "add_attendance_delegations"} & set(hall.offers("head"))
    house.clock.now = hall.starts
    hall.act("officer", "check_in")
    assert hall.status(hall.line("head")) == "present"  # and is not counted absent
    assert given in hall.rows("clerk", RELATION)


@pytest.mark.requirement("M-28", "M-68", "M-70", "W-41")
def test_denied_the_delegator_stays_the_attendee(house: House) -> None:
    hall = prepare(house, "Họp từ chối ủy quyền")
    hall.confirm()
    given = delegate(hall, "head", "officer")
    hall.act("clerk", "deny", given)
    for who in ("head", "officer"):
        assert hall.told(who, "Không xác nhận ủy quyền")
    assert stand_in(hall, "head") == []
    assert "check_in" in {
        offer.code for offer in record_page(house.platform, house.actor("head"), hall.meeting).offers
    }
    with pytest.raises(NotFound):
        hall.data("officer")
    asked = delegate(hall, "head", "contact")
    hall.act("head", "withdraw", asked)  # before anybody has decided
    assert (hall.status(asked), stand_in(hall, "head")) == ("withdrawn", [])
    for who in ("contact", "clerk"):
        assert hall.told(who, "Đã rút ủy quyền: Họp từ chối")
    with pytest.raises((Refused, NotFound)):
        hall.act("clerk", "confirm", asked)
    later = delegate(hall, "head", "other")  # somebody else may be asked
    hall.act("clerk", "confirm", later)
    hall.act("clerk", "deny", later)  # a confirmed one too: the seat goes back
    assert stand_in(hall, "head") == []
    assert hall.meeting not in hall.found("other")


@pytest.mark.requirement("M-24", "M-66", "M-71", "M-92")
def test_who_may_not_be_asked(house: House) -> None:
    hall = prepare(house, "Họp không được chọn", attendee=[house.users["head"], house.users["contact"]])
    hall.confirm()
    for chosen in ("head", "contact", "stranger", "chair"):  # oneself, an attendee, a guest, the chair
        with pytest.raises(InvalidInput) as caught:
            delegate(hall, "head", chosen)
        assert "delegate" in caught.value.errors, chosen
    given = delegate(hall, "head", "officer")
    with pytest.raises(Refused) as refused:
        delegate(hall, "head", "other")
    assert "đã ủy quyền" in refused.value.message.vi
    with pytest.raises(InvalidInput) as caught:  # he goes for somebody already
        delegate(hall, "contact", "officer")
    assert "đã được ủy quyền" in caught.value.errors["delegate"][0].vi
    hall.act("clerk", "confirm", given)
    with pytest.raises(InvalidInput):  # no circle
        delegate(hall, "officer", "head")
    with pytest.raises((Refused, NotFound)):
        delegate(hall, "stranger", "other")


@pytest.mark.requirement("M-67", "M-70", "M-91")
def test_each_link_of_a_chain_stands_and_falls_by_itself(house: House) -> None:
    hall = prepare(house, "Họp chuỗi ủy quyền")
    hall.confirm()
    first = delegate(hall, "head", "officer")
    hall.act("clerk", "confirm", first)
    second = delegate(hall, "officer", "other")
    assert hall.data("clerk", second).values["earlier"] == first
    hall.act("clerk", "confirm", second)
    assert stand_in(hall, "head") == hall.ids("other")
    assert hall.meeting in hall.found("other")
    hall.act("officer", "withdraw", second)
    assert stand_in(hall, "head") == hall.ids("officer")
    third = delegate(hall, "officer", "other")
    hall.act("clerk", "confirm", third)
    last = delegate(hall, "other", "contact")
    hall.act("clerk", "confirm", last)
    hall.act("officer", "withdraw", third)
    assert (hall.status(last), stand_in(hall, "head")) == ("fallen", hall.ids("officer"))
    third = delegate(hall, "officer", "other")
    hall.act("clerk", "confirm", third)
    assert {first, second, third, last} < set(hall.rows("clerk", RELATION))
    hall.act("clerk", "deny", first)
    assert [hall.status(one) for one in (first, second, third)] == ["denied", "withdrawn", "fallen"]
    assert stand_in(hall, "head") == []
    assert hall.told("other", "hết hiệu lực")
    for who in ("officer", "other"):
        assert hall.meeting not in hall.found(who)


@pytest.mark.requirement("M-66", "M-67", "M-87", "M-95", "W-42")
def test_a_unit_is_invited_and_its_clerk_sends_somebody(house: House) -> None:
    unit = house.units["works"]  # its clerk is the officer
    hall = prepare(house, "Họp mời đơn vị", attendee=[house.users["other"]], invited_unit=[unit])
    hall.confirm()
    assert hall.told("officer", "Giấy mời họp")
    assert hall.meeting in hall.found("officer")
    with pytest.raises(InvalidInput) as caught:
        delegate(hall, "officer", "head")
    assert "for_unit" in caught.value.errors
    sent = delegate(hall, "officer", "head", for_unit=[unit])
    hall.act("clerk", "confirm", sent)
    assert hall.status(sent) == "appointed"
    line = hall.line("head")
    assert [one.id for one in hall.data("clerk", line).roles["for_unit"]] == [unit]
    assert hall.told("head", "Giấy mời họp")
    further = delegate(hall, "head", "contact")  # the director passes it on
    hall.act("clerk", "confirm", further)
    assert stand_in(hall, "head") == hall.ids("contact")
    for who in ("officer", "contact"):  # the clerk hears of each step (M-95)
        assert hall.told(who, "Đã xác nhận ủy quyền: Họp mời đơn vị")
    with pytest.raises(InvalidInput):  # one for each unit
        delegate(hall, "officer", "planner", for_unit=[unit])
    hall.act("officer", "withdraw", sent)
    assert hall.status(further) == "fallen"
    with pytest.raises(AssertionError):
        hall.line("head")


@pytest.mark.requirement("W-42", "M-66")
def test_a_leader_who_sits_there_already_represents_the_unit(house: House) -> None:
    unit = house.units["works"]
    hall = prepare(house, "Họp có sẵn lãnh đạo", invited_unit=[unit])
    hall.confirm()
    with pytest.raises(InvalidInput) as caught:
        delegate(hall, "officer", "head", for_unit=[unit])
    assert "Trần Quốc Bảo" in caught.value.errors["delegate"][0].vi
    assert "represent_unit" in hall.offers("officer")
    hall.act("officer", "represent_unit", unit=unit, leader=house.users["head"])
    assert [one.id for one in hall.data("clerk", hall.line("head")).roles["for_unit"]] == [unit]
    assert hall.told("head", "Ghi nhận đại diện đơn vị")
    with pytest.raises((InvalidInput, Refused)):  # only one's own unit that is invited
        hall.act("officer", "represent_unit", unit=house.units["health"], leader=house.users["head"])


@pytest.mark.requirement("M-64", "W-11", "E-21")
def test_a_new_clerk_sees_later_invitations_or_those_since_the_chosen_day(house: House) -> None:
    unit, users, admin = house.units["works"], house.users, house.actor("admin")
    earlier = prepare(house, "Giấy mời cũ", invited_unit=[unit], document_contributor=[])
    earlier.confirm()
    house.clock.pass_by(hours=1)
    both = (users["officer"], users["contact"])
    fill_slot(house.platform, admin, unit, "meeting", "clerk", both)
    later = prepare(house, "Giấy mời mới", clerks={}, invited_unit=[unit], document_contributor=[])
    later.confirm()
    assert later.meeting in later.found("contact")
    assert later.told("contact", "Giấy mời họp")
    with pytest.raises(NotFound):
        earlier.data("contact")
    fill_slot(house.platform, admin, unit, "meeting", "clerk", (*both, users["planner"]), since=EVERYTHING)
    assert earlier.meeting in earlier.found("planner")
