"""Names that stand beside each other and read almost alike: often one thing entered twice (W-22).

Names are compared as sets of words without marks and case. Two are near when the words are the same,
when one has a single word more, or when a single word differs by a slip of one letter. Words with
digits or Roman numbers tell things apart: “Phòng 1” and “Phòng 2” are two rooms.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from luongviec.store.folding import fold

#: Words that say nothing of their own: “Liên minh hợp tác xã tỉnh”, “Liên minh các hợp tác xã”.
FILLERS = frozenset({"cac", "cua", "nhung", "tinh", "va", "and", "of", "the"})
FEWEST_WORDS = 3  # shorter names may differ by a word and mean something else
_COUNTS = re.compile(r".*\d.*|[ivxlc]+|[a-z]")


def near_pairs(names: Iterable[tuple[int, str]], fresh: set[int]) -> Iterator[tuple[int, int]]:
    """Give pairs (fresh one, other) of near names among siblings; numbers name them.

    Args:
        names: all names of one place in the tree.
        fresh: those that a file brings or changes; pairs of old ones are left alone.
    """
    by_key: dict[tuple[str, ...], list[int]] = defaultdict(list)
    words: dict[int, tuple[str, ...]] = {}
    for number, name in names:
        words[number] = words_of(name)
        for key in _keys(words[number]) if words[number] else ():
            by_key[key].append(number)
    told: set[frozenset[int]] = set()
    for found in by_key.values():
        for one in found if len(found) > 1 else ():
            if one not in fresh:
                continue
            for other in found:
                pair = frozenset((one, other))
                if one != other and pair not in told and are_near(words[one], words[other]):
                    told.add(pair)
                    yield one, other


def words_of(name: str) -> tuple[str, ...]:
    """Give the words of a name that tell it from others, sorted."""
    every = sorted(fold(name).split())
    telling = tuple(word for word in every if word not in FILLERS)
    return telling if len(telling) >= FEWEST_WORDS else tuple(every)


def are_near(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two names, as sorted words, read almost alike."""
    only_one, only_other = _without(one, other), _without(other, one)
    if not only_one and not only_other:
        return True
    if min(len(one), len(other)) < FEWEST_WORDS or any(
        _COUNTS.fullmatch(w) for w in (*only_one, *only_other)
    ):
        return False
    if len(only_one) + len(only_other) == 1:
        return True
    return len(only_one) == len(only_other) == 1 and _slip(only_one[0], only_other[0])


def _keys(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield words
    if len(words) >= FEWEST_WORDS:
        for index in range(len(words)):
            yield words[:index] + words[index + 1 :]


def _without(words: Sequence[str], others: Sequence[str]) -> list[str]:
    left = list(words)
    for word in others:
        if word in left:
            left.remove(word)
    return left


def _slip(one: str, other: str) -> bool:
    """Whether two longer words differ by one letter left out, added or changed."""
    if min(len(one), len(other)) < 4 or abs(len(one) - len(other)) > 1:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return one[start + (len(one) >= len(other)) :] == other[start + (len(other) >= len(one)) :]
