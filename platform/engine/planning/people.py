"""How people and units come into roles and leave them: candidates, exclusions, what leavers keep.

Effects, creation and editing all change participants through here, so that one set of promises
holds: single roles stay single, roles that exclude each other are never held by one person, only
the active can be chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from luongviec.engine.errors import InvalidInput
from luongviec.engine.expressions.compiled import Expression
from luongviec.engine.model import (
    Candidates,
    ClashAnswer,
    ListSource,
    People,
    PeopleForm,
    PeopleKind,
    RelationSource,
    Role,
    UnitSet,
    Who,
)
from luongviec.engine.people import is_among, units_in
from luongviec.engine.planning.run import Run
from luongviec.engine.text import Text
from luongviec.engine.world import Holder, HolderKind, RecordState, World


def add_holders(
    run: Run, role: Role, holders: Iterable[Holder], *, place: str = "", chosen_later: bool = False
) -> tuple[Holder, ...]:
    """Let people or units hold a role; those who hold it already change nothing.

    Args:
        run: the action that does it.
        role: the role.
        holders: who shall hold it.
        place: the input that named them, for error messages.
        chosen_later: leave the candidates to `check_candidates`, when all roles are filled.

    Returns:
        Those who really joined.

    Raises:
        InvalidInput: somebody may not hold the role; the message names them.
    """
    joined: list[Holder] = []
    errors: list[Text] = []
    for holder in dict.fromkeys(holders):
        if holder in run.record.holders(role.code):
            continue
        refusal = _refusal(run, role, holder, run.trusted or chosen_later)
        if refusal is not None:
            errors.append(refusal)
        elif _make_way(run, role, holder, errors):
            run.session.add_participant(run.entry, run.record_id, role.code, holder)
            joined.append(holder)
    if not role.many and len(run.record.holders(role.code)) > 1:
        errors.append(_text_single(role))
    if errors:
        raise InvalidInput({f"{run.path}{place}" if place else "": tuple(errors)})
    return tuple(joined)


def remove_holders(run: Run, role: Role, holders: Iterable[Holder]) -> tuple[Holder, ...]:
    """End people's or units' hold of a role; they fall into the role that it `keeps`.

    Returns:
        Those who really left.
    """
    gone: list[Holder] = []
    for holder in dict.fromkeys(holders):
        if holder in run.record.holders(role.code):
            run.session.end_participant(run.entry, run.record_id, role.code, holder)
            gone.append(holder)
            _keep(run, role, holder)
    return tuple(gone)


def _keep(run: Run, role: Role, holder: Holder) -> None:
    if role.keeps is None or holder in run.record.holders(role.keeps):
        return
    run.session.add_participant(run.entry, run.record_id, role.keeps, holder)
    tell_joined(run, run.role(role.keeps), (holder,))


def tell_joined(run: Run, role: Role, holders: Sequence[Holder]) -> None:
    """Tell that somebody holds a role now."""
    if holders:
        run.occur(f"joined.{role.code}", people_behind(run, role, holders))


def tell_gone(run: Run, role: Role, holders: Sequence[Holder]) -> None:
    """Tell that somebody holds a role no more."""
    if holders:
        run.occur(f"gone.{role.code}", people_behind(run, role, holders))


def people_behind(run: Run, role: Role, holders: Sequence[Holder]) -> tuple[int, ...]:
    """Give the people whom an event about these holders concerns: for units, those who speak."""
    world = run.session.draft
    people: dict[int, None] = {}
    for holder in holders:
        if holder.kind is HolderKind.USER:
            people[holder.id] = None
        elif role.side is not None and role.speaks:
            for holding in world.holders_of(holder.id, role.side):
                if holding.slot in role.speaks:
                    people[holding.user_id] = None
    return tuple(people)


# --- Who may hold it --------------------------------------------------------------------------------


def check_candidates(run: Run, role: Role, holders: Iterable[Holder]) -> tuple[Text, ...]:
    """Say of each of these holders whom the word `from` does not offer."""
    if run.trusted:
        return ()
    return tuple(
        _text_not_candidate(run.session.draft, role, holder)
        for holder in holders
        if not is_candidate(run, role.candidates, holder, run.record)
    )


def _refusal(run: Run, role: Role, holder: Holder, anybody: bool) -> Text | None:
    """Say why somebody cannot be chosen, if so."""
    world = run.session.draft
    if holder.kind is not role.of:
        return _text_not_candidate(world, role, holder)
    known = world.person(holder.id) if holder.kind is HolderKind.USER else world.unit(holder.id)
    if known is None or not known.active:
        return _text_inactive(world, holder)
    if anybody or is_candidate(run, role.candidates, holder, run.record):
        return None
    return _text_not_candidate(world, role, holder)


def is_candidate(run: Run, candidates: Candidates | None, holder: Holder, record: RecordState) -> bool:
    """Whether the word `from` of a role or field offers somebody."""
    world = run.session.draft
    if candidates is None or isinstance(candidates, ListSource | RelationSource):
        return True
    if isinstance(candidates, UnitSet):
        return holder.kind is HolderKind.UNIT and holder.id in units_in(
            world, candidates, record=record, actor=run.actor
        )
    return holder.kind is HolderKind.USER and is_among(
        world, candidates, holder.id, record=record, actor=run.actor, input=run.input, row=run.row
    )


def _make_way(run: Run, role: Role, holder: Holder, errors: list[Text]) -> bool:
    """Settle the roles that exclude each other; whether the holder may join."""
    for other in run.module.roles.values():
        mine, theirs = other.code in role.excludes, role.code in other.excludes
        if not (mine or theirs) or holder not in run.record.holders(other.code):
            continue
        answer = role.on_clash if mine else other.on_clash
        if answer is ClashAnswer.REFUSE:
            errors.append(_text_clash(run.session.draft, role, other, holder))
            return False
        if mine:
            run.session.note(run.entry, _text_gave_way(run.session.draft, role, other, holder))
            return False
        run.session.end_participant(run.entry, run.record_id, other.code, holder)
        run.session.note(run.entry, _text_gave_way(run.session.draft, other, role, holder))
        tell_gone(run, other, (holder,))
    return True


# --- Where a name was typed -------------------------------------------------------------------------


def input_named(who: Who | None) -> str:
    """Give the name of the input that an effect takes people from, `""` if it takes them elsewhere."""
    if isinstance(who, Expression):
        names = [path[1] for path in who.paths if path[0] == "input" and len(path) > 1]
        return names[0] if len(names) == 1 else ""
    if isinstance(who, People):
        forms: tuple[PeopleForm, ...] = who.any
        if len(forms) == 1 and forms[0].kind is PeopleKind.INPUT:
            return forms[0].name or ""
    return ""


# --- Texts ------------------------------------------------------------------------------------------


def holder_name(world: World, holder: Holder) -> str:
    """Give the name of a person or unit."""
    known = world.person(holder.id) if holder.kind is HolderKind.USER else world.unit(holder.id)
    return f"#{holder.id}" if known is None else known.name


def _text_single(role: Role) -> Text:
    return Text(
        f"“{role.label.vi}” chỉ có một: hãy bỏ bớt.",
        f"'{role.label.in_language('en')}' takes only one: leave the others out.",
    )


def _text_inactive(world: World, holder: Holder) -> Text:
    name = holder_name(world, holder)
    return Text(
        f"{name} không còn hoạt động: hãy chọn người hoặc đơn vị khác.",
        f"{name} is not active any more: choose another.",
    )


def _text_not_candidate(world: World, role: Role, holder: Holder) -> Text:
    name = holder_name(world, holder)
    return Text(
        f"Không chọn được {name} làm “{role.label.vi}”: hãy chọn trong danh sách được gợi ý.",
        f"{name} cannot be '{role.label.in_language('en')}': choose from those offered.",
    )


def _text_clash(world: World, role: Role, other: Role, holder: Holder) -> Text:
    name = holder_name(world, holder)
    return Text(
        f"{name} không thể vừa là “{role.label.vi}” vừa là “{other.label.vi}”: hãy bỏ một vai trò.",
        f"{name} cannot be both '{role.label.in_language('en')}' and '{other.label.in_language('en')}':"
        " take one of the roles away.",
    )


def _text_gave_way(world: World, role: Role, other: Role, holder: Holder) -> Text:
    name = holder_name(world, holder)
    return Text(
        f"{name} không còn là “{role.label.vi}” vì đã là “{other.label.vi}”.",
        f"{name} is not '{role.label.in_language('en')}' because already '{other.label.in_language('en')}'.",
    )
