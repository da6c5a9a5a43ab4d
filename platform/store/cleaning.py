"""Taking away rows that only mattered for a while."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from luongviec.store.database import AnySession
from luongviec.store.models import File, OneTimeSecret, SignInAttempt, WebSession
from luongviec.store.sharing import forgotten_files

AT_ONCE = 500


def forget_sessions(session: AnySession, before: datetime) -> None:
    """Take away sessions that expired long ago."""
    session.execute(delete(WebSession).where(WebSession.expires_at < before))


def forget_attempts(session: AnySession, before: datetime) -> None:
    """Take away old attempts to sign in."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < before))


def forget_secrets(session: AnySession, before: datetime) -> None:
    """Take away one-time secrets that expired long ago."""
    session.execute(delete(OneTimeSecret).where(OneTimeSecret.expires_at < before))


def drop_uploads(
    session: AnySession, before: datetime, *, keep: Collection[int] = ()
) -> tuple[int, tuple[str, ...]]:
    """Take away uploads that no record took up.

    Args:
        keep: those that somebody still means to use.

    Returns:
        How many there were, and the hashes of content that no file has any more.
    """
    files = [one for one in forgotten_files(session, before, AT_ONCE + len(keep)) if one.id not in keep]
    hashes = {file.content_hash for file in files}
    for file in files:
        session.delete(file)
    session.flush()
    used = set(session.scalars(select(File.content_hash).where(File.content_hash.in_(hashes))))
    return len(files), tuple(sorted(hashes - used))
