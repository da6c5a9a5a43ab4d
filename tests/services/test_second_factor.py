"""The second factor: added, asked for, used once, lost, demanded of administrators."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.world import SYSTEM, Actor
from luongviec.services import accounts
from luongviec.services.accounts import (
    PasswordChangeNeeded,
    SecondStepNeeded,
    SignInExpired,
    SignInRefused,
    TooManyAttempts,
    second_factor,
)
from luongviec.services.users import making as users
from luongviec.store.models import RecoveryCode, User
from tests.services.house import PASSWORD, House
from tests.services.signing import (
    account_id,
    actor_named,
    lines,
    make_account,
    make_administrator,
    parameters,
)


def code_of(house: House, secret: str) -> str:
    return pyotp.TOTP(secret).at(house.clock.now)


def switch_on(house: House, actor: Actor) -> tuple[str, tuple[str, ...]]:
    """Add the factor, and give its secret with the recovery codes."""
    enrolment = second_factor.begin(house.platform, actor)
    secret = enrolment.secret.replace(" ", "")
    assert secret in enrolment.address
    assert len(enrolment.squares) == len(enrolment.squares[0])
    codes = second_factor.confirm(house.platform, actor, enrolment.ticket, code_of(house, secret))
    house.clock.pass_by(seconds=60)
    return secret, codes


def first_step(house: House, name: str) -> str:
    with pytest.raises(SecondStepNeeded) as caught:
        accounts.sign_in(house.platform, name, PASSWORD)
    return caught.value.ticket


@pytest.fixture
def name(house: House) -> str:
    return make_account(house)


def test_it_is_off_until_the_installation_offers_it(house: House, name: str) -> None:
    actor = actor_named(house, name)
    assert not second_factor.state_of(house.platform, actor).is_offered
    with pytest.raises(NotFound):
        second_factor.begin(house.platform, actor)


def test_a_code_is_needed_and_counts_once(house: House, name: str) -> None:
    with parameters(house, second_factor="offered"):
        secret, _ = switch_on(house, actor_named(house, name))
        code = code_of(house, secret)
        _, signed_in = accounts.take_second_step(house.platform, first_step(house, name), code)
        assert signed_in.user_name == name
        with pytest.raises(SignInRefused):  # replayed within its thirty seconds
            accounts.take_second_step(house.platform, first_step(house, name), code)
        earlier = pyotp.TOTP(secret).at(house.clock.now - timedelta(seconds=30))
        with pytest.raises(SignInRefused):
            accounts.take_second_step(house.platform, first_step(house, name), earlier)
        house.clock.pass_by(seconds=30)
        assert accounts.take_second_step(house.platform, first_step(house, name), code_of(house, secret))


def test_a_wrong_password_never_gets_to_the_code(house: House, name: str) -> None:
    with parameters(house, second_factor="offered"):
        switch_on(house, actor_named(house, name))
        with pytest.raises(SignInRefused):
            accounts.sign_in(house.platform, name, "sai-mat-khau")


def test_the_step_expires_and_ends_with_a_new_password(house: House, name: str) -> None:
    with parameters(house, second_factor="offered"):
        secret, _ = switch_on(house, actor_named(house, name))
        ticket = first_step(house, name)
        house.clock.pass_by(minutes=6)
        with pytest.raises(SignInExpired):
            accounts.take_second_step(house.platform, ticket, code_of(house, secret))
        ticket = first_step(house, name)
        users.set_password(house.platform, SYSTEM, name, "rừng thông chiều nay")
        with pytest.raises(SignInExpired):
            accounts.take_second_step(house.platform, ticket, code_of(house, secret))
        with pytest.raises(SignInExpired):
            accounts.take_second_step(house.platform, "khong-phai-ve", "000000")


def test_guessing_codes_makes_wait_whatever_password_is_known(house: House, name: str) -> None:
    with parameters(house, second_factor="offered"):
        secret, _ = switch_on(house, actor_named(house, name))
        for _ in range(5):
            ticket = first_step(house, name)  # the right password forgives no wrong code
            with pytest.raises(SignInRefused):
                accounts.take_second_step(house.platform, ticket, "000000")
        with pytest.raises(TooManyAttempts):
            accounts.take_second_step(house.platform, first_step(house, name), code_of(house, secret))


def test_a_recovery_code_stands_in_once(house: House, name: str) -> None:
    with parameters(house, second_factor="offered"):
        actor = actor_named(house, name)
        _, codes = switch_on(house, actor)
        assert len(set(codes)) == second_factor.RECOVERY_CODES
        assert accounts.take_second_step(house.platform, first_step(house, name), codes[0].upper())
        with pytest.raises(SignInRefused):
            accounts.take_second_step(house.platform, first_step(house, name), codes[0])
        assert second_factor.state_of(house.platform, actor).recovery_codes_left == 9
        fresh = second_factor.renew_recovery_codes(house.platform, actor, codes[1])
        with pytest.raises(SignInRefused):
            accounts.take_second_step(house.platform, first_step(house, name), codes[2])
        house.clock.pass_by(minutes=1)
        second_factor.switch_off(house.platform, actor, fresh[0])
        assert accounts.sign_in(house.platform, name, PASSWORD)


def test_what_is_kept_tells_no_secret(house: House, name: str) -> None:
    with parameters(house, second_factor="offered"):
        secret, codes = switch_on(house, actor_named(house, name))
    with house.platform.reading() as work:
        user = work.session.get_one(User, account_id(house, name))
        hashes = work.session.scalars(select(RecoveryCode.code_hash)).all()
    assert user.second_factor_secret is not None
    assert secret not in user.second_factor_secret
    assert not {code.replace("-", "") for code in codes} & set(hashes)


def test_a_wrong_first_code_adds_nothing(house: House, name: str) -> None:
    with parameters(house, second_factor="offered"):
        actor = actor_named(house, name)
        enrolment = second_factor.begin(house.platform, actor)
        with pytest.raises(InvalidInput):
            second_factor.confirm(house.platform, actor, enrolment.ticket, "12345")
        assert second_factor.begun(house.platform, actor, enrolment.ticket) == enrolment
        other = actor_named(house, make_account(house))
        assert second_factor.begun(house.platform, other, enrolment.ticket) is None
        assert not second_factor.state_of(house.platform, actor).is_on


def test_administrators_may_be_made_to_add_it(house: House, name: str) -> None:
    secret, _ = accounts.sign_in(house.platform, name, PASSWORD)
    chief = make_account(house)
    cookie, signed_in = accounts.sign_in(house.platform, chief, PASSWORD)
    token, _ = accounts.create_token(house.platform, signed_in.actor, "máy")
    make_administrator(house, chief)
    with parameters(house, second_factor="administrators_must"):
        ordinary = accounts.session_of(house.platform, secret)
        administrator = accounts.session_of(house.platform, cookie)
        assert ordinary is not None
        assert administrator is not None
        assert not ordinary.must_add_second_factor
        assert administrator.must_add_second_factor
        with pytest.raises(PasswordChangeNeeded):
            accounts.actor_of_token(house.platform, token)
        switch_on(house, signed_in.actor)
        after = accounts.session_of(house.platform, cookie)
        assert after is not None
        assert not after.must_add_second_factor
        assert accounts.actor_of_token(house.platform, token) == signed_in.actor


@pytest.mark.requirement("A-27")
def test_a_lost_phone_is_taken_away_by_an_administrator(house: House, name: str) -> None:
    with parameters(house, second_factor="offered"):
        secret, _ = switch_on(house, actor_named(house, name))
        cookie, _ = accounts.take_second_step(house.platform, first_step(house, name), code_of(house, secret))
        with house.platform.transaction() as work:
            user = work.session.get_one(User, account_id(house, name))
            accounts.remove_second_factor(work, house.actor("admin"), user)
        assert accounts.session_of(house.platform, cookie) is None
        assert accounts.sign_in(house.platform, name, PASSWORD)
    assert {line.kind for line in lines(house, name)} >= {"second_factor", "second_factor_on", "password"}
