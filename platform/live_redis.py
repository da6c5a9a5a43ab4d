"""Changes travel between processes through Redis: one channel of the installation, ids alone.

Redis may be away: then nothing is told, streams end, and pages ask from time to time.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from redis import Redis
from redis.exceptions import RedisError

from luongviec.services.platform import Platform, Touched
from luongviec.services.telling.live import LiveHub, Publication, moment_ms

log = logging.getLogger(__name__)

CHANNEL = "luongviec-live"
#: Records in one message; a long change is several.
MOST_IN_ONE = 500
PAUSE_SECONDS = 2.0
LONGEST_START_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class RedisAnnouncer:
    """Publishes what commits touched; see `services.platform.Announce`."""

    redis: Redis

    def __call__(self, touched: tuple[Touched, ...]) -> None:
        """Tell every process that listens."""
        try:
            for start in range(0, len(touched), MOST_IN_ONE):
                part = touched[start : start + MOST_IN_ONE]
                self.redis.publish(CHANNEL, encode(Publication(moment_ms(), part)))
        except RedisError as error:
            log.warning("a change was not announced: %s", error)


@dataclass(frozen=True, slots=True)
class RedisListener:
    """Brings what is published to the hub of this process, in a thread of its own."""

    redis: Redis
    platform: Callable[[], Platform]

    def __call__(self, hub: LiveHub) -> None:
        """Begin to listen; the first stream need not wait for it long."""
        ready = threading.Event()
        threading.Thread(target=self._run, args=(hub, ready), name="live", daemon=True).start()
        ready.wait(LONGEST_START_SECONDS)

    def _run(self, hub: LiveHub, ready: threading.Event) -> None:
        while not hub.over.is_set():
            try:
                with self.redis.pubsub(ignore_subscribe_messages=True) as channel:  # type: ignore[no-untyped-call]
                    channel.subscribe(CHANNEL)
                    hub.heard_again()
                    ready.set()
                    for message in channel.listen():
                        self._take(hub, message["data"])
            except RedisError as error:
                log.warning("live changes are not heard: %s", error)
                hub.lost()
                hub.over.wait(PAUSE_SECONDS)

    def _take(self, hub: LiveHub, data: object) -> None:
        try:
            hub.receive(self.platform(), decode(data))
        except Exception:  # one message must not silence the rest
            log.exception("a live change was not told")


def encode(publication: Publication) -> str:
    """Write a publication as it travels."""
    return json.dumps([publication.at, [[one.record_id, one.above] for one in publication.touched]])


def decode(data: object) -> Publication:
    """Read a publication."""
    at, touched = json.loads(data if isinstance(data, bytes | str) else "[0, []]")
    return Publication(int(at), tuple(Touched(one, tuple(map(tuple, above))) for one, above in touched))
