"""Editing an account: its data, posts and direct managers, guarded by its version (U-21, U-22)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from luongviec.engine.errors import Conflict, InvalidInput
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.journal.writing import Subject, note_change, organisation_changed
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import reach
from luongviec.services.users.access import USERS, account_to_change, beyond_branch, places_beyond
from luongviec.services.users.clashes import ALREADY_THERE, Owners
from luongviec.services.users.data import UserData, data_faults, tidy
from luongviec.services.users.making import journal_values, prefixed
from luongviec.services.users.managers import manager_faults, set_managers
from luongviec.services.users.posts import Post, belonging_sides, post_faults, post_text, set_posts
from luongviec.store.accounts.user_journal import last_change
from luongviec.store.folding import fold, sort_key
from luongviec.store.models import User
from luongviec.store.organisation.posts import managers_of, posts_of


@dataclass(frozen=True, slots=True)
class UserChange:
    """All that a form says about a person; posts that its author does not administer may be left out."""

    data: UserData
    posts: tuple[Post, ...] = ()
    manager_ids: tuple[int, ...] = ()


class StaleAccount(Conflict):
    """Somebody else has changed the account since the form was drawn.

    `now` is what the account holds, for showing it beside what was typed; `who` and `at` tell of the
    last change.
    """

    def __init__(self, version: int, now: UserChange, who: str, at: datetime | None) -> None:
        self.version, self.now, self.who, self.at = version, now, who, at
        super().__init__(
            Text(
                f"Tài khoản này vừa được {who or 'người khác'} thay đổi. Hãy so sánh rồi lưu lại.",
                f"{who or 'Somebody else'} has changed this account. Compare, then save again.",
            )
        )


def change_user(platform: Platform, actor: Actor, user_id: int, version: int, change: UserChange) -> None:
    """Write an account anew.

    Args:
        version: the account's version that the form showed.

    Raises:
        NotFound: there is no such account, or it is not in the actor's branch.
        Refused: the person administers more than the actor.
        StaleAccount: the account is newer than that version.
        InvalidInput: fields by name, `posts.0.unit`, `managers`.
    """
    with platform.transaction() as work:
        user = account_to_change(work, actor, user_id)
        before = _taken_state(work, user, version)
        change = UserChange(
            tidy(change.data), _with_foreign(work, actor, change.posts, before.posts), change.manager_ids
        )
        errors = _faults(work, actor, user, change, before)
        if errors:
            raise InvalidInput(errors)
        try:
            _write(work, user, change.data)
            work.session.flush()
        except IntegrityError as clash:  # somebody else took the name or number a moment ago
            raise InvalidInput({"": (ALREADY_THERE,)}) from clash
        if change.posts != before.posts:
            set_posts(work, {user_id: change.posts})
        if change.manager_ids != before.manager_ids:
            set_managers(work, user_id, change.manager_ids)
        note_change(
            work, actor, "user.changed", Subject("user", str(user_id), change.data.name),
            before=_told(work, before), after=_told(work, change),
        )  # fmt: skip
        organisation_changed(work)


def set_direct_managers(
    platform: Platform, actor: Actor, user_id: int, version: int, manager_ids: Sequence[int]
) -> None:
    """Let somebody have exactly these direct managers; see `change_user` for what it raises."""
    with platform.transaction() as work:
        user = account_to_change(work, actor, user_id)
        before = _taken_state(work, user, version)
        faults = manager_faults(work, user_id, manager_ids, before.manager_ids)
        if faults:
            raise InvalidInput(prefixed("managers", faults))
        set_managers(work, user_id, manager_ids)
        people = work.world.organisation.people
        note_change(
            work, actor, "user.managers_changed", Subject("user", str(user_id), user.name),
            before={"managers": list(_names(people, before.manager_ids))},
            after={"managers": list(_names(people, manager_ids))},
        )  # fmt: skip
        organisation_changed(work)


def state_of(work: Work, user: User) -> UserChange:
    """Give what an account holds, as a form writes it."""
    return UserChange(
        UserData(user.user_name, user.name, user.identity_number, user.email, user.phone, user.language),
        tuple(posts_of(work.session, (user.id,), belonging_sides(work.workspace))[user.id]),
        tuple(managers_of(work.session, user.id)),
    )


def is_own_post(work: Work, actor: Actor, post: Post) -> bool:
    """Whether a post is in a unit where the actor administers people."""
    units = reach(work, actor, USERS)
    return units is None or post.unit_id in units


def _taken_state(work: Work, user: User, version: int) -> UserChange:
    """Take the account for a change and give what it holds; a form that is too old is told so."""
    before = state_of(work, user)
    if not _take(work, user, version):
        who, at = last_change(work.session, user.id)
        raise StaleAccount(user.version, before, who, at)
    return before


def _take(work: Work, user: User, version: int) -> bool:
    """Raise the version if it is the one the form showed: of two at once, one gets it."""
    taken = work.session.execute(
        update(User).where(User.id == user.id, User.version == version).values(version=version + 1)
    )
    work.session.refresh(user)
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def _with_foreign(work: Work, actor: Actor, wanted: Sequence[Post], held: Sequence[Post]) -> tuple[Post, ...]:
    """Keep the posts that the actor does not administer, each as near its place as it can be."""
    posts = list(wanted)
    for place, post in enumerate(held):
        if not is_own_post(work, actor, post):
            posts = [one for one in posts if one[:3] != post[:3]]
            posts.insert(min(place, len(posts)), post)
    return tuple(posts)


def _faults(
    work: Work, actor: Actor, user: User, change: UserChange, before: UserChange
) -> dict[str, tuple[Text, ...]]:
    owners = Owners.of(work, actor, [change.data])
    errors: dict[str, tuple[Text, ...]] = {
        **owners.clashes(change.data, user.id), **data_faults(change.data)
    }  # fmt: skip
    if outside := places_beyond(work, actor, user.id):
        fault = (beyond_branch(user.name, outside),)
        kept, wanted = asdict(before.data), asdict(change.data)
        errors |= {name: fault for name in kept if kept[name] != wanted[name]}
    errors |= prefixed("posts", post_faults(work, actor, change.posts, before.posts))
    errors |= prefixed("managers", manager_faults(work, user.id, change.manager_ids, before.manager_ids))
    if reach(work, actor, USERS) is not None and not change.posts:
        errors["posts"] = (
            Text(
                "Cần ít nhất một vị trí công tác: nếu không, chỉ quản trị viên hệ thống còn thấy người này.",
                "At least one post is needed: without any, only system administrators would see this person.",
            ),
        )
    return errors


def _write(work: Work, user: User, data: UserData) -> None:
    user.user_name, user.name = data.user_name, data.name
    user.name_sort, user.name_folded = sort_key(data.name), fold(data.name)
    user.identity_number, user.email = data.identity_number, data.email
    user.phone, user.language = data.phone, data.language


def _told(work: Work, change: UserChange) -> Mapping[str, object]:
    """Give an account as the journal tells it: posts and managers by their names."""
    organisation = work.world.organisation
    return {
        **journal_values(change.data),
        "posts": [
            post_text(work.workspace, post, _name(organisation.units, post.unit_id)) for post in change.posts
        ],
        "managers": list(_names(organisation.people, change.manager_ids)),
    }


def _names(known: Mapping[int, object], ids: Iterable[int]) -> Iterable[str]:
    return (_name(known, one) for one in ids)


def _name(known: Mapping[int, object], one: int) -> str:
    return str(getattr(known.get(one), "name", f"#{one}"))
