"""What web servers load: `luongviec.wsgi:make_app`, a factory; nothing happens at import.

Streams of live changes hold a thread each while they are open, and rest in it. So a process has many
threads, and a gate lets no more of them draw pages at once than the processor can serve.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from luongviec.bootstrap import build_platform, build_redis
from luongviec.live_redis import RedisListener
from luongviec.services.telling.live import MOST_STREAMS, LiveHub
from luongviec.settings import load_settings
from luongviec.web.application import create_app

#: Requests that are worked on at once by one process; the others wait their turn.
PAGES_AT_ONCE = 4
#: Threads of one process: a stream rests in its own, and those that wait at the gate have some too.
THREADS = MOST_STREAMS + 64

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets so many requests through at once; what an answer streams afterwards does not count."""

    application: Application
    places: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(PAGES_AT_ONCE)
    )

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request when there is a place."""
        with self.places:
            return self.application(environ, start_response)


def make_app() -> Gate:
    """Build the application from the environment of this process."""
    settings = load_settings()
    platform = build_platform(settings)
    hub = LiveHub(RedisListener(build_redis(settings), lambda: platform))
    return Gate(create_app(platform, hub))
