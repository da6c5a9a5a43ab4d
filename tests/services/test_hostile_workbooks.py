"""Files that are no workbook, too large, locked, or built to do harm: refused, with what to do."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from luongviec.services.exchange.reading import read_workbook
from luongviec.services.exchange.sheets import sheets_of
from luongviec.services.files.opening import Limits, UnusableFile, check_workbook
from tests.engine.worlds import shipped
from tests.services.workbooks import organisation

SHEETS = sheets_of(shipped())
LIMITS = Limits(megabytes=2)
BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
)


def changed(
    change: Callable[[dict[str, bytes]], None], *, compression: int = zipfile.ZIP_DEFLATED
) -> io.BytesIO:
    """Give a good workbook with parts changed."""
    with zipfile.ZipFile(organisation()) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    out.seek(0)
    return out


def put(name: str, content: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        parts[name] = content

    return change


def macro(parts: dict[str, bytes]) -> None:
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"
    )


def encrypted_bits() -> io.BytesIO:
    content = bytearray(organisation().getvalue())
    at = 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        content[at + 8] |= 1
        at += 4
    return io.BytesIO(bytes(content))


SHEET = "xl/worksheets/sheet1.xml"
HOSTILE = {
    "empty": (lambda: io.BytesIO(b""), "empty"),
    "text": (lambda: io.BytesIO(b"ma;ten\n1;2\n"), "not an Excel workbook"),
    "pdf": (lambda: io.BytesIO(b"%PDF-1.4 hoi"), "not an Excel workbook"),
    "old": (lambda: io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600), "old format"),
    "locked": (
        lambda: io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")),
        "password",
    ),
    "locked parts": (encrypted_bits, "password"),
    "too large": (lambda: io.BytesIO(b"PK" + bytes(3 * 1024 * 1024)), "over 2 MB"),
    "another archive": (lambda: changed(lambda parts: parts.clear()), "not an Excel workbook"),
    "document": (
        lambda: changed(put("[Content_Types].xml", b"<Types>wordprocessingml.document.main+xml</Types>")),
        "not an Excel workbook",
    ),
    "macros": (lambda: changed(macro), "macros"),
    "macro part": (lambda: changed(put("xl/vbaProject.bin", b"x")), "macros"),
    "bomb": (lambda: changed(put(SHEET, b"<worksheet>" + bytes(40 * 1024 * 1024))), "too large"),
    "many parts": (
        lambda: changed(lambda parts: parts.update({f"x/{n}": b"" for n in range(2_001)})), "too large"
    ),
    "entities": (lambda: changed(put(SHEET, BILLION_LAUGHS)), "unusable"),
    "hidden entities": (
        lambda: changed(put(SHEET, b"<!-- " + b"x" * 5000 + b" -->" + BILLION_LAUGHS[21:])),
        "unusable",
    ),
    "another encoding": (
        lambda: changed(put(SHEET, '<?xml version="1.0" encoding="utf-16"?><x/>'.encode("utf-16"))),
        "unusable",
    ),
    "damaged": (lambda: io.BytesIO(organisation().getvalue()[:-200] + bytes(200)), "not an Excel workbook"),
    "broken sheet": (lambda: changed(put(SHEET, b"<worksheet><sheetData><row><c")), "damaged"),
    "no sheet of ours": (
        lambda: changed(put("xl/workbook.xml", b"<workbook xmlns='http://schemas.openxmlformats.org/"
                                               b"spreadsheetml/2006/main'><sheets/></workbook>")),
        "none of the sheets",
    ),
}  # fmt: skip


@pytest.mark.requirement("U-42")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_what_to_do(name: str) -> None:
    make, words = HOSTILE[name]
    with pytest.raises(UnusableFile) as refused:
        read_workbook(make(), SHEETS, LIMITS)
    (message,) = refused.value.errors["file"]
    assert words in message.in_language("en")
    assert message.vi


def test_nothing_is_unpacked_before_the_directory_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object, **__: object) -> bytes:
        raise AssertionError("it was unpacked")

    bomb = changed(put(SHEET, bytes(30 * 1024 * 1024)))
    monkeypatch.setattr(zipfile.ZipFile, "open", read)
    with pytest.raises(UnusableFile):
        check_workbook(bomb, LIMITS)
    monkeypatch.setattr(zipfile, "is_zipfile", read)
    with pytest.raises(UnusableFile):  # over the limit: not even opened
        check_workbook(io.BytesIO(bytes(3 * 1024 * 1024)), LIMITS)


def test_more_rows_than_may_be_are_refused() -> None:
    many = organisation(people=[(f"u{n}", "Tên", "", "", "", "") for n in range(30)])
    with pytest.raises(UnusableFile) as refused:
        read_workbook(many, SHEETS, Limits(megabytes=2, rows=20))
    assert "more than 20 rows" in refused.value.errors["file"][0].in_language("en")


def test_a_far_row_costs_no_more_than_there_is() -> None:
    """A sheet that says it has rows far away is read to the last that can be, and no further."""
    row = b'<row r="99999999999"><c r="A99999999999" t="inlineStr"><is><t>x</t></is></c></row>'

    def change(parts: dict[str, bytes]) -> None:
        parts[SHEET] = parts[SHEET].replace(b"</sheetData>", row + b"</sheetData>")

    raw = read_workbook(changed(change), SHEETS, LIMITS)
    assert all(not sheet.rows for sheet in raw.sheets.values())


def test_reading_tells_how_far_it_is_and_can_be_stopped() -> None:
    class Stop(Exception):
        pass

    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        told.append((done, total))
        if done > 900:
            raise Stop

    many = organisation(people=[(f"u{n}", "Tên", "", "", "", "") for n in range(1500)])
    with pytest.raises(Stop):
        read_workbook(many, SHEETS, LIMITS, tell)
    assert [done for done, _ in told] == [499, 999]
    assert all(done < total for done, total in told)
