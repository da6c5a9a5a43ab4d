"""One-time secrets: a first password on a sheet, a link in a mail, a code in a short message (A-24, W-01).

Each lets one person set a password once and for a time; it is never the same rule for everyone. A row
keeps a random seed and a hash; the secret is made of the seed and the installation's key, so that a
stolen database gives none, and the job that sends one says the same at every attempt. Setting a
password spends all of a person's secrets.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from luongviec.services.kept_secrets import hash_secret
from luongviec.services.parameters.platform import days_parameter, minutes_parameter
from luongviec.services.platform import Work
from luongviec.store.accounts import one_time_secrets as rows
from luongviec.store.models import OneTimeSecret, User

FIRST_PASSWORD, RESET = "first_password", "reset"  # purposes
SHEET, EMAIL, SMS = "sheet", "email", "sms"  # channels
SEND_SECRET = "send_secret"  # the job that sends one  # noqa: S105
SHEET_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that looks like another: 5 bits each
MOST_TRIES = 5  # of one code

_SHEET_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Issued:
    """A fresh secret. `secret` is given only here: on a sheet as `ABCD-EFGH-…`."""

    row_id: int
    user_id: int
    secret: str


def issue(
    work: Work, user_id: int, purpose: str, channel: str, actor_id: int | None = None
) -> tuple[OneTimeSecret, str]:
    """Make a secret for one person; earlier ones for the same purpose stop working.

    With the channel `email` or `sms` a job sends it after the commit; what is on a sheet is handed over
    by whoever asked for it and needs no job.

    Returns:
        The row and the secret, which is given only here.
    """
    (issued,) = issue_all(work, (user_id,), purpose, channel, actor_id)
    return work.session.get_one(OneTimeSecret, issued.row_id), issued.secret


def issue_all(
    work: Work, user_ids: Iterable[int], purpose: str, channel: str, actor_id: int | None = None
) -> tuple[Issued, ...]:
    """Make a secret for each of many people, in few statements; see `issue`."""
    chosen = tuple(user_ids)
    rows.end_secrets(work.session, chosen, work.now, purpose=purpose)
    lifetime = _lifetime(work, purpose)
    made = []
    for user_id in chosen:
        seed = secrets.token_hex(32)
        secret = _secret_of(work, seed, channel)
        made.append(
            (
                OneTimeSecret(
                    user_id=user_id, purpose=purpose, channel=channel, seed=seed,
                    token_hash=_hash(work, secret, channel, seed), created_at=work.now,
                    expires_at=work.now + lifetime, actor_id=actor_id,
                    due_at=None if channel == SHEET else work.now,
                ),
                secret,
            )
        )  # fmt: skip
    work.session.add_all(row for row, _ in made)
    work.session.flush()
    if channel != SHEET:
        for row, _ in made:
            work.enqueue(SEND_SECRET, row.id)
    return tuple(Issued(row.id, row.user_id, secret) for row, secret in made)


def secret_of(work: Work, row: OneTimeSecret) -> str:
    """Give the secret of a row that is still to be sent."""
    return _secret_of(work, row.seed, row.channel)


def holder_of(work: Work, secret: str) -> tuple[OneTimeSecret, User] | None:
    """Give whom a link or a sheet's password stands for; None when it is used, expired or never was.

    Looking spends nothing: only a password that was set does (`spend`).
    """
    found = rows.secret_by_hashes(
        work.session, (hash_secret(secret.strip()), hash_secret(_as_on_sheet(secret)))
    )
    if found is None or not _is_usable(work, found[0]) or not found[1].active:
        return None
    return found


def is_first_password(work: Work, user_id: int, password: str) -> bool:
    """Whether what was typed as a password is the person's one-time password of a sheet."""
    found = rows.secret_by_hashes(work.session, (hash_secret(_as_on_sheet(password)),))
    return (
        found is not None
        and found[0].user_id == user_id
        and found[0].channel == SHEET
        and _is_usable(work, found[0])
    )


def check_code(work: Work, user_id: int, code: str) -> bool:
    """Whether a code from a short message is right; a wrong one counts as a try, and few are free."""
    row = rows.newest_secret(work.session, user_id, SMS)
    if row is None or not _is_usable(work, row) or row.tries >= MOST_TRIES:
        return False
    digits = "".join(sign for sign in code if sign.isdigit())
    if hmac.compare_digest(row.token_hash, _hash(work, digits, SMS, row.seed)):
        return True
    row.tries += 1
    return False


def spend(work: Work, user_id: int) -> None:
    """Use up all of a person's secrets: a password was set."""
    rows.end_secrets(work.session, (user_id,), work.now)


def _is_usable(work: Work, row: OneTimeSecret) -> bool:
    return row.used_at is None and row.expires_at > work.now


def _lifetime(work: Work, purpose: str) -> timedelta:
    if purpose == FIRST_PASSWORD:
        return days_parameter(work, "first_password_days")
    return minutes_parameter(work, "reset_minutes")


def _secret_of(work: Work, seed: str, channel: str) -> str:
    digest = _keyed(work, f"one-time:{channel}:{seed}")
    if channel == SMS:
        return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"
    if channel == SHEET:
        signs = "".join(SHEET_SIGNS[byte % 32] for byte in digest[:_SHEET_LENGTH])
        return "-".join(signs[start : start + 4] for start in range(0, _SHEET_LENGTH, 4))
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _hash(work: Work, secret: str, channel: str, seed: str) -> str:
    if channel == SMS:  # six digits can be tried out: only with the key, and each row for itself
        return _keyed(work, f"code:{seed}:{secret}").hex()
    return hash_secret(_as_on_sheet(secret) if channel == SHEET else secret)


def _keyed(work: Work, text: str) -> bytes:
    return hmac.new(work.platform.settings.secret_key.encode(), text.encode(), "sha256").digest()


def _as_on_sheet(typed: str) -> str:
    """Read a sheet's password as people type it: in any case, with or without the dashes."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())
