"""Views of lists that are kept: for oneself, for a group, for everyone."""

from __future__ import annotations

import re

import pytest

from luongviec.engine.errors import InvalidInput
from luongviec.engine.world import SYSTEM
from luongviec.services.lists.saved_views import save_view, saved_views
from luongviec.services.rights.groups import add_to_group
from tests.web.conftest import Pages

LIST = "/m/task/created"


def names(pages: Pages, who: str) -> list[str]:
    found = saved_views(pages.platform, pages.town.actor(who), "task", "created")
    return [view.name for view in found.views]


@pytest.mark.requirement("T-08")
def test_a_view_is_kept_opened_and_removed(pages: Pages) -> None:
    reader = pages.as_("tuan")
    address = f"{LIST}?filter.priority=high&sort=-due_at"
    answer = reader.post("/saved-views/task/created", name="  Việc  gấp ", view_address=address)
    assert answer.location.endswith(address)
    html = reader.get(LIST).text
    assert "Việc gấp" in html
    assert 'href="/m/task/created?filter.priority=high&amp;sort=-due_at"' in html
    assert names(pages, "khanh") == []
    [remove] = re.findall(r'action="(/saved-views/remove/\d+)"', html)
    assert pages.as_("khanh").post(remove).status_code == 404
    assert reader.post(remove, back=LIST).status_code == 303
    assert names(pages, "tuan") == []


def test_the_same_name_replaces(pages: Pages) -> None:
    actor = pages.town.actor("tuan")
    first = save_view(pages.platform, actor, "task", "created", "A", "q=1")
    assert save_view(pages.platform, actor, "task", "created", "A", "q=2") == first
    [view] = saved_views(pages.platform, actor, "task", "created").views
    assert view.query == "q=2"


def test_only_who_administers_the_module_shares_with_everyone(pages: Pages) -> None:
    reader = pages.as_("tuan")
    reader.post("/saved-views/task/created", name="Chung", view_address=LIST, shared_with="everyone")
    assert names(pages, "khanh") == []
    admin = pages.as_("tung")
    admin.post("/saved-views/task/created", name="Chung", view_address=f"{LIST}?q=x", shared_with="everyone")
    assert names(pages, "khanh") == ["Chung"]
    assert names(pages, "stranger") == ["Chung"]


@pytest.mark.requirement("T-08")
def test_a_group_of_ones_own_may_use_a_view_too(pages: Pages) -> None:
    members = (pages.town.users["tuan"], pages.town.users["khanh"])
    add_to_group(pages.platform, SYSTEM, "meeting_admin", members)
    actor = pages.town.actor("tuan")
    offered = [one.value for one in saved_views(pages.platform, actor, "task", "created").shares]
    assert "meeting_admin" in offered
    assert "everyone" not in offered
    save_view(pages.platform, actor, "task", "created", "Của nhóm", "q=1", shared_with="meeting_admin")
    assert names(pages, "khanh") == ["Của nhóm"]
    assert names(pages, "stranger") == []
    with pytest.raises(InvalidInput):
        save_view(pages.platform, actor, "task", "created", "B", "q=1", shared_with="system_admin")


@pytest.mark.requirement("T-08")
def test_a_view_is_for_ones_unit_or_for_a_role_in_units(pages: Pages) -> None:
    actor = pages.town.actor("tuan")
    offered = saved_views(pages.platform, actor, "task", "created").shares
    unit = next(one.value for one in offered if one.value.startswith("unit:"))
    assert not [one for one in offered if one.value.startswith("role:")]
    save_view(pages.platform, actor, "task", "created", "Của đơn vị", "q=1", shared_with=unit)
    assert names(pages, "khanh") == ["Của đơn vị"]
    assert names(pages, "bao") == []
    with pytest.raises(InvalidInput):
        save_view(pages.platform, pages.town.actor("bao"), "task", "created", "B", "q=1", shared_with=unit)
    admin = pages.town.actor("tung")
    shares = {one.value: one.label.vi for one in saved_views(pages.platform, admin, "task", "created").shares}
    assert shares["role:executing.officer"].startswith("Cán bộ thực hiện (")
    save_view(
        pages.platform, admin, "task", "created", "Vai trò", "q=1", shared_with="role:executing.officer"
    )
    assert names(pages, "thuha") == names(pages, "long") == ["Vai trò"]
    assert names(pages, "khanh") == ["Của đơn vị"]


@pytest.mark.parametrize("name", ["", "x" * 101])
def test_a_view_needs_a_name(pages: Pages, name: str) -> None:
    reader = pages.as_("tuan")
    answer = reader.post("/saved-views/task/created", name=name, view_address="https://elsewhere/")
    assert answer.status_code == 303
    assert answer.location == LIST
    assert names(pages, "tuan") == []


def test_a_list_that_is_not_there_keeps_none(pages: Pages) -> None:
    assert pages.as_("tuan").post("/saved-views/task/none", name="A", view_address=LIST).status_code == 404
