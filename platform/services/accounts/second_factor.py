"""The second factor: six digits that an application on a phone shows, and recovery codes for a lost one.

Off by default; the parameter `second_factor` offers it or asks it of administrators. The secret is kept
sealed, recovery codes as hashes; no step of time counts twice.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

import pyotp
import qrcode

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.accounts import journal
from luongviec.services.accounts.sealing import seal, seal_ticket, unseal, unseal_ticket
from luongviec.services.accounts.sessions import person_id
from luongviec.services.accounts.visitor import NOWHERE, Visitor
from luongviec.services.accounts.waiting import check_waiting
from luongviec.services.journal.writing import Subject, note_change
from luongviec.services.kept_secrets import hash_secret
from luongviec.services.parameters.platform import word_parameter
from luongviec.services.platform import Platform, Work
from luongviec.store.accounts import rows
from luongviec.store.models import User

STEP_SECONDS = 30
STEPS_AROUND = 1  # clocks of phones differ a little
RECOVERY_CODES = 10
RECOVERY_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
ENROLMENT = "second-factor-enrolment"
ENROLMENT_LIFETIME = timedelta(minutes=20)
_KEPT = "second-factor"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What is needed to add the factor: typed or scanned into the application, then confirmed by a code."""

    ticket: str
    secret: str  # in groups of four, for typing
    address: str  # otpauth://…
    squares: tuple[tuple[bool, ...], ...]  # the QR code of the address


@dataclass(frozen=True, slots=True)
class SecondFactorState:
    is_offered: bool
    is_demanded: bool
    is_on: bool
    recovery_codes_left: int


def state_of(platform: Platform, actor: Actor) -> SecondFactorState:
    """Give how it stands with the own second factor."""
    with platform.reading() as work:
        user = work.session.get_one(User, person_id(actor))
        chosen = word_parameter(work, "second_factor")
        return SecondFactorState(
            is_offered=chosen != "off",
            is_demanded=chosen == "administrators_must"
            and any(function.startswith("admin.") for function in work.world.functions(user.id)),
            is_on=user.second_factor_secret is not None,
            recovery_codes_left=len(rows.recovery_codes_left(work.session, user.id)),
        )


def begin(platform: Platform, actor: Actor) -> Enrolment:
    """Make a secret to add; nothing is kept until it is confirmed.

    Raises:
        NotFound: the installation does not offer it, or it is on already.
    """
    with platform.reading() as work:
        user = _without(work, actor)
        secret = pyotp.random_base32()
        ticket = seal_ticket(work, ENROLMENT, {"user": user.id, "secret": secret})
        return _enrolment(platform, user.user_name, ticket, secret)


def begun(platform: Platform, actor: Actor, ticket: str) -> Enrolment | None:
    """Give an enrolment again, after a wrong code; None when it is too old or somebody else's."""
    with platform.reading() as work:
        user = _without(work, actor)
        secret = _secret_of(work, user, ticket)
        return None if secret is None else _enrolment(platform, user.user_name, ticket, secret)


def confirm(
    platform: Platform, actor: Actor, ticket: str, code: str, *, visitor: Visitor = NOWHERE
) -> tuple[str, ...]:
    """Switch the factor on by its first code, and give recovery codes, shown only here.

    Raises:
        InvalidInput: field `code`.
        NotFound: not offered, on already, or the ticket is too old.
        TooManyAttempts
    """
    with platform.reading() as work:
        user_name = _without(work, actor).user_name
    check_waiting(platform, journal.SECOND_FACTOR, user_name, visitor)
    with platform.transaction() as work:
        user = _without(work, actor)
        secret = _secret_of(work, user, ticket)
        if secret is None:
            raise NotFound()
        step = _step_of(work, secret, code)
        if step is not None:
            user.second_factor_secret, user.second_factor_step = seal(work, _KEPT, secret), step
            journal.write(work, journal.SECOND_FACTOR_ON, user.user_name, user.id, visitor)
            return _fresh_recovery_codes(work, user)
        journal.write(work, journal.SECOND_FACTOR, user.user_name, user.id, visitor, succeeded=False)
    raise InvalidInput({"code": (_WRONG,)})


def switch_off(platform: Platform, actor: Actor, code: str, *, visitor: Visitor = NOWHERE) -> None:
    """Take the own factor away; needs one of its codes.

    Raises:
        InvalidInput: field `code`.
        TooManyAttempts
    """
    with platform.reading() as work:
        user_name = work.session.get_one(User, person_id(actor)).user_name
    check_waiting(platform, journal.SECOND_FACTOR, user_name, visitor)
    with platform.transaction() as work:
        user = rows.lock_user(work.session, person_id(actor))
        is_right = check(work, user, code)
        if is_right:
            _take_away(work, user)
        kind = journal.SECOND_FACTOR_OFF if is_right else journal.SECOND_FACTOR
        journal.write(work, kind, user.user_name, user.id, visitor, succeeded=is_right)
    if not is_right:
        raise InvalidInput({"code": (_WRONG,)})


def renew_recovery_codes(
    platform: Platform, actor: Actor, code: str, *, visitor: Visitor = NOWHERE
) -> tuple[str, ...]:
    """Make new recovery codes, shown only here; the old ones end. Needs a code of the factor.

    Raises:
        InvalidInput: field `code`.
        TooManyAttempts
    """
    with platform.reading() as work:
        user_name = work.session.get_one(User, person_id(actor)).user_name
    check_waiting(platform, journal.SECOND_FACTOR, user_name, visitor)
    with platform.transaction() as work:
        user = rows.lock_user(work.session, person_id(actor))
        is_right = check(work, user, code)
        journal.write(work, journal.SECOND_FACTOR, user.user_name, user.id, visitor, succeeded=is_right)
        if is_right:
            return _fresh_recovery_codes(work, user)
    raise InvalidInput({"code": (_WRONG,)})


def remove_second_factor(work: Work, actor: Actor, user: User) -> None:
    """Take somebody's factor away, who has lost it: the caller has checked the right to his account."""
    if user.second_factor_secret is None:
        return
    _take_away(work, user)
    rows.end_sessions(work.session, user.id, work.now)
    journal.write(work, journal.SECOND_FACTOR_OFF, user.user_name, user.id, NOWHERE)
    subject = Subject("user", str(user.id), user.name)
    note_change(work, actor, "user.second_factor_removed", subject)


def check(work: Work, user: User, code: str) -> bool:
    """Whether a code is right now, and spend it: a step of time or a recovery code counts once.

    The caller holds the row's lock, so that two requests cannot spend one code.
    """
    if user.second_factor_secret is None:
        return False
    typed = "".join(sign for sign in code.lower() if sign.isalnum())
    secret = unseal(work, _KEPT, user.second_factor_secret)
    step = None if secret is None else _step_of(work, secret, typed)
    if step is not None and step > (user.second_factor_step or 0):
        user.second_factor_step = step
        return True
    hashed = _recovery_hash(user.id, typed)
    for row in rows.recovery_codes_left(work.session, user.id):
        if row.code_hash == hashed:
            row.used_at = work.now
            return True
    return False


_WRONG = Text(
    "Mã chưa đúng hoặc đã dùng rồi. Hãy nhập mã mới nhất.",
    "The code is not right, or was used already. Enter the newest one.",
)


def _without(work: Work, actor: Actor) -> User:
    user = work.session.get_one(User, person_id(actor))
    if user.second_factor_secret is not None or word_parameter(work, "second_factor") == "off":
        raise NotFound()
    return user


def _secret_of(work: Work, user: User, ticket: str) -> str | None:
    facts = unseal_ticket(work, ENROLMENT, ticket, ENROLMENT_LIFETIME)
    return str(facts["secret"]) if facts is not None and facts["user"] == user.id else None


def _enrolment(platform: Platform, user_name: str, ticket: str, secret: str) -> Enrolment:
    address = pyotp.TOTP(secret).provisioning_uri(name=user_name, issuer_name=platform.settings.site_name)
    code = qrcode.QRCode(border=2)
    code.add_data(address)
    squares = tuple(tuple(bool(square) for square in row) for row in code.get_matrix())
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return Enrolment(ticket, groups, address, squares)


def _step_of(work: Work, secret: str, code: str) -> int | None:
    """Give the step of time whose code this is, of those around now."""
    digits = "".join(sign for sign in code if sign.isascii() and sign.isdigit())
    if len(digits) != 6 or len(digits) != len(code.replace(" ", "")):
        return None
    now = int(work.now.timestamp()) // STEP_SECONDS
    one_time = pyotp.TOTP(secret)
    for step in range(now - STEPS_AROUND, now + STEPS_AROUND + 1):
        if secrets.compare_digest(one_time.generate_otp(step), digits):
            return step
    return None


def _fresh_recovery_codes(work: Work, user: User) -> tuple[str, ...]:
    codes = tuple(
        "-".join("".join(secrets.choice(RECOVERY_SIGNS) for _ in range(5)) for _ in range(2))
        for _ in range(RECOVERY_CODES)
    )
    hashes = [_recovery_hash(user.id, code.replace("-", "")) for code in codes]
    rows.replace_recovery_codes(work.session, user.id, hashes)
    return codes


def _take_away(work: Work, user: User) -> None:
    user.second_factor_secret = user.second_factor_step = None
    rows.replace_recovery_codes(work.session, user.id, ())


def _recovery_hash(user_id: int, code: str) -> str:
    return hash_secret(f"recovery:{user_id}:{code}")
