"""The home page: the cards that a person has, each with what it shows."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from luongviec.engine.expressions.setform import Comparison, Operand, OperandKind, Value
from luongviec.engine.related import zone_of
from luongviec.engine.world import Actor
from luongviec.services.home.cards import BUCKETS, CALENDAR, CHART, COUNTER, LIST, CardSpec, shown_cards
from luongviec.services.home.choices import choices_of
from luongviec.services.lists.bucket_notes import note_of
from luongviec.services.lists.narrowing import IS_OPEN, OPEN_PART, splits_open
from luongviec.services.lists.reading import Asked, ListRequest, page_of
from luongviec.services.lists.rows import rows_of
from luongviec.services.platform import Platform, Work
from luongviec.services.showing import Showing, part_tone
from luongviec.services.views import BucketCount, BucketView, HomeCard
from luongviec.store.lists.reading import count_selections, select_page

MOST_CARDS = 12
LIST_ROWS = 8
CALENDAR_ROWS = 8


def home(platform: Platform, actor: Actor) -> tuple[HomeCard, ...]:
    """Give the cards, in order; those of reports are drawn when the page stands."""
    with platform.reading() as work:
        showing = Showing(work, actor)
        specs = shown_cards(work, actor, choices_of(work, actor.user_id))
        return tuple(_card(work, showing, spec) for spec in specs[:MOST_CARDS])


def _card(work: Work, showing: Showing, spec: CardSpec) -> HomeCard:
    if spec.kind == CHART:
        return HomeCard(spec.kind, spec.title, spec.module, "", None, spec.report, spec.chosen)
    module = work.workspace.modules[spec.module]
    listed = module.lists[spec.list]
    asked = Asked.of(work, showing.actor, ListRequest(spec.module, spec.list))
    content: object
    if spec.kind == BUCKETS:
        content = _bucket_counts(work, showing, asked, spec.bucket)
    elif spec.kind == COUNTER:
        selection = asked.selection(more=(IS_OPEN,))
        content = count_selections(work.world, showing.actor.user_id, (selection,))[0]
    elif spec.kind == CALENDAR and listed.date is not None:
        content = _coming(work, showing, asked, listed.date)
    else:
        request = ListRequest(spec.module, spec.list, page_size=LIST_ROWS)
        content = page_of(work, showing, request, open_only=True)
    counts_open = spec.kind in (LIST, COUNTER) and splits_open(work.workspace, module, listed)
    return HomeCard(
        spec.kind, spec.title, spec.module, spec.list, content, spec.bucket, spec.chosen,
        OPEN_PART if counts_open else "",
    )  # fmt: skip


def _bucket_counts(work: Work, showing: Showing, asked: Asked, code: str) -> tuple[BucketCount, ...]:
    bucket = asked.module.buckets[code]
    selections = [asked.selection(more=(asked.narrowing.part(bucket, part.code),)) for part in bucket.parts]
    counts = count_selections(work.world, showing.actor.user_id, selections)
    return tuple(
        BucketCount(
            BucketView(part.code, part.label, part_tone(bucket, index)),
            part_tone(bucket, index),
            count,
            note_of(work.world, showing.actor, part),
        )
        for index, (part, count) in enumerate(zip(bucket.parts, counts, strict=True))
    )


def _coming(work: Work, showing: Showing, asked: Asked, date_field: str) -> object:
    """Give what begins from today on, in order."""
    zone = zone_of(work.workspace)
    today = datetime.combine(work.now.astimezone(zone).date(), time(), zone)
    operand = Operand(OperandKind.FIELD, date_field)
    soon = (
        Comparison(operand, ">=", Value(today)),
        Comparison(operand, "<", Value(today + timedelta(days=60))),
    )
    ids = select_page(
        work.world, showing.actor.user_id, asked.selection(more=soon), sort=date_field, size=CALENDAR_ROWS
    )
    return rows_of(showing, ids.ids, asked.columns, asked.listed)
