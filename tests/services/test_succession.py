"""Open records pass to successors: through the planner's promises, in parts, told once."""

from __future__ import annotations

import pytest

from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.engine.world import SYSTEM, Actor, Holder, HolderKind
from luongviec.services import definitions
from luongviec.services.forms import candidates
from luongviec.services.forms.candidates import CandidateRequest
from luongviec.services.long_jobs import running
from luongviec.services.long_jobs.kinds import JOB_KINDS
from luongviec.services.long_jobs.running import JobView
from luongviec.services.records.history import history
from luongviec.services.succession.handing_over import Succession, hand_over, preview
from luongviec.services.telling.notifications import list_notifications
from luongviec.services.units import making as units
from luongviec.services.units import slots as unit_slots
from luongviec.services.users import making as users
from luongviec.services.users.making import NewUser
from luongviec.store.applying.derived import differing
from tests.services.house import House

USER, UNIT = HolderKind.USER, HolderKind.UNIT
WHY = "Chuyển công tác"


@pytest.fixture
def newcomer(house: House) -> int:
    """Somebody new in the works office, ready to take over."""
    code = f"new{len(house.users)}"
    house.users[code] = users.create_user(house.platform, SYSTEM, NewUser(code, "Trịnh Văn Mới"))
    units.fill_slot(
        house.platform, SYSTEM, house.units["works"], "executing", "follower", (house.users[code],)
    )
    return house.users[code]


def holders(house: House, record_id: int) -> dict[str, list[int]]:
    """Give who holds the roles of a record now."""
    with house.platform.reading() as work:
        record = work.world.record(record_id)
        assert record is not None
        assert differing(work.world, [record_id]) == ()
        return {
            one.role: [h.id for h in record.holders(one.role)]
            for one in record.participations
            if one.until is None
        }


def done(house: House, who: str, job_id: int) -> JobView:
    """Let a worker do a job and give how it ended."""
    running.run_job(house.platform, JOB_KINDS, job_id)
    return running.view_job(house.platform, JOB_KINDS, house.actor(who), job_id)


def give(house: House, old: int, new: int, **words: object) -> JobView:
    job_id = hand_over(house.platform, house.actor("admin"), Succession(USER, {old: new}, WHY, **words))  # type: ignore[arg-type]
    return done(house, "admin", job_id)


@pytest.mark.requirement("U-32", "W-46")
def test_all_open_records_of_a_person_pass_to_the_successor(house: House, newcomer: int) -> None:
    contact = house.users["contact"]
    mine, over = house.task("Vá ổ gà"), house.completed_task("Đã xong rồi")
    house.act("chair", over, "approve_result")
    seen = preview(house.platform, house.actor("admin"), Holder(USER, contact))
    by_label = {one.label.vi: one.records for one in seen.places if one.module == "task"}
    assert by_label["Người thực hiện"] >= 1
    before = holders(house, over)

    job = give(house, contact, newcomer)

    assert job.state == "done", job.error
    assert job.result is not None
    assert job.result.problems == ()
    assert holders(house, mine)["assignee"] == [newcomer]
    assert holders(house, over) == before  # closed: who did it stays
    assert preview(house.platform, house.actor("admin"), Holder(USER, contact)).records == 0
    entry = history(house.platform, house.actor("planner"), mine)[0]
    assert (entry.actor.name, entry.reason) == ("Quản trị", WHY)  # type: ignore[union-attr]
    assert entry.action.vi == "Bàn giao cho người hoặc đơn vị kế nhiệm"
    assert {change.before.value[0].name for change in entry.changes if change.before} == {  # type: ignore[index, union-attr]
        "Nguyễn Thị Thu Hà"
    }


@pytest.mark.requirement("U-32", "W-46")
def test_the_successor_is_told_once_and_only_of_what_was_handed_over(house: House, newcomer: int) -> None:
    for number in range(3):
        house.task(f"Việc {number}")
    house.deliver()
    before = len(list_notifications(house.platform, Actor(newcomer), limit=200))
    job = give(house, house.users["contact"], newcomer)
    house.deliver()
    news = list_notifications(house.platform, Actor(newcomer), limit=200)
    assert len(news) == before + 1
    assert job.result is not None
    assert news[0].subject == f"Bạn được bàn giao {job.result.data['handed']} hồ sơ từ Nguyễn Thị Thu Hà"
    assert (news[0].text, news[0].record) == (f"Lý do: {WHY}", None)
    quiet = house.task("Không báo")
    give(house, house.users["contact"], newcomer, tell=False)
    assert holders(house, quiet)["assignee"] == [newcomer]
    assert len(list_notifications(house.platform, Actor(newcomer), limit=200)) == before + 1


@pytest.mark.requirement("U-32")
def test_roles_may_go_to_different_people(house: House, newcomer: int) -> None:
    planner = house.users["planner"]
    record_id = house.task("Hai người nhận")
    give(house, planner, newcomer, places={"task": ("follower",)})
    assert newcomer in holders(house, record_id)["follower"]
    assert holders(house, record_id)["creator"] == [planner]
    assert preview(house.platform, house.actor("admin"), Holder(USER, planner)).records > 0


@pytest.mark.requirement("U-32", "U-29", "C-83")
def test_who_may_not_is_refused_and_what_cannot_be_is_said(house: House, newcomer: int) -> None:
    contact, admin = house.users["contact"], house.actor("admin")
    with pytest.raises((NotFound, Refused)):
        preview(house.platform, house.actor("officer"), Holder(USER, contact))
    with pytest.raises((NotFound, Refused)):
        hand_over(house.platform, house.actor("officer"), Succession(USER, {contact: newcomer}, WHY))
    for heir, reason, field in (
        (contact, WHY, "successor"), (0, WHY, "successor"), (newcomer, " ", "reason"),
        (newcomer, "x" * 501, "reason"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as caught:
            hand_over(house.platform, admin, Succession(USER, {contact: heir}, reason))
        assert set(caught.value.errors) == {field}
    with pytest.raises(NotFound):
        preview(house.platform, admin, Holder(UNIT, 99_999))


def test_authority_that_people_gave_is_not_handed_over(house: House, newcomer: int) -> None:
    """Whoever comes after somebody does not let others act in his own name."""
    given = {one.code for one in definitions.workspace(house.platform).modules.values() if one.stands_in}
    assert given
    found = preview(house.platform, house.actor("admin"), Holder(USER, house.users["chair"]))
    assert given.isdisjoint(one.module for one in found.places)


@pytest.mark.requirement("U-32")
def test_a_preview_takes_a_bounded_number_of_statements(house: House) -> None:
    with house.statements() as few:
        preview(house.platform, house.actor("admin"), Holder(USER, house.users["contact"]))
    for number in range(5):
        house.task(f"Thêm {number}")
    with house.statements() as many:
        preview(house.platform, house.actor("admin"), Holder(USER, house.users["contact"]))
    assert len(many) <= len(few)


@pytest.mark.requirement("U-41")
def test_who_moves_to_another_unit_is_offered_there_and_past_records_keep_the_name(house: House) -> None:
    works, health = house.units["works"], house.units["health"]
    mover = users.create_user(house.platform, SYSTEM, NewUser("mover", "Hồ Văn Chuyển"))
    house.users["mover"] = mover
    unit_slots.fill_slot(house.platform, SYSTEM, works, "executing", "officer", (mover,))
    record_id = house.task("Trước khi chuyển", assignee=[mover])

    def offered(unit_id: int) -> bool:
        request = CandidateRequest(
            "task", "create", "recipients.0.assignee", q="Hồ Văn Chuyển",
            typed={"assigning": [house.units["town"]]}, row={"executing": [unit_id]},
        )  # fmt: skip
        page = candidates.candidates(house.platform, house.actor("planner"), request)
        return any(one.usable for one in page.candidates)

    assert (offered(works), offered(health)) == (True, False)
    unit_slots.clear_slot(house.platform, SYSTEM, works, "executing", "officer", (mover,))
    unit_slots.fill_slot(house.platform, SYSTEM, health, "executing", "officer", (mover,))
    assert (offered(works), offered(health)) == (False, True)
    assert holders(house, record_id)["assignee"] == [mover]
    entry = history(house.platform, house.actor("planner"), record_id)[-1]
    assert "Hồ Văn Chuyển" in str(entry.changes)
