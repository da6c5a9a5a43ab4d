"""Two at one record at the same moment, for every action of the shipped task module and what it owns.

What is tried comes from the definitions: an action that is added tomorrow is tried tomorrow.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from luongviec.engine.errors import Conflict, LuongViecError, NotFound, Refused
from luongviec.engine.sources.reading import load_sources
from luongviec.services import definitions
from luongviec.services.record_page.reading import record_data
from luongviec.services.records import changing
from luongviec.services.views import ActionResult
from luongviec.store import models
from luongviec.store.history import StoredEntry, load_history
from tests.services.house import SHIPPED, House
from tests.services.walking import ANSWERED, Place, Step, Walks, filled, open_steps, run

OWNER = "task"


def _cases() -> list[tuple[str, str]]:
    """Give every action of the module and of the modules whose records its records own."""
    modules = {one.code: one.data for one in load_sources(SHIPPED / "modules").definitions}
    owned = [code for code, data in modules.items() if data.get("owner") == OWNER]
    return [
        (code, action)
        for code in (OWNER, *owned)
        for action, data in modules[code]["actions"].items()  # type: ignore[attr-defined]
        if action != "create" and data.get("shown") != "never"
    ]


CASES = _cases()


@pytest.fixture(scope="module")
def walked(whole_house: House) -> dict[str, Walks]:
    """The ways to every action, by module; found once on each database."""
    return {}


def ways(house: House, walked: dict[str, Walks], module: str) -> Walks:
    """Give the ways of a module's records, explored when first asked for."""
    if module not in walked:
        made = Walks(house, house.task if module == OWNER else child_maker(house, walked, module))
        made.explore(frozenset(action for of, action in CASES if of == module))
        walked[module] = made
    return walked[module]


def child_maker(house: House, walked: dict[str, Walks], module: str) -> Callable[[], int]:
    """Give what makes a record that a record of the module owns."""
    relations = definitions.workspace(house.platform).modules[OWNER].relations
    relation = next(one.code for one in relations.values() if one.target == module)
    owners = ways(house, walked, OWNER)
    place = owners.places[f"add_{relation}"]
    step = next(one for one in place.open if one.relation == relation)
    return lambda: run(house, owners.come_to(place), step).record_id


def together(*works: Callable[[], ActionResult]) -> list[ActionResult | LuongViecError]:
    """Do all at one moment; give what each answered, in the order of the works."""
    barrier = threading.Barrier(len(works))
    answers: dict[int, ActionResult | LuongViecError] = {}

    def do(place: int, work: Callable[[], ActionResult]) -> None:
        barrier.wait(30)
        try:
            answers[place] = work()
        except LuongViecError as error:
            answers[place] = error

    threads = [threading.Thread(target=do, args=one) for one in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [answers[place] for place in range(len(works))]


def entries_since(house: House, record_id: int, version: int) -> list[StoredEntry]:
    """Give what people did to a record after a version."""
    with house.platform.reading() as work:
        found = load_history(work.session, record_id)
    return [one for one in found if one.record_version > version and one.caused_by_id is None]


def count_records(house: House) -> int:
    with house.platform.reading() as work:
        return work.session.scalar(select(func.count()).select_from(models.Record)) or 0


def version_of(house: House, who: str, record_id: int) -> int:
    return record_data(house.platform, house.actor(who), record_id).version


def rival(place: Place, first: Step) -> Step:
    """Give what would hurt most at the same moment: another's action, one that moves the record."""
    others = [one for one in place.open if one.relation is None]
    return max(
        others, key=lambda one: (one.code != first.code, one.moves_to is not None, one.who != first.who)
    )


@pytest.mark.requirement("T-136", "T-116")
@pytest.mark.parametrize(("module", "action"), CASES)
def test_of_two_at_once_one_wins_and_the_other_is_told(
    house: House, walked: dict[str, Walks], module: str, action: str
) -> None:
    found = ways(house, walked, module)
    place = found.places[action]
    mine = next(step for step in place.open if step.code == action)
    other = rival(place, mine)
    record_id = found.come_to(place)
    typed = {one: filled(house, house.actor(one.who), record_id, one) for one in (mine, other)}
    version, before = version_of(house, mine.who, record_id), count_records(house)

    answers = together(
        *(
            lambda step=step: run(house, record_id, step, raw=typed[step], version=version)
            for step in (mine, other)
        )
    )
    won = [
        (step, one) for step, one in zip((mine, other), answers, strict=True) if isinstance(one, ActionResult)
    ]
    [lost] = [one for one in answers if not isinstance(one, ActionResult)]
    [(step, answer)] = won
    since = entries_since(house, record_id, version)
    assert [(one.action, one.actor.user_id) for one in since] == [(step.code, house.users[step.who])]
    assert count_records(house) - before == len(answer.made)
    if isinstance(lost, Conflict):  # told through what it changed
        assert lost.parameters["entries"] == tuple(sorted(one.id for one in since))
    else:  # it is gone for the one who came second
        assert isinstance(lost, NotFound)
        late = other if step is mine else mine
        assert not [one for one in open_steps(house, record_id) if one.who == late.who]


@pytest.mark.requirement("T-136")
@pytest.mark.parametrize(("module", "action"), CASES)
def test_pressed_twice_is_done_once(house: House, walked: dict[str, Walks], module: str, action: str) -> None:
    found = ways(house, walked, module)
    place = found.places[action]
    step = next(step for step in place.open if step.code == action)
    record_id = found.come_to(place)
    typed = filled(house, house.actor(step.who), record_id, step)
    version, before = version_of(house, step.who, record_id), count_records(house)
    key = f"{module}.{action}.{record_id}"

    def press() -> ActionResult:
        return run(house, record_id, step, raw=typed, version=version, key=key)

    first, second = together(press, press)
    assert isinstance(first, ActionResult)
    assert first == second
    assert len(entries_since(house, record_id, version)) == 1
    assert count_records(house) - before == len(first.made)
    with pytest.raises((Conflict, Refused, NotFound)):  # what stands on an old page, an hour later
        run(house, record_id, step, raw=typed, version=version)
    assert len(entries_since(house, record_id, version)) == 1


@pytest.mark.requirement("T-136", "T-48")
def test_what_was_deleted_comes_back_once(house: House) -> None:
    record_id, planner, admin = house.task(), house.actor("planner"), house.actor("admin")
    deleted = changing.act(house.platform, planner, record_id, "delete", {}, answers=ANSWERED)
    with house.platform.reading() as work:
        version = load_history(work.session, record_id)[0].record_version
    before = count_records(house)
    answers = together(
        lambda: changing.undo(house.platform, planner, record_id, deleted.entry_id or 0),
        lambda: changing.act(
            house.platform, admin, record_id, "restore", {}, version=version, answers=ANSWERED
        ),
    )
    [lost] = [one for one in answers if not isinstance(one, ActionResult)]
    assert isinstance(lost, (Conflict, NotFound, Refused))
    assert len(entries_since(house, record_id, version)) == 1
    assert count_records(house) == before
    assert record_data(house.platform, planner, record_id).record.status.code == "assigned"
