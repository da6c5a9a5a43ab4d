"""A QR code as the path of an inline SVG: squares become rectangles of one colour, no style needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QrPath:
    size: int
    path: str


def qr_path(squares: Sequence[Sequence[bool]]) -> QrPath:
    """Give the path of the dark squares, runs of a row drawn at once."""
    parts = []
    for y, row in enumerate(squares):
        x = 0
        while x < len(row):
            width = 1
            if row[x]:
                while x + width < len(row) and row[x + width]:
                    width += 1
                parts.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return QrPath(len(squares), "".join(parts))
