"""The sheets with first passwords: slips to cut apart as PDF, or rows as a workbook (A-06, W-01)."""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from luongviec.engine.text import Text
from luongviec.services.users.first_passwords import Sheet, Slip

FONTS = Path(__file__).parent / "fonts"
PLAIN, STRONG = "BeVietnamPro", "BeVietnamPro-SemiBold"
COLUMNS, ROWS = 2, 4
WIDTH, HEIGHT = A4[0] / COLUMNS, A4[1] / ROWS
MARGIN, TOP = 9 * mm, 6 * mm
INK, QUIET, LINE = HexColor("#121b2d"), HexColor("#586479"), HexColor("#8490a5")

TITLE = Text("Phiếu mật khẩu lần đầu", "First password")
ADDRESS = Text("Địa chỉ", "Address")
USER_NAME = Text("Tên đăng nhập", "User name")
SECRET = Text("Mật khẩu dùng một lần", "One-time password")
NAME = Text("Họ tên", "Name")
POST = Text("Vị trí công tác", "Post")
EXPIRES = Text("Dùng được đến", "Can be used until")
ADVICE = Text(
    "Đăng nhập rồi đặt mật khẩu của riêng bạn. Phiếu dùng một lần, đến {until}. Không đưa cho người khác.",
    "Sign in, then choose a password of your own. Works once, until {until}. Give it to nobody.",
)


def as_pdf(sheet: Sheet, zone: str) -> bytes:
    """Give the slips as A4 pages, eight to a page, each in its person's language."""
    _register_fonts()
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4, lang="vi")
    canvas.setTitle(f"{sheet.site_name}: {TITLE.vi}")
    canvas.setAuthor(sheet.site_name)
    until = _until(sheet.expires_at, ZoneInfo(zone))
    for index, slip in enumerate(sheet.slips):
        place = index % (COLUMNS * ROWS)
        if place == 0:
            if index:
                canvas.showPage()
            _draw_cuts(canvas)
        left = (place % COLUMNS) * WIDTH
        top = A4[1] - (place // COLUMNS) * HEIGHT
        _draw_slip(canvas, slip, sheet, until, left + MARGIN, top - TOP)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def as_workbook(sheet: Sheet, zone: str, language: str) -> bytes:
    """Give the slips as rows; every cell is text, so nothing in a name becomes a formula."""
    book = Workbook()
    book.remove(book.worksheets[0])
    page = book.create_sheet(TITLE.in_language(language)[:31])
    heads = (NAME, POST, USER_NAME, SECRET, EXPIRES, ADDRESS)
    until = _until(sheet.expires_at, ZoneInfo(zone))
    lines = [[head.in_language(language) for head in heads]]
    lines += [
        [slip.name, slip.post, slip.user_name, slip.secret, until, sheet.address] for slip in sheet.slips
    ]
    for row, values in enumerate(lines, start=1):
        for column, value in enumerate(values, start=1):
            cell = page.cell(row, column)
            cell.value, cell.data_type, cell.number_format = value, "s", "@"
            cell.quotePrefix = True
            cell.alignment = Alignment(vertical="top", wrap_text=column == 2)
            if row == 1:
                cell.font = Font(bold=True)
    for letter, width in zip("ABCDEF", (30, 44, 22, 26, 18, 40), strict=True):
        page.column_dimensions[letter].width = width
    page.freeze_panes = "A2"
    file = BytesIO()
    book.save(file)
    return file.getvalue()


@cache
def _register_fonts() -> None:
    for name, weight in ((PLAIN, 400), (STRONG, 600)):
        pdfmetrics.registerFont(TTFont(name, FONTS / f"be-vietnam-pro-{weight}.ttf"))


def _draw_cuts(canvas: Canvas) -> None:
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.4)
    canvas.setDash(2, 3)
    for column in range(1, COLUMNS):
        canvas.line(column * WIDTH, 0, column * WIDTH, A4[1])
    for row in range(1, ROWS):
        canvas.line(0, row * HEIGHT, A4[0], row * HEIGHT)
    canvas.setDash()


def _draw_slip(canvas: Canvas, slip: Slip, sheet: Sheet, until: str, left: float, top: float) -> None:
    language, width = slip.language, WIDTH - 2 * MARGIN
    head = f"{sheet.site_name} · {TITLE.in_language(language)}"
    y = _line(canvas, head, left, top - 8, width, PLAIN, 8, QUIET)
    y = _line(canvas, slip.name, left, y - 8, width, STRONG, 13, INK)
    lines = simpleSplit(slip.post, PLAIN, 8.5, width)
    for line in (*lines[:1], *([lines[1] + ("…" if len(lines) > 2 else "")] if lines[1:] else [])):
        y = _line(canvas, line, left, y, width, PLAIN, 8.5, QUIET)
    y -= 5
    for label, value, size in (
        (USER_NAME, slip.user_name, 11.0),
        (SECRET, slip.secret, 14.0),
        (ADDRESS, sheet.address, 9.0),
    ):
        y = _line(canvas, label.in_language(language), left, y - 2, width, PLAIN, 7.5, QUIET)
        y = _line(canvas, value, left, y - (size - 8), width, STRONG, size, INK)
    advice = ADVICE.filled({"until": until}).in_language(language)
    for line in simpleSplit(advice, PLAIN, 7.5, width)[:3]:
        y = _line(canvas, line, left, y - 1, width, PLAIN, 7.5, QUIET)


def _line(
    canvas: Canvas, text: str, left: float, y: float, width: float, font: str, size: float, ink: Color
) -> float:
    """Draw one line, smaller where it would not fit, and give where the next one stands."""
    needed = pdfmetrics.stringWidth(text, font, size)
    drawn = size if needed <= width else max(size * width / needed, 5)
    canvas.setFillColor(ink)
    canvas.setFont(font, drawn)
    canvas.drawString(left, y, text)
    return y - size * 1.4


def _until(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).strftime("%d/%m/%Y %H:%M")
