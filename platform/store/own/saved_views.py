"""Rows of saved views: lists with their filters, kept under a name."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select

from luongviec.store.database import AnySession
from luongviec.store.models import SavedView


def views_for(
    session: AnySession, user_id: int, shares: Collection[str], module: str, list_code: str
) -> Sequence[SavedView]:
    """Give a person's own views of a list and those shared with him, own ones first."""
    query = (
        select(SavedView)
        .where(SavedView.module == module, SavedView.list == list_code)
        .where(or_(SavedView.user_id == user_id, SavedView.shared_with.in_(sorted(shares))))
        .order_by(SavedView.shared_with.is_not(None), SavedView.position, SavedView.id)
    )
    return session.scalars(query).all()


def view_by_id(session: AnySession, view_id: int) -> SavedView | None:
    """Give a view."""
    return session.get(SavedView, view_id)
