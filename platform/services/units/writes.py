"""What every change of a unit does: lock the tree, look at the version, note who changed what."""

from __future__ import annotations

from collections.abc import Mapping

from luongviec.engine.errors import Conflict, NotFound
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.journal.writing import Subject, note_change, organisation_changed
from luongviec.services.platform import Work
from luongviec.store.models import Unit
from luongviec.store.organisation import unit_rows

Facts = Mapping[str, object]


def unit_to_change(work: Work, unit_id: int, version: int | None = None) -> Unit:
    """Give the row of a unit, nobody else changing the tree meanwhile.

    Args:
        version: what the form was made from; None: whatever stands there.

    Raises:
        NotFound: it was deleted, or never was.
        Conflict: somebody changed it since the form was made; the message says who and what.
    """
    unit_rows.lock_tree(work.session)
    unit = unit_rows.unit_row(work.session, unit_id)
    if unit is None:
        raise NotFound()
    if version is not None and version != unit.version:
        raise Conflict(_who_was_first(work, unit), unit_id=unit_id)
    return unit


def changed(
    work: Work,
    actor: Actor,
    action: str,
    unit: Unit,
    *,
    before: Facts | None = None,
    after: Facts | None = None,
) -> None:
    """Note a change that was made to a unit, and let it count everywhere from now on."""
    unit.version += 1
    work.session.flush()
    note_change(work, actor, action, subject_of(unit), before=before, after=after)
    organisation_changed(work)


def subject_of(unit: Unit) -> Subject:
    """Give a unit as the journal names it."""
    return Subject("unit", str(unit.id), unit.name)


def people_named(work: Work, user_ids: tuple[int, ...]) -> list[str]:
    """Give people as the journal names them: user names, which never change hands."""
    people = work.world.organisation.people
    return [people[one].user_name if one in people else f"#{one}" for one in user_ids]


def _who_was_first(work: Work, unit: Unit) -> Text:
    last = unit_rows.last_change(work.session, "unit", str(unit.id))
    person = work.world.person(last.actor_id) if last is not None and last.actor_id is not None else None
    name = person.name if person is not None else "Hệ thống"
    fields = sorted({*(last.before or {}), *(last.after or {})}) if last is not None else []
    what = f" ({', '.join(fields)})" if fields else ""
    return Text(
        f"{name} vừa sửa đơn vị “{unit.name}”{what}. Hãy xem bản mới rồi sửa lại.",
        f"{name if person else 'The system'} has just changed “{unit.name}”{what}."
        " Look at the new state and change it again.",
    )
