"""Home page and menu: by presets from the first sign-in on, then as the person chooses; never a right."""

from __future__ import annotations

import pytest

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.text import Text
from luongviec.services.home.choices import CardChoice, MenuChoice
from luongviec.services.home.menu import menu_parts, menu_sections
from luongviec.services.home.own_settings import HomeSettings, apply_preset, home_settings, keep_home
from luongviec.services.home.page import home
from luongviec.services.home.shell import shell
from luongviec.services.views import ListPage
from tests.services.house import House


def settings_of(house: House, who: str) -> HomeSettings:
    return home_settings(house.platform, house.actor(who))


def cards_of(house: House, who: str) -> list[str]:
    return [f"{card.kind}.{card.list or card.filter}" for card in home(house.platform, house.actor(who))]


def menu_of(house: House, who: str) -> list[str]:
    menu = menu_sections(house.platform, house.actor(who))
    return [f"{item.module}.{item.list}" for section in menu for item in section.items]


def lines_of(house: House, who: str) -> list[MenuChoice]:
    groups = settings_of(house, who).groups
    return [MenuChoice(line.code, line.shown) for group in groups for line in group.lines]


@pytest.fixture
def officer(house: House) -> str:
    """The officer, whose choices are those of nobody."""
    apply_preset(house.platform, house.actor("officer"), "")
    return "officer"


@pytest.mark.requirement("T-01", "T-03", "T-04", "T-05", "T-61", "T-109", "W-06")
def test_presets_count_by_themselves_from_the_first_sign_in_on(house: House) -> None:
    planner, head = cards_of(house, "planner"), cards_of(house, "other")
    assert planner[0] == "buckets.created"
    assert "chart.task_by_unit" in planner
    assert head[0] == "buckets.of_my_unit"
    assert "task.of_my_unit" in menu_of(house, "other")
    assert "task.created" in menu_of(house, "planner")
    assert [offer.code for offer in settings_of(house, "other").presets if offer.fits] == [
        "executing_representative"
    ]


@pytest.mark.requirement("T-126", "W-31")
def test_due_parts_say_their_limits_as_the_parameters_have_them(house: House) -> None:
    card = home(house.platform, house.actor("planner"))[0]
    assert isinstance(card.content, tuple)
    notes = {part.bucket.code: part.note for part in card.content}
    assert notes["due_soon"] == Text("Trong 3 ngày tới", "Within 3 days")
    assert all(notes.values())


@pytest.mark.requirement("T-02", "T-135", "W-47")
def test_another_preset_may_be_applied_and_gives_no_right(house: House, officer: str) -> None:
    before = menu_of(house, officer)
    house.task("Việc kín của lãnh đạo")
    apply_preset(house.platform, house.actor(officer), "assigner")
    assert settings_of(house, officer).applied == "assigner"
    assert "task.to_approve" not in before
    assert {"list.to_approve", "chart.task_by_unit"} <= set(cards_of(house, officer))
    content = [card.content for card in home(house.platform, house.actor(officer))]
    assert not [
        row for one in content if isinstance(one, ListPage) for row in one.rows
        if row.record.title == "Việc kín của lãnh đạo"
    ]  # fmt: skip
    apply_preset(house.platform, house.actor(officer), "")
    assert menu_of(house, officer) == before
    with pytest.raises(InvalidInput):
        apply_preset(house.platform, house.actor(officer), "king")


@pytest.mark.requirement("T-07", "T-08", "T-10", "T-39", "T-68")
def test_lists_and_their_parts_are_switched_and_ordered(house: House, officer: str) -> None:
    actor = house.actor(officer)
    cards = [CardChoice(card.code) for card in settings_of(house, officer).cards]
    lines = lines_of(house, officer)
    first, hidden = lines[0].code, "task.participated"
    changed = [
        MenuChoice("task.by_priority", shown=True),
        *(
            MenuChoice(one.code, one.code != hidden and one.shown)
            for one in lines
            if one.code not in (first, "task.by_priority")
        ),
        MenuChoice(first, shown=True, hidden_parts=("", "refused")),
    ]
    keep_home(house.platform, actor, cards, changed)
    menu = menu_of(house, officer)
    assert hidden not in menu
    assert menu.index("task.by_priority") < menu.index(first)
    by_priority = [part.value for part in menu_parts(house.platform, actor, "task", "by_priority")]
    assert by_priority[:2] == ["", "urgent"]  # what is urgent comes first
    module, _, code = first.partition(".")
    parts = [part.value for part in menu_parts(house.platform, actor, module, code)]
    assert parts
    assert not {"", "refused"} & set(parts)
    assert settings_of(house, officer).is_changed


@pytest.mark.requirement("A-15", "T-07")
def test_who_hides_every_list_of_a_module_keeps_its_app(house: House, officer: str) -> None:
    actor = house.actor(officer)
    keep_home(
        house.platform, actor, (), [MenuChoice(one.code, shown=False) for one in lines_of(house, officer)]
    )
    frame = shell(house.platform, actor)
    assert not frame.menu
    [app] = [one for one in frame.apps.work if one.item.module == "task"]
    assert app.item.list == "assigned_to_me"


@pytest.mark.requirement("T-07", "T-135")
def test_cards_are_switched_ordered_and_added(house: House, officer: str) -> None:
    actor = house.actor(officer)
    settings = settings_of(house, officer)
    counter = next(line.code for line in settings.more if line.code == "counter.task.assigned_to_me")
    codes = [card.code for card in settings.cards]
    chosen = [CardChoice(counter), *(CardChoice(code, code != codes[0]) for code in reversed(codes))]
    keep_home(house.platform, actor, chosen, lines_of(house, officer))
    shown = cards_of(house, officer)
    assert shown[0] == "counter.assigned_to_me"
    assert len(shown) == len(codes)
    assert [line.code for line in settings_of(house, officer).cards] == [one.code for one in chosen]
    with pytest.raises(InvalidInput):
        keep_home(house.platform, actor, [CardChoice("list.task.none")], ())


@pytest.mark.requirement("T-09")
def test_the_parts_of_a_list_are_counted_and_closed_ones_are_not_there(house: House) -> None:
    house.task("Một việc")
    actor = house.actor("planner")
    parts = {one.value: one.count for one in menu_parts(house.platform, actor, "task", "created")}
    assert parts[""] == sum(count or 0 for value, count in parts.items() if value not in ("", "not-over"))
    assert (parts["assigned"] or 0) >= 1
    with pytest.raises(NotFound):
        menu_parts(house.platform, actor, "task", "none")
    assert "task.of_my_unit" not in menu_of(house, "stranger")


def test_what_the_definitions_no_longer_have_is_passed_over(house: House, officer: str) -> None:
    actor = house.actor(officer)
    keep_home(house.platform, actor, (), [MenuChoice("task.gone"), MenuChoice("task.assigned_to_me")])
    assert "task.gone" not in menu_of(house, officer)
    assert "task.assigned_to_me" in menu_of(house, officer)
