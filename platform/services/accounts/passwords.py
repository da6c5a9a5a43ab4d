"""Passwords: how they are kept, what a new one must be, how one takes the place of another.

Length counts, kinds of signs do not. What is guessed first is refused: common passwords, runs and
repetitions, and whatever is known of the person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from luongviec.engine.text import Text
from luongviec.services import one_time_secrets
from luongviec.services.parameters.platform import number_parameter
from luongviec.services.platform import Work
from luongviec.store.accounts import rows
from luongviec.store.folding import fold
from luongviec.store.models import User

LONGEST_PASSWORD = 200
FEWEST_SIGNS = 4
NATIONAL_DIGITS = 9  # of a telephone number
SHORTEST_PERSONAL = 4  # shorter words of a person would refuse passwords by chance

_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """What the installation asks of a new password."""

    length: int = 10
    history: int = 3


@dataclass(frozen=True, slots=True)
class KnownAbout:
    """What is known of a person, and so must not stand in the password."""

    user_name: str = ""
    name: str = ""
    identity_number: str = ""
    phone: str = ""

    @classmethod
    def of(cls, user: User) -> KnownAbout:
        """Give what is known of an account."""
        return cls(user.user_name, user.name, user.identity_number or "", user.phone or "")


def policy_of(work: Work) -> PasswordPolicy:
    """Give what the installation's parameters say."""
    return PasswordPolicy(
        number_parameter(work, "password_length"), number_parameter(work, "password_history")
    )


def hash_password(password: str) -> str:
    """Give what is kept of a password."""
    return _hasher.hash(password.encode("utf-8", "surrogatepass"))


def verify(kept: str | None, password: str) -> bool:
    """Whether a password is the kept one. Without a kept one it takes as long, and is not."""
    if len(password) > LONGEST_PASSWORD:
        return False
    try:
        right = _hasher.verify(kept or _nobody(), password.encode("utf-8", "surrogatepass"))
    except (VerificationError, InvalidHashError):
        return False
    return right and kept is not None


def needs_rehash(kept: str) -> bool:
    """Whether a hash was made with less effort than is usual now."""
    return _hasher.check_needs_rehash(kept)


def password_faults(
    password: str,
    *,
    user_name: str = "",
    old: str | None = None,
    about: KnownAbout | None = None,
    policy: PasswordPolicy | None = None,
) -> tuple[Text, ...]:
    """Say everything that is wrong with a new password, at once."""
    asked = policy or PasswordPolicy()
    known = about or KnownAbout(user_name)
    faults = []
    if len(password) < asked.length:
        faults.append(
            Text(
                f"Mật khẩu cần ít nhất {asked.length} ký tự.",
                f"A password needs at least {asked.length} characters.",
            )
        )
    if len(password) > LONGEST_PASSWORD:
        faults.append(
            Text(
                f"Mật khẩu không quá {LONGEST_PASSWORD} ký tự.",
                f"A password has at most {LONGEST_PASSWORD} characters.",
            )
        )
    if old is not None and password == old:
        faults.append(Text("Mật khẩu mới phải khác mật khẩu cũ.", "It must differ from the old one."))
    if is_common(password[:LONGEST_PASSWORD]):
        faults.append(
            Text(
                "Mật khẩu này quá dễ đoán. Hãy ghép vài từ không liên quan với nhau.",
                "This password is guessed first. Put a few unrelated words together.",
            )
        )
    if _is_about(password[:LONGEST_PASSWORD], known):
        faults.append(
            Text(
                "Mật khẩu không được chứa tên đăng nhập, họ tên, số căn cước hay số điện thoại của bạn.",
                "It must not hold your user name, name, identity number or telephone number.",
            )
        )
    return tuple(faults)


def history_faults(password: str, former: Sequence[str]) -> tuple[Text, ...]:
    """Refuse one of the passwords that the person had before; each hash costs a while."""
    if any(verify(kept, password) for kept in former):
        return (
            Text(
                "Bạn đã dùng mật khẩu này gần đây. Hãy chọn mật khẩu khác.",
                "You have used this password lately. Choose another.",
            ),
        )
    return ()


def put_password(work: Work, user: User, password_hash: str, *, must_change: bool = False) -> None:
    """Give an account another password; its one-time secrets are spent. Ending sessions is the caller's."""
    if user.password_hash is not None:
        rows.remember_password(work.session, user.id, user.password_hash, work.now)
    user.password_hash, user.must_change_password = password_hash, must_change
    user.password_changed_at = work.now
    one_time_secrets.spend(work, user.id)


def take_password(work: Work, user: User) -> None:
    """Take an account's password away: only a one-time secret opens it, and a new one must be chosen."""
    if user.password_hash is not None:
        rows.remember_password(work.session, user.id, user.password_hash, work.now)
    user.password_hash, user.must_change_password = None, True


def is_common(password: str) -> bool:
    """Whether a password is on the list, a run, or a repetition; digits at its end change nothing."""
    plain = _plain(password)
    if len(set(password)) < FEWEST_SIGNS or _is_run(plain):
        return True
    return plain in _common() or re.sub(r"[0-9]+$", "", plain) in _common()


def _is_run(plain: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in pairwise(plain)}
    return len(plain) > 1 and steps in ({1}, {-1}, {0}, {1, -9}, {-1, 9})


def _is_about(password: str, known: KnownAbout) -> bool:
    plain = _plain(password)
    words = (known.user_name, known.user_name.partition("@")[0], known.name, known.identity_number)
    phone = known.phone[-NATIONAL_DIGITS:]  # whatever stands for the country before it
    personal = {_plain(word) for word in (*words, phone)}
    return any(len(word) >= SHORTEST_PERSONAL and word in plain for word in personal)


def _plain(text: str) -> str:
    return fold(text).replace(" ", "")


@cache
def _common() -> frozenset[str]:
    text = (files(__package__) / "common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.split() if line)


@cache
def _nobody() -> str:
    """Verified where there is no account, so that a wrong name takes as long as a wrong password."""
    return _hasher.hash("không ai cả")
