"""How many statements an action takes: a bound for each, so that none creeps in unseen."""

from __future__ import annotations

import pytest

from luongviec.engine.world import SYSTEM
from luongviec.services.record_page.reading import record_page
from luongviec.services.records import changing
from luongviec.services.users.making import NewUser, create_users
from tests.services.house import CONFIRMED, House
from tests.services.meetings import Hall, prepare

#: A plain step takes at most a dozen; one that makes a further record, or other people, somewhat more.
BOUNDS = {
    "create": 15,
    "forward": 20,
    "accept": 11,
    "progress": 19,
    "complete": 27,
    "approve": 19,  # its rule of four eyes asks in whose place the approver acted here before
    "comment": 12,
}
MEETING_PAGE = 30


def life(house: House) -> dict[str, int]:
    """Let a task go through its life; give the statements of each step."""
    counts: dict[str, int] = {}
    file_id = house.file("officer")
    with house.statements() as found:
        record_id = house.task()
    counts["create"] = len(found)
    entry: dict[str, object] = {"text": "Đã rải đá", "percent": 40}
    steps = {
        "forward": lambda: house.act(
            "contact", record_id, "forward", to=house.users["officer"], reason="Nhờ anh"
        ),
        "accept": lambda: house.act("officer", record_id, "accept"),
        "progress": lambda: changing.create_record(
            house.platform, house.actor("officer"), "progress_entry", entry, owner_id=record_id,
            relation="progress", answers=CONFIRMED,
        ),
        "complete": lambda: house.act("officer", record_id, "complete", text="Đã xong", files=[file_id]),
        "approve": lambda: house.act("planner", record_id, "approve_result"),
        "comment": lambda: changing.comment(house.platform, house.actor("planner"), record_id, "Cảm ơn"),
    }  # fmt: skip
    for name, step in steps.items():
        with house.statements() as found:
            step()
        counts[name] = len(found)
    return counts


def test_an_action_takes_few_statements(house: House) -> None:
    life(house)  # definitions, organisation and terms are read once by each process
    counts = life(house)
    assert {name: count for name, count in counts.items() if count > BOUNDS[name]} == {}


def seen(hall: Hall) -> dict[str, int]:
    """Give the statements of the meeting's page for each of those who look at it."""
    counts, house = {}, hall.house
    for who in ("planner", "head", "stranger"):
        record_page(house.platform, house.actor(who), hall.meeting)
        with house.statements() as found:
            record_page(house.platform, house.actor(who), hall.meeting)
        counts[who] = len(found)
    return counts


@pytest.mark.requirement("M-23", "M-48")
def test_a_meetings_page_takes_no_more_statements_for_more_people_and_papers(house: House) -> None:
    new = [NewUser(f"dong{number}", f"Người dự {number}", password_hash="x") for number in range(10)]
    many = create_users(house.platform, SYSTEM, new)
    small = prepare(house, "Họp nhỏ", document_contributor=[house.users["contact"]])
    item = small.add("clerk", "agenda_item", "agenda", subject="Nội dung", minutes=20)
    large = prepare(house, "Họp lớn", attendee=[house.users["head"], *many])
    items = [large.add("clerk", "agenda_item", "agenda", subject="Nội dung", minutes=20) for _ in range(3)]
    for hall, places in ((small, (item,)), (large, items + items)):
        for place in places:
            hall.act("clerk", "approve", hall.paper("Báo cáo", item=place))
        hall.confirm()
    house.clock.now = small.starts
    for hall in (small, large):
        hall.act("clerk", "start")
        hall.act("head", "check_in")
    few = seen(small)
    assert seen(large) == few
    assert max(few.values()) <= MEETING_PAGE
