"""User groups as pages show them: what definitions and the installation make of each together.

Who administers a module sees all groups, and may change those that give nothing beyond it.
"""

from __future__ import annotations

from dataclasses import dataclass

from luongviec.engine.errors import NotFound, Refused
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import has_function
from luongviec.services.rights.function_permissions import check_gives, state_of
from luongviec.services.rights.function_words import FunctionSection, function_sections
from luongviec.store.folding import fold
from luongviec.store.models import UserGroup
from luongviec.store.organisation import groups as rows
from luongviec.store.organisation.groups import MemberRow

PAGE_SIZE = 50
MOST_GROUPS = 500
LONGEST_QUESTION = 200

BEYOND = Text(
    "Nhóm này có quyền ngoài phân hệ bạn quản trị; chỉ quản trị hệ thống thay đổi được.",
    "This group holds permissions beyond the module that you administer; ask a system administrator.",
)


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group as it stands in the list. `description` of a shipped one is its definition's note."""

    code: str
    name: Text
    description: Text
    shipped: bool
    members: int
    functions: int
    may_change: bool


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group with its check list. `given` is what was ticked, `by_definition` stays ticked."""

    code: str
    name: Text
    description: Text
    shipped: bool
    members: int
    version: int
    may_change: bool
    sections: tuple[FunctionSection, ...]
    given: frozenset[str]
    by_definition: frozenset[str]
    may_give: frozenset[str]
    state: str


@dataclass(frozen=True, slots=True)
class MembersPage:
    """One page of a group's members, by name."""

    members: tuple[MemberRow, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Group:
    """A group as definitions and the installation make it together."""

    code: str
    name: Text
    description: Text
    shipped: bool
    version: int
    given: frozenset[str]
    by_definition: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """Everything that its members hold through it."""
        return self.given | self.by_definition


def all_groups(work: Work) -> list[Group]:
    """Give shipped groups in their files' order, then own ones by name."""
    known = {str(row.code): row for row in rows.groups_of_installation(work.session, MOST_GROUPS)}
    own = sorted(
        (code for code in known if code not in work.workspace.user_groups), key=lambda c: known[c].name
    )
    return [_made(work, code, known.get(code)) for code in (*work.workspace.user_groups, *own)]


def group_of(work: Work, code: str) -> Group:
    """Give a group.

    Raises:
        NotFound: there is none of this code.
    """
    row = rows.group_by_code(work.session, code)
    if row is None and code not in work.workspace.user_groups:
        raise NotFound()
    return _made(work, code, row)


def _made(work: Work, code: str, row: UserGroup | None) -> Group:
    given = frozenset(work.world.organisation.group_functions.get(code, ()))
    defined = work.workspace.user_groups.get(code)
    if defined is not None:
        note = defined.note or Text("", "")
        return Group(
            code, defined.name, note, True, row.version if row else 0, given - defined.may, defined.may
        )
    if row is None:
        raise NotFound()
    return Group(
        code, Text(row.name, row.name), Text(row.description, row.description), False, row.version, given,
        frozenset(),
    )  # fmt: skip


def _line(work: Work, actor: Actor, group: Group) -> GroupLine:
    people = work.world.organisation.people
    active = sum(1 for i in work.world.group_members(group.code) if i in people and people[i].active)
    return GroupLine(
        group.code, group.name, group.description, group.shipped, active, len(group.all),
        may_change_group(work, actor, group),
    )  # fmt: skip


def _concerns(group: Group, module: str) -> bool:
    return any(one.partition(".")[0] == module for one in group.all)


def may_change_group(work: Work, actor: Actor, group: Group) -> bool:
    """Whether the actor may change a group: all of it lies within what he may give.

    A shipped group that gives no function permission may still stand in a matrix, so it is left to
    those who may give everything.
    """
    if has_function(work, actor, "admin.groups"):
        return True
    return group.all <= check_gives(work, actor) and (bool(group.all) or not group.shipped)


def check_change(work: Work, actor: Actor, group: Group) -> None:
    """Refuse to change a group that gives more than the actor may give."""
    check_gives(work, actor)
    if not may_change_group(work, actor, group):
        raise Refused(BEYOND)


# --- Looking ------------------------------------------------------------------------------------------


def list_groups(platform: Platform, actor: Actor, *, q: str = "", module: str = "") -> tuple[GroupLine, ...]:
    """Give the groups, shipped ones first; with a module those that hold something of it before others."""
    with platform.reading() as work:
        check_gives(work, actor)
        words = fold(q).split()
        lines = [
            (group, _line(work, actor, group))
            for group in all_groups(work)
            if all(word in fold(f"{group.name.vi} {group.name.en or ''}") for word in words)
        ]
        if module:
            lines.sort(key=lambda pair: not _concerns(pair[0], module))
        return tuple(line for _, line in lines)


def group_view(platform: Platform, actor: Actor, code: str, *, module: str = "") -> GroupView:
    """Give a group with its check list.

    Raises:
        NotFound: there is no such group.
    """
    with platform.reading() as work:
        givable = check_gives(work, actor)
        group = group_of(work, code)
        visible = (
            work.workspace.functions() if has_function(work, actor, "admin.groups") else givable | group.all
        )
        line = _line(work, actor, group)
        return GroupView(
            code, group.name, group.description, group.shipped, line.members, group.version,
            line.may_change, function_sections(work.workspace, visible, first=module),
            group.given, group.by_definition, givable, state_of(group.given),
        )  # fmt: skip


def members_page(platform: Platform, actor: Actor, code: str, *, q: str = "", page: int = 1) -> MembersPage:
    """Give one page of a group's members."""
    with platform.reading() as work:
        check_gives(work, actor)
        group_of(work, code)
        row = rows.group_by_code(work.session, code)
        if row is None:
            return MembersPage((), 0, 1, 1)
        page = max(1, page)
        found, total = rows.members_page(
            work.session, row.id, q[:LONGEST_QUESTION], offset=(page - 1) * PAGE_SIZE, limit=PAGE_SIZE
        )
        return MembersPage(tuple(found), total, page, max(1, -(-total // PAGE_SIZE)))
