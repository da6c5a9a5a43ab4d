"""Signing in on the pages: neutral words, forgotten passwords, second step, https, headers."""

from __future__ import annotations

import dataclasses
import re
import statistics
import time

import pyotp
import pytest

from luongviec.engine.world import SYSTEM
from luongviec.services import one_time_secrets
from luongviec.services.journal.writing import organisation_changed
from luongviec.services.parameters.platform import PREFIX, SETTING_KIND
from luongviec.services.telling import delivery
from luongviec.services.users.making import NewUser, create_user, set_active
from luongviec.store.models import Setting, SignInAttempt, User, WebSession
from luongviec.web.application import create_app
from tests.services.house import RememberingChannel
from tests.web.conftest import Pages, Reader
from tests.web.town import PASSWORD, Town

NEW = "rừng thông chiều nay"


def sign_in(reader: Reader, user_name: str, password: str, **more: str):
    return reader.post(
        "/sign-in", token=reader.token("/sign-in"), user_name=user_name, password=password, **more
    )


def problem(text: str) -> str:
    found = re.search(r'id="problem">.*?<span>(.*?)</span>', text, re.S)
    return found[1] if found else ""


def deliver(pages: Pages) -> RememberingChannel:
    """Do what workers would, and give the mail that left."""
    mail = RememberingChannel("email")
    while waiting := delivery.waiting(pages.platform):
        for job, key in waiting:
            delivery.do(pages.platform, {"email": mail, "sms": RememberingChannel("sms")}, job, key)
    return mail


def set_parameter(pages: Pages, code: str, value: object) -> None:
    with pages.platform.transaction() as work:
        work.session.add(Setting(kind=SETTING_KIND, subject=PREFIX + code, value=value))
        organisation_changed(work)


@pytest.mark.requirement("A-01", "A-02", "A-07", "A-11", "A-21")
def test_the_page_has_what_it_needs(pages: Pages) -> None:
    page = pages.visitor().get("/sign-in").text
    assert 'name="user_name"' in page
    assert re.search(r'name="password" type="password"', page)
    assert 'data-show-password="password"' in page
    assert "Quên mật khẩu?" in page
    assert "Đăng nhập</button>" in page


@pytest.mark.requirement("A-02", "A-17")
def test_one_signs_in_by_user_name_or_identity_number_and_returns(pages: Pages) -> None:
    with pages.platform.transaction() as work:
        work.session.get_one(User, pages.town.users["bao"]).identity_number = "001203004567"
    for typed in ("bao", " BAO ", "001203004567"):
        reader = pages.visitor()
        assert reader.get("/notifications").headers["Location"].startswith("/sign-in?next=")
        answer = sign_in(reader, typed, PASSWORD, next="/notifications")
        assert answer.headers["Location"] == "/notifications"
        assert "Trần Quốc Bảo" in reader.get("/").text


@pytest.mark.requirement("A-19", "A-23")
def test_the_answer_is_the_same_whatever_was_wrong(pages: Pages) -> None:
    """Words, status and the tries that are left: for names that exist, do not, or are switched off."""
    set_active(pages.platform, SYSTEM, "long", active=False)
    answers = []
    for user_name, password in (
        ("bao", "sai"),
        ("khong-ai", "sai"),
        ("long", PASSWORD),
        ("khong-nua", PASSWORD),
    ):
        told = []
        for _ in range(6):
            answer = sign_in(pages.visitor(), user_name, password)
            told.append((answer.status_code, problem(answer.text)))
        answers.append(told)
    assert all(told == answers[0] for told in answers)
    statuses = [status for status, _ in answers[0]]
    assert statuses == [401] * 5 + [429]
    assert "Còn 4 lần thử" in answers[0][0][1]
    assert "Còn 1 lần thử" in answers[0][3][1]


@pytest.mark.requirement("A-19")
def test_an_unknown_name_costs_a_hash_as_well(pages: Pages) -> None:
    """A class of time, no stop-watch: hashing is most of what an attempt computes, whoever it is for."""

    def seconds(user_name: str) -> float:
        reader, taken = pages.visitor(), []
        token = reader.token("/sign-in")
        for _ in range(5):
            start = time.process_time()
            reader.post("/sign-in", token=token, user_name=user_name, password="sai")
            taken.append(time.process_time() - start)
        return statistics.median(taken)

    known, unknown = seconds("nga"), seconds("khong-co-ai")
    assert 0.5 < known / unknown < 2


def test_a_cookie_from_before_is_worth_nothing_after(pages: Pages) -> None:
    """Fixation: the session's secret is new at each sign-in, and the browser's earlier one ends."""
    reader = pages.visitor()
    reader.client.set_cookie("luongviec", "chosen-by-somebody-else")
    assert sign_in(reader, "bao", PASSWORD).status_code == 303
    first = reader.client.get_cookie("luongviec")
    assert first is not None
    assert first.value != "chosen-by-somebody-else"
    token = reader.token()
    reader.client.post("/sign-in", data={"csrf_token": token, "user_name": "bao", "password": PASSWORD})
    second = reader.client.get_cookie("luongviec")
    assert second is not None
    assert second.value != first.value
    old = pages.visitor()
    old.client.set_cookie("luongviec", first.value)
    assert old.get("/").headers["Location"].startswith("/sign-in")


@pytest.mark.requirement("A-22")
def test_signing_out_ends_the_session_on_the_server(pages: Pages) -> None:
    reader = pages.as_("bao")
    assert 'action="/sign-out"' in reader.get("/").text
    cookie = reader.client.get_cookie("luongviec")
    assert reader.post("/sign-out").status_code == 303
    reader.client.set_cookie("luongviec", cookie.value)
    assert reader.get("/").headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere"])
def test_no_way_in_leads_out_of_the_house(pages: Pages, target: str) -> None:
    assert sign_in(pages.visitor(), "bao", PASSWORD, next=target).headers["Location"] == "/"


@pytest.mark.requirement("A-07", "A-08", "A-24", "W-02")
def test_a_forgotten_password_from_the_button_to_the_next_sign_in(pages: Pages) -> None:
    with pages.platform.transaction() as work:
        work.session.get_one(User, pages.town.users["bao"]).email = "bao@binhan.example"
    elsewhere = pages.as_("bao")
    reader = pages.visitor()
    answers = []
    for typed in ("bao", "khong-ai-ca"):
        asked = reader.post("/forgotten-password", token=reader.token("/forgotten-password"), user_name=typed)
        answers.append((asked.status_code, asked.headers["Location"]))
        page = reader.get("/forgotten-password/sent").text
        answers[-1] += (page.replace(typed, "…"),)
    assert [a[:2] for a in answers] == [(303, "/forgotten-password/sent")] * 2
    assert re.sub(r"csrf_token.*?>", "", answers[0][2]) == re.sub(r"csrf_token.*?>", "", answers[1][2])
    (mail,) = deliver(pages).sent
    path = mail.link.removeprefix("http://127.0.0.1:8080")
    page = reader.get(path)
    assert page.text.count('type="password"') == 2
    assert page.text.count("data-show-password") == 2
    assert page.headers["Cache-Control"] == "no-store"
    wrong = reader.post(path, token=reader.token(path), new="qua ngan", again="khac")
    assert wrong.status_code == 422
    assert "Hai lần nhập mật khẩu mới chưa giống nhau" in wrong.text
    assert "qua ngan" not in wrong.text
    assert reader.post(path, token=reader.token(path), new=NEW, again=NEW).status_code == 303
    assert elsewhere.get("/").headers["Location"].startswith("/sign-in")
    assert sign_in(reader, "bao", NEW).status_code == 303
    spent = pages.visitor().get(path)
    assert spent.status_code == 410
    assert 'href="/forgotten-password"' in spent.text


def test_asking_without_a_name_and_too_often_says_so(pages: Pages) -> None:
    reader = pages.visitor()
    token = reader.token("/forgotten-password")
    assert reader.post("/forgotten-password", token=token, user_name=" ").status_code == 422
    statuses = [
        reader.post("/forgotten-password", token=token, user_name="khong-ai").status_code for _ in range(6)
    ]
    assert statuses == [303] * 5 + [429]


def test_a_wrong_code_says_nothing_of_the_account(pages: Pages) -> None:
    reader = pages.visitor()
    token = reader.token("/forgotten-password/sent")
    told = []
    for name in ("bao", "khong-ai-ca"):
        answer = reader.post(
            "/forgotten-password/code", token=token, user_name=name, code="123456", new=NEW, again=NEW
        )
        told.append((answer.status_code, problem(answer.text)))
    assert told[0] == told[1]
    assert told[0][0] == 410


@pytest.mark.requirement("A-26", "W-01")
def test_a_sheets_password_leads_to_a_password_of_ones_own_first(pages: Pages) -> None:
    user_id = create_user(pages.platform, SYSTEM, NewUser("moi.vao", "Người Mới"))
    with pages.platform.transaction() as work:
        _, secret = one_time_secrets.issue(work, user_id, "first_password", "sheet")
    reader = pages.visitor()
    assert sign_in(reader, "moi.vao", secret).status_code == 303
    for address in ("/", "/preferences", "/preferences/access", "/search?q=x", "/m/task/new"):
        assert reader.get(address).headers["Location"] == "/preferences/password"
    assert reader.get("/api/v1/me").status_code == 403
    page = reader.get("/preferences/password").text
    assert 'name="old"' not in page
    assert reader.post("/preferences/password", new=NEW, again=NEW).status_code == 303
    assert reader.get("/").status_code == 200
    assert sign_in(pages.visitor(), "moi.vao", secret).status_code == 401


def test_the_second_step_asks_for_a_code_and_keeps_the_way(pages: Pages) -> None:
    set_parameter(pages, "second_factor", "offered")
    reader = pages.as_("bao")
    begun = reader.post("/preferences/second-factor/begin")
    assert "<svg" in begun.text
    secret = re.search(r'secret-words">([A-Z2-7 ]+)<', begun.text)[1].replace(" ", "")
    ticket = re.search(r'name="ticket" value="([^"]+)"', begun.text)[1]
    wrong = reader.post("/preferences/second-factor", ticket=ticket, code="000000")
    assert wrong.status_code == 422
    assert ticket in wrong.text
    done = reader.post("/preferences/second-factor", ticket=ticket, code=pyotp.TOTP(secret).now())
    codes = re.findall(r"<li>([a-z2-9]{5}-[a-z2-9]{5})</li>", done.text)
    assert len(codes) == 10
    visitor = pages.visitor()
    step = sign_in(visitor, "bao", PASSWORD, next="/notifications", stay="1")
    assert step.status_code == 200
    assert visitor.client.get_cookie("luongviec") is None
    carried = re.search(r'name="ticket" value="([^"]+)"', step.text)[1]
    sent = {"ticket": carried, "next": "/notifications", "stay": "1"}
    token = visitor.token("/sign-in")
    assert visitor.post("/sign-in/second-step", token=token, code="123123", **sent).status_code == 401
    answer = visitor.post("/sign-in/second-step", token=token, code=codes[0], **sent)
    assert answer.headers["Location"] == "/notifications"
    assert visitor.client.get_cookie("luongviec").max_age is not None
    expired = visitor.post("/sign-in/second-step", ticket="x", code=codes[1])
    assert expired.status_code == 401


def test_administrators_without_the_demanded_factor_get_no_further(pages: Pages) -> None:
    set_parameter(pages, "second_factor", "administrators_must")
    administrator, ordinary = pages.as_("tung"), pages.as_("bao")
    assert ordinary.get("/").status_code == 200
    for address in ("/", "/settings/sign-ins", "/preferences/access"):
        assert administrator.get(address).headers["Location"] == "/preferences/second-factor"
    assert administrator.get("/api/v1/me").status_code == 403
    assert administrator.post("/preferences/second-factor/begin").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/sign-in/second-step", "/forgotten-password", "/forgotten-password/code", "/new-password/x",
        "/preferences/password", "/preferences/sign-out-everywhere", "/preferences/sessions/1/end",
        "/preferences/second-factor", "/preferences/second-factor/begin", "/preferences/second-factor/off",
        "/preferences/second-factor/recovery-codes", "/preferences/tokens", "/preferences/tokens/1/revoke",
        "/preferences/identities/1/unlink",
    ],
)  # fmt: skip
def test_every_change_needs_the_token(pages: Pages, address: str) -> None:
    for reader in (pages.visitor(), pages.as_("bao")):
        assert reader.client.post(address, data={"csrf_token": "wrong"}).status_code == 400


@pytest.mark.requirement("A-01", "A-04", "W-04")
def test_http_leads_on_to_the_one_https_address(town: Town) -> None:
    platform = town.platform()
    settings = dataclasses.replace(
        platform.settings, base_url="https://work.example.vn", force_https=True, secure_cookies=True,
        trusted_proxies=1,
    )  # fmt: skip
    client = create_app(dataclasses.replace(platform, settings=settings)).test_client()
    answer = client.get("/sign-in?next=/notifications", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 308
    assert answer.headers["Location"] == "https://work.example.vn/sign-in?next=/notifications"
    inside = "http://work.example.vn"  # what the proxy asks
    behind = client.get("/sign-in", headers={"X-Forwarded-Proto": "https"}, base_url=inside)
    assert behind.status_code == 200
    assert behind.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert client.get("/health").status_code == 200
    token = re.search(r'name="csrf_token" value="([^"]+)"', behind.text)[1]
    client.post(
        "/sign-in", data={"csrf_token": token, "user_name": "bao", "password": "sai"},
        headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.1, 203.0.113.9"},
        base_url=inside,
    )  # fmt: skip
    with platform.reading() as work:
        noted = work.session.query(SignInAttempt).one()
    assert noted.address == "203.0.113.9"  # as the trusted proxy says, not as the visitor claims
    platform.sessions().get_bind().dispose()


def test_without_a_trusted_proxy_nobody_is_believed(pages: Pages) -> None:
    reader = pages.visitor()
    token = reader.token("/sign-in")
    reader.client.post(
        "/sign-in", data={"csrf_token": token, "user_name": "bao", "password": PASSWORD},
        headers={"X-Forwarded-For": "203.0.113.9"},
    )  # fmt: skip
    with pages.platform.reading() as work:
        assert {row.address for row in work.session.query(WebSession)} == {"127.0.0.1"}


@pytest.mark.requirement("A-16", "W-05")
def test_every_page_is_a_path_of_one_address(pages: Pages) -> None:
    reader = pages.as_("tung")
    for address in ("/", "/m/task/all", "/settings/sign-ins", "/preferences"):
        page = reader.get(address).text
        assert not re.findall(r'(?:href|action|src)="(?:https?:)?//[^"]+"', page)


@pytest.mark.requirement("A-03", "W-03")
def test_assets_have_versions_so_that_nobody_forces_a_refresh(pages: Pages) -> None:
    reader = pages.visitor()
    page = reader.get("/sign-in")
    assert page.headers["Cache-Control"] == "no-store"
    assets = re.findall(r'(?:src|href)="(/static/[^"]+\.(?:css|js))"', page.text)
    assert assets
    for asset in assets:
        answer = reader.get(asset)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("address", "back"),
    [
        ("/sign-in/second-step", "/sign-in"),
        ("/forgotten-password/code", "/forgotten-password/sent"),
        ("/preferences/second-factor/begin", "/preferences/second-factor"),
        ("/preferences/tokens", "/preferences/access"),
    ],
)
def test_an_answer_that_is_reloaded_is_no_dead_end(pages: Pages, address: str, back: str) -> None:
    assert pages.as_("bao").get(address).headers["Location"] == back
