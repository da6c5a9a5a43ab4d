"""Sealed text: read again only by this installation, and only for a time where one is given.

Second factors are kept sealed; so are the tickets that carry a sign-in from one step to the next in
the browser's own form. Keys are made of the installation's secret key, another for each use.
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken

from luongviec.services.platform import Work


def seal(work: Work, use: str, text: str) -> str:
    """Encrypt and sign a text for one use."""
    return _box(work, use).encrypt_at_time(text.encode(), int(work.now.timestamp())).decode()


def unseal(work: Work, use: str, sealed: str, *, lifetime: timedelta | None = None) -> str | None:
    """Give the text again; None when it is foreign, changed, or older than its lifetime."""
    box = _box(work, use)
    try:
        if lifetime is None:
            return box.decrypt(sealed.encode()).decode()
        seconds, now = int(lifetime.total_seconds()), int(work.now.timestamp())
        return box.decrypt_at_time(sealed.encode(), ttl=seconds, current_time=now).decode()
    except (InvalidToken, UnicodeError):
        return None


def seal_ticket(work: Work, use: str, facts: Mapping[str, object]) -> str:
    """Seal facts for the browser to bring back."""
    return seal(work, use, json.dumps(dict(facts)))


def unseal_ticket(work: Work, use: str, ticket: str, lifetime: timedelta) -> Mapping[str, object] | None:
    """Give a ticket's facts; None when it is foreign or too old."""
    text = unseal(work, use, ticket, lifetime=lifetime)
    return None if text is None else json.loads(text)


def _box(work: Work, use: str) -> Fernet:
    key = hmac.new(work.platform.settings.secret_key.encode(), f"seal:{use}".encode(), "sha256").digest()
    return Fernet(urlsafe_b64encode(key))
