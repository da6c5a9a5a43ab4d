"""Forged requests, foreign returns, guessed passwords, files: what must not work does not."""

from __future__ import annotations

import io

import pytest

from luongviec.web.security import safe_return
from tests.web.conftest import Pages
from tests.web.doing import make_task
from tests.web.town import PASSWORD


@pytest.mark.parametrize("token", ["", "wrong", "0" * 64])
def test_changes_need_the_token_of_the_session(pages: Pages, token: str) -> None:
    record_id = make_task(pages)
    reader = pages.as_("bao")
    for address in (
        f"/r/{record_id}/do/accept",
        f"/r/{record_id}/comment",
        "/preferences/theme",
        "/sign-out",
        "/pick",
    ):
        assert reader.post(address, token=token, text="x").status_code == 400
    assert (
        pages.visitor().post("/sign-in", token=token, user_name="bao", password=PASSWORD).status_code == 400
    )


def test_another_sessions_token_does_not_serve(pages: Pages) -> None:
    theirs = pages.as_("bao").token()
    assert pages.as_("tuan").post("/preferences/theme", token=theirs, theme="dark").status_code == 400


def test_fragments_too_need_the_token(pages: Pages) -> None:
    record_id = make_task(pages)
    reader = pages.as_("bao")
    answer = reader.client.post(f"/r/{record_id}/do/accept", headers={"X-Fragment": "dialog"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:alert(1)",
        "\\\\x",
        None,
    ],
)
def test_returns_stay_in_the_house(target: str | None) -> None:
    assert safe_return(target) == "/"


def test_sign_in_returns_to_the_page_asked_for(pages: Pages) -> None:
    visitor = pages.visitor()
    sent_away = visitor.get("/m/task/created?q=abc")
    assert sent_away.headers["Location"] == "/sign-in?next=/m/task/created?q%3Dabc"
    token = visitor.token("/sign-in")
    answer = visitor.post(
        "/sign-in", token=token, user_name="tuan", password=PASSWORD, next="https://elsewhere.example"
    )
    assert answer.headers["Location"] == "/"


@pytest.mark.requirement("A-19")
def test_sign_in_does_not_say_which_part_was_wrong(pages: Pages) -> None:
    visitor = pages.visitor()
    token = visitor.token("/sign-in")
    wrong = [
        visitor.post("/sign-in", token=token, user_name=name, password="Sai-mat-khau-1")
        for name in ("bao", "nobody")
    ]
    texts = [answer.text.replace("nobody", "bao") for answer in wrong]
    assert [answer.status_code for answer in wrong] == [401, 401]
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng." in texts[0]
    assert texts[0] == texts[1]
    assert "Sai-mat-khau-1" not in texts[0]


def test_guessing_is_slowed_down(pages: Pages) -> None:
    visitor = pages.visitor()
    token = visitor.token("/sign-in")
    answers = [visitor.post("/sign-in", token=token, user_name="bao", password=f"sai-{n}") for n in range(12)]
    assert answers[-1].status_code == 429
    assert 'role="alert"' in answers[-1].text


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(pages: Pages) -> None:
    visitor = pages.visitor()
    token = visitor.token("/sign-in")
    answer = visitor.post("/sign-in", token=token, user_name="bao", password=PASSWORD)
    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("luongviec="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" not in cookie


def test_signing_out_ends_the_session_on_the_server(pages: Pages) -> None:
    reader = pages.as_("bao")
    kept = reader.client.get_cookie("luongviec")
    assert reader.post("/sign-out").status_code == 303
    assert kept is not None
    reader.client.set_cookie("luongviec", kept.value)
    assert reader.get("/").headers["Location"] == "/sign-in"


def test_files_leave_as_downloads_that_nothing_runs(pages: Pages) -> None:
    reader = pages.as_("bao")
    page = b"<html><script>alert(1)</script></html>"
    kept = reader.client.post(
        "/files",
        data={"csrf_token": reader.token(), "file": (io.BytesIO(page), 'báo "cáo".html')},
        buffered=True,
    )
    assert kept.status_code == 201
    answer = reader.get(f"/files/{kept.get_json()['id']}")
    assert answer.data == page
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert pages.as_("nga").get(f"/files/{kept.get_json()['id']}").status_code == 404


def test_an_upload_over_the_limit_is_refused_with_the_limit(pages: Pages) -> None:
    reader = pages.as_("bao")
    answer = reader.client.post(
        "/files",
        content_type="multipart/form-data; boundary=x",
        buffered=True,
        environ_overrides={"CONTENT_LENGTH": str(5 * 1024 * 1024)},
    )
    assert answer.status_code == 413
    assert "4 MB" in answer.text


def test_first_password_must_be_changed_before_anything_else(pages: Pages) -> None:
    from luongviec.engine.world import SYSTEM
    from luongviec.services.users.making import NewUser, create_user

    create_user(pages.platform, SYSTEM, NewUser("moi.vao", "Người Mới", PASSWORD, must_change_password=True))
    reader = pages.as_("moi.vao")
    assert reader.get("/").headers["Location"].startswith("/preferences")
    assert "Đây là lần đăng nhập đầu tiên" in reader.get("/preferences/password").text
    new = "Mat-khau-rieng-2027"
    wrong = reader.post("/preferences/password", old=PASSWORD, new=new, again="khac")
    assert wrong.status_code == 422
    assert new not in wrong.text
    assert reader.post("/preferences/password", old=PASSWORD, new=new, again=new).status_code == 303
    assert reader.get("/").status_code == 200
