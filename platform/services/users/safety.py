"""What administrators do about somebody's signing in: sessions ended, a lost second factor taken away."""

from __future__ import annotations

from luongviec.engine.world import Actor
from luongviec.services.accounts.second_factor import remove_second_factor
from luongviec.services.journal.writing import Subject, note_change
from luongviec.services.platform import Platform
from luongviec.services.users.access import account_to_change
from luongviec.store.accounts.rows import end_sessions


def sign_person_out(platform: Platform, actor: Actor, user_id: int) -> int:
    """End all sessions of a person and give how many there were."""
    with platform.transaction() as work:
        user = account_to_change(work, actor, user_id, whole=True)
        count = end_sessions(work.session, user.id, work.now)
        if count:
            subject = Subject("user", str(user.id), user.name)
            note_change(work, actor, "user.signed_out", subject, after={"sessions": count})
        return count


def drop_second_factor(platform: Platform, actor: Actor, user_id: int) -> None:
    """Take away the second factor of somebody who has lost it; his sessions end."""
    with platform.transaction() as work:
        remove_second_factor(work, actor, account_to_change(work, actor, user_id, whole=True))
