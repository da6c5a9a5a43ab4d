"""Files: kept once, sniffed, given to whoever may see the place they stand in."""

from __future__ import annotations

import io
import uuid

import pytest

from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.services import housekeeping
from luongviec.services.files import keeping
from luongviec.services.files.keeping import clean_name, media_type, safe_name
from luongviec.services.record_page.reading import record_page
from luongviec.services.records import changing, talking
from luongviec.services.records.history import history
from tests.services.house import House

PDF = b"%PDF-1.4\n" + b"noi dung " * 20


def read(house: House, who: str, file_id: int) -> bytes:
    return b"".join(keeping.open_file(house.platform, house.actor(who), file_id).content)


def test_an_upload_belongs_to_its_uploader_until_a_record_holds_it(house: House) -> None:
    record_id = house.task()
    file_id = house.file("contact", "Biên bản.pdf", PDF)
    assert read(house, "contact", file_id) == PDF
    with pytest.raises(NotFound):
        read(house, "chair", file_id)
    changing.attach(house.platform, house.actor("contact"), record_id, [file_id])
    assert read(house, "chair", file_id) == PDF
    with pytest.raises(NotFound):
        read(house, "stranger", file_id)
    with pytest.raises(InvalidInput):
        changing.attach(house.platform, house.actor("contact"), record_id, [file_id])


def test_equal_content_is_kept_once(house: House) -> None:
    content = uuid.uuid4().bytes * 10
    first = keeping.upload(house.platform, house.actor("contact"), "a.bin", io.BytesIO(content))
    second = keeping.upload(house.platform, house.actor("officer"), "b.bin", io.BytesIO(content))
    opened = [
        keeping.open_file(house.platform, house.actor(who), view.id)
        for who, view in (("contact", first), ("officer", second))
    ]
    assert opened[0].sha256 == opened[1].sha256
    assert [one.file.name for one in opened] == ["a.bin", "b.bin"]


@pytest.mark.requirement("T-110", "W-34")
def test_the_upload_limit_is_inclusive_and_nothing_is_kept_beyond(house: House) -> None:
    limit = house.platform.settings.upload_mb * 1024 * 1024
    full = keeping.upload(house.platform, house.actor("contact"), "vua.bin", io.BytesIO(b"x" * limit))
    assert full.size_bytes == limit
    before = {path for path in house.platform.settings.files.rglob("*") if path.is_file()}
    with pytest.raises(InvalidInput):
        keeping.upload(house.platform, house.actor("contact"), "qua.bin", io.BytesIO(b"y" * (limit + 1)))
    assert {path for path in house.platform.settings.files.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(("name", "content"), [("", b"x"), ("..", b"x"), ("\x00", b"x"), ("a.txt", b"")])
def test_an_upload_needs_name_and_content(house: House, name: str, content: bytes) -> None:
    with pytest.raises(InvalidInput):
        keeping.upload(house.platform, house.actor("contact"), name, io.BytesIO(content))


@pytest.mark.parametrize(
    ("head", "name", "expected"),
    [
        (PDF, "ảnh.png", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 20, "x.pdf", "image/png"),
        (b"<html><script>alert(1)</script>", "trang.html", "text/plain"),
        ("ngày,tháng\n".encode(), "so.csv", "text/csv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 20, "cu.doc", "application/msword"),
        (b"\x00\x01\x02", "la.txt", "application/octet-stream"),
    ],
)
def test_what_a_file_is_is_sniffed_not_believed(head: bytes, name: str, expected: str) -> None:
    assert media_type(head, name) == expected


@pytest.mark.parametrize(
    ("name", "clean", "plain"),
    [
        ("../../etc/passwd", "passwd", "passwd"),
        ("C:\\tmp\\Tờ trình.docx", "Tờ trình.docx", "To trinh.docx"),
        ("a\u202egpj.exe", "agpj.exe", "agpj.exe"),
        ('b"\r\nX: y.pdf', 'b"X: y.pdf', "b_X_ y.pdf"),
        ("đ" * 300 + ".pdf", "đ" * 196 + ".pdf", "d" * 196 + ".pdf"),
    ],
)
def test_names_cannot_lead_astray(name: str, clean: str, plain: str) -> None:
    assert clean_name(name) == clean
    assert safe_name(clean) == plain


def test_forgotten_uploads_are_swept_away(house: House) -> None:
    file_id = house.file("contact", "quen.pdf", uuid.uuid4().bytes * 10)
    sha256 = keeping.open_file(house.platform, house.actor("contact"), file_id).sha256
    house.clock.pass_by(days=2)
    housekeeping.clean(house.platform)
    with pytest.raises(NotFound):
        read(house, "contact", file_id)
    assert not house.platform.files.has(sha256)


@pytest.mark.requirement("M-21", "M-46")
def test_opening_a_file_is_remembered_where_the_module_keeps_receipts(house: House) -> None:
    from luongviec.services.record_page.reading import record_page

    record_id = house.task(files=[house.file("planner", "Văn bản.pdf", PDF)])
    page = record_page(house.platform, house.actor("contact"), record_id)
    (block,) = [block for block in page.blocks if block.kind == "files"]
    (view,) = block.content  # type: ignore[misc]
    assert view.opened_by_count == 0
    keeping.open_file(house.platform, house.actor("contact"), view.id)
    keeping.open_file(house.platform, house.actor("chair"), view.id)
    page = record_page(house.platform, house.actor("planner"), record_id)
    (block,) = [block for block in page.blocks if block.kind == "files"]
    assert block.content[0].opened_by_count == 2  # type: ignore[index]


@pytest.mark.requirement("T-110")
def test_who_attached_a_file_may_take_it_off_and_the_history_keeps_it(house: House) -> None:
    record_id = house.task("Có tệp")
    file_id = house.file("contact", "nham.txt", b"nham")
    platform = house.platform
    talking.attach(platform, house.actor("contact"), record_id, [file_id])
    with pytest.raises(Refused):
        talking.detach(platform, house.actor("planner"), record_id, file_id)
    talking.detach(platform, house.actor("contact"), record_id, file_id)
    page = record_page(platform, house.actor("planner"), record_id)
    [block] = [one for one in page.blocks if one.kind == "files"]
    assert not block.content
    assert [one.file.name for one in block.settings["former"]] == ["nham.txt"]
    assert read(house, "planner", file_id) == b"nham"
    assert history(platform, house.actor("planner"), record_id)[0].notes[0].vi == "Đã gỡ tệp “nham.txt”."
    with pytest.raises(NotFound):
        talking.detach(platform, house.actor("contact"), record_id, file_id)
