"""Changes travel between processes through a real Redis."""

from __future__ import annotations

import threading
from collections import deque

import pytest

from luongviec.bootstrap import build_platform, build_redis
from luongviec.jobs.embedded import EmbeddedRedis
from luongviec.live_redis import RedisListener, decode, encode
from luongviec.services.platform import Touched
from luongviec.services.records import changing
from luongviec.services.telling.live import EndOfStream, LiveHub, Publication
from luongviec.settings import Settings
from tests.services.house import House


def test_a_message_is_read_as_it_was_written() -> None:
    sent = Publication(17, (Touched(1, ((2, "below"), (3, ""))), Touched(4)))
    assert decode(encode(sent)) == sent
    assert decode(encode(sent).encode()) == sent


@pytest.mark.requirement("A-18", "M-33")
def test_another_process_hears_of_a_commit_and_a_lost_redis_ends_the_streams(
    house: House, settings: Settings, redis: EmbeddedRedis
) -> None:
    before = threading.enumerate()
    listening = build_platform(settings)  # as another process builds it
    hub = LiveHub(RedisListener(build_redis(settings), lambda: listening))
    raw = {"name": "Phòng họp", "unit": [house.units["town"]]}
    room = changing.create_record(house.platform, house.actor("clerk"), "room", raw).record_id
    stream = hub.open(listening, house.actor("clerk"), room)
    begun = [one for one in threading.enumerate() if one not in before]
    changing.edit_record(house.platform, house.actor("clerk"), room, {"name": "Phòng lớn"}, version=None)
    change = stream.wait(10)
    assert change is not None
    assert change.itself
    redis.__exit__(None, None, None)
    try:
        with pytest.raises(EndOfStream):
            deque(iter(lambda: stream.wait(10), None), maxlen=0)
    finally:
        hub.end()
        for thread in begun:
            thread.join(timeout=10)
    assert begun
    assert not any(thread.is_alive() for thread in begun)
