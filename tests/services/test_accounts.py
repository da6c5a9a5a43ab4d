"""Signing in, sessions, passwords, preferences and tokens."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.engine.world import SYSTEM
from luongviec.services import accounts
from luongviec.services.accounts import SignInRefused, TooManyAttempts, Visitor
from luongviec.services.users import making as users
from tests.services.house import PASSWORD, House


def make_account(house: House, **differences: object) -> str:
    name = f"u{uuid.uuid4().hex[:10]}"
    users.create_user(house.platform, SYSTEM, users.NewUser(name, "Ai Đó", password=PASSWORD, **differences))  # type: ignore[arg-type]
    return name


@pytest.mark.requirement("A-02")
def test_the_right_password_opens_a_session(house: House) -> None:
    name = make_account(house)
    secret, signed_in = accounts.sign_in(house.platform, f" {name.upper()} ", PASSWORD)
    found = accounts.session_of(house.platform, secret)
    assert found == signed_in
    assert found is not None
    assert (found.user_name, found.name) == (name, "Ai Đó")
    assert accounts.session_of(house.platform, secret + "x") is None


@pytest.mark.requirement("A-19")
def test_wrong_name_wrong_password_and_closed_account_look_alike(house: House) -> None:
    name, closed = make_account(house), make_account(house)
    users.set_active(house.platform, SYSTEM, closed, active=False)
    said = set()
    for user_name, password in (
        (name, "sai-mat-khau"),
        ("khong-ai-ca", PASSWORD),
        (closed, PASSWORD),
        ("", ""),
    ):
        with pytest.raises(SignInRefused) as caught:
            accounts.sign_in(house.platform, user_name, password)
        said.add(caught.value.message)
    assert len(said) == 1


def test_failures_must_wait_longer_each_time(house: House) -> None:
    name = make_account(house)

    def fail() -> None:
        with pytest.raises(SignInRefused):
            accounts.sign_in(house.platform, name, "sai-mat-khau", visitor=Visitor("10.0.0.1"))

    for _ in range(5):
        fail()
    waits = []
    for _ in range(3):
        with pytest.raises(TooManyAttempts) as caught:
            accounts.sign_in(house.platform, name, PASSWORD, visitor=Visitor("10.0.0.2"))
        waits.append(caught.value.retry_after_seconds)
        house.clock.pass_by(seconds=waits[-1] + 1)
        fail()
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]
    house.clock.pass_by(hours=3)
    assert accounts.sign_in(house.platform, name, PASSWORD)[1].user_name == name


def test_a_success_forgives_earlier_failures(house: House) -> None:
    name = make_account(house)
    for _ in range(2):
        for _ in range(4):
            with pytest.raises(SignInRefused):
                accounts.sign_in(house.platform, name, "sai-mat-khau")
        house.clock.pass_by(seconds=1)
        accounts.sign_in(house.platform, name, PASSWORD)
        house.clock.pass_by(seconds=1)


def test_a_session_ends_by_signing_out_by_time_and_with_the_account(house: House) -> None:
    name = make_account(house)
    first, _ = accounts.sign_in(house.platform, name, PASSWORD)
    accounts.sign_out(house.platform, first)
    assert accounts.session_of(house.platform, first) is None
    second, _ = accounts.sign_in(house.platform, name, PASSWORD)
    for _ in range(3):  # used, it goes on
        house.clock.pass_by(hours=8)
        assert accounts.session_of(house.platform, second) is not None
    house.clock.pass_by(hours=13)
    assert accounts.session_of(house.platform, second) is None
    third, _ = accounts.sign_in(house.platform, name, PASSWORD)
    users.set_active(house.platform, SYSTEM, name, active=False)
    assert accounts.session_of(house.platform, third) is None


@pytest.mark.requirement("A-09", "A-10", "A-12")
def test_a_changed_password_ends_the_other_sessions(house: House) -> None:
    name = make_account(house, must_change_password=True)
    here, signed_in = accounts.sign_in(house.platform, name, PASSWORD)
    there, _ = accounts.sign_in(house.platform, name, PASSWORD)
    assert signed_in.must_change_password
    new = "mat-khau-moi-2026"
    accounts.change_password(house.platform, signed_in.actor, PASSWORD, new, new, keep_session=here)
    kept = accounts.session_of(house.platform, here)
    assert kept is not None
    assert not kept.must_change_password
    assert accounts.session_of(house.platform, there) is None
    with pytest.raises(SignInRefused):
        accounts.sign_in(house.platform, name, PASSWORD)
    assert accounts.sign_in(house.platform, name, new)


@pytest.mark.parametrize(
    ("old", "new", "again", "fields"),
    [
        ("sai", "mat-khau-moi-2026", "mat-khau-moi-2026", {"old"}),
        (PASSWORD, "ngan", "ngan", {"new"}),
        (PASSWORD, "aaaaaaaaaaaa", "aaaaaaaaaaaa", {"new"}),
        (PASSWORD, PASSWORD, PASSWORD, {"new"}),
        (PASSWORD, "x" * 201, "x" * 201, {"new"}),
        (PASSWORD, "mat-khau-moi-2026", "mat-khau-khac-2026", {"again"}),
    ],
)
def test_a_bad_change_of_password_says_which_field(
    house: House, old: str, new: str, again: str, fields: set[str]
) -> None:
    _, signed_in = accounts.sign_in(house.platform, make_account(house), PASSWORD)
    with pytest.raises(InvalidInput) as caught:
        accounts.change_password(house.platform, signed_in.actor, old, new, again)
    assert set(caught.value.errors) == fields


def test_preferences_are_kept_and_checked(house: House) -> None:
    secret, signed_in = accounts.sign_in(house.platform, make_account(house), PASSWORD)
    accounts.change_preferences(house.platform, signed_in.actor, language="en", theme="dark")
    found = accounts.session_of(house.platform, secret)
    assert found is not None
    assert (found.language, found.theme) == ("en", "dark")
    with pytest.raises(InvalidInput) as caught:
        accounts.change_preferences(house.platform, signed_in.actor, language="fr", theme="pink")
    assert set(caught.value.errors) == {"language", "theme"}


def test_a_token_stands_for_its_person_until_it_ends(house: House) -> None:
    officer = house.actor("officer")
    secret, view = accounts.create_token(house.platform, officer, "máy", lifetime=timedelta(days=1))
    assert accounts.actor_of_token(house.platform, secret) == officer
    assert accounts.actor_of_token(house.platform, "lv_khac") is None
    assert view.id in {one.id for one in accounts.list_tokens(house.platform, officer)}
    with pytest.raises(NotFound):
        accounts.revoke_token(house.platform, house.actor("other"), view.id)
    house.clock.pass_by(days=2)
    assert accounts.actor_of_token(house.platform, secret) is None
    lasting, view = accounts.create_token(house.platform, officer, "máy")
    accounts.revoke_token(house.platform, officer, view.id)
    assert accounts.actor_of_token(house.platform, lasting) is None


def test_accounts_are_made_by_administrators_and_once(house: House) -> None:
    with pytest.raises(Refused):
        users.create_user(house.platform, house.actor("officer"), users.NewUser("ai.do", "Ai Đó"))
    name = f"u{uuid.uuid4().hex[:8]}"
    assert users.create_user(house.platform, house.actor("admin"), users.NewUser(name, "Ai Đó"))
    for bad in (users.NewUser(name.upper(), "Ai"), users.NewUser("Có dấu", "Ai"), users.NewUser("a.b", " ")):
        with pytest.raises(InvalidInput):
            users.create_user(house.platform, house.actor("admin"), bad)
