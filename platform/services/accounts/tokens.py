"""API tokens: made by a person for a machine that acts as that person; kept as hashes only."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.accounts.sessions import (
    TOUCH_EVERY,
    PasswordChangeNeeded,
    must_add_second_factor,
    must_change_password,
    person_id,
)
from luongviec.services.kept_secrets import hash_secret
from luongviec.services.platform import Platform
from luongviec.store.accounts import rows
from luongviec.store.models import ApiToken

MOST_TOKENS = 50


@dataclass(frozen=True, slots=True)
class TokenView:
    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None


def create_token(
    platform: Platform, actor: Actor, name: str, *, lifetime: timedelta | None = None
) -> tuple[str, TokenView]:
    """Make an API token; its secret is given only here.

    Raises:
        InvalidInput: field `name`; too many tokens are in use.
    """
    name = name.strip()
    if not name or len(name) > 100:
        raise InvalidInput(
            {"name": (Text("Hãy đặt tên, không quá 100 ký tự.", "Give a name of at most 100 characters."),)}
        )
    secret = "lv_" + secrets.token_urlsafe(32)
    with platform.transaction() as work:
        if len(rows.tokens_of(work.session, person_id(actor))) >= MOST_TOKENS:
            raise InvalidInput(
                {
                    "name": (
                        Text(
                            f"Bạn đã có {MOST_TOKENS} mã. Hãy thu hồi bớt mã không dùng nữa.",
                            f"You have {MOST_TOKENS} tokens. Revoke some that are no longer used.",
                        ),
                    )
                }
            )
        token = ApiToken(
            token_hash=hash_secret(secret), user_id=person_id(actor), name=name, created_at=work.now,
            expires_at=None if lifetime is None else work.now + lifetime,
        )  # fmt: skip
        work.session.add(token)
        work.session.flush()
        return secret, _view(token)


def list_tokens(platform: Platform, actor: Actor) -> tuple[TokenView, ...]:
    """Give the own tokens, newest first, without secrets."""
    with platform.reading() as work:
        return tuple(_view(token) for token in rows.tokens_of(work.session, person_id(actor)))


def revoke_token(platform: Platform, actor: Actor, token_id: int) -> None:
    """End one of the own tokens."""
    with platform.transaction() as work:
        token = work.session.get(ApiToken, token_id)
        if token is None or token.user_id != person_id(actor) or token.revoked_at is not None:
            raise NotFound()
        token.revoked_at = work.now


def actor_of_token(platform: Platform, secret: str) -> Actor | None:
    """Give whom a Bearer token stands for, None for a foreign, ended or expired one.

    Raises:
        PasswordChangeNeeded: its person must first see to his own account on the pages (A-26).
    """
    with platform.reading() as work:
        found = rows.token_by_hash(work.session, hash_secret(secret))
        if found is None or found[0].revoked_at is not None or not found[1].active:
            return None
        token, user = found
        if token.expires_at is not None and token.expires_at <= work.now:
            return None
        if must_change_password(work, user) or must_add_second_factor(work, user):
            raise PasswordChangeNeeded
        token_id, actor = token.id, Actor(user.id)
        is_old = token.last_used_at is None or work.now - token.last_used_at > TOUCH_EVERY
    if is_old:
        with platform.transaction() as work:
            work.session.get_one(ApiToken, token_id).last_used_at = work.now
    return actor


def _view(token: ApiToken) -> TokenView:
    return TokenView(token.id, token.name, token.created_at, token.last_used_at, token.expires_at)
