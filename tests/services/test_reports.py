"""Reports: figures agree with the records behind them, and hold only what the reader may see."""

from __future__ import annotations

from datetime import timedelta

import pytest

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.world import Actor
from luongviec.services.lists.reading import ListRequest, list_records
from luongviec.services.reports import drawing as reports
from luongviec.services.reports.asked import AskedReport
from luongviec.services.reports.offers import list_reports
from luongviec.services.reports.requests import FigureRequest, ReportRequest
from luongviec.services.reports.views import ReportPage
from luongviec.store.lists.figures import figure_rows
from tests.services.house import House

READERS = ("chair", "planner", "head", "contact", "officer", "other", "admin")


@pytest.fixture(scope="module")
def busy(whole_house: House) -> House:
    """A house with tasks in every state, some late, one in another unit; nobody adds to it."""
    house = whole_house
    house.rest()
    house.task("Chưa ai nhận", priority="urgent")
    first = house.completed_task("Xong đúng hạn")
    house.clock.pass_by(days=2)
    house.act("planner", first, "approve_result")
    late = house.completed_task("Xong trễ hạn")
    house.clock.pass_by(days=40)
    house.act("planner", late, "approve_result")
    house.task("Quá hạn", due_at=(house.clock.now + timedelta(days=1)).isoformat())
    house.clock.pass_by(days=3)
    refused = house.task("Bị từ chối")
    house.act("contact", refused, "refuse", reason="Không đúng việc")
    house.task(
        "Của phòng y tế", executing=[house.units["health"]], assignee=[house.users["other"]], priority="low"
    )
    return house


def drawn(house: House, who: str, code: str, **asked: object) -> ReportPage:
    return reports.draw_report(house.platform, house.actor(who), ReportRequest(code, **asked))  # type: ignore[arg-type]


def codes(house: House) -> tuple[str, ...]:
    return tuple(offer.code for offer in list_reports(house.platform, house.actor("planner")))


@pytest.mark.requirement("T-94", "T-95", "T-100")
@pytest.mark.parametrize("who", READERS)
def test_every_figure_is_the_number_of_records_behind_it(busy: House, who: str) -> None:
    opened = 0
    for offer in list_reports(busy.platform, busy.actor(who)):
        page = drawn(busy, who, offer.code)
        for row in (*page.rows, page.total):
            for place, (cell, column) in enumerate(zip(row.cells, page.columns, strict=True)):
                if not cell.opens or column.kind != "count":
                    continue
                found = reports.list_figure(
                    busy.platform, busy.actor(who), FigureRequest(ReportRequest(offer.code), row.codes, place)
                )
                assert (found.total, len(found.rows)) == (cell.value, cell.value), (offer.code, row.codes)
                opened += 1
    assert opened > 10


@pytest.mark.requirement("T-98")
@pytest.mark.parametrize("who", READERS)
def test_the_total_is_what_the_reader_may_see(busy: House, who: str) -> None:
    seen = list_records(busy.platform, busy.actor(who), ListRequest("task", page_size=100))
    assert drawn(busy, who, "task_by_status").total.count == len(seen.rows)


def test_rows_of_two_levels_add_up(busy: House) -> None:
    page = drawn(busy, "planner", "task_by_status")
    by_depth = {depth: [row for row in page.rows if row.depth == depth] for depth in (1, 2)}
    assert sum(row.count for row in by_depth[1]) == sum(row.count for row in by_depth[2]) == page.total.count
    for row in by_depth[1]:
        below = [one for one in by_depth[2] if one.codes[:1] == row.codes]
        assert sum(one.count for one in below) == row.count
    shares = [row.cells[1].value or 0 for row in by_depth[1]]
    assert sum(shares) == pytest.approx(1)


@pytest.mark.requirement("T-96")
def test_a_unit_counts_with_those_below_it(busy: House) -> None:
    road = busy.units["road"]
    page = drawn(busy, "planner", "task_league")
    works = next(row for row in page.rows if row.codes == (str(busy.units["works"]),))
    narrowed = drawn(busy, "planner", "task_by_person", filters={"executing": (str(busy.units["works"]),)})
    assert narrowed.total.count == works.count
    assert drawn(busy, "planner", "task_by_person", filters={"executing": (str(road),)}).total.count == 0
    town = drawn(busy, "planner", "task_by_person", filters={"executing": (str(busy.units["town"]),)})
    assert town.total.count == page.total.count


@pytest.mark.requirement("T-97")
def test_a_period_narrows_and_divides(busy: House) -> None:
    page = drawn(busy, "planner", "task_by_month")
    assert [row.codes[0] for row in page.rows if row.codes[0]] == ["2026-12-01", "2027-01-01"]
    assert page.rows[0].label.vi == "Tháng 12/2026"
    december = {"due_at__from": ("01/12/2026",), "due_at__until": ("31/12/2026",)}
    only = drawn(busy, "planner", "task_by_month", filters=december)
    assert only.total.count == page.rows[0].count
    days = drawn(busy, "planner", "task_by_month", length="day")
    assert sum(row.count for row in days.rows) == page.total.count
    assert days.length_chosen == "day"


@pytest.mark.requirement("T-98")
def test_my_role_narrows_to_what_is_mine(busy: House) -> None:
    mine = drawn(busy, "planner", "task_by_unit").mine
    assert [option.label.vi for option in mine] == ["Tất cả", "Tôi tạo", "Tôi giao", "Tôi theo dõi"]
    offered = [option.value for option in mine]
    assert offered == ["", "creator", "assigner", "follower"]
    assert drawn(busy, "planner", "task_by_unit", mine="creator").total.count > 0
    assert drawn(busy, "planner", "task_by_unit", mine="assigner").total.count == 0
    assert drawn(busy, "chair", "task_by_unit", mine="assigner").total.count > 0
    with pytest.raises(InvalidInput):
        drawn(busy, "chair", "task_by_unit", mine="assignee")


def test_done_in_time_and_done_late_are_told_apart(busy: House) -> None:
    page = drawn(busy, "planner", "task_by_unit")
    total, in_time, late, open_in_time, overdue, refused, share = (cell.value for cell in page.total.cells)
    assert (in_time, late, refused) == (1, 1, 1)
    assert total == page.total.count
    assert in_time + late + open_in_time + overdue == total  # type: ignore[operator]
    assert share == pytest.approx(2 / total)  # type: ignore[operator]


def test_the_time_in_a_status_is_what_history_says(busy: House) -> None:
    page = drawn(busy, "planner", "task_time")
    completed = page.total.cells[3].value
    assert completed == pytest.approx((2 + 40) / 2 * 86_400)


def test_rows_are_ranked_by_a_column(busy: House) -> None:
    ranked = [row.cells[0].value for row in drawn(busy, "planner", "task_league").rows]
    assert ranked == sorted(ranked, key=lambda value: -(value or 0))  # as the definition ranks them
    page = drawn(busy, "planner", "task_league", sort="-1")
    values = [row.cells[1].value for row in page.rows]
    assert values == sorted(values, reverse=True)  # type: ignore[type-var]


@pytest.mark.parametrize(
    "asked",
    [
        {"filters": {"directive": ("x",)}},
        {"filters": {"due_at__from": ("hôm kia tuần sau",)}},
        {"filters": {"due": ("nhanh",)}},
        {"length": "hour"},
    ],
)
def test_what_a_report_does_not_have_is_refused(busy: House, asked: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        drawn(busy, "planner", "task_by_unit", **asked)


def test_rows_that_are_not_there_are_refused(busy: House) -> None:
    actor = busy.actor("planner")
    for row, measure in ((("x", "y", "z"), 0), (("nobody",), 0), ((), 99)):
        with pytest.raises(InvalidInput):
            reports.list_figure(
                busy.platform, actor, FigureRequest(ReportRequest("task_by_person"), row, measure)
            )


def test_who_sees_nothing_counts_nothing(busy: House) -> None:
    for offer in list_reports(busy.platform, busy.actor("stranger")):
        page = drawn(busy, "stranger", offer.code)
        assert page.total.count == 0
        assert not any(row.count for row in page.rows)


def test_what_is_not_there_is_not_found(busy: House) -> None:
    with pytest.raises(NotFound):
        drawn(busy, "planner", "nothing_of_that_name")


def test_a_report_takes_few_statements(busy: House) -> None:
    drawn(busy, "planner", "task_by_unit")
    with busy.statements() as statements:
        drawn(busy, "planner", "task_by_status")
    assert len(statements) <= 8, statements


def test_axes_and_figures_without_records(busy: House) -> None:
    with busy.platform.reading() as work:
        drawing = AskedReport.of(work, busy.actor("planner"), ReportRequest("task_by_unit"))
        nobody = Actor(busy.users["stranger"])
        rows = figure_rows(work.world, nobody.user_id, drawing.selection(), (), drawing.figures())
        assert rows[0].count == 0
