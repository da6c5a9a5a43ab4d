"""What ends with an account that is deleted: posts, slots, groups, rights, sessions, tokens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, or_, update

from luongviec.store.accounts.rows import end_sessions
from luongviec.store.database import AnySession
from luongviec.store.models import (
    ApiToken,
    BranchGrant,
    ExternalIdentity,
    FunctionGrant,
    OneTimeSecret,
    RecoveryCode,
    UnitHolding,
    UserGroupMember,
    UserManager,
)


def end_everything_held(session: AnySession, user_id: int, now: datetime) -> Mapping[str, int]:
    """End all that a person holds, and count what each kind was."""
    ended = {
        "slots": update(UnitHolding)
        .where(UnitHolding.user_id == user_id, UnitHolding.until.is_(None))
        .values(until=now),
        "branch_grants": update(BranchGrant)
        .where(BranchGrant.user_id == user_id, BranchGrant.until.is_(None))
        .values(until=now),
        "groups": delete(UserGroupMember).where(UserGroupMember.user_id == user_id),
        "functions": delete(FunctionGrant).where(FunctionGrant.user_id == user_id),
        "managers": delete(UserManager).where(
            or_(UserManager.user_id == user_id, UserManager.manager_id == user_id)
        ),
        "tokens": update(ApiToken)
        .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now),
    }
    counts = {name: int(session.execute(query).rowcount) for name, query in ended.items()}  # type: ignore[attr-defined]
    counts["sessions"] = end_sessions(session, user_id, now)
    session.execute(delete(ExternalIdentity).where(ExternalIdentity.user_id == user_id))
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    session.execute(
        update(OneTimeSecret)
        .where(OneTimeSecret.user_id == user_id, OneTimeSecret.used_at.is_(None))
        .values(used_at=now)
    )
    return counts
