"""A paper as a piece of a page; `paper.css` gives it its looks. Every text is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from luongviec.services.paper.model import (
    Align,
    Block,
    CellBlock,
    Gap,
    Items,
    Paper,
    Paragraph,
    QrCode,
    Run,
    Table,
)
from luongviec.services.paper.qr import squares_of


def paper_html(paper: Paper, *, heading: int = 1) -> str:
    """Give a paper as one `article`.

    Args:
        paper: the paper.
        heading: the level of its first heading on the page around it.
    """
    writer = _Writer(heading)
    return (
        f'<article class="paper {paper.size.value.replace("_", "-")} {paper.face.value}"'
        f' lang="{escape(paper.language)}">{writer.blocks(paper.blocks)}</article>'
    )


class _Writer:
    def __init__(self, heading: int) -> None:
        self._above = heading - 1

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "".join(self._block(block) for block in blocks)

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph():
                tag = f"h{min(6, block.level + self._above)}" if block.level else "p"
                return f"<{tag}{_classes(block)}>{_runs(block.runs)}</{tag}>"
            case Items():
                tag = "ol" if block.ordered else "ul"
                items = "".join(f"<li>{self._inside(item)}</li>" for item in block.items)
                return f"<{tag}>{items}</{tag}>"
            case Table():
                return self._table(block)
            case Gap():
                return '<div class="paper-gap"></div>'
            case QrCode():
                return qr_html(block)

    def _inside(self, blocks: tuple[Block, ...]) -> str:
        """Write the inside of an item or a cell; one plain paragraph needs no element of its own."""
        if len(blocks) == 1 and isinstance(blocks[0], Paragraph) and not _classes(blocks[0]):
            return _runs(blocks[0].runs)
        return self.blocks(blocks)

    def _table(self, table: Table) -> str:
        head = "".join(self._row(row, "col") for row in table.rows[: table.head])
        body = "".join(self._row(row, "row") for row in table.rows[table.head :])
        return (
            f'<div class="paper-table"><table{" class=plain" if table.plain else ""}>'
            f"{'<thead>' + head + '</thead>' if head else ''}<tbody>{body}</tbody></table></div>"
        )

    def _row(self, row: tuple[CellBlock, ...], scope: str) -> str:
        return f"<tr>{''.join(self._cell(cell, scope) for cell in row)}</tr>"

    def _cell(self, cell: CellBlock, scope: str) -> str:
        tag = f'th scope="{scope}"' if cell.head else "td"
        span = f' colspan="{cell.span}"' if cell.span > 1 else ""
        return f"<{tag}{span}>{self._inside(cell.blocks)}</{tag[:2]}>"


def _classes(paragraph: Paragraph) -> str:
    names = [
        name
        for name, counts in (
            ("centre", paragraph.align is Align.CENTRE),
            ("end", paragraph.align is Align.END),
            ("small", paragraph.small),
            ("whole", paragraph.whole),
        )
        if counts
    ]
    return f' class="{" ".join(names)}"' if names else ""


def _runs(runs: Iterable[Run]) -> str:
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    text = escape(run.text).replace("\n", "<br>")
    for tag, counts in (("u", run.underline), ("i", run.italic), ("b", run.bold)):
        if counts:
            text = f"<{tag}>{text}</{tag}>"
    return f'<span class="quiet">{text}</span>' if run.quiet else text


def qr_html(code: QrCode) -> str:
    """Give a code as a figure of squares."""
    squares = squares_of(code.address)
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(squares) for x, dark in enumerate(row) if dark)
    size = len(squares)
    return (
        f'<figure class="paper-qr"><svg viewBox="0 0 {size} {size}" role="img"'
        f' aria-label="{escape(code.caption or code.address)}" shape-rendering="crispEdges">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
        f"{'<figcaption>' + escape(code.caption) + '</figcaption>' if code.caption else ''}</figure>"
    )
