"""Write what services give as JSON: ids beside names, values by the one codec, texts in the language.

The shapes are described for OpenAPI in `shapes`; a test compares every answer with its description.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from luongviec.engine.model import Module
from luongviec.engine.text import Text
from luongviec.engine.values import Json, holds_many, moment_text, type_to_json
from luongviec.engine.world import Value
from luongviec.services.definitions import ModuleInfo, RevisionView
from luongviec.services.views import (
    ActionOffer,
    ActionResult,
    Cell,
    CommentView,
    Explanation,
    FileView,
    HistoryView,
    ListPage,
    NotificationView,
    PersonView,
    RecordData,
    RecordLink,
    Row,
    StatusView,
    TagView,
    UnitView,
)
from luongviec.web.language import in_language


def text_json(text: Text | str | None) -> str | None:
    """Write a text in the caller's language."""
    return None if text is None else in_language(text)


def moment_json(moment: datetime | None) -> str | None:
    """Write a moment in UTC."""
    return None if moment is None else moment_text(moment)


def person_json(person: PersonView | None) -> Json:
    """Write a person."""
    return None if person is None else {"id": person.id, "name": person.name}


def holder_json(holder: PersonView | UnitView) -> Json:
    """Write who holds a role: a person or a unit."""
    kind = "unit" if isinstance(holder, UnitView) else "user"
    return {"kind": kind, "id": holder.id, "name": holder.name}


def status_json(status: StatusView | None) -> Json:
    """Write a status."""
    if status is None:
        return None
    return {
        "code": status.code,
        "name": text_json(status.name),
        "category": status.category,
        "tone": status.tone,
        "final": status.final,
    }


def link_json(link: RecordLink | None) -> Json:
    """Write a record as others name it."""
    if link is None:
        return None
    return {
        "id": link.id,
        "module": link.module,
        "title": link.title,
        "number": link.number,
        "status": status_json(link.status),
    }


def file_json(file: FileView) -> Json:
    """Write a file."""
    return {
        "id": file.id,
        "name": file.name,
        "size_bytes": file.size_bytes,
        "media_type": file.media_type,
        "added_at": moment_json(file.added_at),
        "added_by": person_json(file.added_by),
    }


def tag_json(tag: TagView) -> Json:
    """Write a tag."""
    return {"id": tag.id, "name": tag.name, "tone": tag.tone}


def offer_json(offer: ActionOffer, schema: Mapping[str, object] | None) -> Json:
    """Write what may be done; `schema` is that of its input."""
    written: dict[str, Json] = {
        "code": offer.code,
        "kind": offer.kind,
        "label": text_json(offer.label),
        "tone": offer.tone,
        "enabled": offer.enabled,
        "reason": text_json(offer.reason),
        "confirm": text_json(offer.confirm),
        "moves_to": offer.moves_to,
        "relation": offer.relation,
        "on_behalf_of": person_json(offer.on_behalf_of),
    }
    written["input"] = schema  # type: ignore[assignment]
    return written


def record_json(
    data: RecordData, module: Module | None, schemas: Mapping[str, Mapping[str, object]]
) -> dict[str, Json]:
    """Write a record with what the caller may do to it.

    Args:
        data: the record.
        module: its definition, which tells fields of many values.
        schemas: the input of actions, by code.
    """
    record = data.record
    return {
        "id": record.id,
        "module": record.module,
        "title": record.title,
        "number": record.number,
        "status": status_json(record.status),
        "version": data.version,
        "created_at": moment_json(data.created_at),
        "updated_at": moment_json(data.updated_at),
        "status_since": moment_json(data.status_since),
        "owner": link_json(data.owner),
        "on_behalf_of": [person_json(one) for one in data.on_behalf_of],
        "values": {code: value_json(code, value, module) for code, value in data.values.items()},
        "roles": {code: [holder_json(one) for one in holders] for code, holders in data.roles.items()},
        "actions": [offer_json(offer, schemas.get(offer.code)) for offer in data.actions],
        "transitions": [_transition_json(offer, schemas) for offer in data.transitions],
    }


def _transition_json(offer: ActionOffer, schemas: Mapping[str, Mapping[str, object]]) -> Json:
    is_bare = offer.kind == "move"
    written: dict[str, Json] = {
        "status": offer.moves_to,
        "action": None if is_bare else offer.code,
        "label": text_json(offer.label),
        "enabled": offer.enabled,
        "reason": text_json(offer.reason),
        "on_behalf_of": person_json(offer.on_behalf_of),
    }
    key = f"move:{offer.moves_to}" if is_bare else offer.code
    written["input"] = schemas.get(key)  # type: ignore[assignment]
    return written


def value_json(code: str, value: Value, module: Module | None) -> Json:
    """Write the value of a field; an empty field of many values is an empty list."""
    field = None if module is None else module.fields.get(code)
    if field is None:
        return type_to_json("", value)
    if field.many and not isinstance(value, tuple):
        value = () if value is None else (value,)
    return type_to_json(field.type, value, many=holds_many(field))


def page_json(page: ListPage) -> dict[str, Json]:
    """Write one page of a list."""
    return {
        "items": [row_json(row) for row in page.rows],
        "total": page.total,
        "total_capped": page.total_capped,
        "next": page.next_cursor,
        "previous": page.previous_cursor,
        "sort": page.sort,
        "columns": [
            {
                "code": one.code,
                "label": text_json(one.label),
                "kind": one.kind,
                "sortable": one.sortable,
            }
            for one in page.columns
        ],
        "filters": [
            {"name": one.name, "label": text_json(one.label), "kind": one.kind} for one in page.filters
        ],
    }


def row_json(row: Row) -> Json:
    """Write one record of a list: its columns by code."""
    link = link_json(row.record)
    cells: Json = {cell.code: cell_json(cell) for cell in row.cells}
    return {
        **(link if isinstance(link, dict) else {}),
        "version": row.version,
        "on_behalf_of": person_json(row.on_behalf_of),
        "values": cells,
    }


def cell_json(cell: Cell) -> Json:
    """Write one cell of a list."""
    return _shown_json(cell.value)


def _shown_json(value: object) -> Json:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case datetime() | date() | timedelta():
            return type_to_json("", value)
        case Text():
            return text_json(value)
        case PersonView() | UnitView():
            return holder_json(value)
        case FileView():
            return file_json(value)
        case RecordLink():
            return link_json(value)
        case StatusView():
            return status_json(value)
        case TagView():
            return tag_json(value)
        case tuple() | list():
            return [_shown_json(one) for one in value]
        case _:
            return text_json(getattr(value, "label", None))


def result_json(result: ActionResult) -> dict[str, Json]:
    """Write what a change did."""
    return {
        "record_id": result.record_id,
        "made": list(result.made),
        "entry_id": result.entry_id,
        "undo_until": moment_json(result.undo_until),
        "warnings": [text_json(text) for text in result.warnings],
        "notes": [text_json(text) for text in result.notes],
    }


def history_json(entry: HistoryView) -> Json:
    """Write one entry of a history."""
    return {
        "id": entry.id,
        "at": moment_json(entry.at),
        "actor": person_json(entry.actor),
        "on_behalf_of": person_json(entry.on_behalf_of),
        "action": text_json(entry.action),
        "reason": entry.reason,
        "status_before": status_json(entry.status_before),
        "status_after": status_json(entry.status_after),
        "changes": [
            {
                "label": text_json(change.label),
                "before": None if change.before is None else cell_json(change.before),
                "after": None if change.after is None else cell_json(change.after),
            }
            for change in entry.changes
        ],
        "definition_revision": entry.definition_revision,
    }


def explanation_json(explanation: Explanation) -> Json:
    """Write why somebody may or may not do something."""
    return {
        "person": person_json(explanation.person),
        "action": explanation.action,
        "label": text_json(explanation.label),
        "allowed": explanation.allowed,
        "steps": [
            {"holds": step.holds, "text": text_json(step.text), "depth": step.depth}
            for step in explanation.steps
        ],
        "remedy": text_json(explanation.remedy),
    }


def comment_json(comment: CommentView) -> Json:
    """Write a comment."""
    return {
        "id": comment.id,
        "author": person_json(comment.author),
        "on_behalf_of": person_json(comment.on_behalf_of),
        "text": comment.text,
        "at": moment_json(comment.at),
        "files": [file_json(file) for file in comment.files],
        "mentions": [person_json(one) for one in comment.mentions],
        "edited_at": moment_json(comment.edited_at),
    }


def notification_json(notification: NotificationView) -> Json:
    """Write a notification."""
    return {
        "id": notification.id,
        "record": link_json(notification.record),
        "link": notification.link or None,
        "subject": notification.subject,
        "text": notification.text,
        "at": moment_json(notification.at),
        "read": notification.read,
    }


def module_json(info: ModuleInfo) -> Json:
    """Write a module as the catalogue lists it."""
    return {
        "code": info.code,
        "name": text_json(info.name),
        "icon": info.icon,
        "may_create": info.may_create,
        "owned": info.owned,
    }


def revision_json(revision: RevisionView) -> Json:
    """Write one published revision of a definition."""
    return {
        "kind": revision.kind,
        "code": revision.code,
        "revision": revision.revision,
        "published_at": moment_json(revision.published_at),
        "published_by": revision.published_by,
        "file": revision.file,
    }
