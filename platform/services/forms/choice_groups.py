"""Groups that people choose from: colleagues or units that are named together again and again (M-08).

One's own, or shared with a group of users. Every picker offers them by name; choosing one chooses those
of its members who may be chosen there, and says who may not. A group gives no rights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from luongviec.engine.errors import Conflict, InvalidInput, NotFound
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.accounts.sessions import person_id
from luongviec.services.platform import Platform, Work
from luongviec.services.shares import reach_of, share_options, share_problem, shared_words
from luongviec.services.views import FilterOption
from luongviec.store.folding import fold
from luongviec.store.models import ChoiceGroup
from luongviec.store.own import personal as rows

PEOPLE, UNITS = "people", "units"
MOST_OWN = 100
MOST_MEMBERS = 300
LONGEST_NAME = 100

NAME_NEEDED = Text(
    "Hãy đặt tên nhóm, không quá 100 ký tự.", "Give the group a name of at most 100 characters."
)
TAKEN = Text(
    "Bạn đã có nhóm tên này. Hãy đặt tên khác.", "You have a group of this name. Choose another name."
)
NO_MEMBERS = Text("Hãy chọn ít nhất một thành viên.", "Choose at least one member.")
TOO_MANY_MEMBERS = Text(
    "Mỗi nhóm có tối đa {most} thành viên. Hãy chia thành nhiều nhóm.",
    "A group has at most {most} members. Split it into several.",
)
TOO_MANY = Text(
    "Bạn đang giữ {most} nhóm, là mức nhiều nhất. Hãy xóa bớt.",
    "You keep {most} groups, which is the most. Remove some.",
)


@dataclass(frozen=True, slots=True)
class ChoiceGroupView:
    """A group as somebody sees whom it reaches; `editable` by its owner alone."""

    id: int
    name: str
    kind: str
    member_ids: tuple[int, ...]
    owner: str
    shared: Text | None
    shared_with: str
    editable: bool
    version: int


def choice_groups(platform: Platform, actor: Actor) -> tuple[ChoiceGroupView, ...]:
    """Give the groups that the actor may choose from, own ones first."""
    with platform.reading() as work:
        user_id = person_id(actor)
        found = rows.groups_for(work.session, user_id, reach_of(work, user_id))
        return _views(work, actor, found)


def choice_group(platform: Platform, actor: Actor, group_id: int) -> ChoiceGroupView:
    """Give one group that reaches the actor.

    Raises:
        NotFound: no such group, or it does not reach him.
    """
    with platform.reading() as work:
        return _views(work, actor, (_reaching(work, actor, group_id),))[0]


def share_choices(platform: Platform, actor: Actor) -> tuple[FilterOption, ...]:
    """Give with whom the actor may share a group."""
    with platform.reading() as work:
        return share_options(work, actor)


def save_choice_group(
    platform: Platform, actor: Actor, group_id: int | None, name: str, kind: str, member_ids: Sequence[int],
    *, shared_with: str = "", version: int | None = None,
) -> int:  # fmt: skip
    """Make a group, or change one's own.

    Raises:
        InvalidInput: fields `name`, `members`, `shared_with`.
        Conflict: it was changed since `version`.
        NotFound: no such group of the actor's, or no such kind.
    """
    with platform.transaction() as work:
        user_id = person_id(actor)
        group = None if group_id is None else _own(work, user_id, group_id)
        if kind not in (PEOPLE, UNITS):
            raise NotFound()
        if group is not None and version is not None and group.version != version:
            raise Conflict
        name = " ".join(name.split())
        errors = _problems(work, user_id, group, name, member_ids)
        members = _known(work, kind, member_ids)
        if not members and "members" not in errors:
            errors["members"] = (NO_MEMBERS,)
        if problem := share_problem(share_options(work, actor), shared_with):
            errors["shared_with"] = problem
        if errors:
            raise InvalidInput(errors)
        if group is None:
            group = ChoiceGroup(user_id=user_id, kind=kind, version=0)
            work.session.add(group)
        group.name, group.name_folded, group.shared_with = name, fold(name), shared_with or None
        group.version, group.updated_at = group.version + 1, work.now
        work.session.flush()
        rows.set_members(work.session, group.id, members)
        return group.id


def remove_choice_group(platform: Platform, actor: Actor, group_id: int) -> None:
    """Remove one's own group.

    Raises:
        NotFound: no such group of the actor's.
    """
    with platform.transaction() as work:
        group = _own(work, person_id(actor), group_id)
        rows.set_members(work.session, group.id, ())
        work.session.delete(group)


def groups_to_choose(
    work: Work, actor: Actor, kind: str, words: str, limit: int
) -> Sequence[ChoiceGroupView]:
    """Give the groups of a kind whose name holds these words, for pickers."""
    if actor.user_id is None:
        return ()
    reach = reach_of(work, actor.user_id)
    found = rows.groups_for(work.session, actor.user_id, reach, kind, words, limit)
    return _views(work, actor, found) if found else ()


def _problems(
    work: Work, user_id: int, group: ChoiceGroup | None, name: str, member_ids: Sequence[int]
) -> dict[str, tuple[Text, ...]]:
    errors: dict[str, tuple[Text, ...]] = {}
    own = [one for one in rows.groups_for(work.session, user_id, ()) if one is not group]
    if not name or len(name) > LONGEST_NAME:
        errors["name"] = (NAME_NEEDED,)
    elif any(one.name == name for one in own):
        errors["name"] = (TAKEN,)
    elif group is None and rows.count_groups(work.session, user_id) >= MOST_OWN:
        errors["name"] = (TOO_MANY.filled({"most": MOST_OWN}),)
    if len(set(member_ids)) > MOST_MEMBERS:
        errors["members"] = (TOO_MANY_MEMBERS.filled({"most": MOST_MEMBERS}),)
    return errors


def _known(work: Work, kind: str, member_ids: Sequence[int]) -> list[int]:
    """Give those that are there; who left since stays until somebody takes him out."""
    known = work.world.organisation.people if kind == PEOPLE else work.world.organisation.units
    return [one for one in dict.fromkeys(member_ids) if one in known]


def _own(work: Work, user_id: int, group_id: int) -> ChoiceGroup:
    group = work.session.get(ChoiceGroup, group_id)
    if group is None or group.user_id != user_id:
        raise NotFound()
    return group


def _reaching(work: Work, actor: Actor, group_id: int) -> ChoiceGroup:
    user_id = person_id(actor)
    group = work.session.get(ChoiceGroup, group_id)
    if group is None or not (group.user_id == user_id or group.shared_with in reach_of(work, user_id)):
        raise NotFound()
    return group


def _views(work: Work, actor: Actor, groups: Sequence[ChoiceGroup]) -> tuple[ChoiceGroupView, ...]:
    members = rows.members_of_groups(work.session, [group.id for group in groups])
    people = work.world.organisation.people
    return tuple(
        ChoiceGroupView(
            group.id, group.name, group.kind, tuple(members[group.id]),
            people[group.user_id].name if group.user_id in people else "",
            shared_words(work, group.shared_with), group.shared_with or "",
            group.user_id == actor.user_id, group.version,
        )
        for group in groups
    )  # fmt: skip
