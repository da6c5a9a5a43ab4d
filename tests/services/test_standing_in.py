"""Absence, from end to end: naming somebody, acting for another, taking it back, being told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.engine.world import Actor
from luongviec.services.forms import models
from luongviec.services.lists.reading import ListRequest, count_records, list_records
from luongviec.services.lists.search import search
from luongviec.services.record_page.reading import record_data, record_page
from luongviec.services.records import changing, talking
from luongviec.services.records.explain import explain
from luongviec.services.records.history import history
from luongviec.services.telling.notifications import list_notifications
from luongviec.services.views import ActionResult, NotificationView
from tests.services.house import CONFIRMED, House

MODULE = "substitution"


@dataclass
class Scene:
    """The house as one test finds it: what earlier tests left there is not looked at."""

    house: House
    first: int  # records of this test have greater ids

    @property
    def today(self) -> date:
        return (self.house.clock.now + timedelta(hours=7)).date()

    def name_deputy(
        self, person: str, deputy: str, *, by: str | None = None, days: int = 3, **raw: object
    ) -> ActionResult:
        users = self.house.users
        typed = {
            "person": [users[person]], "deputy": [users[deputy]], "from_day": self.today.isoformat(),
            "to_day": (self.today + timedelta(days=days)).isoformat(), **raw,
        }  # fmt: skip
        actor = self.house.actor(by or person)
        return changing.create_record(self.house.platform, actor, MODULE, typed, answers=CONFIRMED)

    def seen(self, who: str, listed: str = "assigned_to_me", **asked: object) -> dict[int, str | None]:
        """Give the tasks of a list, with the name of whom each is seen for."""
        request = ListRequest("task", listed, page_size=100, **asked)  # type: ignore[arg-type]
        page = list_records(self.house.platform, self.house.actor(who), request)
        return {
            row.record.id: None if row.on_behalf_of is None else row.on_behalf_of.name
            for row in page.rows
            if row.record.id > self.first
        }

    def told(self, who: str, record_id: int) -> list[NotificationView]:
        found = list_notifications(self.house.platform, self.house.actor(who), limit=200)
        return [one for one in found if one.record is not None and one.record.id == record_id]


@pytest.fixture
def scene(house: House) -> Iterator[Scene]:
    """Give the house; whoever still stands in afterwards is called back."""
    yield Scene(house, house.task("Mốc"))
    admin = house.actor("admin")
    page = list_records(house.platform, admin, ListRequest(MODULE, page_size=100))
    for row in page.rows:
        if row.record.status.code == "in_force":
            house.act("admin", row.record.id, "recall")


def test_a_substitute_works_in_the_others_place(scene: Scene) -> None:
    house = scene.house
    task = house.task()
    with pytest.raises(NotFound):
        record_page(house.platform, house.actor("stranger"), task)
    scene.name_deputy("contact", "stranger")
    page = record_page(house.platform, house.actor("stranger"), task)
    assert [one.name for one in page.on_behalf_of] == ["Nguyễn Thị Thu Hà"]
    offer = next(one for one in page.offers if one.code == "accept")
    assert offer.label.vi.endswith("thay Nguyễn Thị Thu Hà")
    assert (offer.label.en or "").endswith("for Nguyễn Thị Thu Hà")
    assert any("thay Nguyễn Thị Thu Hà" in role.vi for role in page.my_roles)
    turn = page.course and page.course.turn
    assert turn is not None  # whose turn it is says who stands in for him
    assert [(one.person.name, [d.name for d in one.deputies]) for one in turn.parts[0].people] == [
        ("Nguyễn Thị Thu Hà", ["Ngô Bích Vân"])
    ]
    house.act("stranger", task, "accept")
    entry = history(house.platform, house.actor("contact"), task)[0]
    assert entry.actor is not None
    assert entry.on_behalf_of is not None
    assert (entry.actor.name, entry.on_behalf_of.name) == ("Ngô Bích Vân", "Nguyễn Thị Thu Hà")


def test_a_form_says_in_whose_place_it_is(scene: Scene) -> None:
    house = scene.house
    task = house.task()
    scene.name_deputy("contact", "stranger")
    form = models.action_form(house.platform, house.actor("stranger"), task, "forward")
    assert form.title.vi.endswith("thay Nguyễn Thị Thu Hà")
    assert models.action_form(house.platform, house.actor("contact"), task, "forward").title != form.title


def test_lists_mark_what_is_seen_for_somebody_and_part_it(scene: Scene) -> None:
    house = scene.house
    own, foreign = house.task(assignee=[house.users["officer"]]), house.task()
    assert scene.seen("officer") == {own: None}
    scene.name_deputy("contact", "officer")
    assert scene.seen("officer") == {own: None, foreign: "Nguyễn Thị Thu Hà"}
    assert scene.seen("officer", behalf="me") == {own: None}
    contact = str(house.users["contact"])
    assert scene.seen("officer", behalf=contact) == {foreign: "Nguyễn Thị Thu Hà"}
    both, mine = (
        count_records(
            house.platform, house.actor("officer"), ListRequest("task", "assigned_to_me", behalf=one)
        )
        for one in ("", "me")
    )
    assert both > mine
    page = list_records(house.platform, house.actor("officer"), ListRequest("task", "assigned_to_me"))
    assert [one.value for one in page.behalf] == ["", "me", contact]
    with pytest.raises(InvalidInput):
        scene.seen("officer", behalf=str(house.users["chair"]))
    assert list_records(house.platform, house.actor("contact"), ListRequest("task")).behalf == ()


def test_search_finds_for_the_substitute(scene: Scene) -> None:
    house = scene.house
    house.task("Thay bóng đèn đường ven sông")
    scene.name_deputy("contact", "stranger")
    assert len(search(house.platform, house.actor("stranger"), "bóng đèn").rows) == 1
    assert search(house.platform, house.actor("other"), "bóng đèn").rows == ()


def test_taken_back_it_counts_no_more(scene: Scene) -> None:
    house = scene.house
    task = house.task()
    made = scene.name_deputy("contact", "stranger")
    assert scene.seen("stranger") == {task: "Nguyễn Thị Thu Hà"}
    house.act("contact", made.record_id, "recall")
    assert scene.seen("stranger") == {}
    with pytest.raises(NotFound):
        house.act("stranger", task, "accept")


def test_it_ends_by_itself_and_both_are_told(scene: Scene) -> None:
    house = scene.house
    task = house.task()
    made = scene.name_deputy("contact", "stranger", days=0)
    assert scene.seen("stranger") == {task: "Nguyễn Thị Thu Hà"}
    house.clock.pass_by(days=1)
    assert scene.seen("stranger") == {}  # before any timer has run
    house.deliver()
    assert record_data(house.platform, house.actor("contact"), made.record_id).record.status.code == "ended"


def test_the_substitute_is_told_and_may_decline_with_a_reason(scene: Scene) -> None:
    house = scene.house
    made = scene.name_deputy("contact", "stranger")
    house.deliver()
    told = scene.told("stranger", made.record_id)
    assert told[0].subject == "Làm thay Nguyễn Thị Thu Hà"
    with pytest.raises(InvalidInput):
        house.act("stranger", made.record_id, "decline")
    house.act("stranger", made.record_id, "decline", reason="Tôi cũng vắng")
    house.deliver()
    assert "Tôi cũng vắng" in scene.told("contact", made.record_id)[0].text


def test_an_administrator_may_name_for_somebody_and_nobody_else(scene: Scene) -> None:
    house = scene.house
    made = scene.name_deputy("contact", "stranger", by="admin")
    for by in ("stranger", "head"):
        with pytest.raises((InvalidInput, Refused)):
            scene.name_deputy("officer", "stranger", by=by)
    house.deliver()
    assert scene.told("contact", made.record_id)[0].subject.startswith("Làm thay")


def test_only_chosen_areas_pass(scene: Scene) -> None:
    house = scene.house
    house.task()
    scene.name_deputy("contact", "stranger", areas=["meeting"])
    assert scene.seen("stranger") == {}
    scene.name_deputy("contact", "other", areas=["task"])
    assert len(scene.seen("other")) == 1


def test_only_chosen_abilities_pass(scene: Scene) -> None:
    house = scene.house
    house.task(assignee=[house.users["officer"]])
    listed = "of_my_unit"
    assert scene.seen("stranger", listed) == {}
    scene.name_deputy("contact", "stranger", abilities=["assign"])
    assert scene.seen("stranger", listed) == {}
    scene.name_deputy("contact", "other", abilities=["follow"])
    assert list(scene.seen("other", listed).values()) == ["Nguyễn Thị Thu Hà"]


@pytest.mark.requirement("T-132")
def test_nobody_approves_his_own_result_through_another(scene: Scene) -> None:
    house = scene.house
    task = house.completed_task()  # done by the contact, waits for planner's followers and the chair
    scene.name_deputy("chair", "contact")
    scene.name_deputy("planner", "officer")
    with pytest.raises(Refused):
        house.act("contact", task, "approve_result")
    offers = record_page(house.platform, house.actor("contact"), task).offers
    assert [one.enabled for one in offers if one.code == "approve_result"] == [False]


@pytest.mark.requirement("T-132")
def test_who_worked_in_anothers_place_does_not_approve_it_later(scene: Scene) -> None:
    house = scene.house
    task = house.task()
    made = scene.name_deputy("contact", "stranger")
    house.act("stranger", task, "accept")
    house.act("stranger", task, "complete", text="Đã xong", files=[house.file("stranger")])
    house.act("contact", made.record_id, "recall")
    scene.name_deputy("chair", "stranger")
    with pytest.raises(Refused):
        house.act("stranger", task, "approve_result")
    house.act("chair", task, "approve_result")


def test_an_approval_in_anothers_place_bears_both_names(scene: Scene) -> None:
    house = scene.house
    task = house.completed_task()
    scene.name_deputy("chair", "stranger")
    house.act("stranger", task, "approve_result")
    entry = history(house.platform, house.actor("chair"), task)[0]
    assert entry.on_behalf_of is not None
    assert entry.on_behalf_of.name == "Lê Văn Khánh"


def test_the_proof_names_person_record_and_days(scene: Scene) -> None:
    house = scene.house
    task = house.completed_task()
    scene.name_deputy("chair", "stranger")
    (told,) = explain(house.platform, house.actor("stranger"), task, action="approve_result")
    assert told.allowed
    line = next(step.text.vi for step in told.steps if "Làm thay Lê Văn Khánh" in step.text.vi)
    assert "23/11/2026" in line
    assert "26/11/2026" in line


def test_comments_say_both_names(scene: Scene) -> None:
    house = scene.house
    task = house.task()
    scene.name_deputy("contact", "stranger")
    said = talking.comment(house.platform, house.actor("stranger"), task, "Tôi nhận thay chị Hà.")
    assert said.on_behalf_of is not None
    assert (said.author.name, said.on_behalf_of.name) == ("Ngô Bích Vân", "Nguyễn Thị Thu Hà")


def test_what_is_made_in_anothers_place_is_his(scene: Scene) -> None:
    house = scene.house
    scene.name_deputy("planner", "stranger")
    principal = Actor(house.users["stranger"], house.users["planner"])
    for actor in (house.actor("stranger"), principal):
        made = changing.create_record(
            house.platform, actor, "task", house.task_input("Việc giao thay"), answers=CONFIRMED
        )
        data = record_data(house.platform, house.actor("planner"), made.record_id)
        assert [one.name for one in data.roles["creator"]] == ["Phạm Minh Tuấn"]


def test_who_stands_in_for_nobody_acts_for_nobody(scene: Scene) -> None:
    house = scene.house
    task = house.task()
    forged = Actor(house.users["stranger"], house.users["contact"])
    with pytest.raises(NotFound):
        changing.act(house.platform, forged, task, "accept", {}, answers=CONFIRMED)
    with pytest.raises(Refused):
        changing.create_record(house.platform, forged, "task", house.task_input("x"), answers=CONFIRMED)


def test_reminders_reach_the_substitute_too(scene: Scene) -> None:
    house = scene.house
    scene.name_deputy("contact", "stranger", days=30)
    task = house.task("Nộp báo cáo")
    house.deliver()
    told = [one.subject for one in scene.told("stranger", task)]
    assert told
    assert all(subject.startswith("Thay Nguyễn Thị Thu Hà: ") for subject in told)
    house.clock.pass_by(days=9, hours=12)
    house.deliver()
    assert len(scene.told("stranger", task)) > len(told)


def test_messages_name_who_acted_in_whose_place(scene: Scene) -> None:
    house = scene.house
    task = house.completed_task("Sơn lại cổng")
    scene.name_deputy("chair", "stranger")
    house.act("stranger", task, "send_back", reason="Thiếu ảnh")
    house.deliver()
    assert any("Ngô Bích Vân thay Lê Văn Khánh" in one.text for one in scene.told("contact", task))


@contextmanager
def fewer_than(house: House, most: int) -> Iterator[None]:
    with house.statements() as found:
        yield
    assert len(found) <= most, "\n".join(found)


def test_pages_of_a_substitute_cost_few_statements_more(scene: Scene) -> None:
    house = scene.house
    for number in range(6):
        house.task(f"Việc {number}")
    scene.seen("contact")
    with house.statements() as plain:
        scene.seen("contact")
    scene.name_deputy("contact", "stranger")
    scene.seen("stranger")
    with fewer_than(house, len(plain) + 4):
        scene.seen("stranger")
