"""What somebody may see and do on a record, as far as status and roles decide it, to compare with others.

Two people who stand alike before every record that an answer looked at get the same answer, unless it
asked about the person himself (`engine.deciding.personal`). Which columns each of them holds does not matter,
only what these grant: the line of a roll is its person's own, but may grant him no more than others. Where an
answer asked only for a part of it (`Part`), only that part is compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from luongviec.engine.deciding.decide import RESTORE, VIEW, Case
from luongviec.engine.deciding.field_access import words_of
from luongviec.engine.model import Access

if TYPE_CHECKING:
    from luongviec.engine.deciding.standing import Standing
    from luongviec.engine.world import RecordState

#: What decides whether somebody sees a record at all; one that was deleted is seen by who may bring it back.
SEEING = frozenset({VIEW, RESTORE})


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a set of columns grants in a status: permissions, moves, and the word for every field."""

    permissions: frozenset[str]
    moves: frozenset[str]
    words: tuple[tuple[str, Access], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """All that was asked about somebody before a record; whether he sees it, and moves, always count."""

    permissions: frozenset[str]
    fields: frozenset[str]

    def joined(self, other: Part) -> Part:
        """Give all that either part holds."""
        return Part(self.permissions | other.permissions, self.fields | other.fields)


def stands_alone(standing: Standing) -> bool:
    """Whether somebody acts for himself alone: nobody's deputy, and with no rights given away."""
    return standing.is_own and standing.active and not standing.others and not standing.given


def sight(standing: Standing, record: RecordState) -> bool:
    """Whether somebody who stands alone sees a record by his roles."""
    held = standing.held(record)
    return bool(held.mask & held.table.granting(record.status, VIEW)) and record.deleted_at is None


def likeness(standing: Standing, record: RecordState, part: Part | None = None) -> Likeness:
    """Give what somebody who stands alone may see and do on a record by his roles, or that part of it."""
    case = Case(standing, record)
    table, status, mask = case.held.table, case.status, case.held.mask
    found = table.likenesses.get((status, mask, part))
    if found is None:
        permissions = _granted(table.permissions.get(status, {}), mask)
        words = words_of(case).items()
        if part is not None:
            permissions &= part.permissions | SEEING
            words = {code: word for code, word in words if code in part.fields}.items()
        made = Likeness(permissions, _granted(table.moves.get(status, {}), mask), tuple(words))
        # One object for all that are alike, so that they are quickly compared.
        known = tuple(table.likenesses.values())
        found = table.likenesses[status, mask, part] = next((one for one in known if one == made), made)
    return found


def _granted(masks: Mapping[str, int], mask: int) -> frozenset[str]:
    return frozenset(name for name, granting in masks.items() if granting & mask)
