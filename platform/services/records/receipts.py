"""Who has opened a record and its files, and which of its people have not (receipts)."""

from __future__ import annotations

from collections.abc import Iterable

from luongviec.engine.deciding.decide import decide
from luongviec.engine.errors import Refused
from luongviec.engine.model import Access
from luongviec.engine.people import members, people_of
from luongviec.engine.related import OWNER
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, RecordState
from luongviec.services.platform import Platform
from luongviec.services.records.access import access_record, check_may
from luongviec.services.showing import Showing
from luongviec.services.views import FileView, Opening, PersonView, ReceiptSheet
from luongviec.store import sharing as rows
from luongviec.store.models import Receipt

RECEIPTS = "receipts"
VIEW = "view"
NOT_KEPT = Text(
    "Loại hồ sơ này không ghi lại ai đã mở.", "Records of this kind do not remember who has opened them."
)


def receipts_of(platform: Platform, actor: Actor, record_id: int) -> tuple[ReceiptSheet, ...]:
    """Give the sheet of the record, then of each file whose openings are remembered.

    Raises:
        NotFound: no such record, or not the actor's to see.
        Refused: the module keeps no receipts, or the actor may not read them.
    """
    with platform.reading() as work:
        record = access_record(work, actor, record_id, deleted=True)
        check_may(work, actor, RECEIPTS, record)
        showing = Showing(work, actor)
        kept = showing.module(record).receipts
        if not kept.record and not kept.fields:
            raise Refused(NOT_KEPT)
        people = _people_of(showing, record)
        found = rows.receipts_of(work.session, record_id)
        sheets = []
        if kept.record:
            sheets.append(_sheet(showing, None, (one for one in found if not one.file_id), people))
        for file in _files_of(showing, record):
            sheets.append(_sheet(showing, file, (one for one in found if one.file_id == file.id), people))
        return tuple(sheets)


def _sheet(
    showing: Showing, file: FileView | None, found: Iterable[Receipt], people: Iterable[PersonView]
) -> ReceiptSheet:
    opened = tuple(
        Opening(person, one.first_at, one.last_at)
        for one in found
        if (person := showing.person(one.user_id)) is not None
    )
    known = {one.person.id for one in opened}
    return ReceiptSheet(file, opened, tuple(one for one in people if one.id not in known))


def _people_of(showing: Showing, record: RecordState) -> tuple[PersonView, ...]:
    """Give everybody who takes part in the record, or in its owner where he may open it, role by role."""
    roles = showing.module(record).roles.values()
    everyone = [person for role in roles for person in showing.role(record, role).people]
    readers = (showing.person(user_id) for user_id in _readers_beside(showing, record))
    everyone += [person for person in readers if person is not None]
    return tuple({person.id: person for person in everyone}.values())


def _readers_beside(showing: Showing, record: RecordState) -> Iterable[int]:
    """Give who may open the record because of what he is to its owner."""
    module, world = showing.module(record), showing.world
    forms = [
        f"{prefix}.{role}"
        for prefix, derived in module.derived_roles.items()
        if derived.via == OWNER
        for role in derived.roles
    ]
    found = (user_id for form in forms for user_id in members(world, people_of(module, form), record=record))
    return [
        user_id for user_id in dict.fromkeys(found) if decide(world, Actor(user_id), VIEW, record).allowed
    ]


def _files_of(showing: Showing, record: RecordState) -> tuple[FileView, ...]:
    """Give the files of the fields whose openings are remembered, as far as the viewer may see them."""
    access = showing.access(record)
    found: dict[int, FileView] = {}
    for code in showing.module(record).receipts.fields:
        value = record.values.get(code)
        ids = value if isinstance(value, tuple) else (value,)
        if access.get(code, Access.HIDDEN) is Access.HIDDEN:
            continue
        for one in ids:
            file = showing.file(one) if isinstance(one, int) else None
            if file is not None:
                found[file.id] = file
    return tuple(found.values())
