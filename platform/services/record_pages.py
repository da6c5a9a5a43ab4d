"""Reading one record: the page drawn from the module's blocks, and the plain data for the API."""

from __future__ import annotations

from luongviec.engine.world import Actor
from luongviec.services.platform import Platform
from luongviec.services.views import RecordData, RecordPage, RelatedView


def record_page(platform: Platform, actor: Actor, record_id: int, *, note_opening: bool = True) -> RecordPage:
    """Give everything that a record's page shows to this person, in a bounded number of queries.

    Args:
        note_opening: remember that the person opened it, where the module keeps receipts.

    Raises:
        NotFound: no such record, or not this person's to see.
    """
    raise NotImplementedError


def record_data(platform: Platform, actor: Actor, record_id: int) -> RecordData:
    """Give a record as data, with what the caller may do to it; hidden fields are not in it."""
    raise NotImplementedError


def related(platform: Platform, actor: Actor, record_id: int, relation: str) -> RelatedView:
    """Give one relation's records that the person may see, newest state (for live blocks)."""
    raise NotImplementedError
