"""Accounts that sign in: passwords, sessions, lock-outs, resets, second factors, tokens, the journal.

What others use stands here; each part is a small module of its own.
"""

from luongviec.services.accounts.own_account import (
    THEMES,
    change_password,
    change_preferences,
    list_identities,
    own_account,
    unlink_identity,
)
from luongviec.services.accounts.passwords import (
    KnownAbout,
    PasswordPolicy,
    hash_password,
    password_faults,
    policy_of,
    put_password,
)
from luongviec.services.accounts.second_factor import remove_second_factor
from luongviec.services.accounts.sessions import (
    PasswordChangeNeeded,
    SessionView,
    SignedIn,
    end_session,
    list_sessions,
    session_of,
    sign_out,
    sign_out_everywhere,
)
from luongviec.services.accounts.signing_in import (
    SecondStepNeeded,
    SignInExpired,
    SignInRefused,
    sign_in,
    take_second_step,
)
from luongviec.services.accounts.tokens import (
    TokenView,
    actor_of_token,
    create_token,
    list_tokens,
    revoke_token,
)
from luongviec.services.accounts.visitor import NOWHERE, Visitor
from luongviec.services.accounts.waiting import TooManyAttempts

__all__ = [
    "NOWHERE", "THEMES", "KnownAbout", "PasswordChangeNeeded", "PasswordPolicy", "SecondStepNeeded",
    "SessionView", "SignInExpired", "SignInRefused", "SignedIn", "TokenView", "TooManyAttempts", "Visitor",
    "actor_of_token", "change_password", "change_preferences", "create_token", "end_session", "hash_password",
    "list_identities", "list_sessions", "list_tokens", "own_account", "password_faults", "policy_of",
    "put_password", "remove_second_factor", "revoke_token", "session_of", "sign_in", "sign_out",
    "sign_out_everywhere", "take_second_step", "unlink_identity",
]  # fmt: skip
