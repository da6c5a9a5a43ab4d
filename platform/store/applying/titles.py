"""Titles of records that follow another one, written anew with it; they need no new version."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import update

from luongviec.engine.planning.titles import titles_following
from luongviec.store.applying.derived import refresh_search
from luongviec.store.folding import sort_key
from luongviec.store.models import Record
from luongviec.store.world import StoreWorld


def refresh_titles(world: StoreWorld, record_ids: Iterable[int]) -> None:
    """Write the titles that read these records and are no longer right."""
    following = titles_following(world, record_ids)
    if not following:
        return
    rows = [{"id": one.id, "title": one.title, "title_sort": sort_key(one.title)} for one in following]
    world.session.execute(update(Record), rows)
    for state in following:
        world.remember(state)
    refresh_search(world, following)
