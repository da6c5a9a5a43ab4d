"""Signing in through another service: whom it names is linked to an account here, never created (A-16).

A person is found by an earlier link (method, subject); else by what the method was told to compare:
identity number, user name or a confirmed e-mail address, which must fit exactly one active account.
"""

from __future__ import annotations

from typing import ClassVar

from luongviec.engine.errors import LuongViecError
from luongviec.engine.text import Text
from luongviec.plugins import ExternalPerson
from luongviec.services.accounts import journal
from luongviec.services.accounts.sessions import SignedIn, open_session
from luongviec.services.accounts.signing_in import SecondStepNeeded, ticket_for
from luongviec.services.accounts.visitor import NOWHERE, Visitor
from luongviec.services.platform import Platform, Work
from luongviec.store.accounts import rows
from luongviec.store.models import ExternalIdentity, User


class NoAccountHere(LuongViecError):
    """The other service knows the person; here he has no account that may come in."""

    code: ClassVar[str] = "no_account_here"
    template = Text(
        "Tài khoản này chưa được cấp quyền vào hệ thống. Hãy liên hệ quản trị viên của đơn vị bạn.",
        "This account has no access here. Ask the administrator of your unit.",
    )


def sign_in_external(
    platform: Platform, method: str, person: ExternalPerson, *, visitor: Visitor = NOWHERE
) -> tuple[str, SignedIn]:
    """Open a session for whom a sign-in method names, linking him at the first time.

    Raises:
        NoAccountHere: nobody fits, several do, or the account is closed. Nothing is created.
        SecondStepNeeded: the second factor is still to come.
    """
    with platform.transaction() as work:
        user = _linked(work, method, person) or _fitting(work, method, person, visitor)
        usable = user if user is not None and user.active and user.deleted_at is None else None
        typed = (user.user_name if user else person.user_name or person.email or person.subject)[:100]
        journal.write(
            work, journal.EXTERNAL, typed, None if user is None else user.id, visitor,
            succeeded=usable is not None, note=method,
        )  # fmt: skip
        if usable is not None and usable.second_factor_secret is None:
            return open_session(work, usable, visitor)
        ticket = None if usable is None else ticket_for(work, usable)
    if ticket is None:
        raise NoAccountHere()
    raise SecondStepNeeded(ticket=ticket)


def _linked(work: Work, method: str, person: ExternalPerson) -> User | None:
    identity = rows.identity_of(work.session, method, person.subject)
    return None if identity is None else work.session.get(User, identity.user_id)


def _fitting(work: Work, method: str, person: ExternalPerson, visitor: Visitor) -> User | None:
    found = rows.users_fitting(
        work.session, identity_number=person.identity_number, user_name=person.user_name, email=person.email
    )
    if len(found) != 1:
        return None
    (user,) = found
    work.session.add(
        ExternalIdentity(method=method, subject=person.subject, user_id=user.id, linked_at=work.now)
    )
    journal.write(work, journal.LINKED, user.user_name, user.id, visitor, note=method)
    return user
