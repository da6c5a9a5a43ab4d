"""Why somebody may or may not do something: the proof of the very decision, in words."""

from __future__ import annotations

from luongviec.engine.deciding.decide import Case
from luongviec.engine.deciding.proofs import proof_lines, remedy_text
from luongviec.engine.deciding.standing import Standing
from luongviec.engine.errors import NotFound
from luongviec.engine.model import Module, Shown
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, RecordState
from luongviec.services.platform import Platform, Work
from luongviec.services.record_page.offering import PERMISSION_LABELS
from luongviec.services.records.access import access_record, check_function
from luongviec.services.records.history import action_label
from luongviec.services.showing import Showing
from luongviec.services.views import Explanation, ExplanationStep

VIEW = "view"
VIEW_LABEL = Text("Xem", "View")
#: Functions that let somebody ask about another person.
ASK_FOR_OTHERS = ("admin.definitions", "admin.users")


def explain(
    platform: Platform,
    actor: Actor,
    record_id: int,
    *,
    action: str | None = None,
    user_id: int | None = None,
) -> tuple[Explanation, ...]:
    """Explain one action, or every action and permission of the module.

    Args:
        user_id: for somebody else; needs `admin.definitions`, `admin.users` or `MODULE.admin`.

    Raises:
        NotFound: no such record, person or action, or not the actor's to see.
        Refused: the actor may not ask about somebody else.
    """
    with platform.reading() as work:
        record = access_record(work, actor, record_id, deleted=True)
        asked = actor if user_id is None or user_id == actor.user_id else Actor(user_id)
        if asked is not actor:
            check_function(work, actor, f"{record.module}.admin", *ASK_FOR_OTHERS)
            if work.world.person(user_id or 0) is None:
                raise NotFound()
        module = work.world.in_force(record).module
        if action is not None and action not in module.actions and action not in module.permissions:
            raise NotFound()
        codes = (action,) if action is not None else _codes(module, _granted(work, record))
        return tuple(_explanation(work, asked, record, code) for code in codes)


def _granted(work: Work, record: RecordState) -> frozenset[str]:
    """Give the permissions that the matrix gives to anybody at all; the others are nobody's question."""
    matrix = work.world.in_force(record).matrix
    return frozenset(
        permission
        for columns in matrix.cells.values()
        for permissions in columns.values()
        for permission in permissions
    )


def _codes(module: Module, granted: frozenset[str]) -> tuple[str, ...]:
    """Give what may be asked about: `view`, the actions, then granted permissions that are no action."""
    actions = [
        code for code, one in module.actions.items() if code != "create" and one.shown is not Shown.NEVER
    ]
    named = {module.actions[code].permission for code in actions} | {"create", "tag", VIEW}
    return (VIEW, *actions, *sorted((module.permissions & granted) - named - set(actions)))


def _explanation(work: Work, asked: Actor, record: RecordState, code: str) -> Explanation:
    case = Case(Standing(work.world, asked), record)
    decision = case.decide(code)
    showing = Showing(work, asked)
    person = showing.person(asked.user_id)
    if person is None:
        raise NotFound()
    lines = proof_lines(work.world, decision, case.held.table)
    return Explanation(
        person=person,
        action=code,
        label=_label(case.held.table.module, code),
        allowed=decision.allowed,
        steps=tuple(ExplanationStep(line.holds, line.text, line.depth) for line in lines),
        remedy=remedy_text(decision, case.held.table, work.world),
    )


def _label(module: Module, code: str) -> Text:
    if code == VIEW:
        return VIEW_LABEL
    return PERMISSION_LABELS.get(code) or action_label(module, code)
