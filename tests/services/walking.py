"""Walk a record to wherever an action is open, by nothing but what the platform offers to whom.

Knows no module: offers say what may be done, forms say what they ask, pickers say who can be chosen.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from luongviec.engine.errors import LuongViecError
from luongviec.engine.planning.plan import Answers
from luongviec.engine.world import Actor
from luongviec.forms.model import FormField, FormModel
from luongviec.services.files import keeping
from luongviec.services.forms import models
from luongviec.services.forms.candidates import CandidateRequest, candidates
from luongviec.services.record_page.reading import record_page
from luongviec.services.records import changing
from luongviec.services.views import ActionOffer, ActionResult
from tests.services.house import House

#: Whatever is asked is answered.
ANSWERED = Answers(True, "Có lý do chính đáng")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody does: an action, or making a record through a relation."""

    who: str
    code: str
    moves_to: str | None = None
    relation: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk has come: the steps so far, and what is open there and to whom."""

    path: tuple[Step, ...]
    open: tuple[Step, ...]


@dataclass
class Walks:
    """The ways of one kind of record, found once for a house.

    Attributes:
        make: makes a fresh record and gives its id.
    """

    house: House
    make: Callable[[], int]
    places: dict[str, Place] = field(default_factory=dict)  # by the action that is open there

    def explore(self, wanted: frozenset[str]) -> None:
        """Find a place for every wanted action: a walk into every status, then past what moves nothing."""
        start: tuple[Step, ...] = ()
        moving, staying, seen = [start], list[tuple[Step, ...]](), {""}
        while not wanted <= self.places.keys() and (moving or staying):
            path = (moving or staying).pop(0)
            place = self._place(path)
            for step in place.open:
                self.places.setdefault(step.code, place)
                key = step.moves_to or step.code
                if step.relation is None and key not in seen:
                    seen.add(key)
                    (moving if step.moves_to else staying).append((*path, step))

    def come_to(self, place: Place) -> int:
        """Walk a fresh record there."""
        record_id = self.make()
        for step in place.path:
            run(self.house, record_id, step)
        return record_id

    def _place(self, path: tuple[Step, ...]) -> Place:
        record_id = self.come_to(Place(path, ()))
        return Place(path, tuple(open_steps(self.house, record_id)))


def open_steps(house: House, record_id: int) -> Iterator[Step]:
    """Give what is open on a record to anybody of the house."""
    for who in house.users:
        try:
            page = record_page(house.platform, house.actor(who), record_id, note_opening=False)
        except LuongViecError:
            continue  # not his to see
        for offer in page.offers:
            if offer.enabled and offer.kind in ("action", "add"):
                yield _step(who, offer)


def _step(who: str, offer: ActionOffer) -> Step:
    return Step(who, offer.code, offer.moves_to, offer.relation)


def run(
    house: House, record_id: int, step: Step, *, raw: Mapping[str, object] | None = None,
    version: int | None = None, key: str | None = None,
) -> ActionResult:  # fmt: skip
    """Do a step, its form filled in with whatever it takes.

    Args:
        raw: what is typed; default: whatever the form asks for.
        version: the version that the person saw.
        key: under which the same request may come again.
    """
    actor, platform = house.actor(step.who), house.platform
    typed = filled(house, actor, record_id, step) if raw is None else raw
    if step.relation is not None:
        module = models.target_of(platform, actor, record_id, step.relation)
        return changing.create_record(
            platform, actor, module, typed, owner_id=record_id, relation=step.relation, answers=ANSWERED,
            idempotency_key=key,
        )  # fmt: skip
    return changing.act(
        platform, actor, record_id, step.code, typed, version=version, answers=ANSWERED, idempotency_key=key
    )


def filled(house: House, actor: Actor, record_id: int, step: Step) -> dict[str, object]:
    """Fill in the form of a step: what it needs, and any plain value that can be made different."""
    if step.relation is None:
        form = models.action_form(house.platform, actor, record_id, step.code)
        request = CandidateRequest(form.module, step.code, "", record_id=record_id)
    else:
        module = models.target_of(house.platform, actor, record_id, step.relation)
        form = models.create_form(house.platform, actor, module, owner_id=record_id, relation=step.relation)
        request = CandidateRequest(form.module, "create", "", owner_id=record_id, relation=step.relation)
    return dict(_values(house, actor, form, request))


def _values(
    house: House, actor: Actor, form: FormModel, request: CandidateRequest
) -> Iterator[tuple[str, object]]:
    typed: dict[str, object] = {}
    for one in form.fields:
        if one.locked or one.hidden:
            continue
        if one.widget == "rows":
            row: dict[str, object] = {}
            for column in one.columns:
                asked = replace(request, name=f"{one.name}.0.{_last(column)}", typed=typed, row=row)
                value = _value(house, actor, column, asked)
                if value is not None:
                    row[_last(column)] = value
            typed[one.name] = [row]
        elif (value := _value(house, actor, one, replace(request, name=one.name, typed=typed))) is not None:
            typed[one.name] = value
        elif one.value:
            typed[one.name] = one.value
    yield from ((name, value) for name, value in typed.items() if not _unchanged(form, name, value))


def _unchanged(form: FormModel, name: str, value: object) -> bool:
    return any(one.name == name and one.value == value and not one.required for one in form.fields)


def _last(column: FormField) -> str:
    return column.name.rpartition(".")[2]


def _value(house: House, actor: Actor, one: FormField, asked: CandidateRequest) -> object:
    """Give something that the control takes; None: leave it as it is."""
    if one.widget in ("text", "multiline"):
        return f"{one.text} Việc gấp".strip() if one.required or one.widget == "multiline" else None
    if one.widget == "choice":
        others = [option.value for option in one.options if option.value not in one.chosen]
        return others[-1] if others else None
    if not one.required or one.value:
        return None
    if one.widget == "number":
        return one.maximum or one.minimum or 1
    if one.widget == "boolean":
        return True
    if one.widget in ("date", "datetime"):
        return (house.clock.now + timedelta(days=20)).isoformat()
    if one.widget == "files":
        return [keeping.upload(house.platform, actor, "Kết quả.pdf", io.BytesIO(b"%PDF-1.4 ket qua")).id]
    if one.widget in ("people", "units", "records", "record"):
        found = candidates(house.platform, actor, asked).candidates
        return [next(one.value for one in found if one.usable)]
    raise AssertionError(f"no value known for a control of the kind {one.widget}")
