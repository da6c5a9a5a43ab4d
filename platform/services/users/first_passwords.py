"""First passwords, and an administrator's reset: random, for one use, for some days (W-01, A-06, U-39).

Nothing of a person's data goes into one. It reaches the person as a link in a mail, or on a sheet
that the administrator hands over. A sheet is given once, when it is made, and kept nowhere; making
another ends the one before. Whoever uses it must choose a password of his own (A-26).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services import one_time_secrets
from luongviec.services.accounts.passwords import take_password
from luongviec.services.journal.writing import Subject, note_change
from luongviec.services.parameters.platform import days_parameter
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import check_function_somewhere
from luongviec.services.users.access import (
    USERS,
    administers_more,
    beyond_branch,
    is_within,
    places_beyond,
)
from luongviec.services.users.states import Skipped
from luongviec.store.accounts.one_time_secrets import end_secrets
from luongviec.store.accounts.rows import end_sessions
from luongviec.store.models import User
from luongviec.store.organisation.people import accounts_in, with_open_secret

MOST_AT_ONCE = 2_000


class Way(StrEnum):
    """How a first password reaches the person."""

    EMAIL = one_time_secrets.EMAIL
    SHEET = one_time_secrets.SHEET


@dataclass(frozen=True, slots=True)
class Slip:
    """What is handed over to one person. The only place where the secret ever stands."""

    name: str
    post: str
    user_name: str
    secret: str
    language: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Slips for several people, by unit and name."""

    slips: tuple[Slip, ...]
    expires_at: datetime
    site_name: str
    address: str


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What making first passwords would do: for how many, and for whom it cannot."""

    names: tuple[str, ...]
    ids: tuple[int, ...]
    with_password: int  # of these, how many have a password now, which ends
    without_email: int
    skipped: tuple[Skipped, ...]
    days: int
    left: int = 0  # how many stay for another time: so many are too many at once


@dataclass(frozen=True, slots=True)
class Made:
    """What was made; `sheet` only for that way."""

    count: int
    skipped: tuple[Skipped, ...]
    sheet: Sheet | None = None


def foresee(
    platform: Platform, actor: Actor, user_ids: Sequence[int], *, only_missing: bool = False
) -> Foreseen:
    """Say what making first passwords would do.

    Args:
        only_missing: leave out who can sign in already, or holds one that still counts.
    """
    with platform.reading() as work:
        usable, skipped = _usable(work, actor, user_ids, only_missing=only_missing)
        users = usable[:MOST_AT_ONCE]
        return Foreseen(
            tuple(user.name for user in users[:20]),
            tuple(user.id for user in users),
            sum(user.password_hash is not None for user in users),
            sum(not user.email for user in users),
            skipped,
            days_parameter(work, "first_password_days").days,
            len(usable) - len(users),
        )


def make_first_passwords(
    platform: Platform, actor: Actor, user_ids: Sequence[int], way: Way, *, only_missing: bool = False
) -> Made:
    """Make a first password for each person; the present password and open sessions end at once.

    Of more than `MOST_AT_ONCE` the first get one, unit by unit; with `only_missing` the next time
    serves the others.

    Raises:
        InvalidInput: nobody is left, or too many at once.
    """
    with platform.transaction() as work:
        users, skipped = _usable(work, actor, user_ids, only_missing=only_missing)
        if way is Way.EMAIL:
            skipped = (*skipped, *(Skipped(user.name, NO_EMAIL) for user in users if not user.email))
            users = [user for user in users if user.email]
        if only_missing:
            users = users[:MOST_AT_ONCE]
        if not users or len(users) > MOST_AT_ONCE:
            raise InvalidInput({"": (_count_fault(len(users), skipped),)})
        ids = [user.id for user in users]
        end_secrets(work.session, ids, work.now)  # links that were asked for before, too
        issued = one_time_secrets.issue_all(
            work, ids, one_time_secrets.FIRST_PASSWORD, way.value, actor.user_id
        )
        expires_at = work.now + days_parameter(work, "first_password_days")
        until = expires_at.astimezone(ZoneInfo(platform.settings.timezone)).strftime("%d/%m/%Y %H:%M")
        for user in users:
            take_password(work, user)
            end_sessions(work.session, user.id, work.now)
            note_change(
                work, actor, "user.first_password_made", Subject("user", str(user.id), user.name),
                after={"way": way.value, "expires_at": until},
            )  # fmt: skip
        if way is Way.EMAIL:
            return Made(len(users), skipped)
        secrets = {one.user_id: one.secret for one in issued}
        slips = tuple(
            Slip(user.name, user.post, user.user_name, secrets[user.id], user.language) for user in users
        )
        settings = platform.settings
        return Made(
            len(users), skipped, Sheet(slips, expires_at, settings.site_name, f"{settings.base_url}/sign-in")
        )


NO_EMAIL = Text("Chưa có địa chỉ thư điện tử.", "Has no e-mail address.")
OFF = Text("Tài khoản đã ngừng.", "The account is switched off.")
ONESELF = Text(
    "Hãy đổi mật khẩu của mình ở trang “Tài khoản của tôi”.", "Change your own password at “My account”."
)


def _usable(
    work: Work, actor: Actor, user_ids: Sequence[int], *, only_missing: bool
) -> tuple[list[User], tuple[Skipped, ...]]:
    """Part the accounts into those that get one, unit by unit, and those that cannot.

    People whom the actor does not administer are not even told of.
    """
    check_function_somewhere(work, actor, USERS)
    users: list[User] = []
    skipped: list[Skipped] = []
    found = [user for user in accounts_in(work.session, user_ids) if is_within(work, actor, user.id)]
    served = frozenset[int]()
    if only_missing:
        served = with_open_secret(work.session, [user.id for user in found], work.now)
    for user in found:
        if only_missing and (user.id in served or user.password_hash is not None or not user.active):
            continue
        more = administers_more(work, actor, user.id)
        if not user.active:
            skipped.append(Skipped(user.name, OFF))
        elif user.id == actor.user_id:
            skipped.append(Skipped(user.name, ONESELF))
        elif more:
            skipped.append(Skipped(user.name, _more(more)))
        elif outside := places_beyond(work, actor, user.id):
            skipped.append(Skipped(user.name, beyond_branch(user.name, outside)))
        else:
            users.append(user)
    return _by_unit(work, users), tuple(skipped)


def _more(functions: Sequence[str]) -> Text:
    return Text(
        f"Có quyền {', '.join(functions)} mà bạn không có.",
        f"Holds {', '.join(functions)}, which you do not.",
    )


def _count_fault(count: int, skipped: Sequence[Skipped]) -> Text:
    if count:
        return Text(
            f"Nhiều nhất {MOST_AT_ONCE} người một lần, đang chọn {count}. Hãy lọc theo đơn vị.",
            f"At most {MOST_AT_ONCE} people at once, {count} are chosen. Filter by unit.",
        )
    if skipped:
        one = skipped[0]
        return Text(
            f"Không tạo được cho ai. {one.name}: {one.reason.vi}",
            f"None could be made. {one.name}: {one.reason.in_language('en')}",
        )
    return Text("Không có ai cần mật khẩu lần đầu.", "Nobody needs a first password.")


def _by_unit(work: Work, users: Sequence[User]) -> list[User]:
    """Order people as their sheets are handed out: unit by unit along the tree, then by name."""
    organisation = work.world.organisation
    places = {unit_id: place for place, unit_id in enumerate(organisation.units)}

    def key(user: User) -> tuple[tuple[int, ...], str, int]:
        holdings = organisation.holdings.get(user.id, ())
        path = organisation.path(holdings[0].unit_id) if holdings else ()
        return (tuple(places.get(one, 0) for one in path), user.name_sort, user.id)

    return sorted(users, key=key)
