"""From the HTML of a print's definition to a paper.

The definition's template is written by administrators; only the vocabulary that the language names is
taken over, as text in a style. Other elements are looked through, scripts and styles are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from luongviec.services.paper.model import Align, Block, CellBlock, Gap, Items, Paragraph, Run, Table

SIGNATURE_MM = 28.0
DEEPEST = 40

_VOID = frozenset(
    {"br", "hr", "img", "input", "meta", "link", "col", "area", "base", "embed", "source", "wbr"}
)
_LEFT_OUT = frozenset({"script", "style", "head", "title", "template", "iframe", "object", "svg", "math"})
_BLOCKS = frozenset(
    {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "section", "article", "body",
     "html", "header", "footer", "main", "blockquote", "hr"}
)  # fmt: skip
_LEVELS = {"h1": 1, "h2": 2, "h3": 3, "h4": 3, "h5": 3, "h6": 3}
#: Elements whose end tag may be left out: a new one of the kind ends the old one.
_ENDED_BY = {
    "li": ("li",), "tr": ("tr", "td", "th"), "td": ("td", "th"), "th": ("td", "th"), "p": ("p",),
}  # fmt: skip
_SPACE = re.compile(r"[ \t\r\n\f]+")


PLAIN = Run("")


@dataclass(slots=True)
class _Node:
    tag: str
    classes: frozenset[str] = frozenset()
    span: int = 1
    inside: list[_Node | str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Style:
    """What the elements around say about words and paragraphs."""

    run: Run = PLAIN
    align: Align = Align.START
    small: bool = False
    whole: bool = False
    lines: bool = False

    def inside(self, node: _Node) -> _Style:
        """Give the style inside an element."""
        run = self.run
        if node.tag in ("b", "strong", "th"):
            run = replace(run, bold=True)
        if node.tag in ("i", "em"):
            run = replace(run, italic=True)
        if node.tag == "u" or "rule" in node.classes:
            run = replace(run, underline=True)
        return _Style(
            run,
            Align.CENTRE if "centre" in node.classes else self.align,
            self.small or "small" in node.classes,
            self.whole or "whole" in node.classes,
            self.lines or "lines" in node.classes,
        )


def blocks_of(html: str) -> tuple[Block, ...]:
    """Give the blocks that a piece of HTML stands for; what is not well-formed is read as browsers do."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return tuple(_blocks(parser.root.inside, _Style()))


class _Parser(HTMLParser):
    """Builds a small tree of what counts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node("body")
        self._open = [self.root]
        self._left_out = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        if tag in _LEFT_OUT:
            self._left_out += 1
        if self._left_out:
            return
        named = dict(attrs)
        while self._open[-1].tag in _ENDED_BY.get(tag, ()) and len(self._open) > 1:
            self._open.pop()
        span = named.get("colspan") or "1"
        node = _Node(
            tag, frozenset((named.get("class") or "").split()), min(int(span), 50) if span.isdecimal() else 1
        )
        self._open[-1].inside.append(node)
        if tag not in _VOID and len(self._open) < DEEPEST:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        """Close an element, and whatever stands open in it."""
        if tag in _LEFT_OUT:
            self._left_out = max(0, self._left_out - 1)
        elif not self._left_out and any(node.tag == tag for node in self._open[1:]):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Take text over."""
        if not self._left_out:
            self._open[-1].inside.append(data)


def _blocks(inside: Iterable[_Node | str], style: _Style) -> Iterator[Block]:
    """Give blocks; words between them become paragraphs of their own."""
    words: list[_Node | str] = []
    for part in inside:
        if isinstance(part, _Node) and (part.tag in _BLOCKS or _holds_blocks(part)):
            yield from _paragraph(words, style)
            words = []
            yield from _block(part, style)
        else:
            words.append(part)
    yield from _paragraph(words, style)


def _block(node: _Node, around: _Style) -> Iterator[Block]:
    style = around.inside(node)
    if node.tag in ("ul", "ol"):
        items = (part for part in node.inside if isinstance(part, _Node) and part.tag == "li")
        yield Items(
            tuple(tuple(_blocks(item.inside, style.inside(item))) for item in items), node.tag == "ol"
        )
    elif node.tag == "table":
        yield from _table(node, style)
    elif node.tag in _LEVELS:
        level = _LEVELS[node.tag]
        align = Align.CENTRE if level < 3 else style.align
        yield from _paragraph(node.inside, replace(style, align=align), level)
    elif "signature" in node.classes:
        yield Gap(SIGNATURE_MM)
    else:
        yield from _blocks(node.inside, style)


def _holds_blocks(node: _Node) -> bool:
    return any(
        isinstance(part, _Node) and (part.tag in _BLOCKS or _holds_blocks(part)) for part in node.inside
    )


def _table(node: _Node, style: _Style) -> Iterator[Table]:
    rows = [tuple(_cells(row, style.inside(row))) for row in _rows(node)]
    rows = [row for row in rows if row]
    head = 0
    while head < len(rows) and all(cell.head for cell in rows[head]):
        head += 1
    if rows:
        yield Table(tuple(rows), head if head < len(rows) else 0, "plain" in node.classes)


def _rows(node: _Node) -> Iterator[_Node]:
    for part in node.inside:
        if isinstance(part, _Node) and part.tag == "tr":
            yield part
        elif isinstance(part, _Node) and part.tag in ("thead", "tbody", "tfoot"):
            yield from _rows(part)


def _cells(row: _Node, around: _Style) -> Iterator[CellBlock]:
    for part in row.inside:
        if isinstance(part, _Node) and part.tag in ("td", "th"):
            style = around.inside(part)
            blocks: tuple[Block, ...] = tuple(_blocks(part.inside, style))
            if "signature" in part.classes:
                blocks = (Gap(SIGNATURE_MM), *blocks)
            yield CellBlock(blocks, part.tag == "th", part.span)


def _paragraph(inside: Iterable[_Node | str], style: _Style, level: int = 0) -> Iterator[Paragraph]:
    runs = _joined(_runs(inside, style))
    if any(run.text.strip() for run in runs):
        yield Paragraph(runs, level, style.align, style.small, style.whole)


def _runs(inside: Iterable[_Node | str], style: _Style) -> Iterator[Run]:
    for part in inside:
        if isinstance(part, str):
            text = part.replace("\r\n", "\n") if style.lines else _SPACE.sub(" ", part)
            yield replace(style.run, text=text)
        elif part.tag == "br":
            yield replace(style.run, text="\n")
        else:
            yield from _runs(part.inside, style.inside(part))


def _joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Join runs of one style; spaces at the ends and beside line breaks go, as on a page."""
    found: list[Run] = []
    for run in runs:
        text = run.text
        before = found[-1].text if found else "\n"
        if before.endswith(("\n", " ")):
            text = text.lstrip(" ")
        if text.startswith("\n") and found:
            found[-1] = replace(found[-1], text=found[-1].text.rstrip(" "))
        if not text:
            continue
        if found and replace(found[-1], text="") == replace(run, text=""):
            found[-1] = replace(run, text=found[-1].text + text)
        else:
            found.append(replace(run, text=text))
    while found and not found[-1].text.strip():
        found.pop()
    if found:
        found[-1] = replace(found[-1], text=found[-1].text.rstrip())
        found[0] = replace(found[0], text=found[0].text.lstrip("\n "))
    return tuple(found)
