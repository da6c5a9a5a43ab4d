"""Search over everything that a person may see, marks and case ignored."""

from __future__ import annotations

from collections import Counter

from luongviec.engine.errors import NotFound
from luongviec.engine.world import Actor, RecordState
from luongviec.services.lists.reading import available_columns
from luongviec.services.lists.rows import rows_of
from luongviec.services.platform import Platform
from luongviec.services.showing import Showing
from luongviec.services.views import FilterOption, Row, SearchPage
from luongviec.store.definitions.usage import modules_of
from luongviec.store.lists.reading import COUNT_CAP
from luongviec.store.lists.searching import search_ids

LARGEST_PAGE = 100
LONGEST_QUESTION = 200


def search(platform: Platform, actor: Actor, q: str, *, module: str = "", limit: int = 20) -> SearchPage:
    """Give the newest records with all the words of `q`, of one module or of all.

    Raises:
        NotFound: there is no such module.
    """
    words = q.strip()[:LONGEST_QUESTION]
    with platform.reading() as work:
        if module and module not in work.workspace.modules:
            raise NotFound()
        found = search_ids(work.world, actor.user_id, words, limit=COUNT_CAP + 1)
        modules = modules_of(work.session, found)
        counts = Counter(modules.values())
        chosen = [one for one in found if not module or modules.get(one) == module]
        showing = Showing(work, actor)
        return SearchPage(
            q=words,
            rows=_rows(showing, chosen[: max(1, min(limit, LARGEST_PAGE))]),
            total=min(len(chosen), COUNT_CAP),
            total_capped=len(found) > COUNT_CAP,
            modules=tuple(
                FilterOption(code, defined.name, counts[code])
                for code, defined in work.workspace.modules.items()
                if counts[code]
            ),
        )


def _rows(showing: Showing, ids: list[int]) -> tuple[Row, ...]:
    """Give found records as rows with the columns of their own modules."""
    showing.world.preload(ids)
    records = [record for one in ids if (record := showing.world.record(one)) is not None]
    return tuple(
        row for record in records for row in rows_of(showing, (record.id,), _columns(showing, record))
    )


def _columns(showing: Showing, record: RecordState) -> tuple[str, ...]:
    module = showing.module(record)
    listed = next((one.columns for one in module.lists.values() if one.columns), None)
    return listed or available_columns(module)[:4]
