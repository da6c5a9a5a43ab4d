"""Reading one record: the page drawn from the module's blocks, and the plain data for the API.

A page costs a bounded number of statements, whatever hangs on the record: each block reads at once
what it shows, at most so many rows of it. See `record_page.blocks` for the blocks.
"""

from __future__ import annotations

from datetime import timedelta

from luongviec.engine.deciding.offers import OfferKind
from luongviec.engine.model import Access
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, RecordState
from luongviec.services.platform import Platform
from luongviec.services.record_page.blocks import (
    PageReader,
    block_views,
    live_blocks,
    one_block,
    relation_block,
)
from luongviec.services.record_page.course import Course
from luongviec.services.record_page.handling import handling_of
from luongviec.services.record_page.offering import action_offers
from luongviec.services.record_page.stage import head_of, is_staged
from luongviec.services.record_page.turns import times_of, turn_of
from luongviec.services.record_page.voices import voices_of
from luongviec.services.records.access import access_record
from luongviec.services.records.action_links import SHOW, linked_actions
from luongviec.services.records.talking import attachment_limit_mb
from luongviec.services.showing import Showing
from luongviec.services.tags.changing import tags_of_record
from luongviec.services.views import (
    ActionOffer,
    LinkedAction,
    PersonView,
    RecordData,
    RecordPage,
    RelatedView,
    UnitView,
)
from luongviec.services.wording import column_text, on_behalf
from luongviec.store import sharing as rows
from luongviec.store.history import stamp_of

#: Opening a page again within this time is one opening.
SAME_OPENING = timedelta(minutes=10)
#: What blocks offer by themselves, beside the actions on their rows.
ON_BLOCKS = (OfferKind.ADD, OfferKind.LINK, OfferKind.PERMISSION)


def record_page(platform: Platform, actor: Actor, record_id: int, *, note_opening: bool = True) -> RecordPage:
    """Give everything that a record's page shows to this person, in a bounded number of queries.

    Args:
        note_opening: remember that the person opened it, where the module keeps receipts.

    Raises:
        NotFound: no such record, or not this person's to see.
    """
    with platform.reading() as work:
        record = access_record(work, actor, record_id, deleted=True)
        showing = Showing(work, actor)
        page = _page(showing, record)
        receipts = showing.module(record).receipts.record and actor.user_id is not None
        is_fresh = receipts and not rows.has_receipt(
            work.session, record_id, actor.user_id or 0, work.now - SAME_OPENING
        )
    if note_opening and is_fresh and actor.user_id is not None:
        with platform.transaction() as work:
            rows.add_receipt(work.session, record_id, actor.user_id, work.now)
    return page


def _page(showing: Showing, record: RecordState) -> RecordPage:
    module = showing.module(record)
    offers = action_offers(showing, record)
    enabled = {offer.code for offer in offers if offer.enabled}
    part, due_at, is_late = showing.due(record)
    reader = PageReader(showing, record, offers)
    voices = voices_of(showing, record)
    return RecordPage(
        record=showing.record_link(record),
        module_name=module.name,
        number=showing.number(record),
        version=record.version,
        due=part,
        due_at=due_at,
        is_late=is_late,
        my_roles=_roles(showing, record),
        offers=offers,
        blocks=block_views(reader),
        tags=tags_of_record(showing, record.id),
        codes=_codes(showing, record) if SHOW in enabled else (),
        owner=showing.visible_link(record.owner_id),
        may_comment="comment" in enabled,
        may_attach="attach" in enabled,
        attach_limit_mb=attachment_limit_mb(showing, record),
        on_behalf_of=showing.seen_for(record),
        stamp=stamp_of(showing.work.session, record.id),
        head=head_of(showing, record),
        is_staged=is_staged(showing, record),
        status_since=record.status_since,
        course=Course(
            turn_of(showing, record, voices),
            times_of(showing, record),
            voices,
            handling_of(showing, record) if reader.may("history") else (),
        ),
    )


def live_page(platform: Platform, actor: Actor, record_id: int, *, place: int | None = None) -> RecordPage:
    """Give a record's page with nothing but what moves by itself on it, or but one block of it.

    Args:
        place: the block's place in the module; None gives every block that is live just now.

    Raises:
        NotFound: no such record, or not this person's to see.
    """
    with platform.reading() as work:
        record = access_record(work, actor, record_id, deleted=True)
        return live_part(Showing(work, actor), record, place)


def live_part(showing: Showing, record: RecordState, place: int | None) -> RecordPage:
    """Give what `live_page` does, to somebody who may see the record."""
    module = showing.module(record)
    relations = None if place is None else [one.relation or "" for one in module.page[place : place + 1]]
    # Actions of the record itself stand elsewhere on its page, and are what costs most to decide.
    offers = action_offers(showing, record, kinds=ON_BLOCKS, relations=relations)
    enabled = {offer.code for offer in offers if offer.enabled}
    reader = PageReader(showing, record, offers, is_live=True)
    blocks = live_blocks(reader) if place is None else one_block(reader, place)
    return RecordPage(
        record=showing.record_link(record),
        module_name=module.name,
        number=showing.number(record),
        version=record.version,
        due=None,
        due_at=None,
        is_late=False,
        my_roles=(),
        offers=offers,
        blocks=blocks,
        codes=_codes(showing, record) if SHOW in enabled else (),
        may_comment="comment" in enabled,
        may_attach="attach" in enabled,
        attach_limit_mb=attachment_limit_mb(showing, record),
        stamp=stamp_of(showing.work.session, record.id),
        is_staged=is_staged(showing, record),
        status_since=record.status_since,
    )


def _codes(showing: Showing, record: RecordState) -> tuple[LinkedAction, ...]:
    cells = showing.case(record).held.table.permissions.get(record.status, {})
    return linked_actions(showing.module(record), {code for code, columns in cells.items() if columns})


def stamp(platform: Platform, actor: Actor, record_id: int) -> int:
    """Give a number that changes whenever something happens to a record (for pages that look on).

    Raises:
        NotFound: no such record, or not this person's to see.
    """
    with platform.reading() as work:
        access_record(work, actor, record_id, deleted=True)
        return stamp_of(work.session, record_id)


def roles_of(platform: Platform, actor: Actor, record_id: int) -> tuple[Text, ...]:
    """Give what the person is to a record, in words.

    Raises:
        NotFound: no such record, or not this person's to see.
    """
    with platform.reading() as work:
        return _roles(Showing(work, actor), access_record(work, actor, record_id, deleted=True))


def _roles(showing: Showing, record: RecordState) -> tuple[Text, ...]:
    workspace, module = showing.world.workspace, showing.module(record)
    found: dict[Text, None] = {}
    for role in showing.case(record).roles:
        text = column_text(workspace, module, role.column)
        person = showing.person(role.on_behalf_of)
        found[text if person is None else on_behalf(text, person.name)] = None
    return tuple(found)


def record_data(platform: Platform, actor: Actor, record_id: int) -> RecordData:
    """Give a record as data, with what the caller may do to it; hidden fields are not in it.

    Raises:
        NotFound: no such record, or not the caller's to see.
    """
    with platform.reading() as work:
        record = access_record(work, actor, record_id, deleted=True)
        showing = Showing(work, actor)
        module, access = showing.module(record), showing.access(record)
        offers = action_offers(showing, record)
        return RecordData(
            record=showing.record_link(record),
            version=record.version,
            created_at=record.created_at,
            updated_at=record.updated_at,
            status_since=record.status_since,
            values={
                code: record.values.get(code)
                for code in module.fields
                if access.get(code, Access.HIDDEN) is not Access.HIDDEN
            },
            roles={code: _holders(showing, record, code) for code in module.roles},
            owner=showing.visible_link(record.owner_id),
            on_behalf_of=showing.seen_for(record),
            actions=tuple(offer for offer in offers if offer.kind != OfferKind.MOVE.value),
            transitions=_transitions(offers),
        )


def _holders(showing: Showing, record: RecordState, code: str) -> tuple[PersonView | UnitView, ...]:
    view = showing.role(record, showing.module(record).roles[code])
    return (*view.people, *view.units)


def _transitions(offers: tuple[ActionOffer, ...]) -> tuple[ActionOffer, ...]:
    return tuple(offer for offer in offers if offer.moves_to is not None)


def related(platform: Platform, actor: Actor, record_id: int, relation: str) -> RelatedView:
    """Give one relation's records that the person may see (for live blocks).

    Raises:
        NotFound: no such record or relation, or not this person's to see.
    """
    with platform.reading() as work:
        record = access_record(work, actor, record_id)
        showing = Showing(work, actor)
        return relation_block(PageReader(showing, record, action_offers(showing, record)), relation)
