"""Codes of the definition language for what people name."""

from __future__ import annotations

from collections.abc import Iterable

from luongviec.engine.sources.reading import CODE_PATTERN, RESERVED_CODES
from luongviec.store.folding import fold

LONGEST_CODE = 50


def free_code(name: str, taken: Iterable[str], *, otherwise: str) -> str:
    """Make a code of the definition language from a name, one that is not taken."""
    used = set(taken) | RESERVED_CODES
    stem = "".join(c for c in fold(name).replace(" ", "_") if c.isascii())[:LONGEST_CODE].strip("_")
    if not CODE_PATTERN.match(stem):
        stem = f"{otherwise}_{stem}".rstrip("_")
    code, number = stem, 2
    while code in used:
        code, number = f"{stem}_{number}", number + 1
    return code
