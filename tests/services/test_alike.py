"""A block drawn once for all who see the same: a shared drawing is what everybody's own would be (A-18)."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from luongviec.engine.errors import NotFound
from luongviec.engine.world import SYSTEM, Actor
from luongviec.services.platform import Touched
from luongviec.services.record_page.alike import SharedDrawings
from luongviec.services.record_page.blocks import SHARED_KINDS
from luongviec.services.record_page.reading import live_page
from luongviec.services.records import talking
from luongviec.services.telling.live import LiveHub, Publication, moment_ms
from luongviec.services.users.making import NewUser, create_users
from luongviec.services.views import RecordPage
from tests.services.house import House
from tests.services.meetings import Hall, prepare

PEOPLE = ("planner", "head", "other", "contact", "officer", "stranger", "admin")


#: What is compared here does not depend on the database.
ONLY_SQLITE = pytest.mark.parametrize("whole_house", ["sqlite"], indirect=True)


@dataclass
class Onlookers:
    """A house whose changes a hub hears of, and the drawings that it shares."""

    house: House
    shared: SharedDrawings[RecordPage]

    def look(self, actor: Actor, record_id: int, place: int) -> RecordPage | None:
        """Give the block as it is shared; None where there is nothing for him."""
        try:
            return self.shared.block(self.house.platform, actor, record_id, place, "vi", lambda page: page)
        except NotFound:
            return None

    def look_alone(self, actor: Actor, record_id: int, place: int) -> RecordPage | None:
        try:
            return live_page(self.house.platform, actor, record_id, place=place)
        except NotFound:
            return None

    def compare(self, actors: list[Actor], record_id: int, places: list[int]) -> None:
        """Hold that everybody gets what he would get alone."""
        for place in places:
            for actor in actors:
                own = self.look_alone(actor, record_id, place)
                assert self.look(actor, record_id, place) == own, (actor, place)


@pytest.fixture
def onlookers(house: House) -> Iterator[Onlookers]:
    hub = LiveHub(is_listening=True)

    def announce(touched: tuple[Touched, ...]) -> None:
        hub.receive(house.platform, Publication(moment_ms(), touched))

    former, house.platform.announce = house.platform.announce, announce
    yield Onlookers(house, SharedDrawings(hub))
    house.platform.announce = former


@pytest.mark.requirement("M-33", "A-18")
@ONLY_SQLITE
def test_a_shared_drawing_is_what_everybody_would_get_alone(house: House, onlookers: Onlookers) -> None:
    attendees = [house.users[name] for name in ("head", "other", "contact", "officer")]
    hall = prepare(house, "Họp chung hình", attendee=attendees)
    actors = [house.actor(name) for name in PEOPLE]
    with house.platform.reading() as work:
        blocks = work.workspace.modules["meeting"].page
    places = [place for place, block in enumerate(blocks) if block.kind in SHARED_KINDS and block.live]
    chance = random.Random(20261126)
    looks = 0
    for step in _life(hall):
        order, some = chance.sample(actors, len(actors)), chance.sample(places, 2)
        onlookers.compare(order, hall.meeting, some)
        looks += len(order) * len(some)
        assert step
    assert onlookers.shared.made < looks * 0.85  # some were served by what was drawn for others


def _life(hall: Hall) -> Iterator[str]:
    """Play a meeting, with things that only some may see; tell what was done."""
    house = hall.house
    item = hall.add("planner", "agenda_item", "agenda", subject="Đề án", minutes=20)
    hall.paper("Tờ trình", who="clerk", item=item)
    closed = hall.paper("Phương án nhân sự", who="contact", item=item)
    hall.start()
    hall.act("clerk", "approve_for", closed, reader=[house.users["head"]])
    yield "started"
    hall.act("head", "check_in")
    hall.act("planner", "mark_absent", hall.line("other"), absence_reason="Ốm")
    yield "roll"
    hall.act("planner", "begin", item)
    speech = hall.add("head", "speech_request", "speeches", topic="Hạ tầng")
    hall.add("head", "note", "notes", text="Chỉ mình tôi đọc")
    yield "agenda"
    hall.act("planner", "call", speech)
    talking.comment(house.platform, house.actor("head"), hall.meeting, "Xin chào")
    vote = hall.add("planner", "vote", "votes", motion="Thông qua dự toán", secret_ballot=True)
    hall.act("planner", "begin_vote", vote)
    hall.add("head", "ballot", "ballots", vote, choice="against")
    yield "speech, secret vote"
    hall.add("planner", "conclusion", "conclusions", text="Giao Phòng Xây dựng")
    yield "conclusions"


@pytest.mark.requirement("A-18")
def test_many_are_served_by_few_drawings_until_something_changes(house: House, onlookers: Onlookers) -> None:
    names = [NewUser(f"chung{number}", f"Người dự {number}") for number in range(12)]
    crowd = [Actor(one) for one in create_users(house.platform, SYSTEM, names)]
    hall = prepare(house, "Họp đông", attendee=[one.user_id for one in crowd])
    item = hall.add("planner", "agenda_item", "agenda", subject="Đề án", minutes=20)
    hall.start()
    with house.platform.reading() as work:
        blocks = work.workspace.modules["meeting"].page
    agenda = next(place for place, block in enumerate(blocks) if block.kind == "agenda")

    def drawn_for(actors: list[Actor]) -> int:
        before = onlookers.shared.made
        for actor in actors:
            onlookers.look(actor, hall.meeting, agenda)
        return onlookers.shared.made - before

    assert drawn_for(crowd) == 1
    with house.statements() as statements:
        assert drawn_for(crowd[:1]) == 0
    assert len(statements) <= 3  # definitions and organisation, authorities
    hall.act("planner", "begin", item)  # heard of: nothing that was drawn counts any more
    assert drawn_for(crowd) == 1
    page = onlookers.look(crowd[3], hall.meeting, agenda)
    assert page is not None
    assert page.blocks[0].content.rows[0].record.status.code == "running"  # type: ignore[attr-defined]
    assert drawn_for([house.actor("planner")]) == 1  # who may do more has a drawing of his own
    assert onlookers.look(house.actor("officer"), hall.meeting, agenda) is None
    onlookers.shared.hub.lost()
    assert drawn_for(crowd) == len(crowd)  # nothing is heard: nothing is kept
    onlookers.shared.hub.heard_again()
    assert drawn_for(crowd) == 1


@pytest.mark.requirement("M-33", "M-40", "A-18")
@ONLY_SQLITE
def test_a_roll_is_the_same_for_all_who_stand_on_it(house: House, onlookers: Onlookers) -> None:
    names = [NewUser(f"dong{number}", f"Người dự {number}") for number in range(6)]
    crowd = [Actor(one) for one in create_users(house.platform, SYSTEM, names)]
    invited = [house.users["head"], *(one.user_id for one in crowd)]
    hall = prepare(house, "Họp điểm danh", attendee=invited)
    hall.start()
    with house.platform.reading() as work:
        blocks = work.workspace.modules["meeting"].page
    roll = next(place for place, block in enumerate(blocks) if block.kind == "roll")
    planner = house.actor("planner")

    def rows_for(actor: Actor) -> dict[int, tuple[str, ...]]:
        page = onlookers.look(actor, hall.meeting, roll)
        assert page is not None
        rows = page.blocks[0].content.rows  # type: ignore[attr-defined]
        return {row.record.id: tuple(offer.code for offer in row.offers) for row in rows}

    hall.act("planner", "mark_absent", hall.line("head"), absence_reason="Ốm")
    seen = [rows_for(actor) for actor in (*crowd, house.actor("head"))]
    assert onlookers.shared.made == 1  # each has a line of his own among these
    assert all(rows == seen[0] for rows in seen)
    assert len(seen[0]) > len(crowd)
    assert not any(seen[0].values())
    page = onlookers.look(house.actor("head"), hall.meeting, roll)
    assert "Ốm" not in repr(page)  # though it is his own reason
    marks = rows_for(planner)  # who marks has a drawing with what he may press
    assert onlookers.shared.made == 2
    assert marks[hall.line("head")] == ("mark_present",)
    hall.act("planner", "mark_present", hall.line("head"))
    assert rows_for(planner)[hall.line("head")] == ("mark_absent",)


@pytest.mark.requirement("A-18")
@ONLY_SQLITE
def test_one_draws_while_the_others_wait(house: House, onlookers: Onlookers) -> None:
    hall = prepare(house, "Họp cùng lúc", attendee=[house.users["head"], house.users["other"]])
    hall.start()
    with house.platform.reading() as work:
        blocks = work.workspace.modules["meeting"].page
    agenda = next(place for place, block in enumerate(blocks) if block.kind == "agenda")
    begins = threading.Barrier(3)
    found: list[RecordPage | None] = []

    def look(name: str) -> None:
        begins.wait()
        found.append(onlookers.look(house.actor(name), hall.meeting, agenda))

    threads = [threading.Thread(target=look, args=(name,)) for name in ("head", "other", "head")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert found[0] == found[1] == found[2] is not None
    assert onlookers.shared.made == 1
