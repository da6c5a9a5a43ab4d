"""Meetings in all their phases: prepared, invited, held, closed, postponed."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from luongviec.engine.errors import LuongViecError, NotFound
from luongviec.engine.planning.plan import Answers
from luongviec.engine.world import Actor
from luongviec.services.platform import Platform
from luongviec.services.record_page.reading import record_page
from luongviec.services.records import changing
from luongviec_demo.clock import MovingClock
from luongviec_demo.organisation import Body, Organisation
from luongviec_demo.tasks import TaskMaker
from luongviec_demo.words import Phrases

CONFIRMED = Answers(confirmed=True)
PROVINCE_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Invited:
    """Who prepares a meeting that is looked at, and who comes to it."""

    clerk: int
    people: Sequence[int]
    guest: int
    unit: int


class MeetingMaker:
    """Makes meetings of the province and of its bodies."""

    def __init__(
        self, platform: Platform, clock: MovingClock, organisation: Organisation, words: Mapping[str, Any],
        tasks: TaskMaker, draw: random.Random,
    ) -> None:  # fmt: skip
        self.platform = platform
        self.clock = clock
        self.organisation = organisation
        self.words = words
        self.tasks = tasks
        self.draw = draw
        self.phrases = Phrases({**tasks.words, **words}, draw, year=str(clock.end.year))
        self.rooms: list[int] = []
        self.skipped = 0
        self._hosts = [b for b in organisation.of_kind("department", "district") if b.people("meeting.clerk")]

    def make_rooms(self) -> None:
        """Enter the meeting rooms of the province."""
        root = self.organisation.bodies[self.organisation.root]
        clerk = Actor(root.people("meeting.clerk")[0])
        for room in self.words["rooms"]:
            raw = {**room, "unit": [root.id]}
            self.rooms.append(changing.create_record(self.platform, clerk, "room", raw).record_id)

    def make(self, starts_at: datetime) -> None:
        """Make one meeting that begins at a moment, as far as its time has come."""
        root = self.organisation.bodies[self.organisation.root]
        host = (
            root if self.draw.random() < PROVINCE_SHARE or not self._hosts else self.draw.choice(self._hosts)
        )
        self.clock.go_to(min(starts_at, self.clock.end) - timedelta(days=self.draw.randint(3, 9), hours=2))
        self._play(_Meeting(self, host, starts_at))

    def make_for(self, invited: Invited, starts_at: datetime, minutes: int) -> None:
        """Make a meeting of the province that a clerk prepares and to which certain people come."""
        root = self.organisation.bodies[self.organisation.root]
        self.clock.go_to(min(starts_at, self.clock.end) - timedelta(days=3, hours=2))
        meeting = _Meeting(self, root, starts_at, minutes)
        meeting.clerk = Actor(invited.clerk)
        meeting.contributor = invited.people[-1]
        meeting.attendees = list(dict.fromkeys((*invited.people, *meeting.attendees)))[:10]
        meeting.others = {"guest": [invited.guest], "invited_unit": [invited.unit]}
        meeting.lively = True
        self._play(meeting)

    def _play(self, meeting: _Meeting) -> None:
        try:
            meeting.play()
        except LuongViecError:
            if meeting.record_id is None:
                raise
            self.skipped += 1


class _Meeting:
    """One meeting while it is prepared and held."""

    def __init__(self, maker: MeetingMaker, host: Body, starts_at: datetime, minutes: int = 0) -> None:
        self.maker = maker
        self.draw = maker.draw
        self.host = host
        self.starts_at = starts_at
        self.minutes = minutes or self.draw.choice((60, 90, 120, 180))
        self.record_id: int | None = None
        self.clerk = Actor(self.draw.choice(host.people("meeting.clerk")))
        self.attendees = self._attendees()
        self.contributor: int | None = None
        self.others: dict[str, list[int]] = {}
        self.lively = False  # people come, speak and vote while one looks on
        self.items: list[int] = []
        self.subject = maker.phrases.fill(
            self.draw.choice(maker.words["subjects"]), week=str(starts_at.isocalendar().week)
        )

    def _attendees(self) -> list[int]:
        bodies = self.maker.organisation.of_kind("department", "district")
        if self.host.id == self.maker.organisation.root:
            found = [
                one
                for body in self.draw.sample(bodies, min(len(bodies), 5))
                for one in body.people("meeting.head")
            ]
            found += self.host.people("assigning.leader")[:1]
        else:
            found = list(self.host.people("meeting.member", "executing.officer", "meeting.head"))
        return [one for one in dict.fromkeys(found) if one != self.clerk.user_id][:8]

    def play(self) -> None:
        """Prepare, invite, hold and close, as far as the time has come."""
        now = self.maker.clock.end
        self._create()
        self._agenda()
        papers = self._papers()
        if self.starts_at - now > timedelta(days=6):
            return
        for paper in papers:
            self._judge(paper)
        self._act("confirm_preparation")
        self._read(papers)
        if self.draw.random() < 0.05:
            self._act("postpone", reason=self.draw.choice(self.maker.words["postponements"]))
            return
        self._replies()
        if self.starts_at <= now:
            self._hold(now)

    def _create(self) -> None:
        maker = self.maker
        ends_at = self.starts_at + timedelta(minutes=self.minutes)
        raw: dict[str, object] = {
            "subject": self.subject,
            "host": [self.host.id],
            "starts_at": self.starts_at.isoformat(),
            "ends_at": ends_at.isoformat(),
            "room": self.draw.choice(maker.rooms),
            "chair": self.attendees[:1],
            "attendee": self.attendees[1:],
            "document_contributor": [self._contributor().user_id],
            **self.others,
            **({"quorum_percent": 50} if self.lively else {}),
            "invitation": [maker.tasks.file(self.clerk, "Giấy mời.pdf", self.subject)],
        }
        self.ends_at = ends_at
        made = changing.create_record(maker.platform, self.clerk, "meeting", raw, answers=CONFIRMED)
        self.record_id = made.record_id

    def _child(self, actor: Actor, module: str, relation: str, raw: Mapping[str, object]) -> int:
        made = changing.create_record(
            self.maker.platform,
            actor,
            module,
            raw,
            owner_id=self.record_id,
            relation=relation,
            answers=CONFIRMED,
        )
        return made.record_id

    def _act(self, action: str, **raw: object) -> None:
        if self.record_id is not None:
            changing.act(self.maker.platform, self.clerk, self.record_id, action, raw, answers=CONFIRMED)

    def _agenda(self) -> None:
        for subject in self.maker.words["items"][: self.draw.randint(3, 5)]:
            raw: dict[str, object] = {"subject": subject, "minutes": self.draw.choice((10, 15, 20, 30))}
            if self.attendees:
                raw["presenter"] = self.draw.choice(self.attendees)
            self.items.append(self._child(self.clerk, "agenda_item", "agenda", raw))

    def _papers(self) -> list[int]:
        made = []
        for name in self.draw.sample(self.maker.words["papers"], self.draw.randint(1, 3)):
            self.maker.clock.pass_some(self.draw, until=self.starts_at - timedelta(hours=4))
            file_id = self.maker.tasks.file(self._contributor(), name, self.subject)
            raw: dict[str, object] = {"name": name.removesuffix(".pdf"), "files": [file_id]}
            if self.items:
                raw["item"] = self.items[len(made) % len(self.items)]
            made.append(self._child(self._contributor(), "meeting_document", "documents", raw))
        return made

    def _contributor(self) -> Actor:
        """Give who brings the papers: somebody invited, or else the clerk."""
        invited = self.contributor or next(iter(self.attendees), None)
        return self.clerk if invited is None else Actor(invited)

    def _judge(self, paper: int) -> None:
        action = "approve"
        raw: dict[str, object] = {}
        if self.draw.random() < 0.06:
            action, raw = "reject", {"reason": self.draw.choice(self.maker.words["rejections"])}
        changing.act(self.maker.platform, self.clerk, paper, action, raw, answers=CONFIRMED)

    def _read(self, papers: Sequence[int]) -> None:
        """Let more than half of them open each paper."""
        for paper in papers:
            for who in self.attendees:
                if self.draw.random() < 0.7:
                    with contextlib.suppress(NotFound):
                        record_page(self.maker.platform, Actor(who), paper)

    def _replies(self) -> None:
        """Let the first ones answer the invitation."""
        for who in self.attendees[1:4]:
            coming = self.draw.random() < 0.8
            raw = (
                {"reply": "coming"}
                if coming
                else {"reply": "not_coming", "reply_reason": self.words("excuses")}
            )
            self._of(who, "answer_invitation", **raw)

    def _of(self, who: int, action: str, **raw: object) -> None:
        if self.record_id is not None:
            changing.act(self.maker.platform, Actor(who), self.record_id, action, raw, answers=CONFIRMED)

    def words(self, code: str) -> str:
        return str(self.draw.choice(self.maker.words[code]))

    def _be_lively(self) -> None:
        """Let two ask for the floor, some give feedback, the second item be on and a vote be open."""
        self._act("open_feedback")
        one, other = self.attendees[1], self.attendees[2]
        last = min(self.maker.clock.end - timedelta(minutes=4), self.ends_at - timedelta(minutes=30))
        self.maker.clock.go_to(max(self.starts_at, last))
        self._child(Actor(one), "feedback", "feedback", {"text": self.words("feedback")})
        speech = self._child(Actor(one), "speech_request", "speeches", {"topic": self.words("items")})
        self._child(Actor(other), "speech_request", "speeches", {"topic": self.words("items")})
        changing.act(self.maker.platform, self.clerk, speech, "call", {}, answers=CONFIRMED)
        for item in self.items[:2]:
            changing.act(self.maker.platform, self.clerk, item, "begin", {}, answers=CONFIRMED)
        vote = self._child(self.clerk, "vote", "votes", {"motion": self.words("motions")})
        changing.act(self.maker.platform, self.clerk, vote, "begin_vote", {}, answers=CONFIRMED)
        self._child(
            self.clerk,
            "conclusion",
            "conclusions",
            {
                "text": self.maker.phrases.fill(
                    self.words("conclusions"), day=f"{self.ends_at + timedelta(days=14):%d/%m/%Y}"
                ),
                "unit": self.host.id,
                "due_at": (self.ends_at + timedelta(days=14)).isoformat(),
            },
        )

    def _hold(self, now: datetime) -> None:
        self.maker.clock.go_to(self.starts_at)
        is_lively = self.lively and len(self.attendees) > 2
        if is_lively:
            for who in (*self.attendees[: max(2, len(self.attendees) - 2)], *self.others.get("guest", ())):
                self._of(who, "check_in")
        self._act("start")
        if is_lively:
            self._be_lively()
        if self.ends_at > now:
            return
        self.maker.clock.go_to(self.ends_at - timedelta(minutes=5))
        for text in self.draw.sample(self.maker.words["conclusions"], self.draw.randint(1, 2)):
            day = f"{self.ends_at + timedelta(days=14):%d/%m/%Y}"
            raw = {"text": self.maker.phrases.fill(text, day=day)}
            self._child(self.clerk, "conclusion", "conclusions", raw)
        self.maker.clock.go_to(self.ends_at)
        reason = Answers(confirmed=True, reason=self.maker.words["close_reason"])
        if self.record_id is not None:
            changing.act(self.maker.platform, self.clerk, self.record_id, "close", {}, answers=reason)
