"""What moves by itself: the stream of a record's changes, its live parts drawn again, and the screen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Set
from dataclasses import replace

from flask import Blueprint, Response, current_app, request

from luongviec.engine.errors import LuongViecError
from luongviec.services.accounts.sessions import still_runs
from luongviec.services.record_page.reading import live_page, stamp
from luongviec.services.telling.live import Change, LiveHub, events_of, moment_ms
from luongviec.services.views import RecordPage, RelatedView, Row
from luongviec.web.pages.action_codes import code_picture
from luongviec.web.record_layout import DrawnBlock, drawn_live
from luongviec.web.rendering import render_part
from luongviec.web.sessions import SESSION_COOKIE, actor, platform, sign_in_required

blueprint = Blueprint("live", __name__)

HUB = "luongviec_live"
#: Blocks that tell of people, not of matters.
SIDE = frozenset({"queue", "roll"})
#: The browser waits so long before it comes again after a stream has ended.
RETRY_MS = 3_000


@blueprint.get("/r/<int:record_id>/events")
@sign_in_required
def events(record_id: int) -> Response:
    """Tell of every change to what a person sees on a record's page, as it happens (M-33, A-18)."""
    running, who = platform(), actor()
    secret = request.cookies.get(SESSION_COOKIE, "")
    hub: LiveHub = current_app.extensions[HUB]
    stream = hub.open(running, who, record_id, since=_since())

    def may_go_on() -> bool:
        if not still_runs(running, secret):
            return False
        try:
            stamp(running, who, record_id)
        except LuongViecError:
            return False
        return True

    answer = Response(_lines(events_of(hub, stream, may_go_on)), mimetype="text/event-stream")
    answer.headers["X-Accel-Buffering"] = "no"
    answer.call_on_close(lambda: hub.close(stream))
    return answer


@blueprint.get("/r/<int:record_id>/screen")
@sign_in_required
def screen(record_id: int) -> str:
    """Show what is live on a record, large and without anything to press: for the wall of a room (M-33)."""
    since = moment_ms()
    page = live_page(platform(), actor(), record_id)
    code = page.codes[0] if page.codes else None
    picture, seconds = (None, 0) if code is None else code_picture(record_id, code.code)
    return render_part(
        "record_screen.html", page=page, since=since, picture=picture, seconds=seconds,
        zone=platform().settings.timezone, code_label=code and code.label, **_columns(page),
    )  # fmt: skip


@blueprint.get("/r/<int:record_id>/screen/<any(middle, side):part>")
@sign_in_required
def screen_part(record_id: int, part: str) -> str:
    """Draw one column of the screen again."""
    page = live_page(platform(), actor(), record_id)
    return render_part(f"parts/screen_{part}.html", page=page, **_columns(page))


def _columns(page: RecordPage) -> dict[str, list[DrawnBlock]]:
    """Give the blocks of the screen: people at the side, what they speak of in the middle."""
    drawn = [one for one in drawn_live(page) if one.settings.get("screen", True) and one.kind != "own"]
    told = {row.record.id for one in drawn if "only" in one.settings for row in _rows(one)}
    drawn = [one if "only" in one.settings else _without(one, told) for one in drawn]
    side = [block for block in drawn if block.kind in SIDE]
    return {"side": side, "middle": [block for block in drawn if block.kind not in SIDE]}


def _rows(block: DrawnBlock) -> tuple[Row, ...]:
    return block.content.rows if isinstance(block.content, RelatedView) else ()


def _without(block: DrawnBlock, told: Set[int]) -> DrawnBlock:
    """Leave out of a list what a block of its own tells already."""
    if block.kind != "list" or not isinstance(block.content, RelatedView):
        return block
    rows = tuple(row for row in block.content.rows if row.record.id not in told)
    return replace(block, content=replace(block.content, rows=rows))


def _since() -> int:
    """Give until when the browser knows everything: the last event it got, else when its page was drawn."""
    for given in (request.headers.get("Last-Event-ID", ""), request.args.get("since", "")):
        if given.isascii() and given.isdigit() and len(given) < 16:
            return int(given)
    return 0


def _lines(changes: Iterator[Change | None]) -> Iterator[str]:
    """Write changes as server-sent events; a comment keeps the connection open."""
    yield f"retry: {RETRY_MS}\n: open\n\n"
    for change in changes:
        if change is None:
            yield ": .\n\n"
        else:
            said = {"itself": change.itself, "parts": sorted(change.parts), "spread": change.spread_ms}
            yield f"id: {change.at}\nevent: changed\ndata: {json.dumps(said)}\n\n"
