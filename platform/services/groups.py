"""User groups: those that definitions ship and the installation's own, with their members (U-02 to U-10)."""

from __future__ import annotations

from collections.abc import Sequence

from luongviec.engine.errors import NotFound
from luongviec.engine.world import Actor
from luongviec.services.access import check_function
from luongviec.services.audit import Subject, note_change, organisation_changed
from luongviec.services.platform import Platform
from luongviec.store.models import UserGroup
from luongviec.store.organisation_writes import add_members, group_by_code


def add_to_group(platform: Platform, actor: Actor, group: str, user_ids: Sequence[int]) -> None:
    """Put people into a user group; needs `admin.groups`.

    Raises:
        NotFound: there is no such group.
    """
    with platform.transaction() as work:
        check_function(work, actor, "admin.groups")
        named = work.workspace.user_groups.get(group)
        row = group_by_code(work.session, group)
        if row is None:
            if named is None:
                raise NotFound()
            row = UserGroup(code=group, name=named.name.vi)
            work.session.add(row)
            work.session.flush()
        add_members(work.session, row, user_ids)
        note_change(work, actor, "group.members_added", Subject("group", group, row.name))
        organisation_changed(work)
