"""The work of the printed accounts: something to see in every list, whoever signs in.

The rest of the scenario is drawn; here it is said who gives what to whom and when it is due, so that
each of these people has work that is late, due today, due soon and still has time, results that wait
for approval, and meetings that run and that are prepared.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from luongviec.engine.planning.plan import Answers
from luongviec.engine.world import Actor
from luongviec.services.lists.reading import ListRequest, list_records
from luongviec.services.records.changing import act, create_record
from luongviec_demo.clock import ZONE, MovingClock, deadline, working_moment
from luongviec_demo.meetings import Invited, MeetingMaker
from luongviec_demo.organisation import Body, Organisation
from luongviec_demo.tasks import Pairing, TaskMaker, Wish

LEADER, FOLLOWER, CONTACT, OFFICER, CLERK = "lanhdao", "theodoi", "daumoi", "chuyenvien", "vanthu"
GUEST, INVITED_UNIT = "khachmoi", "Sở Tài chính"
UNIT = "Sở Xây dựng"

#: Story, days until it is due, and how many days ago it began; first what the officer does.
OFFICERS_TASKS: Sequence[tuple[str, int, int]] = (
    ("passed_on_reported", -3, 12), ("passed_on_sent_back", -1, 9), ("passed_on_reported", 0, 8),
    ("passed_on", 0, 2), ("passed_on_reported", 1, 7), ("passed_on", 1, 1), ("passed_on_reported", 2, 6),
    ("passed_on", 4, 1), ("passed_on_reported", 6, 5), ("passed_on", 8, 1), ("passed_on_reported", 12, 4),
    ("passed_on_sent_back", 14, 4), ("passed_on", 18, 2), ("passed_on_reported", 25, 3),
    ("passed_on_completed", 2, 6), ("passed_on_completed", 3, 5), ("passed_on_completed", 9, 3),
    ("passed_on_completed", 0, 7),
)  # fmt: skip
CONTACTS_TASKS: Sequence[tuple[str, int, int]] = (
    ("accepted", -2, 14), ("fresh", 0, 2), ("reported", 0, 9), ("fresh", 1, 1), ("accepted", 2, 5),
    ("fresh", 3, 1), ("reported", 5, 6), ("fresh", 7, 1), ("accepted", 10, 3), ("fresh", 15, 2),
    ("reported", 21, 4), ("fresh", 30, 1), ("completed", 4, 4), ("completed", 6, 3), ("refused", 9, 3),
)  # fmt: skip
PARTS_EVERY = 4  # one in so many of the contact's tasks has parts
FINISHED = 30
#: More time that the officer asks for: hours ago, days, why, and what the leader answers, if he has.
REQUESTS: Sequence[tuple[int, int, str, str]] = (
    (47, 7, "Địa phương gửi số liệu chậm, cần thêm thời gian tổng hợp.", "grant"),
    (45, 20, "Cần lấy ý kiến thêm hai sở.", "deny"),
    (5, 5, "Đang chờ kết quả thẩm định.", ""),
    (4, 10, "Khối lượng khảo sát lớn hơn dự kiến.", ""),
)
ABSENT_DAYS = 5
WAITING_ELSEWHERE = 8
#: When the clerk's meetings begin, in hours from now, and how long they last.
MEETINGS_NOW: Sequence[tuple[float, int]] = ((-0.7, 120), (3, 90))
MEETING_DAYS: Sequence[tuple[int, int]] = (
    (-1, 14),  # closed, with its minutes
    (1, 8),
    (2, 14),
    (3, 8),
    (5, 8),
    (7, 14),
    (8, 8),
    (10, 8),
    (13, 14),
)


class AccountsWork:
    """Makes what the printed accounts have before them."""

    def __init__(
        self, organisation: Organisation, clock: MovingClock, tasks: TaskMaker, meetings: MeetingMaker,
        draw: random.Random,
    ) -> None:  # fmt: skip
        self.organisation = organisation
        self.clock = clock
        self.tasks = tasks
        self.meetings = meetings
        self.draw = draw
        self.leader, self.follower, self.contact, self.officer, self.clerk = map(
            organisation.account, (LEADER, FOLLOWER, CONTACT, OFFICER, CLERK)
        )

    @property
    def count(self) -> int:
        """How many steps there are in all."""
        tasks = len(OFFICERS_TASKS) + len(CONTACTS_TASKS) + FINISHED + WAITING_ELSEWHERE
        return tasks + len(MEETINGS_NOW) + len(MEETING_DAYS) + len(REQUESTS) + 1

    def make_tasks(self) -> Iterator[None]:
        """Make the tasks, one at each step."""
        root = self.organisation.bodies[self.organisation.root]
        pairing = self.tasks.pairing(root, self.organisation.named(UNIT))
        for story, due_in, age in OFFICERS_TASKS:
            self._make(pairing, story, due_in, age, officer=self.officer)
            yield
        for number, (story, due_in, age) in enumerate(CONTACTS_TASKS):
            self._make(pairing, story, due_in, age, parts=2 if number % PARTS_EVERY == 0 else 0)
            yield
        for number in range(FINISHED):
            age = self.draw.randint(15, 120)
            story = "passed_on_approved" if number % 2 else "approved"
            self._make(pairing, story, self.draw.randint(3, 12) - age, age, officer=self.officer)
            yield
        for body in self._other_departments()[:WAITING_ELSEWHERE]:
            at, due_in = self.draw.randint(2, 6), self.draw.randint(-1, 9)
            wish = Wish("completed", creator=self.follower, assigner=self.leader, due_in=due_in)
            self.tasks.make_wished(self._moment(at), self.tasks.pairing(root, body), wish)
            yield

    def _other_departments(self) -> list[Body]:
        return [
            body
            for body in self.organisation.of_kind("department", "district")
            if body.name != UNIT and body.people("executing.follower", "executing.head")
        ]

    def _make(
        self,
        pairing: Pairing,
        story: str,
        due_in: int,
        age: int,
        *,
        officer: int | None = None,
        parts: int = 0,
    ) -> None:
        wish = Wish(story, self.follower, self.leader, self.contact, officer, due_in, parts)
        self.tasks.make_wished(self._moment(age), pairing, wish)

    def _moment(self, days: int) -> datetime:
        today = self.clock.end.replace(hour=0, minute=0, second=0)
        return min(working_moment(today - timedelta(days=days), self.draw), self.clock.end)

    def make_requests(self) -> Iterator[None]:
        """Let the officer ask for more time for some of what he does; the leader has answered two."""
        platform, answers = self.tasks.platform, Answers(confirmed=True)
        asked = ListRequest("task", "assigned_to_me", split="doing", page_size=len(REQUESTS))
        rows = list_records(platform, Actor(self.officer), asked).rows
        for row, (hours, days, why, answer) in zip(rows, REQUESTS, strict=False):
            self.clock.go_to(self.clock.end - timedelta(hours=hours))
            raw = {"new_due": deadline(self.clock.end, days).isoformat(), "why": why}
            made = create_record(
                platform, Actor(self.officer), "extension_request", raw,
                owner_id=row.record.id, relation="extensions", answers=answers,
            )  # fmt: skip
            if answer:
                self.clock.go_to(self.clock.end - timedelta(hours=hours - 3))
                reason = {} if answer == "grant" else {"reason": "Hạn chung của tỉnh, không lùi được."}
                act(platform, Actor(self.leader), made.record_id, answer, reason, answers=answers)
            yield

    def make_absence(self) -> Iterator[None]:
        """Let the leader be away for some days: the one who creates his tasks acts for him in meetings."""
        self.clock.go_to(self.clock.end - timedelta(hours=2))
        today = (self.clock.end + ZONE).date()
        raw = {
            "person": [self.leader], "deputy": [self.follower], "from_day": today.isoformat(),
            "to_day": (today + timedelta(days=ABSENT_DAYS)).isoformat(), "areas": ["meeting"],
            "reason": "Đi công tác",
        }  # fmt: skip
        create_record(
            self.tasks.platform, Actor(self.leader), "substitution", raw, answers=Answers(confirmed=True)
        )
        yield

    def make_meetings(self) -> Iterator[None]:
        """Make meetings that run, come today and come in the next weeks, one at each step."""
        people = (self.leader, self.follower, self.contact, self.officer)
        for hours, minutes in MEETINGS_NOW:
            self.meetings.make_for(self._invited(people), self.clock.end + timedelta(hours=hours), minutes)
            yield
        midnight = (self.clock.end + ZONE).replace(hour=0, minute=0, second=0) - ZONE
        for number, (day, hour) in enumerate(MEETING_DAYS):
            starts_at = midnight + timedelta(days=day, hours=hour)
            self.meetings.make_for(self._invited(people[: 3 + number % 2]), starts_at, 120)
            yield

    def _invited(self, people: Sequence[int]) -> Invited:
        unit = self.organisation.named(INVITED_UNIT).id
        return Invited(self.clerk, people, self.organisation.account(GUEST), unit)
