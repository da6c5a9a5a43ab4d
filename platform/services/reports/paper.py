"""A report as paper: the same figures as on screen, to be printed or kept as a PDF (W-35)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from luongviec.engine.text import Text
from luongviec.engine.values import display_number
from luongviec.services.paper.model import Align, CellBlock, Draft, Face, Paper, Paragraph, Run, Size, Table
from luongviec.services.reports.views import ReportCell, ReportColumn, ReportPage, ReportRow

SECONDS_OF_A_DAY = 86_400
#: A table of more columns than this lies across.
UPRIGHT_COLUMNS = 4
NAME_SHARE = 0.3


def report_paper(
    page: ReportPage, notes: Sequence[str], language: str, *, author: str, footer: str, made: str
) -> Paper:
    """Put a report on paper.

    Args:
        notes: what the figures are about: the filters, in words.
        made: when the figures were drawn, in words.
    """
    draft = Draft()
    draft.heading(page.offer.name.in_language(language), 1)
    for note in (*notes, made):
        draft.text(note, small=True, quiet=True)
    heads = [page.row_label.in_language(language), *(_head(column, language) for column in page.columns)]
    rows = [
        tuple(_cell(text, end=place > 0, bold=True) for place, text in enumerate(heads)),
        *(_row(row, page.columns, language) for row in page.rows),
        _row(page.total, page.columns, language, bold=True),
    ]
    share = (1 - NAME_SHARE) / max(1, len(page.columns))
    draft.blocks.append(Table(tuple(rows), head=1, shares=(NAME_SHARE, *(share for _ in page.columns))))
    return Paper(
        title=page.offer.name.in_language(language), blocks=tuple(draft.blocks), language=language,
        size=Size.A4 if len(page.columns) <= UPRIGHT_COLUMNS else Size.A4_LANDSCAPE, face=Face.SHEET,
        author=author, footer=footer,
    )  # fmt: skip


def figure_text(cell: ReportCell, language: str) -> str:
    """Write a figure as people of a language read it."""
    if cell.value is None:
        return "–"
    if cell.kind == "share":
        return display_number(round(cell.value * 100, 1), language) + " %"
    if cell.kind == "duration":
        return display_number(round(cell.value / SECONDS_OF_A_DAY, 1), language)
    return display_number(round(cell.value, 2), language)


def _head(column: ReportColumn, language: str) -> str:
    label = column.label.in_language(language)
    unit = Text("ngày", "days") if column.kind == "duration" else column.unit
    return f"{label} ({unit.in_language(language)})" if unit else label


def _row(
    row: ReportRow, columns: Sequence[ReportColumn], language: str, *, bold: bool = False
) -> tuple[CellBlock, ...]:
    label = "    " * (row.depth - 1) + row.label.in_language(language)
    place = f" ({row.place})" if row.place else ""
    cells = (_cell(_with_before(cell, language), end=True, bold=bold) for cell in row.cells[: len(columns)])
    return (_cell(label + place, bold=bold), *cells)


def _with_before(cell: ReportCell, language: str) -> str:
    """Write a figure, and in brackets what it was in the period before, where the two are compared."""
    if cell.before is None:
        return figure_text(cell, language)
    return f"{figure_text(cell, language)} ({figure_text(replace(cell, value=cell.before), language)})"


def _cell(text: str, *, end: bool = False, bold: bool = False) -> CellBlock:
    align = Align.END if end else Align.START
    return CellBlock((Paragraph((Run(text, bold=bold),), align=align, small=True),))
