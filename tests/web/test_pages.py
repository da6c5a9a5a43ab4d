"""Every page stands: title, one heading, landmarks, both languages, safe headers on every answer."""

from __future__ import annotations

import re

import pytest

from luongviec.web.security import CONTENT_SECURITY_POLICY
from tests.web.conftest import Pages
from tests.web.doing import make_task

ADDRESSES = (
    "/", "/m/task/assigned_to_me", "/m/task", "/m/task/created?q=khong&filter.priority=high",
    "/m/meeting/invited",
    "/notifications", "/notifications?unread=1", "/search", "/search?q=bao+cao", "/preferences",
)  # fmt: skip


def check_frame(html: str, language: str) -> None:
    """Check what every page must have."""
    assert f'<html lang="{language}"' in html
    assert re.search(r"<title>[^<]+ – Điều hành Bình An</title>", html)
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert '<main class="page" id="main"' in html
    assert 'class="skip-link" href="#main"' in html
    assert " style=" not in html
    assert not re.search(r"\son[a-z]+=", html)
    assert "<script>" not in html


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_stand_in_both_languages(pages: Pages, language: str) -> None:
    record_id = make_task(pages)
    reader = pages.as_("bao")
    reader.post("/preferences/language", language=language, next="/")
    addresses = (
        *ADDRESSES, f"/r/{record_id}", f"/r/{record_id}/explain", f"/r/{record_id}/do/forward",
        f"/r/{record_id}/add/children", "/m/task/new",
    )  # fmt: skip
    for address in addresses:
        answer = reader.get(address)
        assert answer.status_code == 200, address
        check_frame(answer.text, language)


def test_administrator_reads_written_mails(pages: Pages) -> None:
    assert pages.as_("tung").get("/admin/mail").status_code == 200
    assert pages.as_("bao").get("/admin/mail").status_code == 403


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 303),
        ("/sign-in", 200),
        ("/nowhere", 404),
        ("/r/999999", 303),
        ("/health", 200),
        ("/sign-out", 405),
    ],
)
def test_every_answer_carries_the_headers(pages: Pages, address: str, status: int) -> None:
    answer = pages.visitor().get(address)
    assert answer.status_code == status
    assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_static_files_are_kept_for_ever_in_their_version_only(pages: Pages) -> None:
    reader = pages.visitor()
    address = re.search(r'href="(/static/[^"]+/app/base\.css)"', reader.get("/sign-in").text)
    assert address is not None
    assert "immutable" in reader.get(address.group(1)).headers["Cache-Control"]
    old = re.sub(r"/static/[^/]+/", "/static/older/", address.group(1))
    assert reader.get(old).headers["Cache-Control"] == "no-cache"
    assert reader.get("/static/older/../application.py").status_code == 404


def test_unknown_filter_and_list_are_said_and_not_hidden(pages: Pages) -> None:
    reader = pages.as_("bao")
    assert reader.get("/m/task/assigned_to_me?filter.nothing=1").status_code == 422
    assert reader.get("/m/task/no_such_list").status_code == 404
    assert reader.get("/m/no_such_module").status_code == 404


def test_an_error_page_leads_back_where_trying_again_is_of_no_use(pages: Pages) -> None:
    reader = pages.as_("bao")
    answer = reader.get("/r/999999", Referer="http://localhost/m/task/assigned_to_me?q=a")
    assert 'href="/m/task/assigned_to_me?q=a" data-go-back>' in answer.text
    assert "Thử lại" not in answer.text
    other = reader.get("/r/999999", Referer="http://elsewhere.example/m/task")
    assert "data-go-back" not in other.text


def test_unexpected_errors_show_a_code_and_nothing_else(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    reader = pages.as_("bao")

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the secret reason")

    monkeypatch.setattr("luongviec.web.pages.home.load_home", fail)
    answer = reader.get("/")
    code = re.search(r'class="mono">([0-9A-F]{8})<', answer.text)
    assert answer.status_code == 500
    assert code is not None
    assert "the secret reason" not in answer.text
    assert code.group(1) in caplog.text


def test_live_block_is_drawn_alone(pages: Pages) -> None:
    record_id = make_task(pages)
    reader = pages.as_("bao")
    assert reader.get(f"/r/{record_id}/block/999").status_code == 404
    drawn = [reader.get(f"/r/{record_id}/block/{index}") for index in range(3)]
    assert all("<html" not in answer.text for answer in drawn if answer.status_code == 200)
