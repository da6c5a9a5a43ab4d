"""The stream of a record's changes over HTTP, and the screen of a room."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from jinja2 import meta

from luongviec.services.platform import Touched
from luongviec.services.records import changing
from luongviec.services.telling.live import LiveHub, Publication, moment_ms
from luongviec.web.pages.live import HUB
from luongviec.web.pages.records import SHARED_DRAWINGS
from tests.web.conftest import Pages
from tests.web.doing import YES


def running_meeting(pages: Pages) -> tuple[int, int]:
    """Give a meeting that runs, and the line of its agenda that is spoken about."""
    town, platform = pages.town, pages.platform
    clerk = town.actor("tuan")
    starts = datetime.now(UTC) + timedelta(minutes=5)
    raw = {
        "subject": "Họp giao ban tháng", "host": [town.units["province"]], "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=2)).isoformat(), "venue": "Hội trường",
        "chair": [town.users["khanh"]], "secretary": [town.users["tuan"]], "attendee": [town.users["bao"]],
    }  # fmt: skip
    meeting = changing.create_record(platform, clerk, "meeting", raw, answers=YES).record_id
    item = changing.create_record(
        platform, clerk, "agenda_item", {"subject": "Đề án 06", "minutes": 30}, owner_id=meeting,
        relation="agenda", answers=YES,
    ).record_id  # fmt: skip
    for action in ("confirm_preparation", "start"):
        changing.act(platform, clerk, meeting, action, {}, answers=YES)
    changing.act(platform, clerk, item, "begin", {}, answers=YES)
    return meeting, item


#: What the request alone gives to templates.
OF_ONE_REQUEST = {"theme", "shown_theme", "here", "messages", "fragment", "request", "session", "g", "config"}


def test_blocks_read_nothing_of_a_request(pages: Pages) -> None:
    """A block may be shared: what makes it one person's own goes through `note_person`, or is not read."""
    environment = pages.app.jinja_env
    for name in ("parts/block.html", "macros/blocks.html", "macros/offers.html", "macros/common.html"):
        source = environment.loader.get_source(environment, name)[0]
        read = meta.find_undeclared_variables(environment.parse(source))
        assert read.isdisjoint(OF_ONE_REQUEST), name


@pytest.mark.requirement("A-18")
def test_a_block_with_a_form_is_its_readers_alone(pages: Pages) -> None:
    meeting, _ = running_meeting(pages)
    pages.app.extensions[HUB].is_listening = True
    shared = pages.app.extensions[SHARED_DRAWINGS]
    with pages.platform.reading() as work:
        blocks = work.workspace.modules["meeting"].page
    place = next(place for place, block in enumerate(blocks) if block.kind == "agenda")
    address = f"/r/{meeting}/block/{place}"
    first, second = pages.as_("tuan").get(address).text, pages.as_("tuan").get(address).text
    tokens = [set(re.findall(r'name="csrf_token" value="([^"]+)"', text)) for text in (first, second)]
    assert len(tokens[0]) == len(tokens[1]) == 1
    assert tokens[0] != tokens[1]
    before = shared.made
    texts = {pages.as_("bao").get(address).text for _ in range(3)}
    assert len(texts) == 1
    assert "csrf" not in texts.pop()
    assert shared.made == before + 1


@pytest.mark.requirement("M-33", "M-83", "A-18")
def test_a_running_page_streams_and_the_screen_shows_without_anything_to_press(pages: Pages) -> None:
    meeting, item = running_meeting(pages)
    reader = pages.as_("bao")
    page = reader.get(f"/r/{meeting}").text
    assert f'data-events-url="/r/{meeting}/events"' in page
    assert "data-clock" in page
    assert 'data-live-from="agenda documents"' in page
    assert 'class="stage"' in page  # laid out for those who take part: a running clock, three columns
    assert "data-long" in page
    assert "block-own" in page
    part = reader.get(f"/r/{item}").text  # what is in no menu leads back to what it belongs to
    assert f'<li><a class="clip" href="/r/{meeting}">Họp giao ban tháng</a>' in part
    now = f"/r/{meeting}/code/check_in_by_code/now"
    assert now not in page
    assert reader.get(now).status_code in (403, 404)
    keeper = pages.as_("tuan")
    assert f'hx-get="{now}"' in keeper.get(f"/r/{meeting}").text
    small = keeper.get(now).text
    assert "<svg" in small
    assert "<html" not in small

    hub: LiveHub = pages.app.extensions[HUB]
    answer = reader.client.get(f"/r/{meeting}/events")
    assert answer.mimetype == "text/event-stream"
    assert answer.headers["X-Accel-Buffering"] == "no"
    lines = answer.iter_encoded()
    assert next(lines).startswith(b"retry: ")
    told = Touched(item, ((meeting, "agenda"),))
    hub.receive(pages.platform, Publication(moment_ms(), (told,)))
    event = next(lines).decode()
    assert "event: changed" in event
    assert '"parts": ["agenda"]' in event
    assert "Đề án" not in event
    answer.close()
    assert hub.count() == 0

    screen = reader.get(f"/r/{meeting}/screen")
    assert screen.status_code == 200
    assert "Đề án 06" in screen.text
    assert "data-clock" in screen.text
    assert "presence-number" in screen.text
    assert "block-own" not in screen.text
    assert "<form" not in screen.text
    assert "<button" not in screen.text
    assert "Đề án 06" in reader.get(f"/r/{meeting}/screen/middle").text
    assert reader.get(f"/r/{meeting}/screen/side").status_code == 200
    stranger = pages.as_("stranger")
    for address in ("events", "screen", "screen/middle", "block/2"):
        assert stranger.get(f"/r/{meeting}/{address}").status_code == 404
    assert pages.visitor().get(f"/r/{meeting}/events").status_code in (302, 303, 401)
    assert hub.count() == 0
