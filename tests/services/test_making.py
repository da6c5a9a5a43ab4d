"""Making tasks: several of one document, drafts, templates, groups, the preview, and workbooks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from luongviec.engine.errors import Conflict, InvalidInput, NotFound, Refused
from luongviec.services.forms import choice_groups, drafts, input_templates
from luongviec.services.forms.candidates import CandidateRequest, candidates
from luongviec.services.forms.help_requests import ask_for_candidates
from luongviec.services.forms.models import create_form
from luongviec.services.forms.previewing import preview_create
from luongviec.services.forms.starts import from_template, like_record
from luongviec.services.housekeeping import clean
from luongviec.services.lists.reading import ListRequest, list_records
from luongviec.services.long_jobs.kinds import JOB_KINDS
from luongviec.services.long_jobs.running import view_job
from luongviec.services.record_imports import work as imports
from luongviec.services.record_page.reading import record_data
from luongviec.services.records import changing
from luongviec.services.telling.notifications import list_notifications
from tests.services.house import CONFIRMED, House
from tests.services.workbooks import read_back, workbook

ADDRESS = "/m/task/new"


def form_of(house: House, **differences: object) -> dict[str, object]:
    """Give what a page would send: texts, nested as the form is."""
    typed: dict[str, object] = {
        "assigning": str(house.units["town"]), "assigner": [str(house.users["chair"])],
        "follower": [str(house.users["planner"])], "name": "Rà soát hồ sơ", "priority": "normal",
        "due_at": "30/11/2026 17:00", "directive": "", "document": {"id": ""}, "files": "",
        "recipients": [
            row_of(house, "works", "contact"), row_of(house, "health", "other", due="27/11/2026 09:00"),
        ],
    }  # fmt: skip
    return typed | differences


def row_of(house: House, unit: str, who: str, due: str = "", also: str = "") -> dict[str, object]:
    return {
        "executing": [str(house.units[unit])], "assignee": [str(house.users[who])], "due_at": due,
        "coordinating": [str(house.units[also])] if also else "",
    }  # fmt: skip


@pytest.mark.requirement("T-22", "T-40", "T-43", "T-45", "T-46", "T-138", "W-28")
def test_one_form_makes_all_tasks_of_a_document_and_says_so_before(house: House) -> None:
    planner = house.actor("planner")
    second = {
        "name": "Tổng hợp báo cáo", "due_at": "", "priority": "high", "directive": "", "files": "",
        "recipients": [row_of(house, "health", "other", also="works")],
    }  # fmt: skip
    typed = form_of(
        house,
        document={
            "id": "",
            "new": {"issuer": str(house.units["town"]), "symbol": "12/CV", "dated": "20/11/2026"},
        },
        more=[second],
    )
    seen = preview_create(house.platform, planner, "task", typed)
    assert seen.troubles == ()
    assert seen.records == 4  # two rows, the second task, and the copy for the coordinating unit
    assert {one.label.vi: one.count for one in seen.roles} == {
        "Đơn vị thực hiện": 2, "Đơn vị phối hợp": 1, "Người thực hiện": 2,
    }  # fmt: skip
    assert dict(seen.channels)["app"] >= 2
    assert {"Nguyễn Thị Thu Hà", "Bùi Thúy Nga"} <= set(seen.told)
    made = changing.create_record(house.platform, planner, "task", typed, answers=CONFIRMED, whole=True)
    house.deliver()
    told = [
        one.record.id
        for who in ("contact", "other", "chair", "head")
        for one in list_notifications(house.platform, house.actor(who), limit=100)
        if one.record is not None
    ]
    assert set(told) & set(made.made)
    data = [record_data(house.platform, planner, one) for one in made.made]
    tasks = [one for one in data if one.record.module == "task"]
    assert sorted(one.record.title for one in tasks) == [
        "Rà soát hồ sơ", "Rà soát hồ sơ", "Tổng hợp báo cáo", "Tổng hợp báo cáo",
    ]  # fmt: skip
    assert len({one.values["document"] for one in tasks}) == 1
    due = {
        one.roles["executing"][0].name: one.values["due_at"] for one in tasks if one.record.title[0] == "R"
    }
    assert due["Phòng Xây dựng"] - due["Phòng Y tế"] == timedelta(days=3, hours=8)


@pytest.mark.requirement("T-49", "T-111", "T-112", "T-113", "T-114", "W-24", "W-28")
def test_the_preview_names_what_is_missing_and_who_is_two_things_at_once(house: House) -> None:
    planner = house.actor("planner")
    typed = form_of(
        house, name="", follower=[str(house.users["contact"])],
        more=[{"name": "Hai", "recipients": [row_of(house, "works", "contact", also="works")]}],
    )  # fmt: skip
    seen = preview_create(house.platform, planner, "task", typed)
    assert [one.label.vi for one in seen.troubles if one.is_gap and one.label] == ["Nhiệm vụ"]
    clashes = {(one.path, one.name): one for one in seen.clashes}
    follower = clashes["follower", "Nguyễn Thị Thu Hà"]
    assert (follower.role.vi, follower.other.vi, follower.gives_way) == (
        "Người theo dõi",
        "Người thực hiện",
        True,
    )
    unit = clashes["more.0.recipients.0.coordinating", "Phòng Xây dựng"]
    assert not unit.gives_way
    form = create_form(house.platform, planner, "task", typed=typed, errors={})
    assert set(form.clashes) == set(seen.clashes)
    with pytest.raises(InvalidInput) as caught:
        changing.create_record(house.platform, planner, "task", typed | {"name": "Một"}, whole=True)
    said = caught.value.errors["more.0.recipients.0.coordinating"][0].vi
    assert "Phòng Xây dựng" in said


@pytest.mark.requirement("T-15", "T-46")
def test_a_draft_is_its_owners_alone_and_survives_until_it_is_sent(house: House) -> None:
    planner, platform = house.actor("planner"), house.platform
    file_id = house.file("planner", "kem-theo.pdf")
    typed = form_of(house, files=[str(file_id)])
    draft = drafts.keep_draft(platform, planner, "task", ADDRESS, typed)
    assert draft.title == "Rà soát hồ sơ"
    assert drafts.draft_of_form(platform, planner, ADDRESS) == draft
    again = drafts.keep_draft(
        platform, planner, "task", ADDRESS, typed | {"name": "Khác"}, draft_id=draft.id, version=1
    )
    assert (again.id, again.version) == (draft.id, 2)
    with pytest.raises(Conflict):  # another device wrote it
        drafts.keep_draft(platform, planner, "task", ADDRESS, typed, draft_id=draft.id, version=1)
    for other in ("chair", "admin"):
        assert drafts.own_drafts(platform, house.actor(other)) == ()
        with pytest.raises(NotFound):
            drafts.open_draft(platform, house.actor(other), draft.id)
        drafts.discard_draft(platform, house.actor(other), draft.id)
    house.clock.pass_by(days=3)
    clean(platform)
    _, kept = drafts.open_draft(platform, planner, draft.id)
    form = create_form(platform, planner, "task", typed=kept)
    shown = next(one for one in form.fields if one.name == "files")
    assert shown.display[0][1].startswith("kem-theo")  # the upload lives as long as the draft
    house.clock.pass_by(days=100)
    clean(platform)
    assert drafts.own_drafts(platform, planner) == ()


@pytest.mark.requirement("T-15")
def test_a_template_and_another_record_fill_a_form(house: House) -> None:
    planner, platform = house.actor("planner"), house.platform
    kept = input_templates.keep_template(platform, planner, "task", " Giao  tuần ", form_of(house))
    assert [one.name for one in input_templates.templates_of(platform, planner, "task").templates] == [
        "Giao tuần"
    ]
    typed = from_template(platform, planner, "task", kept)
    assert "files" not in typed
    assert changing.create_record(platform, planner, "task", typed, answers=CONFIRMED, whole=True).made
    with pytest.raises(NotFound):
        from_template(platform, house.actor("chair"), "task", kept)
    with pytest.raises(InvalidInput):  # only groups of one's own
        input_templates.keep_template(platform, planner, "task", "X", typed, shared_with="everyone")
    shared = input_templates.keep_template(
        platform, house.actor("admin"), "task", "Chung", typed, shared_with="everyone"
    )
    assert input_templates.open_template(platform, house.actor("chair"), shared)[0] == "task"
    with pytest.raises(NotFound):
        input_templates.remove_template(platform, house.actor("chair"), shared)

    source = house.task("Việc mẫu", due_at="24/11/2026 17:00", priority="urgent")
    house.clock.pass_by(days=2)
    like = like_record(platform, planner, "task", source)
    assert (like["name"], like["priority"], like["due_at"]) == ("Việc mẫu", "urgent", "")
    assert like["recipients"][0]["executing"] == [str(house.units["works"])]  # type: ignore[index]
    with pytest.raises(Refused):
        like_record(platform, house.actor("stranger"), "task", source)


@pytest.mark.requirement("M-08")
def test_pickers_offer_groups_with_those_who_may_be_chosen(house: House) -> None:
    planner, platform = house.actor("planner"), house.platform
    users, units = house.users, house.units
    people = choice_groups.save_choice_group(
        platform, planner, None, "Tổ giúp việc", "people", (users["clerk"], users["contact"])
    )
    choice_groups.save_choice_group(
        platform, planner, None, "Các phòng", "units", (units["works"], units["road"])
    )
    asked = CandidateRequest("task", "create", "follower", q="to giup", typed=form_of(house))
    (group,) = candidates(platform, planner, asked).groups
    assert (group.name, [one.label for one in group.members]) == (
        "Tổ giúp việc",
        ["Bùi Đức Long", "Nguyễn Thị Thu Hà"],
    )
    asked = CandidateRequest("task", "create", "recipients.0.executing", typed=form_of(house))
    (group,) = candidates(platform, planner, asked).groups
    assert ([one.label for one in group.members], group.left_out) == (
        ["Phòng Xây dựng"],
        1,
    )  # not below the town
    assert candidates(platform, house.actor("chair"), asked).groups == ()
    with pytest.raises(NotFound):
        choice_groups.choice_group(platform, house.actor("chair"), people)
    with pytest.raises(InvalidInput) as caught:
        choice_groups.save_choice_group(platform, planner, None, "Tổ giúp việc", "people", ())
    assert set(caught.value.errors) == {"name", "members"}
    choice_groups.remove_choice_group(platform, planner, people)
    assert [one.name for one in choice_groups.choice_groups(platform, planner)] == ["Các phòng"]


@pytest.mark.requirement("M-07")
def test_contributors_are_chosen_by_unit_and_from_own_groups(house: House) -> None:
    clerk, platform, users = house.actor("clerk"), house.platform, house.users
    choice_groups.save_choice_group(
        platform, clerk, None, "Tổ tài liệu", "people", (users["contact"], users["officer"])
    )

    def offered(words: str, name: str = "document_contributor") -> list[tuple[str, set[str], bool]]:
        page = candidates(platform, clerk, CandidateRequest("meeting", "create", name, q=words))
        return [(one.name, {person.label for person in one.members}, one.of_unit) for one in page.groups]

    of_works = {"Trần Quốc Bảo", "Nguyễn Thị Thu Hà", "Đặng Hữu Phước"}
    assert offered("tai lieu") == [("Tổ tài liệu", {"Nguyễn Thị Thu Hà", "Đặng Hữu Phước"}, False)]
    assert offered("phong xay dung") == [("Phòng Xây dựng", of_works, True)]
    assert offered("phong xay dung", "chair") == []  # one person only
    assert not any(of_unit for _, _, of_unit in offered(""))


@pytest.mark.requirement("T-34", "T-105", "T-108", "W-44")
def test_an_empty_picker_says_why_and_asks_who_can_mend_it(house: House) -> None:
    planner, platform = house.actor("planner"), house.platform
    typed = form_of(house, recipients=[{"executing": [str(house.units["empty"])]}])
    units = candidates(
        platform, planner, CandidateRequest("task", "create", "recipients.0.executing", typed=typed)
    )
    offered = {one.label: one for one in units.candidates}
    assert offered["Tổ chưa có người"].warns
    assert offered["Phòng Xây dựng"].note is not None
    assert offered["Phòng Xây dựng"].note.vi == "3 người thực hiện"
    asked = CandidateRequest("task", "create", "recipients.0.assignee", typed=typed)
    page = candidates(platform, planner, asked)
    assert page.askable
    said = ask_for_candidates(platform, planner, asked)
    assert "Quản trị" in said.vi
    told = [
        one
        for one in list_notifications(house.platform, house.actor("admin"), limit=100)
        if "Tổ chưa có người" in one.text
    ]
    assert len(told) == 1
    assert told[0].link == f"/settings/units/{house.units['empty']}"
    ask_for_candidates(platform, planner, asked)  # once a day
    again = [
        one
        for one in list_notifications(house.platform, house.actor("admin"), limit=100)
        if "Tổ chưa có người" in one.text
    ]
    assert len(again) == 1
    full = CandidateRequest("task", "create", "recipients.0.assignee", typed=form_of(house))
    with pytest.raises(Refused):
        ask_for_candidates(platform, house.actor("stranger"), full)


@pytest.mark.requirement("T-104", "W-44")
def test_who_may_not_create_hears_which_slot_he_lacks_and_whom_to_ask(house: House) -> None:
    with pytest.raises(Refused) as caught:
        create_form(house.platform, house.actor("contact"), "task")
    said = caught.value.message.vi
    assert "Bạn chưa giữ vai trò nào được “tạo nhiệm vụ”" in said.replace("Tạo", "tạo")
    assert "Quản trị" in said


HEADS = ("Nhiệm vụ [name]", "Người giao [assigner]", "Độ ưu tiên [priority]", "Hạn xử lý [due_at]",
         "Đơn vị thực hiện [executing]", "Người thực hiện [assignee]")  # fmt: skip


def checked(house: House, rows: list[tuple[object, ...]]) -> tuple[int, dict[str, object]]:
    content = workbook({"Nhiệm vụ": [HEADS, *rows]})
    check = imports.start_check(
        house.platform, house.actor("planner"), "task", "viec.xlsx", content, language="vi"
    )
    house.deliver()
    job = view_job(house.platform, JOB_KINDS, house.actor("planner"), check)
    assert job.result is not None, job.error
    return check, dict(job.result.data)


@pytest.mark.requirement("T-43", "T-45", "T-111")
def test_a_workbook_makes_many_tasks_after_a_dry_run(house: House) -> None:
    planner, platform = house.actor("planner"), house.platform
    wrong = [
        ("Một", "Lê Văn Khánh", "Cao", "30/11/2026", "Phòng Y tế", "Nguyễn Thị Thu Hà"),  # not of that unit
        ("", "Lê Văn Khánh", "Rất cao", "hôm kia", "Phòng Xây dựng", ""),
        ("=1+1", "Lê Văn Khánh", "", "", "Phòng Không Có", ""),
    ]
    before = len(_titles(house))
    _, report = checked(house, wrong)
    places = {(one["letter"], one["row"]) for one in report["problems"]}  # type: ignore[union-attr, index, attr-defined]
    assert {("F", 2), ("A", 3), ("C", 3), ("D", 3), ("A", 4), ("E", 4)} <= places
    assert report["marked_id"] is not None
    assert len(_titles(house)) == before

    good = [
        (
            "Việc từ tệp 1",
            "Lê Văn Khánh [chair]",
            "Cao",
            "30/11/2026 17:00",
            "Phòng Xây dựng",
            "Nguyễn Thị Thu Hà",
        ),
        ("Việc từ tệp 2", "Lê Văn Khánh", "", "20/11/2026", "Phòng Y tế [HEALTH]", ""),
    ]
    check, report = checked(house, good)
    assert (report["rows"], report["errors"], report["warnings"]) == (2, 0, 1)  # its day has passed
    with pytest.raises(NotFound):
        imports.start_import(platform, JOB_KINDS, house.actor("chair"), check)
    done = imports.start_import(platform, JOB_KINDS, planner, check)
    house.deliver()
    job = view_job(platform, JOB_KINDS, planner, done)
    assert job.result is not None
    assert job.result.message.vi == "Đã tạo 2/2 hồ sơ."
    imports.start_import(platform, JOB_KINDS, planner, check)  # pressed again: nothing twice
    house.deliver()
    titles = _titles(house)
    assert titles.count("Việc từ tệp 1") == titles.count("Việc từ tệp 2") == 1
    sheets = read_back(imports.template(platform, planner, "task", "vi"))
    assert set(HEADS) <= set(sheets["Nhiệm vụ"][0])


def _titles(house: House) -> list[str]:

    request = ListRequest("task", "created", page_size=100)
    return [row.record.title for row in list_records(house.platform, house.actor("planner"), request).rows]
