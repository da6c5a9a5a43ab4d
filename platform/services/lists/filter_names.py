"""People, units and tags as filters name them: by id, by what was typed of a name, or as one's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from luongviec.engine.text import Text
from luongviec.services.views import Candidate, CandidatePage, FilterOption
from luongviec.store.folding import fold
from luongviec.store.world import StoreWorld

MOST_MATCHES = 300
MOST_OFFERED = 20
FEWEST_LETTERS = 2
#: Stand in an address for the viewer, and for the units that he works in; so that a view can be shared.
ME, MY_UNITS = "me", "my_units"
ME_OPTION = FilterOption(ME, Text("Tôi", "Me"))
MY_UNITS_OPTION = FilterOption(MY_UNITS, Text("Đơn vị của tôi", "My units"))
TOO_SHORT = Text("Gõ ít nhất hai chữ của tên để tìm.", "Type at least two letters of the name to search.")
NOBODY = Text("Không có ai khớp với tên này.", "Nobody has such a name.")
NOWHERE = Text("Không có đơn vị nào khớp với tên này.", "No unit has such a name.")


@dataclass(frozen=True, slots=True)
class NamesOf:
    """The names that one viewer's filters may hold."""

    world: StoreWorld
    viewer: int | None

    def people(self, typed: str) -> list[int]:
        """Give the people with an id, or whose names hold what was typed."""
        if typed == ME:
            return [] if self.viewer is None else [self.viewer]
        return _named(typed, ((p.id, p.name) for p in self.world.organisation.people.values()))

    def units(self, typed: str, *, below: bool = False) -> list[int]:
        """Give the units with an id, or whose names, present or former, hold what was typed (O-14).

        Args:
            below: and every unit below them.
        """
        organisation = self.world.organisation
        if typed == MY_UNITS:
            held = self.world.holdings(self.viewer) if self.viewer is not None else ()
            found = list(dict.fromkeys(holding.unit_id for holding in held))
        else:
            former = ((one, name) for one, names in organisation.former_names.items() for _, name in names)
            present = ((unit.id, unit.name) for unit in organisation.units.values())
            found = list(dict.fromkeys(_named(typed, chain(present, former))))
        if not below:
            return found
        branches = (organisation.branch.get(one, (one,)) for one in found)
        return list(dict.fromkeys(chain.from_iterable(branches)))

    def person_option(self, value: str) -> FilterOption:
        """Give a chosen value of a filter of people in words."""
        person = self.world.person(int(value)) if is_id(value) else None
        return (
            ME_OPTION if value == ME else FilterOption(value, Text(value if person is None else person.name))
        )

    def unit_option(self, value: str) -> FilterOption:
        """Give a chosen value of a filter of units in words."""
        unit = self.world.unit(int(value)) if is_id(value) else None
        name = value if unit is None else unit.name
        return MY_UNITS_OPTION if value == MY_UNITS else FilterOption(value, Text(name))

    def offered_people(self, q: str) -> CandidatePage:
        """Give people whose names hold what was typed, for a picker."""
        organisation = self.world.organisation
        found = sorted(
            (
                organisation.people[one]
                for one in self._searched(q, self.people)
                if one in organisation.people
            ),
            key=lambda person: (not person.active, person.sort_key),
        )
        shown = tuple(Candidate(str(p.id), p.name, self._post(p.id)) for p in found[:MOST_OFFERED])
        return _page(q, shown, len(found), NOBODY)

    def offered_units(self, q: str) -> CandidatePage:
        """Give units whose names hold what was typed, for a picker."""
        organisation = self.world.organisation
        found = [
            organisation.units[one] for one in self._searched(q, self.units) if one in organisation.units
        ]
        found.sort(key=lambda unit: (len(unit.path), fold(unit.name)))
        shown = tuple(
            Candidate(
                str(unit.id), unit.name, " › ".join(organisation.name_at(a, None) for a in unit.path[1:-1])
            )
            for unit in found[:MOST_OFFERED]
        )
        return _page(q, shown, len(found), NOWHERE)

    def _post(self, user_id: int) -> str:
        written = self.world.organisation.posts.get(user_id, "")
        units = (self.world.unit(holding.unit_id) for holding in self.world.holdings(user_id))
        return written or next((unit.name for unit in units if unit is not None), "")

    @staticmethod
    def _searched(q: str, names: object) -> Iterator[int]:
        if len(fold(q)) >= FEWEST_LETTERS and not is_id(q) and callable(names):
            yield from names(q)


def is_id(value: str) -> bool:
    """Whether a value is an id and not a name."""
    return value.isascii() and value.isdigit() and len(value) < 16


def _page(q: str, shown: Sequence[Candidate], found: int, nothing: Text) -> CandidatePage:
    reason = None if shown else TOO_SHORT if len(fold(q)) < FEWEST_LETTERS else nothing
    return CandidatePage(tuple(shown), found > MOST_OFFERED, reason)


def _named(typed: str, names: Iterable[tuple[int, str]]) -> list[int]:
    if is_id(typed):
        return [int(typed)]
    words = fold(typed).split()
    if not words:
        return []
    found = (one for one, name in names if all(word in fold(name) for word in words))
    return list(islice(found, MOST_MATCHES))
