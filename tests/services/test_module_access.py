"""A restricted module: screens for holders of MODULE.open, files for those of MODULE.export."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta

import pytest

from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.engine.world import SYSTEM
from luongviec.services import definitions
from luongviec.services.home.page import home
from luongviec.services.home.shell import shell
from luongviec.services.lists import files
from luongviec.services.lists.reading import ListRequest, list_records
from luongviec.services.lists.search import search
from luongviec.services.record_page.reading import record_page
from luongviec.services.records import changing
from luongviec.services.reports import drawing, schedules
from luongviec.services.reports import files as report_files
from luongviec.services.reports.offers import list_reports
from luongviec.services.reports.requests import ReportRequest
from luongviec.services.reports.schedules import Timing
from luongviec.services.rights import function_permissions
from tests.services.house import MODULES, House

LEAVE, REPORT = "leave_request", "leave_by_kind"


@pytest.fixture(scope="module")
def restricted_house(whole_house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house in which the third module is restricted."""
    folder = tmp_path_factory.mktemp("restricted") / LEAVE
    shutil.copytree(MODULES / LEAVE, folder)
    file = folder / "modules" / f"{LEAVE}.yaml"
    file.write_text(
        file.read_text("utf-8").replace("icon: beach\n", "icon: beach\nrestricted: [open, export]\n"), "utf-8"
    )
    definitions.load_definitions(whole_house.platform, folder)
    yield whole_house
    definitions.load_definitions(whole_house.platform, MODULES / LEAVE)


@pytest.fixture
def house(restricted_house: House) -> Iterator[House]:
    restricted_house.rest()
    yield restricted_house
    officer = restricted_house.users["officer"]
    function_permissions.set_person_functions(restricted_house.platform, SYSTEM, officer, ())


def asked(house: House) -> dict[str, object]:
    tomorrow = (house.clock.now + timedelta(days=1)).date().isoformat()
    return {
        "kind": "annual", "from_day": tomorrow, "to_day": tomorrow, "unit": [house.units["works"]],
        "approver": [house.users["head"]],
    }  # fmt: skip


def open_to_officer(house: House, *more: str) -> None:
    functions = (f"{LEAVE}.open", *more)
    function_permissions.grant_functions(house.platform, SYSTEM, house.users["officer"], functions)


def seen(house: House) -> set[str]:
    """Where the officer meets the module: menu, what he may create, the list of modules."""
    frame = shell(house.platform, house.actor("officer"))
    menu = {item.module for section in frame.menu for item in section.items}
    create = {offer.module for offer in frame.create}
    known = {one.code for one in definitions.modules(house.platform, house.actor("officer"))}
    return {
        place for place, codes in (("menu", menu), ("create", create), ("known", known)) if LEAVE in codes
    }


@pytest.mark.requirement("A-25")
def test_who_may_not_open_it_does_not_meet_it_and_direct_ways_are_refused(house: House) -> None:
    officer = house.actor("officer")
    assert seen(house) == set()
    assert all(card.module != LEAVE for card in home(house.platform, officer))
    with pytest.raises(Refused):
        list_records(house.platform, officer, ListRequest(LEAVE, ""))
    with pytest.raises(Refused):
        changing.create_record(house.platform, officer, LEAVE, asked(house))


@pytest.mark.requirement("A-25", "U-35")
def test_the_permission_opens_it_at_the_next_request(house: House) -> None:
    open_to_officer(house)
    assert seen(house) == {"menu", "create", "known"}
    made = changing.create_record(house.platform, house.actor("officer"), LEAVE, asked(house))
    page = list_records(house.platform, house.actor("officer"), ListRequest(LEAVE, ""))
    assert made.record_id in {row.record.id for row in page.rows}


def test_a_record_of_ones_own_stays_in_reach_without_the_permission(house: House) -> None:
    open_to_officer(house)
    officer = house.actor("officer")
    made = changing.create_record(house.platform, officer, LEAVE, asked(house))
    function_permissions.set_person_functions(house.platform, SYSTEM, house.users["officer"], ())
    assert record_page(house.platform, officer, made.record_id).record.id == made.record_id
    title = record_page(house.platform, officer, made.record_id).record.title
    assert made.record_id in {
        row.record.id for row in search(house.platform, officer, title.split(":")[0]).rows
    }


@pytest.mark.requirement("T-99")
def test_files_are_for_holders_of_the_permission_alone(house: House) -> None:
    platform, officer = house.platform, house.actor("officer")
    open_to_officer(house)
    changing.create_record(platform, officer, LEAVE, asked(house))
    lists, figures, timing = ListRequest(LEAVE, ""), ReportRequest(REPORT), Timing("day", 1, 450)
    assert not list_records(platform, officer, lists).may_export
    assert drawing.draw_report(platform, officer, figures).outputs == ()

    def write_list() -> None:
        with files.list_file(platform, officer, lists, "csv", "vi"):
            pass

    def write_report() -> None:
        with report_files.report_file(platform, officer, figures, "csv", "vi"):
            pass

    ways = (
        write_list,
        write_report,
        lambda: files.is_small(platform, officer, lists),
        lambda: files.start_list_file(platform, officer, lists, "csv", "vi"),
        lambda: report_files.is_small(platform, officer, figures, "csv"),
        lambda: report_files.start_report_file(platform, officer, figures, "csv", "vi"),
        lambda: schedules.check_sendable(platform, officer, figures),
        lambda: schedules.add_schedule(platform, officer, figures, "csv", timing),
    )
    for way in ways:
        with pytest.raises(Refused):
            way()
    open_to_officer(house, f"{LEAVE}.export")
    assert list_records(platform, officer, lists).may_export
    assert drawing.draw_report(platform, officer, figures).outputs == ("xlsx", "csv")
    for way in ways:
        way()
    (schedule,) = schedules.list_schedules(platform, officer)
    assert schedule.is_open
    function_permissions.set_person_functions(platform, SYSTEM, house.users["officer"], (f"{LEAVE}.open",))
    (schedule,) = schedules.list_schedules(platform, officer)
    assert not schedule.is_open
    schedules.end_schedule(platform, officer, schedule.id)


def test_reports_of_a_module_that_one_may_not_open_are_not_offered(house: House) -> None:
    officer = house.actor("officer")
    assert REPORT not in {one.code for one in list_reports(house.platform, officer)}
    with pytest.raises(NotFound):
        drawing.draw_report(house.platform, officer, ReportRequest(REPORT))


def test_the_permission_exists_for_restricted_modules_only(house: House) -> None:
    with house.platform.reading() as work:
        opening = {one for one in work.workspace.functions() if one.endswith((".open", ".export", ".report"))}
    assert opening == {f"{LEAVE}.open", f"{LEAVE}.export"}
    with pytest.raises(InvalidInput):
        function_permissions.grant_functions(house.platform, SYSTEM, house.users["officer"], ("task.open",))
