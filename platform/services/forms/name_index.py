"""Names of people and units, folded once for each state of the organisation: what pickers search.

Ten thousand folded names are looked through faster than a database answers, and the organisation is
at hand anyway, so nothing else is kept of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from luongviec.store.folding import fold
from luongviec.store.organisation.snapshot import Organisation

RANKS = 3


class NameIndex:
    """Folded names of people (by id) and units (by id below zero) of one organisation."""

    def __init__(self, organisation: Organisation) -> None:
        people, units = organisation.people.values(), organisation.units.values()
        self._names = {one.id: " " + fold(f"{one.name} {one.user_name}") for one in people}
        self._names |= {-one.id: " " + fold(one.name) for one in units}
        #: The same with what else is searched: the post of a person, code and former names of a unit.
        self._texts = {
            one.id: f"{self._names[one.id]} {fold(organisation.posts.get(one.id, ''))}" for one in people
        }
        self._texts |= {
            -one.id: f"{self._names[-one.id]} {fold(one.code)} {_former(organisation, one.id)}"
            for one in units
        }
        #: Everybody in the order of names.
        self.people = tuple(one.id for one in sorted(people, key=lambda one: one.sort_key))
        #: Every unit from the root down, neighbours in the order that administrators gave them.
        self.units = tuple(_from_the_root(organisation))

    def matches(self, key: int, q: str) -> bool:
        """Whether every word of the question stands in a name."""
        return self.rank(key, fold(q).split()) is not None

    def people_with(self, words: Sequence[str]) -> Sequence[int]:
        """Give everybody in whose name or post every word stands, in the order of names."""
        found, texts = self.people, self._texts
        for word in words:
            found = tuple([one for one in found if word in texts[one]])
        return found

    def units_with(self, words: Sequence[str]) -> Sequence[int]:
        """Give the units in whose names or code every word stands, in the order of the tree."""
        found, texts = self.units, self._texts
        for word in words:
            found = tuple([one for one in found if word in texts[-one]])
        return found

    def rank(self, key: int, words: Sequence[str]) -> int | None:
        """Say how well folded words match, the best first: of `RANKS` ways, None: not at all.

        Each begins a word of the name; each begins a word of the name or the post; they stand there.
        """
        text = self._texts.get(key, "")
        if not all(word in text for word in words):
            return None
        starts = [f" {word}" for word in words]
        if all(start in self._names[key] for start in starts):
            return 0
        return 1 if all(start in text for start in starts) else 2


def index_of(organisation: Organisation) -> NameIndex:
    """Give the name index of an organisation, made once for each state of it."""
    return organisation.derived("names", lambda: NameIndex(organisation))


def _former(organisation: Organisation, unit_id: int) -> str:
    return fold(" ".join(name for _, name in organisation.former_names.get(unit_id, ())))


def formerly(organisation: Organisation, unit_id: int, words: Sequence[str]) -> str:
    """Say which former name of a unit was searched for, where its present one does not hold the words."""
    present = fold(organisation.units[unit_id].name)
    if all(word in present for word in words):
        return ""
    for _, name in reversed(organisation.former_names.get(unit_id, ())):
        if all(word in fold(name) for word in words):
            return f"trước đây: {name}"
    return ""


def _from_the_root(organisation: Organisation) -> list[int]:
    ordered: list[int] = []
    waiting = [one.id for one in organisation.units.values() if one.parent_id is None][::-1]
    while waiting:
        unit_id = waiting.pop()
        ordered.append(unit_id)
        waiting.extend(reversed(organisation.below.get(unit_id, ())))
    return ordered
