"""Forgotten passwords: one answer for all, one secret for the account holder, once and for a while."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pyotp
import pytest
from sqlalchemy import select

from luongviec.channels.messages import ChannelUnavailable, UnusableAddress
from luongviec.engine.errors import InvalidInput
from luongviec.engine.world import SYSTEM, Actor
from luongviec.services import accounts, one_time_secrets
from luongviec.services.accounts import SignInRefused, TooManyAttempts, Visitor, resets, second_factor
from luongviec.services.accounts.resets import SecretSpent
from luongviec.services.accounts.signing_in import ticket_for
from luongviec.services.users import making as users
from luongviec.store.models import OneTimeSecret, SignInAttempt, User
from tests.services.house import PASSWORD, House
from tests.services.signing import account_id, email_of, lines, make_account, parameters

NEW = "rừng thông chiều nay"
LINK = re.compile(r"/new-password/([\w-]+)$")


def linked_secret(house: House) -> str:
    """Give the secret of the only mail that left."""
    house.deliver()
    (mail,) = house.email.sent
    found = LINK.search(mail.link)
    assert found is not None
    return found[1]


def ask(house: House, typed: str) -> str:
    resets.ask_reset(house.platform, typed)
    return linked_secret(house)


@pytest.mark.requirement("A-07", "A-08", "A-24", "W-02")
@pytest.mark.parametrize("by", ["user_name", "identity_number"])
def test_a_link_sets_a_password_once(house: House, by: str) -> None:
    name = make_account(house, email=True)
    number = f"{account_id(house, name):012d}"
    with house.platform.transaction() as work:
        work.session.get_one(User, account_id(house, name)).identity_number = number
    here, _ = accounts.sign_in(house.platform, name, PASSWORD)
    secret = ask(house, f" {name.upper()} " if by == "user_name" else number)
    assert resets.holder_of_link(house.platform, secret).user_name == name
    with pytest.raises(InvalidInput) as caught:
        resets.set_by_link(house.platform, secret, "ngắn", "khác")
    assert set(caught.value.errors) == {"new", "again"}
    resets.set_by_link(house.platform, secret, NEW, NEW)
    assert accounts.session_of(house.platform, here) is None
    with pytest.raises(SignInRefused):
        accounts.sign_in(house.platform, name, PASSWORD)
    assert not accounts.sign_in(house.platform, name, NEW)[1].must_change_password
    with pytest.raises(SecretSpent):
        resets.set_by_link(house.platform, secret, "mặt hồ phẳng lặng", "mặt hồ phẳng lặng")
    assert [line.kind for line in lines(house, name) if line.kind.startswith("reset")] == [
        "reset_done", "reset_asked",
    ]  # fmt: skip


@pytest.mark.requirement("A-24", "W-02")
def test_asking_does_the_same_whoever_asks(house: House) -> None:
    """The request's statements and jobs are the same: what tells accounts apart happens in the job."""
    name, closed = make_account(house, email=True), make_account(house)
    users.set_active(house.platform, SYSTEM, closed, active=False)
    resets.ask_reset(house.platform, "lam-nong")
    house.queued.clear()
    done = []
    for typed in (name, closed, "khong-ai-ca", "x" * 500):
        with house.statements() as statements:
            resets.ask_reset(house.platform, typed)
        done.append(([s for s in statements if "generation" not in s], len(house.queued)))
        house.queued.clear()
    assert all(one == done[0] for one in done)
    house.deliver()
    assert [mail.address for mail in house.email.sent] == [email_of(name)]


def at_once(*acts: Callable[[], object]) -> list[bool]:
    """Do several things at the same time, and say which of them succeeded."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> bool:
        gate.wait()
        try:
            act()
        except (SecretSpent, SignInRefused):
            return False
        return True

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_requests_at_once_use_a_secret_once(house: House) -> None:
    name = make_account(house, email=True)
    secret = ask(house, name)
    others = ("mặt hồ phẳng lặng", "con đường làng cũ", NEW)
    acts = [partial(resets.set_by_link, house.platform, secret, one, one) for one in others]
    assert sorted(at_once(*acts)) == [False, False, True]
    with parameters(house, second_factor="offered"):
        actor = Actor(account_id(house, name))
        enrolment = second_factor.begin(house.platform, actor)
        code = pyotp.TOTP(enrolment.secret.replace(" ", "")).at(house.clock.now)
        second_factor.confirm(house.platform, actor, enrolment.ticket, code)
        house.clock.pass_by(seconds=60)
        code = pyotp.TOTP(enrolment.secret.replace(" ", "")).at(house.clock.now)
        with house.platform.reading() as work:
            ticket = ticket_for(work, work.session.get_one(User, actor.user_id))
        step = partial(accounts.take_second_step, house.platform, ticket, code)
        assert sorted(at_once(step, step, step)) == [False, False, True]


def test_a_link_expires_and_a_newer_one_takes_its_place(house: House) -> None:
    name = make_account(house, email=True)
    first = ask(house, name)
    house.email.sent.clear()
    second = ask(house, name)
    with pytest.raises(SecretSpent):
        resets.holder_of_link(house.platform, first)
    house.clock.pass_by(minutes=31)
    with pytest.raises(SecretSpent):
        resets.set_by_link(house.platform, second, NEW, NEW)
    with pytest.raises(SecretSpent):
        resets.holder_of_link(house.platform, "khong-phai")


def test_a_password_changed_otherwise_ends_the_link(house: House) -> None:
    name = make_account(house, email=True)
    secret = ask(house, name)
    _, signed_in = accounts.sign_in(house.platform, name, PASSWORD)
    accounts.change_password(house.platform, signed_in.actor, PASSWORD, NEW, NEW)
    with pytest.raises(SecretSpent):
        resets.holder_of_link(house.platform, secret)


@pytest.mark.requirement("A-23", "A-24")
def test_a_closed_account_gets_nothing_and_its_link_ends(house: House) -> None:
    name = make_account(house, email=True)
    secret = ask(house, name)
    users.set_active(house.platform, SYSTEM, name, active=False)
    with pytest.raises(SecretSpent):
        resets.set_by_link(house.platform, secret, NEW, NEW)
    house.email.sent.clear()
    resets.ask_reset(house.platform, name)
    house.deliver()
    assert house.email.sent == []


@pytest.mark.requirement("A-24")
def test_without_a_mailbox_a_code_goes_to_the_telephone(house: House) -> None:
    name = make_account(house, phone=True)
    resets.ask_reset(house.platform, name)
    house.deliver()
    (message,) = house.sms.sent
    code = re.findall(r"\b\d{6}\b", message.text)[0]
    assert message.address.startswith("+849")
    assert message.link == ""
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for typed, guess in ((name, wrong), ("khong-ai-ca", code), (name, "")):
        with pytest.raises(SecretSpent):
            resets.set_by_code(house.platform, typed, guess, NEW, NEW)
    with pytest.raises(InvalidInput):
        resets.set_by_code(house.platform, name, code, "ngắn", "ngắn")
    resets.set_by_code(house.platform, name, f"{code[:3]} {code[3:]}", NEW, NEW)
    assert accounts.sign_in(house.platform, name, NEW)
    with pytest.raises(SecretSpent):
        resets.set_by_code(house.platform, name, code, NEW + "!", NEW + "!")


def test_a_code_is_tried_few_times_only(house: House) -> None:
    name = make_account(house, phone=True)
    resets.ask_reset(house.platform, name)
    house.deliver()
    code = re.findall(r"\b\d{6}\b", house.sms.sent[0].text)[0]
    for number in range(one_time_secrets.MOST_TRIES):
        with pytest.raises(SecretSpent):
            resets.set_by_code(house.platform, name, f"{(int(code) + 1 + number) % 1_000_000:06d}", NEW, NEW)
    with pytest.raises(TooManyAttempts):
        resets.set_by_code(house.platform, name, code, NEW, NEW)
    house.clock.pass_by(minutes=16)  # the name may try again, the code may not
    with pytest.raises(SecretSpent):
        resets.set_by_code(house.platform, name, code, NEW, NEW)


def test_asking_is_limited_by_name_and_by_address_alike_for_unknown_names(house: House) -> None:
    for name in (make_account(house, email=True), "khong-ai-biet"):
        for _ in range(resets.MOST_PER_NAME):
            resets.ask_reset(house.platform, name)
        with pytest.raises(TooManyAttempts):
            resets.ask_reset(house.platform, name)
        house.clock.pass_by(minutes=61)
        resets.ask_reset(house.platform, name)
    there = Visitor("10.9.8.7")
    for number in range(resets.MOST_PER_ADDRESS):
        resets.ask_reset(house.platform, f"ten-{number}", visitor=there)
    with pytest.raises(TooManyAttempts):
        resets.ask_reset(house.platform, "ten-khac", visitor=there)


def test_no_account_is_flooded_through_its_two_names(house: House) -> None:
    name = make_account(house, email=True)
    number = f"9{account_id(house, name):011d}"
    with house.platform.transaction() as work:
        work.session.get_one(User, account_id(house, name)).identity_number = number
    for _ in range(resets.MOST_PER_NAME):
        resets.ask_reset(house.platform, name)
        resets.ask_reset(house.platform, number)
        house.deliver()
    with house.platform.reading() as work:
        made = work.session.scalars(
            select(OneTimeSecret).where(OneTimeSecret.user_id == account_id(house, name))
        ).all()
    assert len(made) == resets.MOST_PER_ACCOUNT


def test_a_mail_server_that_is_away_is_tried_again_with_the_same_message(house: House) -> None:
    name = make_account(house, email=True)
    house.email.failure = ChannelUnavailable(channel="email")
    resets.ask_reset(house.platform, name)
    house.deliver()
    with house.platform.reading() as work:
        row = work.session.scalars(
            select(OneTimeSecret).where(OneTimeSecret.user_id == account_id(house, name))
        ).one()
        assert row.sent_at is None
        row_id = row.id
    house.email.failure = None
    house.clock.pass_by(minutes=1)
    house.deliver()
    (mail,) = house.email.sent
    with house.platform.transaction() as work:  # killed after sending, before it was noted
        kept = work.session.get_one(OneTimeSecret, row_id)
        kept.sent_at, kept.due_at = None, work.now
    house.deliver()
    assert house.email.sent == [mail, mail]


def test_an_unusable_address_is_given_up(house: House) -> None:
    name = make_account(house, email=True)
    house.email.failure = UnusableAddress(email_of(name))
    resets.ask_reset(house.platform, name)
    house.deliver()
    house.email.failure = None
    house.clock.pass_by(minutes=5)
    assert house.deliver() == 0


def test_neither_database_nor_log_holds_a_secret(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    secrets = [ask(house, make_account(house, email=True))]
    resets.ask_reset(house.platform, make_account(house, phone=True))
    house.deliver()
    secrets.append(re.findall(r"\b\d{6}\b", house.sms.sent[0].text)[0])
    with house.platform.transaction() as work:
        _, sheet = one_time_secrets.issue(work, house.users["officer"], "first_password", "sheet")
    secrets += [sheet, sheet.replace("-", "")]
    with house.platform.reading() as work:
        kept = [
            str(value)
            for model in (OneTimeSecret, SignInAttempt)
            for row in work.session.scalars(select(model))
            for value in (getattr(row, column.name) for column in model.__table__.columns)
        ]
    for secret in secrets:
        assert secret not in kept
        assert secret not in caplog.text


@pytest.mark.parametrize(
    ("language", "words"), [("vi", "đặt lại mật khẩu"), ("en", "asked for a new password")]
)
def test_the_mail_speaks_the_accounts_language(house: House, language: str, words: str) -> None:
    name = make_account(house, email=True, language=language)
    with parameters(house, reset_minutes=60):
        ask(house, name)
    (mail,) = house.email.sent
    assert words in mail.text
    assert name in mail.text
    assert ("1 giờ" if language == "vi" else "1 hour") in mail.text
