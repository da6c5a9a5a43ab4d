"""How fast one caller may ask: a bucket of requests for each, filled steadily.

Kept in each web process; with several processes a caller may have as many buckets. It guards against
programs that run wild, not against an attack from many addresses, which is the proxy's to stop.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from threading import Lock

from luongviec.web.api.faults import TooManyRequests

MOST_CALLERS = 10_000


@dataclass(slots=True)
class RateLimit:
    """Buckets of `burst` requests, refilled by `per_second`."""

    burst: float = 300
    per_second: float = 20
    clock: Callable[[], float] = time.monotonic
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def spend(self, caller: str) -> None:
        """Count one request.

        Raises:
            TooManyRequests: the caller's bucket is empty.
        """
        with self._lock:
            now = self.clock()
            left, since = self._buckets.pop(caller, (self.burst, now))
            left = min(self.burst, left + (now - since) * self.per_second)
            self._buckets[caller] = (max(0.0, left - 1) if left >= 1 else left, now)
            while len(self._buckets) > MOST_CALLERS:
                self._buckets.popitem(last=False)
        if left < 1:
            raise TooManyRequests(retry_after_seconds=ceil((1 - left) / self.per_second))


@dataclass(slots=True)
class RateLimits:
    """For callers who are known, and for addresses that bring wrong tokens."""

    known: RateLimit = field(default_factory=RateLimit)
    unknown: RateLimit = field(default_factory=lambda: RateLimit(burst=30, per_second=0.5))
