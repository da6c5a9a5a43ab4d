"""Whether people, units and records that came back in a form may be chosen there.

The picker offers candidates; the server refuses the others, each by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from luongviec.engine.deciding.decide import decide
from luongviec.engine.errors import LuongViecError
from luongviec.engine.expressions.scope import scope_for
from luongviec.engine.model import Field, FieldType, ListSource, RelationSource
from luongviec.engine.people import refusal_of_candidate
from luongviec.engine.planning.draft import Draft
from luongviec.engine.related import owner_of, related_ids
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, Holder, HolderKind, RecordState, Value, World
from luongviec.forms import messages
from luongviec.forms.conditions import Desk, filled_state
from luongviec.forms.form import Control


def choice_errors(
    desk: Desk, control: Control, value: Value, controls: Sequence[Control], values: Mapping[str, object]
) -> tuple[Text, ...]:
    """Say of each chosen person, unit or record why it may not be chosen; others have no say."""
    field = control.field
    if field.type not in (FieldType.USER, FieldType.UNIT, FieldType.RECORD):
        return ()
    state = filled_state(desk.state, controls, values)
    draft = Draft(desk.world)
    draft.put(state)
    circle = Circle(draft, desk.actor, state, values)
    side = control.role.side if control.role else None
    chosen = value if isinstance(value, tuple) else (value,)
    errors = [circle.refusal(field, one, side) for one in chosen if isinstance(one, int)]
    return tuple(dict.fromkeys(error for error in errors if error is not None))


@dataclass(frozen=True, slots=True)
class Circle:
    """The circumstances of a choice: the record as it would be, who chooses, what else was typed."""

    world: World
    actor: Actor
    state: RecordState
    values: Mapping[str, object]

    def refusal(self, field: Field, chosen: int, side: str | None = None) -> Text | None:
        """Say why one id may not be chosen in a field, nothing if it may."""
        if field.type == FieldType.RECORD:
            return self._record_refusal(field, chosen)
        kind = HolderKind.UNIT if field.type == FieldType.UNIT else HolderKind.USER
        if kind is HolderKind.UNIT and self.world.unit(chosen) is None:
            return messages.NO_SUCH_UNIT
        if kind is HolderKind.USER and self.world.person(chosen) is None:
            return messages.NO_SUCH_PERSON
        return refusal_of_candidate(
            self.world,
            field.candidates,
            Holder(kind, chosen),
            record=self.state,
            actor=self.actor,
            input=self.values,
            row=self.values,
            side=side,
        )

    def _record_refusal(self, field: Field, chosen: int) -> Text | None:
        target = self.world.record(chosen)
        if target is None or target.deleted_at is not None or target.module != field.record_of:
            return messages.NO_SUCH_RECORD
        if not decide(self.world, self.actor, "view", target).allowed:
            return messages.NO_SUCH_RECORD
        if isinstance(field.candidates, ListSource) and not self._in_list(field.candidates, target):
            return messages.NOT_CANDIDATE.filled({"name": target.title})
        if isinstance(field.candidates, RelationSource) and chosen not in self.owned(field.candidates):
            return messages.NOT_CANDIDATE.filled({"name": target.title})
        return None

    def owned(self, source: RelationSource) -> Sequence[int]:
        """Give the records that the owner has in the relation from which a field chooses."""
        owner = owner_of(self.world, self.state)
        return () if owner is None else related_ids(self.world, owner, source.relation)

    def _in_list(self, source: ListSource, target: RecordState) -> bool:
        listed = self.world.workspace.modules[source.module].lists.get(source.list)
        if listed is None or listed.where is None:
            return True
        scope = scope_for(self.world, target, actor=self.actor, viewer=self.actor.user_id)
        try:
            return listed.where.holds(scope)
        except LuongViecError:
            return False
