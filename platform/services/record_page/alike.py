"""A block drawn once for all who see the same of it (M-33, A-18).

When something changes, everybody who looks on fetches the same block at once. It is worked out for one
of them; the others get it if they stand alike before every record that was looked at for him. What is
compared is what each may see and do there (`engine.deciding.likeness`), and what conditions that ask
about the person come to (`engine.deciding.personal`), both anew for everyone at every fetch. Never
shared: what asks about him in another way, what carries his session, and whatever somebody sees who
stands in for others. A drawing counts as long as nothing is heard of the record, definitions and
organisation are the same, and a few seconds at most; without a hub that hears of changes nothing is
kept.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from luongviec.engine.deciding.likeness import Likeness, Part, likeness, sight, stands_alone
from luongviec.engine.deciding.personal import Question, noting_persons
from luongviec.engine.deciding.standing import Standing
from luongviec.engine.errors import NotFound
from luongviec.engine.world import Actor, RecordState
from luongviec.services.platform import Platform, Work
from luongviec.services.record_page.blocks import SHARED_KINDS
from luongviec.services.record_page.reading import live_part
from luongviec.services.showing import Showing
from luongviec.services.telling.live import LiveHub
from luongviec.services.views import RecordPage
from luongviec.store.definitions.workspaces import Published
from luongviec.store.organisation.snapshot import Organisation
from luongviec.store.world import Read

LONGEST_SECONDS = 3.0
MOST_SHELVES = 64
MOST_QUESTIONS = 20  # about a person; who must be asked more gets a drawing of his own
MOST_DRAWINGS = 8  # of one block, for people who stand differently

Drawn = TypeVar("Drawn")
#: Which block, and all else that the drawing depends on: language, addresses.
Key = tuple[int, int, Hashable]


@dataclass(frozen=True, slots=True)
class Drawing(Generic[Drawn]):
    """What was drawn for somebody, how he stood before each record, and what was asked about him."""

    drawn: Drawn
    seen: tuple[tuple[RecordState, bool], ...]  # of which nothing but this was decided
    stood: tuple[tuple[RecordState, Part | None, Likeness], ...]  # and of which but a part, if but a part
    questions: tuple[Question, ...]

    def fits(self, standing: Standing) -> bool:
        """Whether the same comes out for another as for him for whom it was drawn."""
        return (
            all(likeness(standing, record, part) == found for record, part, found in self.stood)
            and all(sight(standing, record) == found for record, found in self.seen)
            and all(question.fits(standing.world, standing.actor) for question in self.questions)
        )


@dataclass(slots=True)
class Shelf(Generic[Drawn]):
    """The drawings of one block as things stand, and the records that were read for them."""

    mark: object
    published: Published
    organisation: Organisation
    since: float
    read: Read | None = None
    drawings: list[Drawing[Drawn]] = field(default_factory=list)
    drawing: threading.Lock = field(default_factory=threading.Lock)

    def holds(self, mark: object, work: Work) -> bool:
        """Whether what lies here is still true."""
        return (
            self.mark == mark
            and self.published is work.world.published
            and self.organisation is work.world.organisation
            and time.monotonic() - self.since < LONGEST_SECONDS
        )

    def fitting(self, standing: Standing) -> Drawing[Drawn] | None:
        """Give the drawing for somebody who stands alike; he then looks with what was read for it."""
        if self.read is not None:
            standing.world.recall(self.read)  # type: ignore[attr-defined]
        return next((one for one in tuple(self.drawings) if one.fits(standing)), None)


@dataclass(eq=False)
class SharedDrawings(Generic[Drawn]):
    """The drawings of one process."""

    hub: LiveHub
    made: int = 0  # so many were drawn, for tests and measurements
    _shelves: OrderedDict[Key, Shelf[Drawn]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def block(
        self,
        platform: Platform,
        actor: Actor,
        record_id: int,
        place: int,
        manner: Hashable,
        draw: Callable[[RecordPage], Drawn],
    ) -> Drawn:
        """Give one block of a record's page as this person sees it.

        Args:
            platform: the running platform.
            actor: who looks.
            record_id: the record.
            place: the block's place in the module.
            manner: what else the drawing depends on, such as the language.
            draw: draws a page that holds this block alone.

        Raises:
            NotFound: no such record, or not this person's to see.
        """
        mark = self.hub.heard_of(record_id)  # before anything is read
        with platform.reading() as work:
            showing = Showing(work, actor)
            if mark is None or work.writes or not stands_alone(showing.standing):
                self.made += 1
                return draw(_page(showing, record_id, place))
            shelf = self._shelf((record_id, place, (manner, showing.language)), mark, work)
            found = shelf.fitting(showing.standing)
            if found is not None:
                return found.drawn
            with shelf.drawing:  # one draws, the others wait and look again
                found = shelf.fitting(showing.standing)
                return self._drawn(shelf, showing, record_id, place, draw) if found is None else found.drawn

    def _drawn(
        self,
        shelf: Shelf[Drawn],
        showing: Showing,
        record_id: int,
        place: int,
        draw: Callable[[RecordPage], Drawn],
    ) -> Drawn:
        self.made += 1
        # The standing begins anew, so that it knows exactly the records that were looked at.
        showing = Showing(showing.work, showing.actor)
        with noting_persons() as noted:
            page = _page(showing, record_id, place)
            drawn = draw(page)
        shelf.read = showing.work.world.read()
        shared = all(block.kind in SHARED_KINDS for block in page.blocks)
        is_simple = not noted.is_personal and len(noted.questions) <= MOST_QUESTIONS
        if shared and is_simple and len(shelf.drawings) < MOST_DRAWINGS:
            shelf.drawings.append(_drawing(drawn, showing.standing, noted.questions))
        return drawn

    def _shelf(self, key: Key, mark: object, work: Work) -> Shelf[Drawn]:
        world = work.world
        with self._lock:
            shelf = self._shelves.get(key)
            if shelf is None or not shelf.holds(mark, work):
                shelf = Shelf(mark, world.published, world.organisation, time.monotonic())
                self._shelves[key] = shelf
            self._shelves.move_to_end(key)
            while len(self._shelves) > MOST_SHELVES:
                self._shelves.popitem(last=False)
            return shelf


def _page(showing: Showing, record_id: int, place: int) -> RecordPage:
    record = showing.world.record(record_id)
    if record is None or not showing.may_view(record):
        raise NotFound
    return live_part(showing, record, place)


def _drawing(drawn: Drawn, standing: Standing, questions: Sequence[Question]) -> Drawing[Drawn]:
    looked_at = standing.looked_at()
    seen = tuple((record, sight(standing, record)) for record, more in looked_at if not more)
    stood = tuple(
        (record, part, likeness(standing, record, part))
        for record, part in [(record, standing.part_of(record)) for record, more in looked_at if more]
    )
    return Drawing(drawn, seen, stood, tuple(questions))
