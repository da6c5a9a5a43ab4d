"""Finding records by words, among those that the viewer may see.

All words must occur, in any order, the last one also as the beginning of a longer one; words in
quotes must stand together. Marks and case do not count. Newest first: ranking common words over a
million records costs seconds and tells little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, literal_column, or_, select, text

from luongviec.store.folding import fold
from luongviec.store.lists.access import Carrier, holds, number, record_carrier
from luongviec.store.lists.light import record_row
from luongviec.store.lists.search import principal_token
from luongviec.store.lists.terms import VIEW, Grant, Terms, terms_for
from luongviec.store.world import StoreWorld

MOST_WORDS = 12
_QUOTED = re.compile(r'"([^"]*)"')


def phrases_of(words: str) -> tuple[tuple[str, ...], ...]:
    """Take what was typed apart: each phrase a tuple of folded words, single words alone.

    >>> phrases_of('đường "tái định cư" 2026')
    (('duong',), ('2026',), ('tai', 'dinh', 'cu'))
    """
    quoted = [tuple(fold(part).split()) for part in _QUOTED.findall(words)]
    rest = [(word,) for word in fold(_QUOTED.sub(" ", words)).split()]
    return tuple(phrase for phrase in (*rest, *quoted) if phrase)[:MOST_WORDS]


def _last_is_open(words: str) -> bool:
    """Whether the last word typed may be the beginning of a longer one."""
    return not words.rstrip().endswith('"')


def sqlite_match(phrases: Sequence[tuple[str, ...]], prefix: tuple[str, ...] | None) -> str:
    """Write the words in FTS5's language."""
    parts = []
    for phrase in phrases:
        written = '"' + " ".join(phrase) + '"'
        parts.append(f"body : {written}*" if phrase == prefix else f"body : {written}")
    return " AND ".join(parts)


def postgresql_match(phrases: Sequence[tuple[str, ...]], prefix: tuple[str, ...] | None) -> str:
    """Write the words in PostgreSQL's language."""
    parts = []
    for phrase in phrases:
        words = [f"'{word}'" for word in phrase]
        if phrase == prefix:
            words[-1] += ":*"
        parts.append("(" + " <-> ".join(words) + ")")
    return " & ".join(parts)


def matching_ids(world: StoreWorld, words: str, principals: Iterable[int] | None) -> Any:
    """Give the query for ids of records with these words; with principals only theirs.

    None where nothing that can be searched for was typed.
    """
    phrases = phrases_of(words)
    if not phrases:
        return None
    single = [phrase for phrase in phrases if len(phrase) == 1]
    prefix = single[-1] if single and _last_is_open(words) and len(single[-1][0]) > 1 else None
    tokens = None if principals is None else [principal_token(principal) for principal in principals]
    if world.session.get_bind().dialect.name == "sqlite":
        match = sqlite_match(phrases, prefix)
        if tokens is not None:
            match += " AND principals : (" + " OR ".join(tokens) + ")"
        query = text("SELECT rowid AS record_id FROM search_index WHERE search_index MATCH :match")
    else:
        match = postgresql_match(phrases, prefix)
        if tokens is not None:
            match += " & (" + " | ".join(tokens) + ")"
        query = text("SELECT record_id FROM search_index WHERE document @@ to_tsquery('simple', :match)")
    return query.bindparams(match=match).columns(literal_column("record_id")).subquery()


def _principals(terms: Iterable[Terms]) -> list[int] | None:
    """Give the principals that lead to records; None where others (groups, owners) do too."""
    found: dict[int, None] = {}
    for one in terms:
        if one.direct or one.owner:
            return None
        found.update((term.principal, None) for term in one.terms)
    return list(found)


def words_condition(
    world: StoreWorld, viewer: int | None, module: str, words: str, carrier: Carrier
) -> ColumnElement[bool]:
    """Give the condition that a record has these words; the viewer's rights narrow it elsewhere."""
    principals = _principals([terms_for(world, viewer, module, Grant(permission=VIEW))])
    if principals == []:
        return false()
    found = matching_ids(world, words, principals)
    if found is None:
        return false()
    return carrier.id.in_(select(found.c.record_id))  # type: ignore[no-any-return]


def search_ids(
    world: StoreWorld,
    viewer: int | None,
    words: str,
    *,
    modules: Sequence[str] | None = None,
    limit: int = 20,
    before_id: int | None = None,
) -> tuple[int, ...]:
    """Give ids of records with these words that the viewer may see, newest first: one statement.

    Args:
        modules: only of these; None: of all.
        before_id: continue below this id.
    """
    names = tuple(world.workspace.modules) if modules is None else tuple(modules)
    terms = [terms_for(world, viewer, module, Grant(permission=VIEW)) for module in names]
    terms = [one for one in terms if not one.is_empty]
    if not terms:
        return ()
    found = matching_ids(world, words, _principals(terms))
    if found is None:
        return ()
    record = record_row()
    carrier = record_carrier(record)
    allowed = [
        and_(record.module_id == number(one.module_id), holds(world, viewer, one, carrier)) for one in terms
    ]
    query = (
        select(record.id)
        .select_from(record.table)
        .join(found, found.c.record_id == record.id)
        .where(record.deleted_at.is_(None), or_(*allowed))
        .order_by(found.c.record_id.desc())
        .limit(limit)
    )
    if before_id is not None:
        query = query.where(record.id < before_id)
    return tuple(world.session.execute(query).scalars())
