"""What a paper is made of: words, paragraphs, lists, tables, a QR code. Plain data, safe by construction.

A paper holds no markup and no addresses that load anything, so whatever its text says, no writer of it
can be made to run or fetch something.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Align(StrEnum):
    START = "start"
    CENTRE = "centre"
    END = "end"


class Size(StrEnum):
    A4 = "a4"
    A4_LANDSCAPE = "a4_landscape"
    A5 = "a5"


class Face(StrEnum):
    """How a paper looks: as offices write letters, or as our pages do."""

    LETTER = "letter"
    SHEET = "sheet"


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one style; a line break is a `\\n` in the text."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; `level` 1 to 3 makes it a heading, 0 is text."""

    runs: tuple[Run, ...]
    level: int = 0
    align: Align = Align.START
    small: bool = False
    whole: bool = False  # never broken into lines

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Items:
    """A list; every item holds blocks."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class CellBlock:
    """One cell of a table."""

    blocks: tuple[Block, ...]
    head: bool = False
    span: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first `head` rows stand again on each page. `plain` has no lines."""

    rows: tuple[tuple[CellBlock, ...], ...]
    head: int = 0
    plain: bool = False
    shares: tuple[float, ...] = ()  # of the width, by column; empty: by what the cells hold


@dataclass(frozen=True, slots=True)
class Gap:
    """Room left empty, such as for a signature."""

    mm: float


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code with the address that it holds."""

    address: str
    mm: float = 24
    caption: str = ""


Block = Paragraph | Items | Table | Gap | QrCode


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper. `footer` stands on every page beside the number of the page."""

    title: str
    blocks: tuple[Block, ...]
    language: str = "vi"
    size: Size = Size.A4
    face: Face = Face.LETTER
    author: str = ""
    footer: str = ""


@dataclass(slots=True)
class Draft:
    """Gathers the blocks of a paper in reading order."""

    blocks: list[Block] = field(default_factory=list)

    def heading(self, text: str, level: int) -> None:
        """Add a heading."""
        self.blocks.append(Paragraph((Run(text),), level))

    def text(self, text: str, *, small: bool = False, quiet: bool = False) -> None:
        """Add a paragraph in one style."""
        self.blocks.append(Paragraph((Run(text, quiet=quiet),), small=small))

    def table(self, rows: Sequence[Sequence[str]], *, shares: tuple[float, ...] = ()) -> None:
        """Add a table of plain texts whose first row is its head."""
        made = tuple(tuple(cell_of(text, head=place == 0) for text in row) for place, row in enumerate(rows))
        self.blocks.append(Table(made, head=1, shares=shares))

    def facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Add a table of names and values."""
        rows = tuple((cell_of(name, quiet=True), cell_of(value)) for name, value in facts)
        self.blocks.append(Table(rows, shares=(0.3, 0.7)))


def cell_of(text: str, *, head: bool = False, quiet: bool = False) -> CellBlock:
    """Give a cell that holds one text."""
    return CellBlock((Paragraph((Run(text, bold=head, quiet=quiet),)),), head)
