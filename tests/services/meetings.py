"""A meeting in the house, brought to the phase that a test is about, and what people find there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from luongviec.engine.planning.plan import Answers
from luongviec.engine.world import SYSTEM
from luongviec.services.lists.reading import ListRequest, list_records
from luongviec.services.record_page.reading import record_data, record_page, related
from luongviec.services.records import changing
from luongviec.services.telling.notifications import list_notifications
from luongviec.services.units.making import fill_slot
from luongviec.services.views import ActionOffer, RecordData, Row
from tests.services.house import House

ANSWERS = Answers(confirmed=True, reason="Đã thống nhất")
CLERKS = {"works": "officer", "health": "other"}


@dataclass
class Hall:
    """One meeting: the clerk made it, the planner is its secretary, Mr Khánh chairs it."""

    house: House
    room: int
    meeting: int
    starts: datetime

    # --- Doing ------------------------------------------------------------------------------------------

    def act(self, who: str, action: str, on: int | None = None, **raw: object) -> int:
        """Run an action of the meeting, or of another record, answering what is asked."""
        target = self.meeting if on is None else on
        house = self.house
        return changing.act(house.platform, house.actor(who), target, action, raw, answers=ANSWERS).record_id

    def add(self, who: str, module: str, relation: str, owner: int | None = None, **raw: object) -> int:
        """Make a child of the meeting, or of another record."""
        house = self.house
        made = changing.create_record(
            house.platform, house.actor(who), module, raw, owner_id=owner or self.meeting,
            relation=relation, answers=ANSWERS,
        )  # fmt: skip
        return made.record_id

    def paper(self, name: str = "Báo cáo", *, who: str = "contact", **raw: object) -> int:
        files = [self.house.file(who, f"{name}.pdf")]
        return self.add(who, "meeting_document", "documents", name=name, files=files, **raw)

    def confirm(self) -> None:
        self.act("clerk", "confirm_preparation")
        self.house.deliver()

    def start(self) -> None:
        """Go to the hour of the meeting and open it, with everybody in the room marked by nobody yet."""
        self.confirm()
        self.house.clock.now = self.starts
        self.act("clerk", "start")

    def ids(self, *names: str) -> list[int]:
        return [self.house.users[name] for name in names]

    # --- Finding ----------------------------------------------------------------------------------------

    def data(self, who: str = "clerk", of: int | None = None) -> RecordData:
        return record_data(self.house.platform, self.house.actor(who), of or self.meeting)

    def status(self, of: int | None = None, who: str = "clerk") -> str:
        return self.data(who, of).record.status.code

    def offers(self, who: str, of: int | None = None) -> dict[str, ActionOffer]:
        page = record_page(self.house.platform, self.house.actor(who), of or self.meeting)
        return {offer.code: offer for offer in page.offers if offer.enabled}

    def rows(self, who: str, relation: str, of: int | None = None) -> dict[int, Row]:
        view = related(self.house.platform, self.house.actor(who), of or self.meeting, relation)
        return {row.record.id: row for row in view.rows}

    def line(self, name: str, who: str = "clerk") -> int:
        """Give somebody's line of the roll."""
        wanted = self.house.users[name]
        for line in self.rows(who, "roll"):
            if any(one.id == wanted for one in self.data(who, line).roles["person"]):
                return line
        raise AssertionError(f"{name} is not on the roll")

    def found(self, who: str, code: str = "invited", module: str = "meeting", **asked: object) -> set[int]:
        request = ListRequest(module, code, page_size=100, **asked)  # type: ignore[arg-type]
        page = list_records(self.house.platform, self.house.actor(who), request)
        return {row.record.id for row in page.rows}

    def told(self, who: str, text: str = "") -> list[str]:
        """Give what somebody read in the app about anything since this meeting was made, newest first."""
        self.house.deliver()
        found = list_notifications(self.house.platform, self.house.actor(who), limit=200)
        return [
            one.subject for one in found if one.at >= self.starts - timedelta(days=3) and text in one.subject
        ]

    def mails(self, who: str) -> list[str]:
        self.house.deliver()
        return [one.subject for one in self.house.email.sent if one.address == f"{who}@town.example"]


def prepare(
    house: House, subject: str = "Giao ban", *, clerks: Mapping[str, str] = CLERKS, **differences: object
) -> Hall:
    """Make a meeting in three days, in a room of its own; nobody but its makers knows of it."""
    for unit, name in clerks.items():
        fill_slot(house.platform, SYSTEM, house.units[unit], "meeting", "clerk", (house.users[name],))
    clerk, starts = house.actor("clerk"), house.clock.now + timedelta(days=3)
    room = changing.create_record(
        house.platform, clerk, "room", {"name": "Phòng họp thử", "unit": [house.units["town"]]}
    ).record_id
    raw: dict[str, object] = {
        "subject": subject, "host": [house.units["town"]], "room": room,
        "starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=2)).isoformat(),
        "chair": [house.users["chair"]], "secretary": [house.users["planner"]],
        "attendee": [house.users["head"]], "guest": [house.users["stranger"]],
        "document_contributor": [house.users["contact"]],
        "invitation": [house.file("clerk", "Giấy mời.pdf")], **differences,
    }  # fmt: skip
    made = changing.create_record(house.platform, clerk, "meeting", raw, answers=ANSWERS)
    return Hall(house, room, made.record_id, starts)
