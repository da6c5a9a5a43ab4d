"""The one list of the kinds of long jobs. A service that has one offers it, and is named here."""

from __future__ import annotations

from types import MappingProxyType

from luongviec.services.long_jobs import JobKind, Kinds
from luongviec.services.succession_work import HAND_OVER_KIND
from luongviec.services.unit_change_work import UNIT_CHANGE_KIND

_KINDS: tuple[JobKind, ...] = (HAND_OVER_KIND, UNIT_CHANGE_KIND)

JOB_KINDS: Kinds = MappingProxyType({kind.code: kind for kind in _KINDS})
