"""Paper: HTML of prints becomes blocks; blocks become a page, a PDF, a document; documents become blocks."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import pytest
from docx import Document
from openpyxl import Workbook
from PIL import Image
from pypdf import PdfReader

from luongviec.engine.errors import NotFound
from luongviec.services.files.pictures import draw
from luongviec.services.paper import from_office
from luongviec.services.paper.as_docx import paper_docx
from luongviec.services.paper.as_html import paper_html
from luongviec.services.paper.as_pdf import FONTS, paper_pdf
from luongviec.services.paper.from_docx import document_blocks
from luongviec.services.paper.from_office import slide_blocks, workbook_blocks
from luongviec.services.paper.model import (
    Align,
    CellBlock,
    Gap,
    Items,
    Paper,
    Paragraph,
    QrCode,
    Run,
    Size,
    Table,
)
from luongviec.services.paper.reading import blocks_of

AT = datetime(2026, 11, 26, 3, tzinfo=UTC)
HTML = """
<style>p { color: red }</style><script>alert(1)</script>
<h1>BIÊN BẢN</h1> chữ rời <b>đậm</b>
<table class="plain small"><tr><td class="centre">Trái<br><b class="rule">UBND  TỈNH</b>
<td class="signature"></tr></table>
<p class="lines">Một
Hai</p><p onclick="x()">Nghiêng <i>và &lt;b&gt;</i><iframe src="//x"></iframe></p>
<ol><li>A<li>B <ul><li>trong</ul></ol>
<table><thead><tr><th>STT</th><th>Tên</th></tr></thead>{rows}</table>
"""


def words(blocks: object) -> str:
    match blocks:
        case Paragraph():
            return blocks.text
        case Items():
            return " ".join(words(item) for item in blocks.items)
        case Table():
            return " ".join(words(cell.blocks) for row in blocks.rows for cell in row)
        case tuple():
            return " ".join(words(block) for block in blocks)
        case _:
            return ""


def test_html_becomes_blocks_and_nothing_that_runs() -> None:
    blocks = blocks_of(HTML.replace("{rows}", "<tr><td>1<td colspan=x>Đỗ &amp; Vũ"))
    head, loose, plain, lines, leaning, items, table = blocks
    assert head == Paragraph((Run("BIÊN BẢN"),), 1, Align.CENTRE)
    assert loose == Paragraph((Run("chữ rời "), Run("đậm", bold=True)))
    assert isinstance(plain, Table)
    assert plain.plain
    assert plain.rows[0][0].blocks == (
        Paragraph(
            (Run("Trái\n"), Run("UBND TỈNH", bold=True, underline=True)), align=Align.CENTRE, small=True
        ),
    )
    assert plain.rows[0][1].blocks == (Gap(28.0),)
    assert words(lines) == "Một\nHai"
    assert words(leaning) == "Nghiêng và <b>"
    assert isinstance(items, Items)
    assert items.ordered
    assert words(items) == "A B trong"
    assert isinstance(table, Table)
    assert table.head == 1
    assert words(table) == "STT Tên 1 Đỗ & Vũ"
    assert "alert" not in words(blocks)


@pytest.mark.parametrize(
    "html", ["", "<table><td>", "</p></p>", "<li>x", "<td colspan=99999999999>1", "<p>" * 3000]
)
def test_html_that_is_not_well_formed_is_read_all_the_same(html: str) -> None:
    paper = Paper("x", blocks_of(html))
    assert paper_pdf(paper).startswith(b"%PDF")
    assert "<article" in paper_html(paper)


@pytest.mark.requirement("W-35")
def test_a_long_paper_flows_over_pages_with_vietnamese_numbers_and_foot() -> None:
    rows = "".join(f"<tr><td>{n}<td>Ngọc Ỷ {'rất dài ' * (600 if n == 7 else 5)}" for n in range(60))
    blocks = (QrCode("http://town.example/r/1"), *blocks_of(HTML.replace("{rows}", rows)))
    paper = Paper("Biên bản", blocks, footer="Lê Văn Ỷ in lúc 10:00 · " + "Ủy ban " * 40, author="Lê Văn Ỷ")
    read = PdfReader(BytesIO(paper_pdf(paper)))
    texts = [page.extract_text() for page in read.pages]
    assert len(texts) > 3
    for number, text in enumerate(texts, start=1):
        assert f"Trang {number}/{len(texts)}" in text
        assert "Lê Văn Ỷ in lúc 10:00" in text
    assert sum("STT" in text for text in texts) >= len(texts) - 1  # the head stands again on every page
    assert "Ngọc Ỷ" in texts[-1]
    assert read.metadata is not None
    assert (read.metadata.title, read.metadata.author) == ("Biên bản", "Lê Văn Ỷ")
    fonts = {str(font) for page in read.pages for font in page["/Resources"]["/Font"].values()}  # type: ignore[index]
    assert fonts
    assert (FONTS / "OFL.txt").is_file()
    wide = PdfReader(BytesIO(paper_pdf(Paper("x", blocks[:3], size=Size.A4_LANDSCAPE)))).pages[0].mediabox
    assert wide.width > wide.height


def test_a_document_keeps_its_words_when_it_is_written_and_read() -> None:
    wide = CellBlock((Paragraph((Run("Rộng"),)),), head=True, span=2)
    table = Table(((wide,), tuple(CellBlock((Paragraph((Run(text),)),)) for text in "ab")), head=1)
    blocks = (
        Paragraph((Run("Tên <b>"),), 1), Paragraph((Run("Một\nhai", bold=True), Run("\x00ba"))),
        Items(((Paragraph((Run("mục"),)), Items(((Paragraph((Run("trong"),)),),))),), ordered=True), table,
        QrCode("http://town.example/r/1"), Gap(20),
    )  # fmt: skip
    content = paper_docx(Paper("Tên", blocks, footer="Chân trang"), AT)
    document = Document(BytesIO(content))
    assert document.core_properties.title == "Tên"
    assert "Chân trang" in document.sections[0].footer.paragraphs[0].text
    found = document_blocks(content)
    assert found is not None
    read = words(found)
    for said in ("Tên <b>", "Một\nhai", "ba", "mục", "trong", "Rộng", "a b"):
        assert said in read
    assert next(one for one in found if isinstance(one, Table)).rows[0][0].span == 2
    html = paper_html(Paper("Tên", blocks), heading=2)
    assert "<h2>Tên &lt;b&gt;</h2>" in html
    assert "<svg" in html


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip", b"%PDF-1.4"])
def test_what_is_no_document_is_not_read(content: bytes) -> None:
    assert document_blocks(content) is None
    assert workbook_blocks(content) is None
    assert slide_blocks(content) is None


def test_sheets_are_read_as_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    book = Workbook()
    first = book.active
    assert first is not None
    first.title = "Kinh phí"
    for row in (["Hạng mục", "Số tiền", "Ngày"], ["Đường", 1.5, AT.date()], [None, None, None]):
        first.append(row)
    hidden = book.create_sheet("Nháp")
    hidden.sheet_state = "hidden"
    content = BytesIO()
    book.save(content)
    found = workbook_blocks(content.getvalue())
    assert found is not None
    assert words(found) == "Kinh phí Hạng mục Số tiền Ngày Đường 1,5 26/11/2026"
    book.create_sheet("Sau")["A1"] = "Phụ lục"
    content = BytesIO()
    book.save(content)
    assert "Phụ lục" in words(workbook_blocks(content.getvalue()) or ())
    monkeypatch.setattr(from_office, "MOST_CELLS", 6)  # the first sheet has as many
    assert "Phụ lục" not in words(workbook_blocks(content.getvalue()) or ())


def test_slides_are_read_in_the_order_in_which_they_are_shown() -> None:
    drawing = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    office = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    slides = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'

    def shown(said: str, declared: str = "", encoding: str = "utf-8") -> bytes:
        content = BytesIO()
        with zipfile.ZipFile(content, "w") as parts:
            line = "<a:p><a:r><a:t>"
            ids = '<p:sldId r:id="b"/><p:sldId r:id="a"/>'
            parts.writestr("ppt/presentation.xml", f"<p:x {slides} {office}>{ids}</p:x>")
            places = '<r Id="a" Target="slides/slide1.xml"/><r Id="b" Target="slides/slide2.xml"/>'
            parts.writestr("ppt/_rels/presentation.xml.rels", f"<x>{places}</x>")
            slide = f"{declared}<s {drawing}>{line}{said}</a:t></a:r></a:p></s>"
            parts.writestr("ppt/slides/slide1.xml", slide.encode(encoding))
            parts.writestr("ppt/slides/slide2.xml", f"<s {drawing}>{line}Mở đầu</a:t></a:r></a:p></s>")
        return content.getvalue()

    found = slide_blocks(shown("Kết quả"))
    assert found is not None
    assert words(found) == "1. Mở đầu 2. Kết quả"
    declared = '<!DOCTYPE s [<!ENTITY x "y">]>'
    assert slide_blocks(shown("&x;", declared)) is None
    assert slide_blocks(shown("&x;", declared, "utf-16")) is None  # where its letters stand apart


def test_a_document_that_would_be_too_large_unpacked_is_not_read() -> None:
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("word/document.xml", b"0" * (65 * 1024 * 1024))
    assert document_blocks(bomb.getvalue()) is None


@pytest.mark.parametrize("read", [document_blocks, workbook_blocks, slide_blocks])
def test_a_file_that_hides_its_size_is_not_unpacked(
    read: Callable[[bytes], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    packed, said = BytesIO(), b"<a/>"
    names = ("[Content_Types].xml", "word/document.xml", "ppt/_rels/presentation.xml.rels")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as parts:
        for name in names:
            parts.writestr(name, said + bytes(3 * 1024 * 1024))
        listed = parts.infolist()
    content = packed.getvalue()
    for part in listed:  # the directory says that four bytes come, and what they add up to
        true = struct.pack("<LLL", part.CRC, part.compress_size, part.file_size)
        content = content.replace(true, struct.pack("<LLL", zlib.crc32(said), part.compress_size, len(said)))
    with zipfile.ZipFile(BytesIO(content)) as parts:
        assert parts.read(names[0]) == said  # which is how three megabytes would come by
    taken_whole: list[str] = []
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda _, name: taken_whole.append(name) or b"")
    assert read(content) is None
    assert not taken_whole


def test_pictures_are_drawn_anew_and_small() -> None:
    original = BytesIO()
    picture = Image.new("RGB", (900, 300), (10, 120, 200))
    facts = Image.Exif()
    facts[0x010E] = "secret place"
    picture.save(original, "JPEG", exif=facts)
    drawn = draw(original.getvalue(), 240)
    with Image.open(BytesIO(drawn.content)) as small:
        assert small.size == (240, 80)
        assert not small.getexif()
    assert b"secret" not in drawn.content
    clear = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(clear, "PNG")
    assert draw(clear.getvalue(), 240).media_type == "image/png"
    for broken in (b"", b"\x89PNG\r\n\x1a\n0000", original.getvalue()[:200], b"<svg/>"):
        with pytest.raises(NotFound):
            draw(broken, 240)
