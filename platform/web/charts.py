"""Charts as plain shapes that a template draws in SVG: they print, need no script, and link."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: Tones for parts that have none of their own, told apart next to each other.
PART_TONES = ("blue", "teal", "violet", "orange", "green", "yellow", "light_blue", "red", "grey")


@dataclass(frozen=True, slots=True)
class Part:
    """One share: where it starts and how long it is, in the units of the drawing."""

    index: int
    start: float
    length: float
    tone: str


def share_strip(
    counts: Sequence[int], tones: Sequence[str | None], width: float = 320, gap: float = 1
) -> tuple[Part, ...]:
    """Lay shares side by side over a width; nothing is drawn for zero."""
    shown = [(index, count) for index, count in enumerate(counts) if count > 0]
    total = sum(count for _, count in shown)
    room = width - gap * (len(shown) - 1)
    parts, start = [], 0.0
    for index, count in shown:
        length = room * count / total
        parts.append(Part(index, round(start, 2), round(length, 2), tones[index] or _tone(index)))
        start += length + gap
    return tuple(parts)


def donut(counts: Sequence[int], tones: Sequence[str | None], radius: float = 47) -> tuple[Part, ...]:
    """Lay shares around a circle: lengths and starts along its edge."""
    around = 2 * math.pi * radius
    gap = 2.5 if sum(1 for count in counts if count) > 1 else 0.0
    parts = share_strip(counts, tones, around - gap, gap)
    return tuple(Part(part.index, -part.start, max(part.length, 0.8), part.tone) for part in parts)


def bars(
    counts: Sequence[int], tones: Sequence[str | None], width: float = 400, height: float = 90
) -> tuple[Part, ...]:
    """Stand bars beside each other: `start` is the left edge, `length` the height."""
    highest = max(counts, default=0) or 1
    step = width / max(1, len(counts))
    return tuple(
        Part(
            index,
            round(index * step + step * 0.22, 1),
            round(height * count / highest, 1),
            tones[index] or "blue",
        )
        for index, count in enumerate(counts)
    )


def _tone(index: int) -> str:
    return PART_TONES[index % len(PART_TONES)]
