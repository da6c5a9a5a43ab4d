"""Rows of files: read narrowly, they say what a page says to the same reader, and nothing more."""

from __future__ import annotations

import pytest

from luongviec.engine.world import SYSTEM
from luongviec.services.lists.plain_rows import PlainRows
from luongviec.services.lists.plain_values import plain_value
from luongviec.services.lists.reading import available_columns
from luongviec.services.showing import NUMBER_COLUMN, OWNER_COLUMN, POSITION_COLUMN, Showing
from luongviec.services.tags.changing import NewTag, create_tag
from luongviec.store.lists.reading import Selection, select_page
from luongviec.store.tags import put_on
from tests.services.house import House
from tests.services.meetings import prepare

READERS = ("chair", "planner", "head", "contact", "officer", "other", "clerk", "stranger")


@pytest.fixture(scope="module")
def busy(whole_house: House) -> House:
    """A house with tasks, one of them closed and tagged, and a meeting whose roll and minutes are hidden."""
    house = whole_house
    house.rest()
    house.task("Việc mở")
    closed = house.completed_task("Việc đã xong")
    house.clock.pass_by(days=2)
    house.act("planner", closed, "approve_result")
    tags = [create_tag(house.platform, SYSTEM, NewTag(name, "blue")) for name in ("Gấp", "An sinh")]
    with house.platform.transaction() as work:
        put_on(work.session, closed, tags)
    hall = prepare(house)
    hall.paper("Tờ trình")
    hall.start()
    hall.act("planner", "close")
    return house


def columns_of(house: House, code: str) -> tuple[str, ...]:
    with house.platform.reading() as work:
        module = work.workspace.modules[code]
        more = (NUMBER_COLUMN, OWNER_COLUMN, POSITION_COLUMN, *module.buckets)
        return tuple(dict.fromkeys((*available_columns(module), *module.fields, *more)))


@pytest.mark.requirement("T-99")
@pytest.mark.parametrize("who", READERS)
def test_a_row_of_a_file_says_what_the_page_says(busy: House, who: str) -> None:
    platform, actor, rows = busy.platform, busy.actor(who), 0
    for code in ("task", "meeting", "attendance", "meeting_document", "progress_entry", "room"):
        columns = columns_of(busy, code)
        with platform.reading() as work:
            ids = select_page(work.world, actor.user_id, Selection(code), size=50).ids
            showing = Showing(work, actor)
            records = [record for one in ids if (record := work.world.record(one)) is not None]
            showing.preload(records, columns)
            language = "en" if who == "head" else "vi"
            shown = [
                tuple(plain_value(showing.cell(one, name, plain=True), language) for name in columns)
                for one in records
            ]
        with platform.reading() as work:
            written = list(PlainRows(Showing(work, actor), columns, language).rows(ids))
        assert [dict(zip(columns, row, strict=True)) for row in written] == [
            dict(zip(columns, row, strict=True)) for row in shown
        ]
        rows += len(written)
    assert rows


def test_many_rows_take_few_statements(busy: House) -> None:
    ids = [busy.task(f"Việc thứ {number}") for number in range(12)]
    actor = busy.actor("planner")
    with busy.platform.reading() as work:
        reader = PlainRows(Showing(work, actor), ("name", "due_at", "assignee", "status", "created_by"), "vi")
        with busy.statements() as found:
            assert len(list(reader.rows(ids))) == 12
    assert len(found) == 2
