"""Names of people and units, folded once for each state of the organisation: what pickers search.

Ten thousand folded names are looked through faster than a database answers, and the organisation is
at hand anyway, so nothing else is kept of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from luongviec.store.folding import fold
from luongviec.store.organisation import Organisation

KEPT = 4


class NameIndex:
    """Folded names of people (by id) and units (by id below zero) of one organisation."""

    def __init__(self, organisation: Organisation) -> None:
        people, units = organisation.people.values(), organisation.units.values()
        self._names = {
            person.id: " " + fold(f"{person.name} {person.user_name} {organisation.posts.get(person.id, '')}")
            for person in people
        }
        self._names |= {-unit.id: " " + fold(f"{unit.name} {unit.code}") for unit in units}
        #: Everybody in the order of names.
        self.people = tuple(one.id for one in sorted(people, key=lambda one: one.sort_key))
        #: Every unit from the root down, neighbours in the order that administrators gave them.
        self.units = tuple(_from_the_root(organisation))

    def matches(self, key: int, q: str) -> bool:
        """Whether every word of the question stands in a name."""
        return self.rank(key, fold(q).split()) is not None

    def rank(self, key: int, words: Sequence[str]) -> int | None:
        """Say how well folded words match a name: 0 each begins a word of it, 1 they stand in it."""
        name = self._names.get(key, "")
        if not all(word in name for word in words):
            return None
        return 0 if all(f" {word}" in name for word in words) else 1


_INDEXES: dict[int, NameIndex] = {}


def index_of(organisation: Organisation) -> NameIndex:
    """Give the name index of an organisation; the newest few are kept."""
    found = _INDEXES.get(organisation.token)
    if found is None:
        if len(_INDEXES) >= KEPT:
            _INDEXES.clear()
        found = _INDEXES[organisation.token] = NameIndex(organisation)
    return found


def _from_the_root(organisation: Organisation) -> list[int]:
    ordered: list[int] = []
    waiting = [one.id for one in organisation.units.values() if one.parent_id is None][::-1]
    while waiting:
        unit_id = waiting.pop()
        ordered.append(unit_id)
        waiting.extend(reversed(organisation.below.get(unit_id, ())))
    return ordered
