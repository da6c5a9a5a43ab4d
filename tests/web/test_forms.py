"""Forms lose nothing: errors, questions, conflicts and rows bring back what was typed, escaped."""

from __future__ import annotations

import html
import re

import pytest

from luongviec.services.record_page.reading import record_data
from luongviec.services.records import changing
from tests.web.conftest import Pages
from tests.web.doing import make_task, task_form

NASTY = (
    "<script>alert(1)</script>",
    "'; DROP TABLE records; --",
    "{{ 7 * 7 }}{% for x in () %}",
    '"><img src=x onerror=alert(1)>',
    "${7*7} #{7*7} %s %(x)s {0} {name}",
    "\u202eđảo\x00ngược",
)


def newest_record(answer_location: str) -> int:
    """Give the id of the record that an answer leads to."""
    found = re.search(r"/r/(\d+)", answer_location)
    assert found is not None
    return int(found.group(1))


def test_form_makes_a_record(pages: Pages) -> None:
    reader = pages.as_("tuan")
    answer = reader.send("/m/task/new", task_form(pages))
    assert answer.status_code == 303
    page = reader.get(answer.headers["Location"]).text
    assert "Lập báo cáo chuyển đổi số" in page
    assert "Gửi trước thứ Sáu." in page


@pytest.mark.requirement("W-08")
def test_errors_stand_at_their_fields_and_what_was_typed_stays(pages: Pages) -> None:
    reader = pages.as_("tuan")
    typed = task_form(
        pages, **{"name": "", "directive": "Chỉ đạo rất dài", "recipients.0.due_at": "ngày mốt nào đó"}
    )
    answer = reader.send("/m/task/new", typed)
    page = answer.text
    assert answer.status_code == 422
    assert "data-error-summary" in page
    assert 'href="#control-name"' in page
    assert 'href="#control-recipients-0-due_at"' in page
    assert "Chỉ đạo rất dài" in page
    assert 'value="ngày mốt nào đó"' in page
    assert "Trần Quốc Bảo" in page


@pytest.mark.requirement("T-46")
def test_questions_are_asked_once_and_answered_in_the_same_form(pages: Pages) -> None:
    reader = pages.as_("tuan")
    typed = task_form(pages, **{"recipients.0.due_at": "01/01/2020"})
    asked = reader.send("/m/task/new", typed)
    assert asked.status_code == 428
    assert "Vẫn tiếp tục" in asked.text
    codes = re.findall(r'name="_confirmed" value="([^"]+)"', asked.text)
    assert codes
    answer = reader.send("/m/task/new", {**typed, "_confirmed": codes})
    assert answer.status_code == 303


@pytest.mark.requirement("T-136")
def test_conflict_shows_what_changed_beside_what_was_typed(pages: Pages) -> None:
    record_id = make_task(pages)
    platform, town = pages.platform, pages.town
    reader = pages.as_("tuan")
    form = reader.get(f"/r/{record_id}/edit")
    version = re.search(r'name="_version" value="(\d+)"', form.text)
    drawn = re.search(r'name="_drawn" value="([^"]+)"', form.text)
    assert version is not None
    assert drawn is not None
    changing.act(platform, town.actor("bao"), record_id, "accept", {})
    sent = {"name": "Tên do tôi sửa", "_version": version.group(1), "_drawn": drawn.group(1)}
    answer = reader.send(f"/r/{record_id}/edit", sent)
    assert answer.status_code == 409
    assert "Trần Quốc Bảo · Tiếp nhận" in answer.text
    assert "Tên do tôi sửa" in answer.text
    now = record_data(platform, town.actor("tuan"), record_id).version
    assert f'name="_version" value="{now}"' in answer.text
    again = reader.send(f"/r/{record_id}/edit", {**sent, "_version": str(now)})
    assert again.status_code == 303
    assert "Tên do tôi sửa" in reader.get(f"/r/{record_id}").text


def test_a_row_is_added_and_removed_without_scripts(pages: Pages) -> None:
    reader = pages.as_("tuan")
    added = reader.send("/m/task/new", {**task_form(pages), "_add_row": "recipients"})
    assert added.status_code == 200
    assert 'name="recipients.1.due_at"' in added.text
    typed = {**task_form(pages), "recipients.1.due_at": "+3", "_remove_row": "recipients.0"}
    removed = reader.send("/m/task/new", typed)
    assert removed.status_code == 200
    assert 'name="recipients.1.due_at"' not in removed.text
    assert 'value="+3"' in removed.text


def test_a_form_sent_twice_acts_once(pages: Pages) -> None:
    reader = pages.as_("tuan")
    typed = {**task_form(pages), "_key": "one-and-the-same"}
    first, second = (reader.send("/m/task/new", typed) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]


def test_a_dialogs_form_is_a_fragment_and_names_the_next_page(pages: Pages) -> None:
    record_id = make_task(pages)
    reader = pages.as_("bao")
    address = f"/r/{record_id}/do/forward"
    form = reader.get(address, X_Fragment="dialog")
    assert "<html" not in form.text
    assert "data-dialog-form" in form.text
    data = {"csrf_token": reader.token(), "to": str(pages.town.users["thuha"]), "reason": ""}
    refused = reader.client.post(address, data=data, headers={"X-Fragment": "dialog"})
    assert refused.status_code == 422
    assert "<html" not in refused.text
    done = reader.client.post(address, data={**data, "reason": "Nhờ chị"}, headers={"X-Fragment": "dialog"})
    assert done.status_code == 204
    assert done.headers["X-Location"] == f"/r/{record_id}"


@pytest.mark.parametrize("nasty", NASTY)
def test_whatever_is_typed_comes_back_escaped_and_harmless(pages: Pages, nasty: str) -> None:
    reader = pages.as_("tuan")
    made = reader.send("/m/task/new", task_form(pages, name=f"Việc {nasty}", directive=nasty))
    assert made.status_code in (303, 422)
    shown = [made.text]
    if made.status_code == 303:
        record_id = newest_record(made.headers["Location"])
        reader.send(f"/r/{record_id}/comment", {"text": nasty})
        shown += [
            reader.get(address).text
            for address in (f"/r/{record_id}", f"/r/{record_id}/edit", "/m/task/created")
        ]
    shown.append(reader.get("/search").text)
    for page in shown:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "49" not in re.findall(r"Việc ([^<]*)", html.unescape(page))
    every = dict.fromkeys(task_form(pages), nasty)
    assert reader.send("/m/task/new", every).status_code == 422
    for address in (f"/search?q={nasty}", f"/m/task/created?q={nasty}", f"/m/task/created?sort={nasty}"):
        assert reader.get(address).status_code in (200, 422)


def test_a_title_of_ten_megabytes_is_refused_in_words(pages: Pages) -> None:
    reader = pages.as_("tuan")
    answer = reader.send("/m/task/new", task_form(pages, name="x" * 10_000_000))
    assert answer.status_code == 413
    assert "Nội dung gửi lên quá lớn" in answer.text
    assert "x" * 1000 not in answer.text
    long = reader.send("/m/task/new", task_form(pages, name="x" * 1_000_000))
    assert long.status_code == 422
    assert len(long.data) < 600_000


@pytest.mark.parametrize(
    "typed",
    [
        {"recipients.0.executing": "999999"},
        {"recipients.0.executing": "-1"},
        {"assigner": "abc"},
        {"priority": "no-such-option"},
        {"files": "999999"},
        {"nobody.knows.this": "1"},
        {"recipients.99999999999.due_at": "+1"},
    ],
)
def test_broken_forms_are_refused_never_an_error_of_ours(pages: Pages, typed: dict[str, str]) -> None:
    assert pages.as_("tuan").send("/m/task/new", {**task_form(pages), **typed}).status_code == 422


@pytest.mark.requirement("W-26")
def test_an_action_that_can_be_taken_back_says_so_once(pages: Pages) -> None:
    record_id = make_task(pages)
    reader = pages.as_("tuan")
    questions = reader.send(f"/r/{record_id}/do/delete", {})
    codes = re.findall(r'name="_confirmed" value="([^"]+)"', questions.text)
    done = reader.send(f"/r/{record_id}/do/delete", {"_confirmed": codes, "_reason": "Nhập nhầm."})
    assert done.status_code == 303
    page = reader.get(done.headers["Location"]).text
    undo = re.search(rf'action="(/r/{record_id}/undo/\d+)"', page)
    assert undo is not None
    assert 'class="toast-box"' not in reader.get("/").text
    assert reader.get(f"/r/{record_id}").status_code == 404
    assert reader.send(undo.group(1), {}).status_code == 303
    assert reader.get(f"/r/{record_id}").status_code == 200
