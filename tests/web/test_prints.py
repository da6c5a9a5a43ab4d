"""Prints of records: as a page, a PDF and a document; only what their reader may see."""

from __future__ import annotations

from io import BytesIO

import pytest
from docx import Document
from pypdf import PdfReader

from luongviec.services.records import talking
from tests.web.conftest import Pages
from tests.web.doing import make_task

NAME = "Lập báo cáo chuyển đổi số"


def pdf_text(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


@pytest.mark.requirement("T-12", "W-35")
def test_a_record_is_printed_as_page_pdf_and_document(pages: Pages) -> None:
    record = make_task(pages, "Sửa đường <b>số</b> 8 & Ỷ")
    talking.comment(pages.platform, pages.town.actor("khanh"), record, "Đề nghị khẩn trương.")
    reader = pages.as_("khanh")
    link = f"/r/{record}/print"
    assert link in reader.get(f"/r/{record}").text
    page = reader.get(link)
    assert "Sửa đường &lt;b&gt;số&lt;/b&gt; 8 &amp; Ỷ" in page.text
    assert "Lê Văn Khánh in lúc" in page.text
    pdf = reader.get(f"{link}.pdf")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.headers["Content-Disposition"].startswith("attachment;")
    text = pdf_text(pdf.data)
    for said in ("Sửa đường <b>số</b> 8 & Ỷ", "Đề nghị khẩn trương.", "Trần Quốc Bảo", "Trang 1/", "in lúc"):
        assert said in text
    document = Document(BytesIO(reader.get(f"{link}.docx").data))
    words = " ".join(node.text or "" for node in document.element.body.iter() if node.tag.endswith("}t"))
    assert "Đề nghị khẩn trương." in words
    assert "<b>số</b>" in words
    sheet = pdf_text(reader.get(f"{link}.pdf?form=task_sheet").data)
    for said in ("PHIẾU GIAO VIỆC", "Gửi trước thứ Sáu.", "Trần Quốc Bảo", "Lê Văn Khánh in lúc"):
        assert said in sheet
    assert "Đề nghị" not in sheet
    chosen = f"{link}.pdf?chosen=1&part=people&part=invented"
    text = pdf_text(reader.get(chosen).data)
    assert "Trần Quốc Bảo" in text
    assert "Đề nghị" not in text


def test_printing_needs_its_permission_and_a_print_that_is_there(pages: Pages) -> None:
    record = make_task(pages)
    assert pages.as_("stranger").get(f"/r/{record}/print").status_code == 404
    assert pages.as_("phuoc").get(f"/r/{record}/print.pdf").status_code == 404
    reader = pages.as_("khanh")
    assert reader.get(f"/r/{record}/print?form=invented").status_code == 404
    assert reader.get("/r/987654/print.docx").status_code == 404
