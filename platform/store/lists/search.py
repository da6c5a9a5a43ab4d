"""The full-text index: what of a record is found by words, and keeping it so.

Text is folded before it is indexed (`folding`). The principals of a record stand in the index as
tokens (`u77`, `s45` for unit 45), so that words and visibility are answered by one intersection.
A field that any permission matrix hides from somebody is left out: a hit would tell of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, select, text, update

from luongviec.engine.model import Access, Module, Workspace
from luongviec.engine.world import RecordState
from luongviec.store.database import AnySession, table_of
from luongviec.store.folding import fold
from luongviec.store.models import SearchEntry
from luongviec.store.statements import IDS, KEY, ids_parameter, inserting, run

#: What is indexed of one record; longer texts are found by their beginning.
BODY_LENGTH = 50_000


@dataclass(frozen=True, slots=True)
class SearchText:
    """What the index should hold of a record: folded words, and principals as tokens."""

    record_id: int
    body: str
    principals: str


def searchable_fields(workspace: Workspace, module: Module) -> tuple[str, ...]:
    """Give the fields that words find: `search: true`, the number, and hidden from nobody."""
    hidden = {
        field
        for matrix in workspace.matrices.values()
        if (group := workspace.status_groups.get(matrix.status_group)) is not None
        and group.module == module.code
        for columns in matrix.fields.values()
        for cells in columns.values()
        for field, access in cells.items()
        if access is Access.HIDDEN
    }
    number = None if module.numbering is None else module.numbering.field
    return tuple(
        field.code
        for field in module.fields.values()
        if (field.search or field.code == number) and field.code not in hidden
    )


def search_text(
    workspace: Workspace, module: Module, record: RecordState, principals: Iterable[int]
) -> SearchText:
    """Give what the index should hold of a record."""
    texts = [record.title]
    for code in searchable_fields(workspace, module):
        value = record.values.get(code)
        texts += [part for part in (value if isinstance(value, tuple) else (value,)) if isinstance(part, str)]
    body = fold(" ".join(dict.fromkeys(texts))[:BODY_LENGTH])
    return SearchText(record.id, body, principal_tokens(principals))


def principal_tokens(principals: Iterable[int]) -> str:
    """Write principals as tokens, in one fixed order."""
    return " ".join(principal_token(principal) for principal in sorted(principals))


def principal_token(principal: int) -> str:
    """Write a principal (a user, or below zero a unit) as a token."""
    return f"u{principal}" if principal > 0 else f"s{-principal}"


def write_search(
    session: AnySession, wanted: Sequence[SearchText], gone: Sequence[int] = (), *, new: bool = False
) -> None:
    """Bring the index to what it should hold; entries that stay the same are not touched.

    Args:
        new: the records have just been made: nothing of them is in the index yet.
    """
    ids = [entry.record_id for entry in wanted] + list(gone)
    known: dict[int, SearchText] = {}
    if ids and not new:
        known = {row.record_id: SearchText(*row) for row in run(session, _KNOWN, {IDS: ids})}
    changed = [entry for entry in wanted if known.get(entry.record_id) != entry]
    old = [known[entry.record_id] for entry in changed if entry.record_id in known]
    removed = [known[record_id] for record_id in gone if record_id in known]
    _take_out(session, old + removed)
    if removed:
        run(session, _DELETE_ENTRIES, {IDS: [entry.record_id for entry in removed]})
    if old:
        run(session, _UPDATE_ENTRY, [_parameters(e, KEY) for e in changed if e.record_id in known])
    fresh = [_parameters(entry) for entry in changed if entry.record_id not in known]
    if fresh:
        run(session, inserting(SearchEntry), fresh)
    if changed:
        run(session, _INDEX[session.get_bind().dialect.name], [_parameters(entry) for entry in changed])


def _take_out(session: AnySession, entries: Sequence[SearchText]) -> None:
    """Take entries out of the index: SQLite must be told what it holds of them."""
    if not entries:
        return
    if session.get_bind().dialect.name == "sqlite":
        run(session, _TAKE_OUT_SQLITE, [_parameters(entry) for entry in entries])
    else:
        run(session, _TAKE_OUT_POSTGRESQL, [{"record_id": entry.record_id} for entry in entries])


def index_statement(dialect: str) -> str:
    """Give the statement that puts one entry (`record_id`, `body`, `principals`) into the index."""
    if dialect == "sqlite":
        return "INSERT INTO search_index (rowid, body, principals) VALUES (:record_id, :body, :principals)"
    return (
        "INSERT INTO search_index (record_id, document) VALUES (:record_id,"
        " to_tsvector('simple', :body) || strip(to_tsvector('simple', :principals)))"
    )


def _parameters(entry: SearchText, key: str = "record_id") -> Mapping[str, Any]:
    return {key: entry.record_id, "body": entry.body, "principals": entry.principals}


_entry = table_of(SearchEntry)
_KNOWN = select(_entry.c.record_id, _entry.c.body, _entry.c.principals).where(
    _entry.c.record_id.in_(ids_parameter())
)
_DELETE_ENTRIES = delete(_entry).where(_entry.c.record_id.in_(ids_parameter()))
_UPDATE_ENTRY = (
    update(_entry)
    .where(_entry.c.record_id == bindparam(KEY))
    .values(body=bindparam("body"), principals=bindparam("principals"))
)
_TAKE_OUT_SQLITE = text(
    "INSERT INTO search_index (search_index, rowid, body, principals)"
    " VALUES ('delete', :record_id, :body, :principals)"
)
_TAKE_OUT_POSTGRESQL = text("DELETE FROM search_index WHERE record_id = :record_id")
_INDEX = {dialect: text(index_statement(dialect)) for dialect in ("sqlite", "postgresql")}
