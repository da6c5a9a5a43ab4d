"""The one place that puts the real things together, for every process that starts.

Web factory, worker, scheduler and command line call `build_platform`; nothing connects at import.
"""

from __future__ import annotations

from luongviec.services.platform import Platform
from luongviec.settings import Settings


def build_platform(settings: Settings) -> Platform:
    """Give the running platform: database, published definitions, files, the way to the queue."""
    raise NotImplementedError
