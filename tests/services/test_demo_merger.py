"""Two departments of the real chart become one: what the province did in 2025, on the demonstration."""

from __future__ import annotations

from pathlib import Path

import pytest

from luongviec.engine.world import Holder, HolderKind
from luongviec.services.succession.handing_over import preview
from luongviec.services.unit_changes import planning as unit_changes
from luongviec.services.unit_changes.plans import Merge
from luongviec.services.unit_changes.views import change_page, foresee
from luongviec.services.users import making as users
from luongviec.services.users.making import actor_of
from luongviec.store.applying.derived import differing
from tests.databases import Databases
from tests.services.test_demo import DEMO, NOW, platform_over

OLD, NEW = "Sở Xây dựng", "Sở Giao thông vận tải"
DECISION = "Nghị quyết 202/2025/QH15"


@pytest.mark.requirement("O-14", "W-46")
def test_two_departments_of_the_demonstration_are_merged(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(DEMO))
    from luongviec_demo import runner  # type: ignore[import-not-found]

    platform = platform_over(databases.get("sqlite"), tmp_path)
    runner.load(platform, DEMO, size="tiny", now=NOW)
    admin = actor_of(users.user_named(platform, "quantri"))
    with platform.reading() as work:
        organisation = work.world.organisation
        by_name = {unit.name: unit.id for unit in organisation.units.values()}
        old, new = by_name[OLD], by_name[NEW]
        assert len(organisation.units) > 600
        below, people = set(organisation.below[old]), {
            held.user_id for key, found in organisation.holders.items() if key[0] == old for held in found
        }  # fmt: skip
        before = set(organisation.branch[old]) | set(organisation.branch[new])
    change = Merge((old,), new)
    ahead = foresee(platform, admin, change, DECISION)
    assert ahead.records > 20
    assert (ahead.below, ahead.people) == (len(before) - len(set(_branch(platform, new))) - 1, len(people))

    page = change_page(platform, admin, unit_changes.make_change(platform, admin, change, DECISION))

    assert (page.line.state, page.line.left, page.line.handed) == ("done", 0, ahead.records)
    assert preview(platform, admin, Holder(HolderKind.UNIT, old)).records == 0
    with platform.reading() as work:
        organisation = work.world.organisation
        assert not organisation.units[old].active
        assert below <= set(organisation.below[new])
        assert set(organisation.branch[new]) == before  # nothing is lost
        held = {one.user_id for key, found in organisation.holders.items() if key[0] == new for one in found}
        assert people <= held
        assert not any(key[0] == old and found for key, found in organisation.holders.items())
        ids = work.session.connection().exec_driver_sql("SELECT id FROM record").scalars().all()
        assert differing(work.world, ids) == ()


def _branch(platform: object, unit_id: int) -> list[int]:
    with platform.reading() as work:  # type: ignore[attr-defined]
        return list(work.world.organisation.branch[unit_id])
