"""Who looks on, and who hears of a change: the streams of one web process (M-33, M-83, A-18).

A committed change names the records that it touched, with the records that own them. Every web
process hears of it, and tells those of its streams that look at one of them, if the person may see
what was touched: that something happened to what one may not see is not hinted at. A stream carries
no content. What changed is fetched like any page, so rights are asked again there.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from queue import Empty, SimpleQueue

from luongviec.engine.deciding.decide import sees
from luongviec.engine.deciding.standing import Standing
from luongviec.engine.errors import LuongViecError, Unavailable
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, RecordState
from luongviec.services.platform import Platform, Touched, Work
from luongviec.services.records.access import access_record

log = logging.getLogger(__name__)

MOST_STREAMS = 256  # of one process
MOST_OF_A_PERSON = 8
REMEMBERED = 512  # publications that a stream which was cut off may still ask for
MOST_COUNTED = 10_000  # records of which a process counts how often it heard
#: Clocks of machines differ a little; what is told twice does no harm.
CLOCKS_DIFFER_MS = 200
#: So much longer may each onlooker wait before he fetches, so that not all come at once.
SPREAD_MS = 3
LONGEST_SPREAD_MS = 800


class TooManyStreams(Unavailable):
    """No room for another stream; the page goes on asking from time to time."""

    code = "too_many_streams"
    template = Text(
        "Đang có quá nhiều kết nối trực tiếp. Trang vẫn tự cập nhật, nhưng chậm hơn.",
        "Too many live connections are open. The page still updates itself, but more slowly.",
    )


@dataclass(frozen=True, slots=True)
class Publication:
    """What one commit touched, as it travels between processes; `at` in milliseconds."""

    at: int
    touched: tuple[Touched, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a stream is told: the record itself changed, or records in some of its relations did."""

    at: int
    itself: bool = False
    parts: frozenset[str] = frozenset()
    spread_ms: int = 0


#: Begins to bring the publications of all processes to a hub, in the background.
Listen = Callable[["LiveHub"], None]


def listen_to_nobody(hub: LiveHub) -> None:
    """Leave the hub to what this very process publishes."""
    hub.is_listening = True


@dataclass(eq=False, slots=True)
class Stream:
    """One open stream: who looks at which record."""

    record_id: int
    actor: Actor
    told: SimpleQueue[Change | None] = field(default_factory=SimpleQueue)

    def wait(self, seconds: float) -> Change | None:
        """Give the next change; None after so long, or when the stream is to end.

        Raises:
            EndOfStream: the hub has closed it.
        """
        try:
            change = self.told.get(timeout=seconds)
        except Empty:
            return None
        if change is None:
            raise EndOfStream
        return change


class EndOfStream(Exception):
    """The hub has closed the stream; the browser comes again, or asks from time to time."""


@dataclass(eq=False)
class LiveHub:
    """The open streams of one process, and what they are told."""

    listen: Listen = listen_to_nobody
    is_listening: bool = False
    over: threading.Event = field(default_factory=threading.Event)  # nobody needs to listen any more
    _streams: dict[int, set[Stream]] = field(default_factory=dict)
    _remembered: deque[Publication] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    _hears_since: int = 0
    _heard: dict[int, int] = field(default_factory=dict)  # record → how often it was told of
    _beginnings: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _starting: threading.Lock = field(default_factory=threading.Lock)
    _started: bool = False

    def open(self, platform: Platform, actor: Actor, record_id: int, *, since: int = 0) -> Stream:
        """Open a stream for somebody who may see the record.

        Args:
            since: until when the page knows everything, in milliseconds; what came after is told at once.

        Raises:
            NotFound: no such record, or not this person's to see.
            TooManyStreams: no room, or nobody to hear from.
        """
        with platform.reading() as work:
            access_record(work, actor, record_id, deleted=True)
        stream = Stream(record_id, actor)
        self._start()
        with self._lock:
            if not self.is_listening or not self._has_room(actor):
                raise TooManyStreams
            self._streams.setdefault(record_id, set()).add(stream)
            missed = [one for one in self._remembered if one.at + CLOCKS_DIFFER_MS > since]
            all_heard = since >= self._hears_since
        if since and not all_heard:
            stream.told.put(Change(moment_ms(), itself=True))
        elif since:
            for publication in missed:
                self._tell(platform, publication, (stream,))
        return stream

    def _start(self) -> None:
        with self._starting:
            if not self._started:
                self._started, self._hears_since = True, moment_ms()
                self.listen(self)

    def close(self, stream: Stream) -> None:
        """Forget a stream."""
        with self._lock:
            here = self._streams.get(stream.record_id, set())
            here.discard(stream)
            if not here:
                self._streams.pop(stream.record_id, None)

    def receive(self, platform: Platform, publication: Publication) -> None:
        """Tell the streams that look at what was touched."""
        with self._lock:
            self._remembered.append(publication)
            self._count(publication)
            looked_at = {
                stream
                for touched in publication.touched
                for record_id, _ in touched.places()
                for stream in self._streams.get(record_id, ())
            }
        if looked_at:
            self._tell(platform, publication, tuple(looked_at))

    def _count(self, publication: Publication) -> None:
        if len(self._heard) > MOST_COUNTED:
            self._begin_counting()
        for touched in publication.touched:
            for record_id, _ in touched.places():
                self._heard[record_id] = self._heard.get(record_id, 0) + 1

    def _begin_counting(self) -> None:
        self._heard.clear()
        self._beginnings += 1

    def heard_of(self, record_id: int) -> tuple[int, int] | None:
        """Give a mark that changes with everything that is heard of a record or of what hangs on it.

        What was read after a mark was given is true as long as the mark is. None: nothing is heard.
        """
        with self._lock:
            return (self._beginnings, self._heard.get(record_id, 0)) if self.is_listening else None

    def heard_again(self) -> None:
        """Publications come (again) from now on."""
        with self._lock:
            self.is_listening = True
            self._begin_counting()
            self._remembered.clear()
            self._hears_since = moment_ms()

    def lost(self) -> None:
        """Nothing is heard any more: every stream ends, and its page asks from time to time."""
        with self._lock:
            self.is_listening = False
            streams = [stream for here in self._streams.values() for stream in here]
        for stream in streams:
            stream.told.put(None)

    def end(self) -> None:
        """Hear nothing more, and do not try to: the process is about to end, or the hub is."""
        self.over.set()
        self.lost()

    def count(self) -> int:
        """Give how many streams are open."""
        with self._lock:
            return sum(len(here) for here in self._streams.values())

    def _has_room(self, actor: Actor) -> bool:
        streams = [stream for here in self._streams.values() for stream in here]
        own = sum(1 for stream in streams if stream.actor.user_id == actor.user_id)
        return len(streams) < MOST_STREAMS and own < MOST_OF_A_PERSON

    def _tell(self, platform: Platform, publication: Publication, streams: Sequence[Stream]) -> None:
        """Put into each stream what its person may know of; all are decided in one look."""
        spread = min(LONGEST_SPREAD_MS, SPREAD_MS * len(streams))
        by_person: dict[Actor, list[Stream]] = {}
        for stream in streams:
            by_person.setdefault(stream.actor, []).append(stream)
        try:
            with platform.reading() as work:
                touched = _within(work, publication, {stream.record_id for stream in streams})
                touched_themselves = {one.record_id for one in publication.touched}
                work.world.expect_authorities(actor.user_id or 0 for actor in by_person)
                for actor, own in by_person.items():
                    standing = Standing(work.world, actor)
                    seen = [one for one, record in touched if sees(standing, record)]
                    for stream in own:
                        itself = stream.record_id in touched_themselves
                        _put(stream, publication.at, itself, seen, spread)
        except LuongViecError as error:
            log.warning("live streams were not told: %s", error)


def _within(
    work: Work, publication: Publication, looked_at: Collection[int]
) -> list[tuple[Touched, RecordState]]:
    """Give what was touched within records that are looked at, each with its state.

    That a stream may look at its own record was asked when it was opened.
    """
    within = [one for one in publication.touched if any(above in looked_at for above, _ in one.above)]
    found = ((one, work.world.record(one.record_id)) for one in within)
    return [(one, record) for one, record in found if record is not None]


def _put(stream: Stream, at: int, itself: bool, seen: Iterable[Touched], spread: int) -> None:
    """Tell one stream what concerns it."""
    parts = {relation for one in seen for above, relation in one.above if above == stream.record_id}
    if itself or parts:
        stream.told.put(Change(at, itself, frozenset(parts), spread))


def heard_directly(hub: LiveHub, platform: Platform) -> Platform:
    """Give a platform whose commits its hub hears of without a way between: for one process alone."""

    def announce(touched: tuple[Touched, ...]) -> None:
        hub.receive(platform, Publication(moment_ms(), touched))

    return replace(platform, announce=announce)


def moment_ms() -> int:
    """Give the present moment in milliseconds, by which pages and streams say until when they know."""
    return time.time_ns() // 1_000_000


def events_of(
    hub: LiveHub,
    stream: Stream,
    may_go_on: Callable[[], bool],
    *,
    heartbeat: float = 15.0,
    check_every: float = 60.0,
    longest: float = 900.0,
) -> Iterator[Change | None]:
    """Give what a stream is told until it ends; None is a heartbeat.

    Args:
        may_go_on: whether the session still runs and the person may still see the record.
        longest: seconds after which the browser must come again.
    """
    begun = checked = time.monotonic()
    try:
        while time.monotonic() - begun < longest:
            change = stream.wait(heartbeat)
            if time.monotonic() - checked >= check_every:
                if not may_go_on():
                    return
                checked = time.monotonic()
            yield change
    except EndOfStream:
        return
    finally:
        hub.close(stream)
