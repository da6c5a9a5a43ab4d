"""Live streams: who looks on hears of a change at once, if it is his to see, and nothing of its content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from luongviec.engine.errors import NotFound, Refused
from luongviec.engine.world import Actor
from luongviec.services.platform import Touched
from luongviec.services.record_page.reading import live_page
from luongviec.services.records import talking
from luongviec.services.telling.live import (
    MOST_OF_A_PERSON,
    Change,
    EndOfStream,
    LiveHub,
    Publication,
    Stream,
    TooManyStreams,
    events_of,
    moment_ms,
)
from tests.services.house import House
from tests.services.meetings import prepare


@dataclass
class Ears:
    """A hub that hears what the house publishes, and the streams that people opened."""

    house: House
    hub: LiveHub = field(default_factory=LiveHub)
    streams: dict[str, Stream] = field(default_factory=dict)

    def __call__(self, touched: tuple[Touched, ...]) -> None:
        self.hub.receive(self.house.platform, Publication(moment_ms(), touched))

    def open(self, *names: str, record: int, since: int = 0) -> None:
        for name in names:
            actor = self.house.actor(name)
            self.streams[name] = self.hub.open(self.house.platform, actor, record, since=since)

    def heard(self, name: str) -> set[str]:
        """Give what somebody was told since the last look: relations; `itself` for the record."""
        found: set[str] = set()
        while (change := self.streams[name].wait(0)) is not None:
            found |= change.parts | ({"itself"} if change.itself else set())
        return found


@pytest.fixture
def ears(house: House) -> Iterator[Ears]:
    listening = Ears(house)
    former, house.platform.announce = house.platform.announce, listening
    yield listening
    house.platform.announce = former


@pytest.mark.requirement("M-33", "M-83", "A-18")
def test_onlookers_hear_of_what_they_may_see_and_of_nothing_else(house: House, ears: Ears) -> None:
    hall = prepare(house, "Họp trực tiếp", attendee=[house.users["head"], house.users["other"]])
    hall.start()
    ears.open("planner", "head", "other", "stranger", record=hall.meeting)
    with pytest.raises(NotFound):
        ears.open("officer", record=hall.meeting)

    hall.act("planner", "mark_absent", hall.line("other"), absence_reason="Ốm")
    assert "roll" in ears.heard("planner")
    assert "roll" in ears.heard("other")
    assert ears.heard("head") == {"roll"}
    assert ears.heard("stranger") == set()  # a guest sees no line of the roll but his own
    hall.add("planner", "note", "notes", text="Chỉ mình tôi đọc")
    assert ears.heard("planner")
    assert ears.heard("head") == ears.heard("other") == set()

    item = hall.add("planner", "agenda_item", "agenda", subject="Nội dung gấp", minutes=20)
    assert "agenda" in ears.heard("head")
    hall.act("planner", "begin", item)
    assert "agenda" in ears.heard("other")
    speech = hall.add("head", "speech_request", "speeches", topic="Hạ tầng")
    assert "speeches" in ears.heard("other")
    talking.comment(house.platform, house.actor("head"), hall.meeting, "Xin chào")
    assert "itself" in ears.heard("planner")

    ears.heard("head")

    def call_twice() -> None:
        with house.platform.transaction():
            hall.act("planner", "call", speech)
            hall.act("head", "call", speech)

    with pytest.raises(Refused):  # what is rolled back was never there
        call_twice()
    assert ears.heard("head") == set()
    with pytest.raises(Refused):
        hall.act("head", "call", speech)
    assert ears.heard("planner") <= {"itself", "speeches"}

    hall.act("planner", "call", speech)
    page = live_page(house.platform, house.actor("other"), hall.meeting)
    blocks = {block.kind: block for block in page.blocks}
    assert all(block.live for block in page.blocks)
    assert {"current", "agenda", "queue"} <= set(blocks)
    running = blocks["current"].settings["clocks"][item]  # type: ignore[index]
    assert (running.since, running.length.total_seconds()) == (house.clock.now, 20 * 60)
    assert blocks["queue"].settings["clocks"][speech].until > house.clock.now  # type: ignore[index]
    one = live_page(house.platform, house.actor("other"), hall.meeting, place=blocks["queue"].place)
    assert [block.kind for block in one.blocks] == ["queue"]


@pytest.mark.requirement("M-33", "A-18")
def test_papers_stand_under_the_line_that_they_belong_to(house: House, ears: Ears) -> None:
    hall = prepare(house, "Họp có tài liệu")
    item = hall.add("planner", "agenda_item", "agenda", subject="Đề án", minutes=20)
    paper = hall.paper("Tờ trình", who="clerk", item=item)
    hall.start()
    blocks = live_page(house.platform, house.actor("planner"), hall.meeting).blocks
    agenda = next(block for block in blocks if block.kind == "agenda")
    inside = agenda.settings["inside_rows"]
    assert [row.record.id for row in inside[item]] == [paper]  # type: ignore[index]


@pytest.mark.requirement("A-18")
def test_streams_are_bounded_and_what_was_missed_is_told(house: House, ears: Ears) -> None:
    hall = prepare(house, "Họp bị ngắt mạng")
    ears.open("planner", record=hall.meeting)
    before = moment_ms()
    hall.add("planner", "agenda_item", "agenda", subject="Nội dung mới")
    ears.open("planner", record=hall.meeting, since=before - 100_000)
    assert ears.heard("planner") == {"itself"}  # longer away than this process listens: look at everything
    ears.open("planner", record=hall.meeting, since=before)
    assert "agenda" in ears.heard("planner")
    ears.open("planner", record=hall.meeting, since=moment_ms() + 1_000)
    assert ears.heard("planner") == set()

    ears.open(*["planner"] * (MOST_OF_A_PERSON - 4), record=hall.meeting)
    with pytest.raises(TooManyStreams):
        ears.open("planner", record=hall.meeting)
    ears.open("clerk", record=hall.meeting)
    open_before = ears.hub.count()
    assert list(events_of(ears.hub, ears.streams["planner"], lambda: False, heartbeat=0, check_every=0)) == []
    assert ears.hub.count() == open_before - 1
    turns = iter((True, False))
    told = events_of(ears.hub, ears.streams["clerk"], lambda: next(turns), heartbeat=0, check_every=0)
    assert list(told) == [None]  # a heartbeat, then the right to look is gone
    ears.open("clerk", record=hall.meeting)
    ears.hub.lost()
    with pytest.raises(EndOfStream):
        ears.streams["clerk"].wait(0)
    with pytest.raises(TooManyStreams):
        ears.open("clerk", record=hall.meeting)
    ears.hub.heard_again()
    ears.open("clerk", record=hall.meeting)


def test_one_message_about_many_records_reaches_each_onlooker_once() -> None:
    change = Change(1, parts=frozenset({"a"}))
    stream = Stream(1, Actor(1))
    stream.told.put(change)
    assert (stream.wait(0), stream.wait(0)) == (change, None)
