"""Changing user groups, their members and what they may (U-02 to U-10, C-40 to C-48, E-03 to E-07).

A shipped group cannot be renamed or deleted, and what its definition gives cannot be taken away; members
and further function permissions are the installation's. Who administers a module only changes groups
that give nothing beyond it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from luongviec.engine.errors import Conflict, InvalidInput, Refused
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.codes import free_code
from luongviec.services.journal.writing import Subject, note_change, organisation_changed
from luongviec.services.platform import Platform, Work
from luongviec.services.rights.administrators import keeping_an_administrator
from luongviec.services.rights.function_permissions import (
    FunctionChange,
    check_gives,
    check_state,
    wanted_functions,
)
from luongviec.services.rights.function_words import FunctionView, function_view
from luongviec.services.rights.group_views import MOST_GROUPS, Group, all_groups, check_change, group_of
from luongviec.store.models import UserGroup
from luongviec.store.organisation import groups as rows
from luongviec.store.organisation.function_rights import holders_of_function

MOST_PEOPLE_AT_ONCE = 1000
LONGEST_NAME = 200
LONGEST_DESCRIPTION = 500
NAMES_NOTED = 200  # the journal names so many people of one change; it always says how many there were

BUILT_IN = Text(
    "Nhóm có sẵn không sửa tên hay xóa được; bạn vẫn thêm bớt được người và quyền.",
    "A built-in group can be neither renamed nor deleted; its members and permissions can change.",
)


@dataclass(frozen=True, slots=True)
class NewGroup:
    """What a form says of a group of the installation's own."""

    name: str
    description: str = ""


# --- Groups of the installation's own -------------------------------------------------------------------


def create_group(platform: Platform, actor: Actor, new: NewGroup) -> str:
    """Make a group and give its code, which comes from its name.

    Raises:
        InvalidInput: paths `name`, `description`; a name that is taken says by which group (U-25).
    """
    with platform.transaction() as work:
        check_gives(work, actor)
        groups = all_groups(work)
        new = _checked(new, groups, itself=None)
        if len(groups) >= MOST_GROUPS:
            fault = Text(
                f"Đã có {MOST_GROUPS} nhóm, là số tối đa.", f"There are {MOST_GROUPS} groups, the most."
            )
            raise InvalidInput({"": (fault,)})
        code = free_code(new.name, {"new", *(group.code for group in groups)}, otherwise="group")
        row = UserGroup(code=code, name=new.name, description=new.description)
        work.session.add(row)
        work.session.flush()
        note_change(work, actor, "group.created", _subject(row), after=_facts(new))
        organisation_changed(work)
        return code


def edit_group(
    platform: Platform, actor: Actor, code: str, new: NewGroup, version: int | None = None
) -> None:
    """Change the name and description of an own group.

    Raises:
        Refused: a shipped group, or one beyond what the actor administers.
        Conflict: somebody changed it since the form was made.
        InvalidInput: as for making one.
    """
    with platform.transaction() as work:
        row = _own_row(work, actor, code)
        if version is not None and version != row.version:
            raise Conflict(
                Text(
                    f"Người khác vừa sửa nhóm này thành “{row.name}”. Hãy xem lại rồi lưu lần nữa.",
                    f"Somebody has just changed this group to “{row.name}”. Look at it and save again.",
                )
            )
        new = _checked(new, all_groups(work), itself=code)
        before = _facts(NewGroup(row.name, row.description))
        if before == _facts(new):
            return
        row.name, row.description, row.version = new.name, new.description, row.version + 1
        work.session.flush()
        note_change(work, actor, "group.edited", _subject(row), before=before, after=_facts(new))
        organisation_changed(work)


def delete_group(platform: Platform, actor: Actor, code: str) -> None:
    """Delete an own group; its members lose what it gave (U-10, C-48, E-07).

    Raises:
        Refused: a shipped group (E-16), or one beyond what the actor administers.
        InvalidInput: no administrator would be left (U-26).
    """
    with platform.transaction() as work:
        row = _own_row(work, actor, code)
        before = _facts(NewGroup(row.name, row.description))
        before["functions"] = sorted(rows.group_functions(work.session, row))
        before |= _people(work, work.world.group_members(code))
        subject = _subject(row)
        with keeping_an_administrator(work):
            rows.delete_group(work.session, row)
            note_change(work, actor, "group.deleted", subject, before=before)
            organisation_changed(work)


# --- Members ------------------------------------------------------------------------------------------


def add_to_group(platform: Platform, actor: Actor, group: str, user_ids: Sequence[int]) -> int:
    """Put people into a group and give how many were not in it yet.

    Raises:
        NotFound: there is no such group.
        InvalidInput: path `people`: somebody who does not exist, or too many at once.
        Refused: a group beyond what the actor administers.
    """
    with platform.transaction() as work:
        check_change(work, actor, group_of(work, group))
        _check_people(work, user_ids)
        row = _row(work, group)
        fresh = rows.add_members(work.session, row, user_ids, work.now)
        if fresh:
            note_change(work, actor, "group.members_added", _subject(row), after=_people(work, fresh))
            organisation_changed(work)
        return len(fresh)


def remove_from_group(platform: Platform, actor: Actor, group: str, user_ids: Sequence[int]) -> int:
    """Take people out of a group and give how many were in it.

    Raises:
        NotFound: there is no such group.
        InvalidInput: no administrator would be left (U-26).
        Refused: a group beyond what the actor administers.
    """
    with platform.transaction() as work:
        check_change(work, actor, group_of(work, group))
        row = _row(work, group)
        with keeping_an_administrator(work):
            gone = rows.remove_members(work.session, row, user_ids)
            if gone:
                note_change(work, actor, "group.members_removed", _subject(row), before=_people(work, gone))
                organisation_changed(work)
        return len(gone)


# --- Function permissions -----------------------------------------------------------------------------


def preview_functions(
    platform: Platform, actor: Actor, code: str, functions: Iterable[str]
) -> FunctionChange:
    """Say what a group would gain and lose, and for how many active members that matters (W-37)."""
    with platform.reading() as work:
        group = group_of(work, code)
        check_change(work, actor, group)
        wanted = _wanted(work, actor, group, group.given, functions)
        return FunctionChange(
            _counted(work, code, wanted - group.given), _counted(work, code, group.given - wanted)
        )


def set_functions(
    platform: Platform, actor: Actor, code: str, functions: Iterable[str], *, state: str | None = None
) -> None:
    """Let a group hold exactly these function permissions beside those of its definition.

    Args:
        state: what the form was made from.

    Raises:
        Conflict: somebody changed them since.
        InvalidInput: path `functions`; or no administrator would be left (U-26).
        Refused: more than the actor may give.
    """
    with platform.transaction() as work:
        group = group_of(work, code)
        check_change(work, actor, group)
        row = _row(work, code)
        now = rows.group_functions(work.session, row) - group.by_definition
        check_state(now, state)
        wanted = _wanted(work, actor, group, now, functions)
        if now == wanted:
            return
        with keeping_an_administrator(work):
            rows.set_functions(work.session, wanted, work.now, group_id=row.id)
            note_change(
                work, actor, "group.functions_set", _subject(row),
                before={"functions": sorted(now)}, after={"functions": sorted(wanted)},
            )  # fmt: skip
            organisation_changed(work)


def _wanted(
    work: Work, actor: Actor, group: Group, now: frozenset[str], functions: Iterable[str]
) -> frozenset[str]:
    return wanted_functions(work, actor, frozenset(functions) - group.by_definition, now)


def _counted(work: Work, code: str, functions: Iterable[str]) -> tuple[tuple[FunctionView, int], ...]:
    return tuple((function_view(work.workspace, one), _reached(work, code, one)) for one in sorted(functions))


def _reached(work: Work, code: str, function: str) -> int:
    """Count the active members who hold a function permission everywhere through nothing but this group."""
    world = work.world
    elsewhere = {
        user_id
        for user_id, source in holders_of_function(world.organisation, world.workspace, function)
        if source.group != code and source.units is None
    }
    return sum(
        1
        for user_id in set(world.group_members(code)) - elsewhere
        if (person := world.person(user_id)) is not None and person.active
    )


# --- Parts --------------------------------------------------------------------------------------------


def _own_row(work: Work, actor: Actor, code: str) -> UserGroup:
    group = group_of(work, code)
    check_change(work, actor, group)
    if group.shipped:
        raise Refused(BUILT_IN)
    return _row(work, code)


def _row(work: Work, code: str) -> UserGroup:
    """Give the row of a group, locked; a shipped group gets one when it first needs it."""
    row = rows.group_by_code(work.session, code, for_update=True)
    if row is None:
        row = UserGroup(code=code, name=work.workspace.user_groups[code].name.vi)
        work.session.add(row)
        work.session.flush()
    return row


def _checked(new: NewGroup, groups: Sequence[Group], *, itself: str | None) -> NewGroup:
    name = " ".join(unicodedata.normalize("NFC", new.name).split())
    description = unicodedata.normalize("NFC", new.description).strip()
    errors: dict[str, tuple[Text, ...]] = {}
    if not name or len(name) > LONGEST_NAME:
        vi, en = (
            f"Cần tên nhóm, không quá {LONGEST_NAME} ký tự.",
            f"A name of at most {LONGEST_NAME} letters is needed.",
        )
        errors["name"] = (Text(vi, en),)
    elif (other := _of_same_name(name, groups, itself)) is not None:
        vi, en = (
            f"Đã có nhóm tên “{other.name.vi}”. Hãy chọn tên khác.",
            f"There is a group named “{other.name.in_language('en')}” already. Choose another name.",
        )
        errors["name"] = (Text(vi, en),)
    if len(description) > LONGEST_DESCRIPTION:
        vi, en = (
            f"Mô tả dài quá {LONGEST_DESCRIPTION} ký tự.",
            f"The description is longer than {LONGEST_DESCRIPTION} letters.",
        )
        errors["description"] = (Text(vi, en),)
    if errors:
        raise InvalidInput(errors)
    return NewGroup(name, description)


def _of_same_name(name: str, groups: Sequence[Group], itself: str | None) -> Group | None:
    for group in groups:
        names = {group.name.vi.casefold(), group.name.in_language("en").casefold()}
        if group.code != itself and name.casefold() in names:
            return group
    return None


def _check_people(work: Work, user_ids: Sequence[int]) -> None:
    if len(user_ids) > MOST_PEOPLE_AT_ONCE:
        fault = Text(
            f"Mỗi lần thêm tối đa {MOST_PEOPLE_AT_ONCE} người.",
            f"At most {MOST_PEOPLE_AT_ONCE} people can be added at once.",
        )
        raise InvalidInput({"people": (fault,)})
    if rows.count_people(work.session, user_ids) < len(set(user_ids)):
        fault = Text(
            "Có người không còn trong hệ thống. Hãy chọn lại.",
            "Somebody is not in the system any more. Choose again.",
        )
        raise InvalidInput({"people": (fault,)})


def _people(work: Work, user_ids: Sequence[int]) -> dict[str, object]:
    """Give people as the journal keeps them: names, and how many where there are more."""
    names = [
        person.name if (person := work.world.person(user_id)) is not None else str(user_id)
        for user_id in user_ids[:NAMES_NOTED]
    ]
    return {"people": names} | ({"count": len(user_ids)} if len(user_ids) > NAMES_NOTED else {})


def _facts(group: NewGroup) -> dict[str, object]:
    return {"name": group.name, "description": group.description}


def _subject(row: UserGroup) -> Subject:
    return Subject("group", str(row.code), row.name)
