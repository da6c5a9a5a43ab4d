"""Where a request about signing in comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser, as journals name it."""

    address: str = ""
    agent: str = ""


NOWHERE = Visitor()
