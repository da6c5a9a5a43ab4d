"""What tests of signing in share: accounts of their own, parameters for the length of a test."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from luongviec.engine.world import SYSTEM, Actor
from luongviec.services.accounts import journal
from luongviec.services.accounts.journal import JournalLine
from luongviec.services.journal.writing import organisation_changed
from luongviec.services.parameters.platform import PREFIX, SETTING_KIND
from luongviec.services.rights import groups
from luongviec.services.users import making as users
from luongviec.store.accounts.sign_in_journal import JournalSearch
from luongviec.store.models import Setting, User
from tests.services.house import PASSWORD, House


def make_account(house: House, **differences: object) -> str:
    """Make an account of one test's own, with `email` and `phone` of its own where they are asked for.

    Columns that its form does not know are set afterwards.
    """
    name = f"u{uuid.uuid4().hex[:10]}"
    own = {"email": email_of(name), "phone": f"09{uuid.uuid4().int % 10**8:08d}"}
    for field in own.keys() & differences.keys():
        differences[field] = own[field] if differences[field] else None
    known = {field: differences.pop(field) for field in list(differences) if field in _OF_THE_FORM}
    values = {"password": PASSWORD} | known
    user_id = users.create_user(house.platform, SYSTEM, users.NewUser(name, "Ai Đó", **values))  # type: ignore[arg-type]
    with house.platform.transaction() as work:
        for column, value in differences.items():
            setattr(work.session.get_one(User, user_id), column, value)
    return name


_OF_THE_FORM = ("password", "email", "phone", "language", "must_change_password")


def email_of(name: str) -> str:
    """Give the address that an account made here has."""
    return f"{name}@tinh.example"


def account_id(house: House, name: str) -> int:
    with house.platform.reading() as work:
        return work.session.scalars(select(User.id).where(User.user_name == name)).one()


def actor_named(house: House, name: str) -> Actor:
    return Actor(account_id(house, name))


@contextmanager
def parameters(house: House, **values: object) -> Iterator[None]:
    """Set parameters of the platform, and take them back."""
    with house.platform.transaction() as work:
        for code, value in values.items():
            work.session.add(Setting(kind=SETTING_KIND, subject=PREFIX + code, value=value))
        organisation_changed(work)
    try:
        yield
    finally:
        with house.platform.transaction() as work:
            subjects = [PREFIX + code for code in values]
            for row in work.session.scalars(select(Setting).where(Setting.subject.in_(subjects))):
                work.session.delete(row)
            organisation_changed(work)


def lines(house: House, name: str, kind: str = "") -> tuple[JournalLine, ...]:
    """Give what the journal says of a name, newest first."""
    search = JournalSearch(q=name, kind=kind)
    return journal.read_journal(house.platform, SYSTEM, search).lines


def make_administrator(house: House, name: str) -> None:
    """Put somebody into the group that may do everything."""
    groups.add_to_group(house.platform, SYSTEM, "system_admin", (account_id(house, name),))
