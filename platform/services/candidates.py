"""Pickers: people, units and records that may be chosen in a field, a role or an input (W-44).

Who may be offered follows the definition's `from`; the server refuses others when the form comes
back. Searching ignores marks and case and is bounded; an empty answer says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from luongviec.engine.world import Actor
from luongviec.services.platform import Platform
from luongviec.services.views import CandidatePage

LIMIT = 30


@dataclass(frozen=True, slots=True)
class CandidateRequest:
    """Which control of which form asks. `form` is `create`, an action or `edit`; `name` the dotted
    name without row numbers (`recipients.assignee`); `typed` what the form holds so far, because
    `from` may depend on it (the unit chosen in the same row comes first as `row`)."""

    module: str
    form: str
    name: str
    q: str = ""
    record_id: int | None = None
    owner_id: int | None = None
    relation: str | None = None
    typed: Mapping[str, object] = field(default_factory=dict)
    row: Mapping[str, object] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()


def candidates(platform: Platform, actor: Actor, request: CandidateRequest) -> CandidatePage:
    """Give at most `LIMIT` candidates, usable ones first, with the reason why others are not."""
    raise NotImplementedError
