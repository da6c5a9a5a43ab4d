"""The full-text index: what of a record is found by words, and keeping it so.

Text is folded before it is indexed (`folding`). The principals of a record stand in the index as
tokens (`u77`, `s45` for unit 45), so that words and visibility are answered by one intersection.
A field that any permission matrix hides from somebody is left out: a hit would tell of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, text

from luongviec.engine.model import Access, Module, Workspace
from luongviec.engine.world import RecordState
from luongviec.store.database import AnySession, table_of
from luongviec.store.folding import fold
from luongviec.store.models import SearchEntry

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


def write_search(session: AnySession, wanted: Sequence[SearchText], gone: Sequence[int] = ()) -> None:
    """Bring the index to what it should hold; entries that stay the same are not touched."""
    ids = [entry.record_id for entry in wanted] + list(gone)
    if not ids:
        return
    rows = session.execute(
        select(SearchEntry.record_id, SearchEntry.body, SearchEntry.principals).where(
            SearchEntry.record_id.in_(ids)
        )
    )
    known = {row.record_id: SearchText(row.record_id, row.body, row.principals) for row in rows}
    changed = [entry for entry in wanted if known.get(entry.record_id) != entry]
    old = [known[record_id] for record_id in gone if record_id in known]
    old += [known[entry.record_id] for entry in changed if entry.record_id in known]
    if old:
        _take_out(session, old)
    if changed:
        _put_in(session, changed)


def _take_out(session: AnySession, entries: Sequence[SearchText]) -> None:
    ids = [entry.record_id for entry in entries]
    if session.get_bind().dialect.name == "sqlite":
        session.execute(
            text(
                "INSERT INTO search_index (search_index, rowid, body, principals)"
                " VALUES ('delete', :record_id, :body, :principals)"
            ),
            [_parameters(entry) for entry in entries],
        )
    else:
        session.execute(
            text("DELETE FROM search_index WHERE record_id = :record_id"),
            [{"record_id": record_id} for record_id in ids],
        )
    session.execute(delete(SearchEntry).where(SearchEntry.record_id.in_(ids)))


def _put_in(session: AnySession, entries: Sequence[SearchText]) -> None:
    rows = [_parameters(entry) for entry in entries]
    session.execute(insert(table_of(SearchEntry)), rows)
    session.execute(text(index_statement(session.get_bind().dialect.name)), rows)


def index_statement(dialect: str) -> str:
    """Give the statement that puts one entry (`record_id`, `body`, `principals`) into the index."""
    if dialect == "sqlite":
        return "INSERT INTO search_index (rowid, body, principals) VALUES (:record_id, :body, :principals)"
    return (
        "INSERT INTO search_index (record_id, document) VALUES (:record_id,"
        " to_tsvector('simple', :body) || strip(to_tsvector('simple', :principals)))"
    )


def _parameters(entry: SearchText) -> Mapping[str, Any]:
    return {"record_id": entry.record_id, "body": entry.body, "principals": entry.principals}
