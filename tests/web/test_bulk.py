"""Choosing many records of a list and doing one thing to them."""

from __future__ import annotations

import re

import pytest

from luongviec.services.record_page.reading import record_data
from luongviec.services.records import bulk
from luongviec.services.records.bulk import Chosen, bulk_choices
from luongviec.services.tags.changing import NewTag, create_tag, record_tags
from tests.web.conftest import Pages
from tests.web.doing import make_task
from tests.web.test_pages import check_frame

LIST = "/m/task/assigned_to_me"


def status_of(pages: Pages, record_id: int) -> str:
    return record_data(pages.platform, pages.town.actor("bao"), record_id).record.status.code


@pytest.mark.parametrize("language", ["vi", "en"])
def test_many_records_take_one_action_and_each_says_what_became_of_it(pages: Pages, language: str) -> None:
    ids = [make_task(pages, f"Việc {number}") for number in range(3)]
    reader = pages.as_("bao")
    reader.post("/preferences/language", language=language, next="/")
    reader.post(f"/r/{ids[0]}/do/accept")
    html = reader.get(LIST).text
    assert all(f'name="record" value="{one}" form="selection"' in html for one in ids)
    query = "&".join(f"record={one}" for one in ids)
    html = reader.get(f"/bulk?{query}&back={LIST}").text
    check_frame(html, language)
    address = next(one for one in re.findall(r'href="(/bulk/accept/[^"]+)"', html))
    assert reader.get(address).status_code == 200
    answer = reader.post(address)
    assert answer.status_code == 303
    assert "/jobs/" in answer.location
    told = reader.get(answer.location).text
    check_frame(told, language)
    assert "Việc 0" in told  # the one that refused, with its reason
    assert [status_of(pages, one) for one in ids] == ["doing"] * 3


def test_what_is_typed_wrong_comes_back_before_anything_is_done(pages: Pages) -> None:
    ids = [make_task(pages), make_task(pages)]
    reader = pages.as_("bao")
    answer = reader.post(f"/bulk/refuse/{ids[0]},{ids[1]}", reason="")
    assert answer.status_code == 422
    assert [status_of(pages, one) for one in ids] == ["assigned"] * 2
    form = reader.get(f"/bulk/refuse/{ids[0]},{ids[1]}").text
    confirmed = re.search(r'name="_confirmed" value="([^"]+)"', form)
    assert confirmed
    answer = reader.post(
        f"/bulk/refuse/{ids[0]},{ids[1]}", reason="Không đúng chức năng", _confirmed=confirmed.group(1)
    )
    assert answer.status_code == 303
    assert [status_of(pages, one) for one in ids] == ["refused"] * 2


def test_records_of_others_are_not_even_named(pages: Pages) -> None:
    record_id = make_task(pages, "Việc kín")
    stranger = pages.as_("stranger")
    answer = stranger.get(f"/bulk?record={record_id}")
    assert answer.status_code == 404
    assert "Việc kín" not in answer.text
    assert stranger.post(f"/bulk/accept/{record_id}").status_code == 404


def test_a_whole_list_is_chosen_as_it_is_narrowed(pages: Pages) -> None:
    kept, other = [make_task(pages, f"Báo cáo quý {n}") for n in range(3)], make_task(pages, "Việc khác")
    reader = pages.as_("bao")
    address = f"{LIST}?q=bao+cao+quy"
    narrowed = reader.get("/bulk/list/task/assigned_to_me?q=bao+cao+quy")
    assert "Làm với 3 hồ sơ" in narrowed.text
    assert "Việc khác" not in narrowed.text
    accept = "/bulk/list/task/assigned_to_me/accept?q=bao%20cao%20quy"
    assert accept in narrowed.text
    assert reader.get(accept).status_code == 200
    answer = reader.post(accept)
    assert address.partition("?")[0] in reader.get(answer.location).text
    assert [status_of(pages, one) for one in (*kept, other)] == ["doing"] * 3 + ["assigned"]


def test_a_list_that_is_too_long_is_not_cut_in_silence(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        make_task(pages, f"Việc {number}")
    reader = pages.as_("bao")
    monkeypatch.setattr(bulk, "LOOKED_AT", 2)
    page = reader.get("/bulk/list/task/assigned_to_me").text
    assert "Làm với 4 hồ sơ" in page
    assert "đã xét 2 hồ sơ đầu" in page
    monkeypatch.setattr(bulk, "MOST_OF_LIST", 3)
    answer = reader.get("/bulk/list/task/assigned_to_me")
    assert answer.status_code == 422
    assert "hơn 3 hồ sơ" in answer.text


@pytest.mark.parametrize(
    "address", ["/bulk?record=x", "/bulk/accept/1,x", "/bulk?record=9999999999999999999"]
)
def test_a_bad_address_is_told_so(pages: Pages, address: str) -> None:
    assert pages.as_("bao").get(address).status_code in (404, 422)


def test_choosing_takes_a_bounded_number_of_statements(pages: Pages, count_statements) -> None:
    ids = [make_task(pages) for _ in range(6)]
    actor = pages.town.actor("bao")
    bulk_choices(pages.platform, actor, Chosen(tuple(ids[:1])))
    few = count_statements(lambda: bulk_choices(pages.platform, actor, Chosen(tuple(ids[:2]))))
    assert count_statements(lambda: bulk_choices(pages.platform, actor, Chosen(tuple(ids)))) <= few + 1


@pytest.mark.requirement("T-131")
def test_tags_are_put_on_many_at_once(pages: Pages) -> None:
    first, second = make_task(pages, "Việc một"), make_task(pages, "Việc hai")
    tag = create_tag(pages.platform, pages.town.actor("tung"), NewTag("Đề án 06", "red"))
    reader = pages.as_("tuan")
    html = reader.get(f"/bulk?record={first}&record={second}&back=/m/task/created").text
    [address] = re.findall(r'action="(/bulk/-tags/[^"]+)"', html)
    assert (
        reader.post(address.replace("&amp;", "&"), way="add").status_code == 303
    )  # nothing chosen: asked again
    done = reader.post(address.replace("&amp;", "&"), tag=str(tag), way="add")
    assert "Đã đổi thẻ của 2/2 hồ sơ." in reader.get(done.location).text
    whole = reader.get("/bulk/list/task/created?filter.tag=" + str(tag)).text
    [everything] = re.findall(r'action="(/bulk/list/task/created/-tags[^"]*)"', whole)
    reader.post(everything.replace("&amp;", "&"), tag=str(tag), way="remove")
    assert record_tags(pages.platform, pages.town.actor("tuan"), second).tags == ()
