"""Files in pages: looked into, drawn anew, packed; former versions; nobody sees what he may not."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from luongviec.services.accounts import create_token
from luongviec.services.files import keeping
from luongviec.services.platform import utc_now
from luongviec.services.records import changing, talking
from tests.web.conftest import Pages
from tests.web.doing import YES, make_task

PDF = b"%PDF-1.4\n" + b"noi dung " * 20


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (600, 400), (200, 30, 30)).save(out, "PNG")
    return out.getvalue()


def upload(pages: Pages, who: str, name: str, content: bytes) -> int:
    return keeping.upload(pages.platform, pages.town.actor(who), name, io.BytesIO(content)).id


@pytest.mark.requirement("T-12", "M-20", "T-110")
def test_files_of_a_record_are_looked_into_by_who_sees_it_alone(pages: Pages) -> None:
    record = make_task(pages)
    ids = [
        upload(pages, "khanh", "Công văn.pdf", PDF), upload(pages, "khanh", "Ảnh.png", picture()),
        upload(pages, "khanh", "ghi chú.txt", "<script>alert(1)</script> Ỷ".encode()),
        upload(pages, "khanh", "ghi chú.txt", b"hai"), upload(pages, "khanh", "la.bin", b"\x00\x01"),
    ]  # fmt: skip
    talking.attach(pages.platform, pages.town.actor("khanh"), record, ids)
    bao, stranger = pages.as_("bao"), pages.as_("stranger")
    pdf, image, text, _, unknown = (bao.get(f"/files/{one}/view").text for one in ids)
    assert f'data-pdf="/files/{ids[0]}"' in pdf
    assert f'src="/files/{ids[1]}/picture"' in image
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Ỷ" in text
    assert f'href="/files/{ids[1]}/view"' in text  # the file before
    assert "không xem được trong trang" in unknown
    drawn = bao.get(f"/files/{ids[1]}/picture?size=small")
    assert drawn.headers["Content-Type"] == "image/jpeg"
    assert "sandbox" in drawn.headers["Content-Security-Policy"]
    with Image.open(io.BytesIO(drawn.data)) as small:
        assert max(small.size) == 240
    for address in (
        f"/files/{ids[0]}/picture",
        f"/files/{ids[1]}/picture?size=huge",
        f"/files/{ids[0]}/print.pdf",
    ):
        assert bao.get(address).status_code == 404
    packed = bao.get(f"/files/of/{record}.zip")
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        assert archive.namelist() == ["Công văn.pdf", "Ảnh.png", "ghi chú.txt", "ghi chú (2).txt", "la.bin"]
        assert archive.read("Công văn.pdf") == PDF
        assert archive.testzip() is None
    for address in (f"/files/{ids[0]}/view", f"/files/{ids[1]}/picture", f"/files/of/{record}.zip"):
        assert stranger.get(address).status_code == 404
    assert bao.get("/files/of/987654.zip").status_code == 404
    bare = make_task(pages, "Không có tệp")
    assert bao.get(f"/files/of/{bare}.zip").status_code == 403


@pytest.mark.requirement("W-25")
def test_former_versions_stay_for_who_reads_the_history(pages: Pages) -> None:
    record = make_task(pages)
    first, second = upload(pages, "tuan", "Bản 1.txt", b"mot"), upload(pages, "tuan", "Bản 2.txt", b"hai")
    tuan = pages.town.actor("tuan")
    for held in ([first], [second]):
        changing.edit_record(pages.platform, tuan, record, {"files": held}, answers=YES)
    page = pages.as_("khanh").get(f"/r/{record}").text
    assert "Bản trước (1)" in page
    assert pages.as_("khanh").get(f"/files/{first}/view").status_code == 200
    assert pages.as_("stranger").get(f"/files/{first}/view").status_code == 404
    changing.edit_record(pages.platform, tuan, record, {"files": [second]}, answers=YES)
    with zipfile.ZipFile(io.BytesIO(pages.as_("khanh").get(f"/files/of/{record}.zip").data)) as archive:
        assert archive.namelist() == ["Bản 2.txt"]


@pytest.mark.requirement("T-130", "T-50")
def test_comments_are_written_named_edited_and_deleted_on_pages(pages: Pages) -> None:
    record = make_task(pages)
    khanh, bao = pages.as_("khanh"), pages.as_("bao")
    offered = khanh.get(f"/r/{record}/mentionable?q=bao").json
    assert [one["name"] for one in offered["people"]] == ["Trần Quốc Bảo"]
    assert pages.as_("stranger").get(f"/r/{record}/mentionable?q=b").status_code == 404
    sent = khanh.post(
        f"/r/{record}/comment", text="Nhờ @Trần Quốc Bảo <xem>", mention=str(pages.town.users["bao"])
    )
    assert sent.status_code == 303
    comment = sent.headers["Location"].rpartition("#comment-")[2]
    page = bao.get(f"/r/{record}").text
    assert 'Nhờ <span class="mention">@Trần Quốc Bảo</span> &lt;xem&gt;' in page
    base = f"/r/{record}/comments/{comment}"
    assert f'href="{base}/edit"' not in page
    assert f'href="{base}/edit"' in khanh.get(f"/r/{record}").text
    refused = khanh.post(f"/r/{record}/comment", text="Gửi @stranger nhé")
    assert refused.status_code == 422
    assert "Gửi @stranger nhé" in refused.text
    assert "Ngô Bích Vân" in refused.text
    assert khanh.post(f"{base}/edit", text=" ").status_code == 422
    assert bao.post(f"{base}/edit", text="Không phải của tôi").status_code == 403
    assert bao.post(f"{base}/delete").status_code == 403
    assert khanh.post(f"{base}/edit", text="Đã sửa lại").status_code == 303
    page = bao.get(f"/r/{record}").text
    assert "Đã sửa lại" in page
    assert "đã sửa" in page
    assert "Đã sửa lại" in khanh.get(f"{base}/delete").text
    assert khanh.post(f"{base}/delete").status_code == 303
    page = bao.get(f"/r/{record}").text
    assert "Trao đổi đã được xóa." in page
    assert "Đã sửa lại" not in page
    assert khanh.get(f"{base}/edit").status_code == 404
    assert khanh.get(f"/r/{record}/comments/99999999999999999999/edit").status_code == 404


@pytest.mark.requirement("T-110")
def test_a_file_comes_off_by_its_cross_for_who_attached_it(pages: Pages) -> None:
    record = make_task(pages)
    file_id = upload(pages, "khanh", "Nhầm.txt", b"nham")
    talking.attach(pages.platform, pages.town.actor("khanh"), record, [file_id])
    khanh, bao, address = pages.as_("khanh"), pages.as_("bao"), f"/r/{record}/attached/{file_id}/remove"
    assert f'href="{address}"' in khanh.get(f"/r/{record}").text
    assert f'href="{address}"' not in bao.get(f"/r/{record}").text
    assert bao.get(address).status_code == 403
    assert "Gỡ tệp này?" in khanh.get(address).text
    assert khanh.post(address).status_code == 303
    assert "Bản trước (1)" in bao.get(f"/r/{record}").text
    assert khanh.post(address).status_code == 404


@pytest.mark.requirement("M-20", "M-72", "M-92")
def test_who_may_only_look_takes_nothing_away(pages: Pages) -> None:
    town, platform, starts = pages.town, pages.platform, utc_now() + timedelta(days=1)
    typed = {
        "subject": "Họp chỉ xem", "host": str(town.units["province"]), "venue": "A2",
        "starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=1)).isoformat(),
        "attendee": [str(town.users["bao"])], "guest": [str(town.users["long"])],
    }  # fmt: skip
    tuan = town.actor("tuan")
    meeting = changing.create_record(platform, tuan, "meeting", typed, answers=YES).record_id
    pdf = upload(pages, "tuan", "Dự toán.pdf", drawn_pdf())
    picture_id = upload(pages, "tuan", "A.png", picture())
    paper = changing.create_record(
        platform, tuan, "meeting_document", {"name": "Dự toán", "files": [pdf, picture_id]},
        owner_id=meeting, relation="documents", answers=YES,
    ).record_id  # fmt: skip
    for action in ("approve", "release"):
        changing.act(platform, tuan, paper, action, {}, answers=YES)
    changing.act(platform, tuan, meeting, "confirm_preparation", {}, answers=YES)
    guest, attendee = pages.as_("long"), pages.as_("bao")
    token, _ = create_token(platform, town.actor("long"), "test")
    shown = guest.get(f"/files/{pdf}/view").text
    assert f'src="/files/{pdf}/pages/1"' in shown
    assert "Chỉ xem trong trang" in shown
    for way in (f'href="/files/{pdf}"', "data-pdf", "download"):
        assert way not in shown.partition("<main")[2]
    on_record = guest.get(f"/r/{paper}").text
    assert f'href="/files/{pdf}/view"' in on_record
    assert f'href="/files/{pdf}"' not in on_record
    assert ".zip" not in on_record
    drawn = guest.get(f"/files/{pdf}/pages/1")
    assert (drawn.headers["Content-Type"], drawn.headers["Cache-Control"]) == ("image/jpeg", "no-store")
    looked_at, kept = (one.get(f"/files/{picture_id}/picture") for one in (guest, attendee))
    assert (looked_at.headers["Cache-Control"], looked_at.headers.get("ETag")) == ("no-store", None)
    assert kept.headers["Cache-Control"].startswith("private")
    assert looked_at.data != kept.data  # his name stands across it
    for address in (f"/files/{pdf}", f"/files/{picture_id}", f"/files/of/{paper}.zip"):
        assert guest.get(address).status_code == 403
        assert attendee.get(address).status_code == 200
    answer = guest.get(f"/api/v1/files/{pdf}", Authorization=f"Bearer {token}")
    assert answer.status_code == 403
    assert b"%PDF" not in answer.data
    assert pages.as_("stranger").get(f"/files/{pdf}/pages/1").status_code == 404
    assert f'data-pdf="/files/{pdf}"' in attendee.get(f"/files/{pdf}/view").text


def drawn_pdf() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(72, 700, "Trang 1")
    canvas.save()
    return out.getvalue()
