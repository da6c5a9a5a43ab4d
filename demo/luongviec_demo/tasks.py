"""Tasks with their histories: assigned, forwarded, refused, reported on, completed, judged."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from luongviec.engine.errors import LuongViecError
from luongviec.engine.planning.plan import Answers
from luongviec.engine.world import Actor
from luongviec.services.files import keeping
from luongviec.services.platform import Platform
from luongviec.services.records import changing
from luongviec_demo.clock import MovingClock, deadline
from luongviec_demo.organisation import Body, Organisation
from luongviec_demo.words import Phrases, small_pdf

CONFIRMED = Answers(confirmed=True)
#: How a task goes: the steps taken, and how often it goes so.
STORIES: Mapping[str, int] = {
    "fresh": 9,
    "accepted": 14,
    "reported": 14,
    "forwarded": 10,
    "refused": 4,
    "reassigned": 3,
    "completed": 11,
    "approved": 26,
    "sent_back": 4,
    "redone": 3,
    "cancelled": 2,
}
#: Old tasks are mostly done: these stories leave a task open.
OPEN_STORIES = frozenset(
    {"fresh", "accepted", "reported", "forwarded", "refused", "reassigned", "completed", "sent_back"}
)
FINISHED_STORIES = frozenset({"approved", "redone", "passed_on_approved"})
OPEN_DAYS = 45  # what was assigned longer ago has mostly been finished
FINISHED_LATE = 0.97
#: When open tasks are due, in days from the end of the scenario, and how often.
OPEN_DEADLINES: Mapping[tuple[int, int], int] = {
    (-10, -1): 9,
    (0, 0): 5,
    (1, 2): 11,
    (3, 9): 35,
    (10, 35): 40,
}
SPLIT_STORIES = frozenset({"accepted", "reported", "forwarded"})
SPLIT_SHARE = 0.25  # of the tasks at work that have parts, given to units below


@dataclass(frozen=True, slots=True)
class Wish:
    """What is not drawn of a task: who has to do with it, how it goes, when it is due."""

    story: str | None = None
    creator: int | None = None
    assigner: int | None = None
    assignee: int | None = None
    officer: int | None = None
    due_in: int | None = None  # days from the end of the scenario
    parts: int = 0


NO_WISH = Wish()


@dataclass(frozen=True, slots=True)
class Pairing:
    """Who assigns to whom: an assigning unit and one directly below it that has people."""

    assigning: Body
    executing: Body
    weight: int


class TaskMaker:
    """Makes tasks, one after the other, each with its own story."""

    def __init__(
        self, platform: Platform, clock: MovingClock, organisation: Organisation, words: Mapping[str, Any],
        draw: random.Random,
    ) -> None:  # fmt: skip
        self.platform = platform
        self.clock = clock
        self.organisation = organisation
        self.words = words
        self.draw = draw
        self.phrases = Phrases(words, draw, year=str(clock.end.year))
        self._pairings = _pairings(organisation)
        self._weights = [pairing.weight for pairing in self._pairings]
        self._documents: dict[int, int] = {}
        self.skipped = 0

    def make(self, at: datetime) -> None:
        """Make one task at a moment and play its story."""
        self.make_wished(at, self.draw.choices(self._pairings, self._weights)[0], NO_WISH)

    def make_wished(self, at: datetime, pairing: Pairing, wish: Wish) -> None:
        """Make one task as it is wished; what the wish leaves open is drawn."""
        self.clock.go_to(at)
        task = _Task(self, pairing, wish.story or self._story(at), wish)
        try:
            task.play()
        except LuongViecError:
            if task.record_id is None:
                raise
            self.skipped += 1  # a step that this unit's people may not take: the task stays where it is

    def pairing(self, assigning: Body, executing: Body) -> Pairing:
        """Give how one unit assigns to another."""
        return Pairing(assigning, executing, 1)

    def below(self, body: Body) -> Sequence[Body]:
        """Give the units to which a unit may pass on parts of its work."""
        return [one.executing for one in self._pairings if one.assigning.id == body.id]

    def due(self, at: datetime, story: str, wish: Wish) -> datetime:
        """Give a deadline: open tasks are seldom overdue, finished ones had the time they needed."""
        if wish.due_in is not None:
            return deadline(self.clock.end, wish.due_in)
        given = at + timedelta(days=self.draw.choice((3, 5, 7, 10, 14, 20, 30, 45)))
        if story in OPEN_STORIES:
            first, last = self.draw.choices(list(OPEN_DEADLINES), list(OPEN_DEADLINES.values()))[0]
            found = deadline(self.clock.end, self.draw.randint(first, last))
            return found if found > at + timedelta(days=1) else max(given, found)
        return given.replace(hour=10, minute=0, second=0)

    def _story(self, at: datetime) -> str:
        story = self.draw.choices(list(STORIES), list(STORIES.values()))[0]
        old = self.clock.end - at > timedelta(days=OPEN_DAYS)
        if old and story in OPEN_STORIES and self.draw.random() < FINISHED_LATE:
            return "approved"
        return story

    # --- Parts that several tasks share -------------------------------------------------------------

    def document(self, actor: Actor, unit_id: int, title: str) -> int | None:
        """Give a source document of a unit, sometimes a new one."""
        known = self._documents.get(unit_id)
        if known is not None and self.draw.random() < 0.6:
            return known
        kind = self.draw.choice(self.words["documents"]["kinds"])
        issuer = self.draw.choice(self.words["documents"]["issuers"])
        number = self.draw.randint(12, 4800)
        raw: dict[str, object] = {
            "issuer": [unit_id],
            "symbol": f"{number}/{kind['sign']}",
            "dated": (self.clock() - timedelta(days=self.draw.randint(0, 6))).date().isoformat(),
            "issuing_unit": issuer,
            "abstract": f"V/v {title[0].lower()}{title[1:]}",
        }
        if self.draw.random() < 0.3:
            raw["files"] = [self.file(actor, f"{kind['name']} {number}.pdf", title)]
        made = changing.create_record(self.platform, actor, "source_document", raw, answers=CONFIRMED)
        self._documents[unit_id] = made.record_id
        return made.record_id

    def file(self, actor: Actor, name: str, title: str) -> int:
        """Upload a small file."""
        content = io.BytesIO(small_pdf((name, title[:80])))
        return keeping.upload(self.platform, actor, name, content).id


class _Task:
    """One task while its story is played."""

    def __init__(self, maker: TaskMaker, pairing: Pairing, story: str, wish: Wish) -> None:
        self.maker = maker
        self.pairing = pairing
        self.story = story
        self.wish = wish
        self.draw = maker.draw
        self.phrases = maker.phrases
        self.record_id: int | None = None
        self.copies: dict[int, int] = {}  # the tasks of coordinating units → their unit
        assigning, executing = pairing.assigning, pairing.executing
        creators = assigning.people("assigning.creator", "assigning.head")
        self.creator = Actor(wish.creator or self.draw.choice(creators))
        self.assigners = assigning.people("assigning.leader", "assigning.head") or self._above()
        self.contacts = executing.people("executing.follower", "executing.head")
        self.officers = executing.people("executing.officer", "executing.leader") or self.contacts
        self.assignee = Actor(wish.assignee or self.draw.choice(self.contacts))
        self.due = maker.due(maker.clock(), story, wish)
        self.title = self.phrases.draw("titles")

    def _above(self) -> tuple[int, ...]:
        """Leaders of the nearest unit above that has some: they lead the units below too."""
        bodies = self.maker.organisation.bodies
        body: Body | None = self.pairing.assigning
        while body is not None:
            found = body.people("assigning.leader", "assigning.head")
            if found:
                return found
            body = bodies.get(body.parent) if body.parent is not None else None
        return ()

    def play(self) -> None:
        """Assign the task, then take the steps of its story."""
        self._assign()
        _STEPS[self.story](self)
        for copy_id, unit_id in self.copies.items():
            self._coordinate(copy_id, self.maker.organisation.bodies[unit_id])
        if self.wish.parts or (self.story in SPLIT_STORIES and self.draw.random() < SPLIT_SHARE):
            self._split(self.wish.parts or self.draw.randint(1, 3))
        if self.draw.random() < 0.12:
            self._comment()

    # --- Steps --------------------------------------------------------------------------------------

    def _assign(self) -> None:
        maker, draw = self.maker, self.draw
        coordinating: list[int] = []
        assigner = self.wish.assigner or draw.choice(self.assigners)
        row: dict[str, object] = {
            "executing": [self.pairing.executing.id],
            "assignee": [self.assignee.user_id],
            "due_at": self.due.isoformat(),
        }
        raw: dict[str, object] = {
            "assigning": [self.pairing.assigning.id],
            "assigner": [assigner],
            "name": self.title,
            "priority": draw.choices(("normal", "high", "urgent", "low", "none"), (60, 20, 10, 7, 3))[0],
            "directive": draw.choice(maker.words["directives"]),
            "recipients": [row],
        }
        if draw.random() < 0.25:
            raw["document"] = maker.document(self.creator, self.pairing.assigning.id, self.title)
        if draw.random() < 0.08:
            row["coordinating"] = coordinating = self._coordinating()
        made = changing.create_record(maker.platform, self.creator, "task", raw, answers=CONFIRMED)
        self.record_id = made.record_id
        copies = [one for one in made.made if one != made.record_id]
        self.copies = dict(zip(copies, coordinating, strict=False))

    def _coordinate(self, copy_id: int, body: Body) -> None:
        """Play the part of a coordinating unit: it ends with the task, or is at work like it."""
        maker, draw = self.maker, self.draw
        contact = Actor(draw.choice(body.people("executing.follower", "executing.head")))

        def act(actor: Actor, action: str, **raw: object) -> None:
            maker.clock.pass_some(draw)
            changing.act(maker.platform, actor, copy_id, action, raw, answers=CONFIRMED)

        act(contact, "accept")
        if self.story in FINISHED_STORIES:
            file_id = maker.file(contact, draw.choice(maker.words["result_files"]), self.title)
            act(contact, "complete", text=draw.choice(maker.words["completions"]), files=[file_id])
            if self.creator != contact:
                act(self.creator, "approve_result")

    def _coordinating(self) -> list[int]:
        bodies = self.maker.organisation.bodies
        others = [
            one
            for one in self.pairing.assigning.children
            if one != self.pairing.executing.id and bodies[one].people("executing.follower", "executing.head")
        ]
        return self.draw.sample(others, min(len(others), self.draw.randint(1, 2)))

    def _split(self, count: int) -> None:
        """Pass parts of the task on to units below, as its own unit's creator does."""
        maker, own = self.maker, self.pairing.executing
        places = maker.below(own)
        creators = own.people("assigning.creator", "assigning.head")
        assigners = own.people("assigning.leader", "assigning.head")
        if not places or not creators or not assigners:
            return
        for part, body in enumerate(self.draw.sample(places, min(len(places), count))):
            maker.clock.pass_some(self.draw)
            contact = self.draw.choice(body.people("executing.follower", "executing.head"))
            row = {"executing": [body.id], "assignee": [contact], "due_at": self.due.isoformat()}
            raw: dict[str, object] = {
                "assigning": [own.id], "assigner": [self.draw.choice(assigners)],
                "name": self.phrases.draw("parts"), "priority": "normal", "recipients": [row],
            }  # fmt: skip
            made = changing.create_record(
                maker.platform, Actor(creators[0]), "task", raw, owner_id=self.record_id, relation="children",
                answers=CONFIRMED,
            ).record_id  # fmt: skip
            for step in ("accept",) * (part < 2):
                maker.clock.pass_some(self.draw)
                changing.act(maker.platform, Actor(contact), made, step, {}, answers=CONFIRMED)

    def _act(self, actor: Actor, action: str, **raw: object) -> None:
        if self.record_id is None:
            raise RuntimeError("the task is not made yet")
        self.maker.clock.pass_some(self.draw)
        changing.act(self.maker.platform, actor, self.record_id, action, raw, answers=CONFIRMED)

    def _accept(self) -> None:
        self._act(self.assignee, "accept")

    def _forward(self) -> None:
        others = [one for one in self.officers if one != self.assignee.user_id]
        others = [self.wish.officer] if self.wish.officer else others
        if others:
            to = self.draw.choice(others)
            self._act(
                self.assignee, "forward", to=to, reason=self.draw.choice(self.maker.words["forward_notes"])
            )
            self.assignee = Actor(to)

    def _report(self) -> None:
        if self.record_id is None:
            return
        self.maker.clock.pass_some(self.draw)
        raw: dict[str, object] = {
            "text": self.draw.choice(self.maker.words["progress"]),
            "percent": self.draw.choice((10, 20, 30, 40, 50, 60, 70, 80, 90)),
        }
        changing.create_record(
            self.maker.platform, self.assignee, "progress_entry", raw, owner_id=self.record_id,
            relation="progress", answers=CONFIRMED,
        )  # fmt: skip

    def _complete(self) -> None:
        name = self.draw.choice(self.maker.words["result_files"])
        file_id = self.maker.file(self.assignee, name, self.title)
        self._act(
            self.assignee, "complete", text=self.draw.choice(self.maker.words["completions"]), files=[file_id]
        )

    def _judge(self, action: str, **raw: object) -> None:
        """The creator follows what he made; who also carries it out may not judge it."""
        self._act(self.creator if self.creator != self.assignee else Actor(self.assigners[0]), action, **raw)

    def _approve(self) -> None:
        self._judge("approve_result")

    def _send_back(self) -> None:
        self._judge("send_back", reason=self.draw.choice(self.maker.words["send_backs"]))

    def _refuse(self) -> None:
        self._act(self.assignee, "refuse", reason=self.draw.choice(self.maker.words["refusals"]))

    def _reassign(self) -> None:
        to = self.draw.choice(self.officers)
        self._act(self.creator, "reassign", to=to)
        self.assignee = Actor(to)

    def _cancel(self) -> None:
        self._act(self.creator, "cancel", reason=self.draw.choice(self.maker.words["cancellations"]))

    def _comment(self) -> None:
        if self.record_id is not None:
            self.maker.clock.pass_some(self.draw)
            text = self.draw.choice(self.maker.words["comments"])
            changing.comment(self.maker.platform, self.creator, self.record_id, text)


def _steps(*names: str) -> Callable[[_Task], None]:
    def play(task: _Task) -> None:
        for name in names:
            getattr(task, f"_{name}")()

    return play


_STEPS: Mapping[str, Callable[[_Task], None]] = {
    "fresh": _steps(),
    "accepted": _steps("accept"),
    "reported": _steps("accept", "report"),
    "forwarded": _steps("forward", "accept"),
    "refused": _steps("refuse"),
    "reassigned": _steps("refuse", "reassign"),
    "completed": _steps("accept", "complete"),
    "approved": _steps("accept", "complete", "approve"),
    "sent_back": _steps("accept", "complete", "send_back"),
    "redone": _steps("accept", "complete", "send_back", "complete", "approve"),
    "cancelled": _steps("cancel"),
    "passed_on": _steps("forward"),
    "passed_on_reported": _steps("forward", "accept", "report"),
    "passed_on_completed": _steps("forward", "accept", "report", "complete"),
    "passed_on_sent_back": _steps("forward", "accept", "complete", "send_back"),
    "passed_on_approved": _steps("forward", "accept", "report", "complete", "approve"),
}


def _pairings(organisation: Organisation) -> Sequence[Pairing]:
    """Give who may assign to whom, the province's own work more often."""
    found = []
    for body in organisation.bodies.values():
        if not body.people("assigning.creator", "assigning.head"):
            continue
        for child_id in body.children:
            child = organisation.bodies[child_id]
            if child.people("executing.follower", "executing.head"):
                weight = 8 if child.kind in ("department", "district") else 1
                found.append(Pairing(body, child, weight))
    return found
