"""Charts as plain shapes that a template draws in SVG: they print, need no script, and link."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from luongviec.services.record_page.progress import ProgressView

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


@dataclass(frozen=True, slots=True)
class ProgressLines:
    """Plan and actual way as points of two SVG lines in a box of `width` by `height`, and where now is."""

    plan: str
    actual: str
    now: float
    width: int = 320
    height: int = 72


def progress_lines(view: ProgressView) -> ProgressLines:
    """Draw progress over time: level until the next report, the plan even until its end."""
    width, height = 320, 72
    moments = [view.begun, view.now, *(point.at for point in view.points)]
    last = max([*moments, view.until] if view.until is not None else moments)
    span = max((last - view.begun).total_seconds(), 1.0)

    def at(moment: datetime, percent: float) -> str:
        share = min(1.0, max(0.0, (moment - view.begun).total_seconds() / span))
        return f"{share * width:.1f},{height - 2 - percent / 100 * (height - 4):.1f}"

    actual = [at(view.begun, 0)]
    far = 0.0
    for point in view.points:
        actual += [at(point.at, far), at(point.at, point.percent)]
        far = point.percent
    actual.append(at(max(view.now, view.points[-1].at) if view.points else view.now, far))
    plan = "" if view.until is None else f"{at(view.begun, 0)} {at(view.until, 100)} {at(last, 100)}"
    return ProgressLines(plan, " ".join(actual), float(at(view.now, 0).split(",")[0]))
