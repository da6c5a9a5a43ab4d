"""Signing in through another service, end to end with a real provider that also lies."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from joserfc.jwk import RSAKey

from luongviec.engine.world import SYSTEM
from luongviec.plugins import load_plugins
from luongviec.services.users.making import set_active
from luongviec.store.models import ExternalIdentity, User
from luongviec.web.application import create_app
from tests.web.conftest import ROOT, Pages, Reader
from tests.web.provider import CLIENT, SECRET, Provider
from tests.web.town import Town


@pytest.fixture
def provider() -> Iterator[Provider]:
    running = Provider()
    yield running
    running.close()


@pytest.fixture
def pages(town: Town, provider: Provider) -> Iterator[Pages]:
    """The application with the shipped plugin and one provider."""
    prefix = "LUONGVIEC_OPENID_CONNECT_"
    environment = {
        f"{prefix}PROVIDERS": "vneid", f"{prefix}VNEID_ISSUER": provider.issuer,
        f"{prefix}VNEID_CLIENT_ID": CLIENT, f"{prefix}VNEID_CLIENT_SECRET": SECRET,
        f"{prefix}VNEID_LABEL": "Đăng nhập bằng VNeID", f"{prefix}VNEID_MATCH_IDENTITY_NUMBER": "cccd",
        f"{prefix}VNEID_MATCH_EMAIL": "email",
    }  # fmt: skip
    plugins = load_plugins(["openid_connect"], Path(ROOT) / "plugins", environment)
    app = create_app(dataclasses.replace(town.platform(), plugins=plugins))
    made = Pages(town, app)
    with made.platform.transaction() as work:
        user = work.session.get_one(User, town.users["bao"])
        user.identity_number, user.email = "001203004567", "bao@binhan.example"
    yield made
    made.platform.sessions().get_bind().dispose()


def way_back(reader: Reader, start: str = "/sign-in/with/vneid") -> str:
    """Leave for the provider and give the address that it sends the browser back to."""
    left = reader.get(start)
    assert left.status_code == 303, left.text
    returned = requests.get(left.headers["Location"], allow_redirects=False, timeout=10)
    back = urlsplit(returned.headers["Location"])
    assert f"{back.scheme}://{back.netloc}" == "http://127.0.0.1:8080"
    return f"{back.path}?{back.query}"


def links(pages: Pages) -> int:
    with pages.platform.reading() as work:
        return work.session.query(ExternalIdentity).count()


@pytest.mark.requirement("A-16", "W-05")
def test_a_person_is_linked_by_the_compared_claim_and_then_by_the_subject(
    pages: Pages, provider: Provider
) -> None:
    provider.claims = {"sub": "s-1", "cccd": "001203004567"}
    reader = pages.visitor()
    assert "Đăng nhập bằng VNeID" in reader.get("/sign-in").text
    arrived = reader.get(way_back(reader, "/sign-in/with/vneid?next=/notifications"))
    assert (arrived.status_code, arrived.headers["Location"]) == (303, "/notifications")
    assert "Trần Quốc Bảo" in reader.get("/preferences").text
    provider.claims = {"sub": "s-1"}  # the claim is gone, the link stands
    again = pages.visitor()
    assert again.get(way_back(again)).status_code == 303
    assert links(pages) == 1
    page = again.get("/preferences/access").text
    assert "Đăng nhập bằng VNeID" in page
    assert again.post("/preferences/identities/1/unlink").status_code == 303
    assert links(pages) == 0
    stranger = pages.visitor()
    assert stranger.get(way_back(stranger)).status_code == 403


def test_claims_that_the_id_token_lacks_come_from_the_user_info(pages: Pages, provider: Provider) -> None:
    provider.user_info = {"email": "BAO@binhan.example", "email_verified": True}
    reader = pages.visitor()
    assert reader.get(way_back(reader)).status_code == 303


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "nobody"},
        {"sub": "x", "cccd": "999999999999"},
        {"sub": "x", "email": "bao@binhan.example"},  # not verified
        {"sub": "x", "email": "bao@binhan.example", "email_verified": False},
        {"sub": "x", "name": "Trần Quốc Bảo", "preferred_username": "bao"},  # not a compared claim
    ],
)
@pytest.mark.requirement("A-23")
def test_whom_nothing_here_fits_is_told_whom_to_ask_and_nothing_is_made(
    pages: Pages, provider: Provider, claims: dict[str, object]
) -> None:
    provider.claims = claims
    reader = pages.visitor()
    answer = reader.get(way_back(reader))
    assert answer.status_code == 403
    assert "Hãy liên hệ quản trị viên" in answer.text
    assert links(pages) == 0
    assert reader.get("/").headers["Location"].startswith("/sign-in")


def test_an_address_that_two_accounts_share_fits_none(pages: Pages, provider: Provider) -> None:
    with pages.platform.transaction() as work:
        work.session.get_one(User, pages.town.users["nga"]).email = "bao@binhan.example"
    provider.claims = {"sub": "x", "email": "bao@binhan.example", "email_verified": True}
    reader = pages.visitor()
    assert reader.get(way_back(reader)).status_code == 403


@pytest.mark.requirement("A-23")
def test_a_switched_off_account_stays_outside_linked_or_not(pages: Pages, provider: Provider) -> None:
    provider.claims = {"sub": "s-1", "cccd": "001203004567"}
    reader = pages.visitor()
    assert reader.get(way_back(reader)).status_code == 303
    set_active(pages.platform, SYSTEM, "bao", active=False)
    again = pages.visitor()
    answer = again.get(way_back(again))
    assert answer.status_code == 403
    assert "Hãy liên hệ quản trị viên" in answer.text


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"iss": "https://elsewhere.example"},
        {"exp": int(time.time()) - 3600},
        {"sub": None},
    ],
)
def test_an_id_token_that_does_not_hold_signs_nobody_in(
    pages: Pages, provider: Provider, changes: dict[str, object]
) -> None:
    provider.claims = {"sub": "s-1", "cccd": "001203004567"}
    provider.changes = changes
    reader = pages.visitor()
    answer = reader.get(way_back(reader))
    assert answer.status_code == 400
    assert "Chưa đăng nhập được" in answer.text
    assert links(pages) == 0


def test_a_token_signed_by_another_key_signs_nobody_in(pages: Pages, provider: Provider) -> None:
    provider.claims = {"sub": "s-1", "cccd": "001203004567"}
    provider.key = RSAKey.generate_key(2048, {"kid": "one"})
    reader = pages.visitor()
    assert reader.get(way_back(reader)).status_code == 400


def test_a_return_belongs_to_the_browser_that_left_and_counts_once(pages: Pages, provider: Provider) -> None:
    provider.claims = {"sub": "s-1", "cccd": "001203004567"}
    attacker, victim = pages.visitor(), pages.visitor()
    back = way_back(attacker)
    assert victim.get(back).status_code == 400  # never left
    way_back(victim)
    assert victim.get(back).status_code == 400  # left with another state
    own = way_back(victim)
    assert victim.get(own).status_code == 303
    assert victim.get(own).status_code == 400  # spent


def test_a_refusal_and_an_absent_provider_lead_back_to_the_sign_in_page(
    pages: Pages, provider: Provider
) -> None:
    provider.refuses = True
    reader = pages.visitor()
    assert reader.get(way_back(reader)).status_code == 400
    assert reader.get("/sign-in/with/nobody").status_code == 404


def test_a_provider_that_is_away_does_not_break_the_page(pages: Pages, provider: Provider) -> None:
    provider.close()
    answer = pages.visitor().get("/sign-in/with/vneid")
    assert answer.status_code == 503
    assert "tạm thời không trả lời" in answer.text
    assert 'name="password"' in answer.text
