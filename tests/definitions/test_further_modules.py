"""Modules that are data only run like the shipped ones: an incoming document and a leave request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from luongviec.engine.deciding.authorities import authorities_of
from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.engine.memory import MemoryWorld
from luongviec.engine.planning.plan import Answers
from luongviec.engine.planning.planner import plan_action, plan_create
from luongviec.engine.world import Actor

YES = Answers(confirmed=True, reason="vì cần")


class Place:
    """A registry with a division below it."""

    def __init__(self, workspace) -> None:
        self.world = MemoryWorld(workspace)
        self.office = self.world.add_unit("Sở", sides=("registry", "office"))
        self.division = self.world.add_unit("Phòng", self.office, sides=("registry", "office"))
        self.head = self.world.add_person("Trưởng")
        self.clerk = self.world.add_person("Văn thư")
        self.officer = self.world.add_person("Chuyên viên", managers=(self.head,))
        self.other = self.world.add_person("Người khác", managers=(self.head,))
        for unit, side, slot, person in (
            (self.office, "registry", "head", self.head),
            (self.office, "registry", "clerk", self.clerk),
            (self.division, "registry", "officer", self.officer),
            (self.office, "office", "head", self.head),
            (self.division, "office", "staff", self.officer),
            (self.division, "office", "staff", self.other),
        ):
            self.world.fill_slot(unit, side, slot, person)

    def create(self, who: int, module: str, typed: Mapping[str, object]) -> int:
        applied = self.world.apply(plan_create(self.world, Actor(who), module, typed, answers=YES))
        return next(i for i in applied.ids.values() if self.world.record(i).module == module)

    def act(self, who: int, record: int, action: str, reason: str | None = None, **typed: object) -> None:
        given = typed if reason is None else {**typed, "reason": reason}
        self.world.apply(plan_action(self.world, Actor(who), record, action, given, answers=YES))

    def status(self, record: int) -> str:
        return self.world.record(record).status

    def holders(self, record: int, role: str) -> list[int]:
        return [holder.id for holder in self.world.record(record).holders(role)]


@pytest.fixture
def place(compiled) -> Place:
    return Place(compiled.workspace)


@pytest.fixture
def document(place) -> int:
    typed = {
        "registry": (place.office,), "symbol": "12/BNV", "sender": "Bộ Nội vụ", "abstract": "Về việc …",
        "received": place.world.now.date(),
    }  # fmt: skip
    return place.create(place.clerk, "incoming_document", typed)


def test_a_document_is_registered_given_handled_and_filed(place, document):
    assert place.world.record(document).values["number"] == f"0001/CVĐ-{place.world.now.year}"
    place.act(place.clerk, document, "give", handling=(place.division,))
    assert (place.status(document), place.holders(document, "handling")) == ("given", [place.division])
    place.act(place.officer, document, "take")
    assert place.holders(document, "handler") == [place.officer]
    place.act(place.officer, document, "handle", outcome="Đã trả lời")
    place.act(place.clerk, document, "file", shelf="AB-12")
    assert (place.status(document), place.world.record(document).values["shelf"]) == ("filed", "AB-12")


def test_a_document_goes_back_to_the_registry(place, document):
    place.act(place.clerk, document, "give", handling=(place.division,), to=(place.officer,))
    place.act(place.officer, document, "return_it")
    assert (place.status(document), place.holders(document, "handler")) == ("registered", [])


def test_only_the_registry_registers(place):
    with pytest.raises((Refused, NotFound)):
        place.create(place.officer, "incoming_document", {"registry": (place.office,), "symbol": "x"})


def leave(place, **changed) -> int:
    typed = {
        "unit": (place.division,),
        "kind": "annual",
        "from_day": date(2026, 12, 1),
        "to_day": date(2026, 12, 3),
        **changed,
    }
    return place.create(place.officer, "leave_request", typed)


def test_leave_is_asked_for_and_approved_by_the_manager(place):
    request = leave(place, deputy=(place.other,))
    record = place.world.record(request)
    assert (place.holders(request, "approver"), record.values["days"]) == ([place.head], 3)
    place.act(place.officer, request, "submit")
    assert place.world.record(request).values["number"].startswith("0001/NP-")
    place.act(place.head, request, "approve")
    (substitution,) = place.world.linked(request, "leave_request", "substitutions", forward=True)
    assert place.status(request) == "approved"
    assert place.holders(substitution, "deputy") == [place.other]
    assert place.world.record(substitution).values["basis"] == record.title
    place.world.at(datetime(2026, 12, 2, 3, tzinfo=UTC))
    assert authorities_of(place.world, place.other)[0].person == place.officer
    place.act(place.officer, request, "withdraw")
    assert authorities_of(place.world, place.other) == ()
    assert (place.status(request), place.status(substitution)) == ("withdrawn", "recalled")


def test_rejecting_leave_wants_a_reason(place):
    request = leave(place)
    place.act(place.officer, request, "submit")
    with pytest.raises(InvalidInput) as caught:
        plan_action(place.world, Actor(place.head), request, "reject", {}, answers=Answers(confirmed=True))
    assert set(caught.value.errors) == {"reason"}
    place.act(place.head, request, "reject", "bận")
    assert place.status(request) == "rejected"


def test_nobody_approves_his_own_leave(place):
    request = leave(place)
    place.act(place.officer, request, "submit")
    with pytest.raises(Refused):
        place.act(place.officer, request, "approve")


def test_leave_that_ends_before_it_begins_is_refused(place):
    with pytest.raises((Refused, InvalidInput)):
        leave(place, to_day=date(2026, 11, 30))


def test_sick_leave_wants_a_reason(place):
    with pytest.raises(InvalidInput) as caught:
        leave(place, kind="sick")
    assert "why" in caught.value.errors
