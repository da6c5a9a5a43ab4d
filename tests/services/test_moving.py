"""A publication takes records along: by their revisions alone, or with what `migrate` says of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from luongviec.engine.deciding.decide import decide
from luongviec.engine.errors import Conflict, DefinitionError, LuongViecError
from luongviec.engine.world import Actor
from luongviec.services import definitions
from luongviec.services.definitions import LoadReport
from luongviec.services.lists.search import search
from luongviec.services.record_page.reading import record_data, record_page
from luongviec.services.records import changing, moving
from luongviec.services.records.history import history
from luongviec.services.telling import delivery
from luongviec.store import models
from luongviec.store.applying.derived import differing
from luongviec.store.lists.access import visible_ids
from tests.databases import BACKENDS, Database, Databases
from tests.services.house import MODULES, House
from tests.services.standing import shipped_house, standing_house

MODULE, GROUP, MATRIX = (
    "modules/leave_request.yaml", "statuses/leave_request.yaml", "permissions/leave_request.yaml"
)  # fmt: skip


@dataclass
class Leave:
    """A house with requests for leave, and their definitions to be changed."""

    house: House
    folder: Path

    def change(self, file: str, *pairs: tuple[str, str]) -> None:
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        for before, after in pairs:
            assert before in text, before
            text = text.replace(before, after)
        path.write_text(text, encoding="utf-8")

    def load(self, **words: object) -> LoadReport:
        return definitions.load_definitions(self.house.platform, self.folder, **words)  # type: ignore[arg-type]

    def request(self, *actions: str, day: int = 1, **differences: object) -> int:
        house = self.house
        raw = {
            "unit": [house.units["works"]], "approver": [house.users["head"]], "kind": "annual",
            "from_day": f"{day:02}/12/2026", "to_day": f"{day:02}/12/2026", "why": "Việc nhà", **differences,
        }  # fmt: skip
        record_id = changing.create_record(
            house.platform, house.actor("officer"), "leave_request", raw
        ).record_id
        for action in actions:
            given = {"reason": "Vì thế"} if action == "reject" else {}
            house.act("head" if action in ("approve", "reject") else "officer", record_id, action, **given)
        return record_id

    def values(self, record_id: int, who: str = "officer") -> dict[str, object]:
        return dict(record_data(self.house.platform, self.house.actor(who), record_id).values)

    def version(self, record_id: int) -> int:
        with self.house.platform.reading() as work:
            record = work.world.record(record_id)
            assert record is not None
            return record.version

    def status(self, record_id: int) -> str:
        return record_page(self.house.platform, self.house.actor("officer"), record_id).record.status.code

    def labels(self, record_id: int) -> set[str]:
        """Give the labels of the fields under the revision that counts for a record."""
        with self.house.platform.reading() as work:
            record = work.world.record(record_id)
            assert record is not None
            return {one.label.vi for one in work.world.in_force(record).module.fields.values()}

    def actions(self, record_id: int) -> list[str]:
        return [e.action.vi for e in history(self.house.platform, self.house.actor("officer"), record_id)]

    def check_derived(self) -> None:
        """The stored rows are what they must be, and what one sees is what `decide` allows."""
        with self.house.platform.reading() as work:
            ids = list(work.session.scalars(select(models.Record.id)))
            assert differing(work.world, ids) == ()
            for person in self.house.users.values():
                allowed = {
                    i
                    for i in ids
                    if (one := work.world.record(i)) is not None
                    and one.deleted_at is None
                    and one.module == "leave_request"
                    and decide(work.world, Actor(person), "view", one).allowed
                }
                seen = set(work.session.scalars(visible_ids(work.world, person, "leave_request")))
                assert seen == allowed


@pytest.fixture(
    params=[
        pytest.param(name, marks=pytest.mark.postgresql if name == "postgresql" else ()) for name in BACKENDS
    ]
)
def leave(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[Leave]:
    database = databases.raw(request.param)
    folder = tmp_path / "leave_request"
    shutil.copytree(MODULES / "leave_request", folder)
    yield Leave(standing_house(database, tmp_path / "house", "leave", _with_leave), folder)
    database.close()


def _with_leave(database: Database, folder: Path) -> House:
    house = shipped_house(database, folder)
    definitions.load_definitions(house.platform, MODULES / "leave_request")
    return house


WHY = (
    "  why:      {type: multiline, required_when: \"record.kind != 'annual'\","
    " label: {vi: Lý do, en: Reason}}\n"
)
NO_MIGRATE = "roles:\n  creator:"


def rename_field(leave: Leave, line: str) -> None:
    """Write `reason_text` for `why`, and what `migrate` says of it."""
    leave.change(
        MODULE,
        ("  why:  ", "  reason_text:"),
        (NO_MIGRATE, f"migrate: {{fields: {{why: {line}}}}}\n{NO_MIGRATE}"),
    )


def test_a_label_and_a_new_field_come_to_open_records_at_once(leave: Leave) -> None:
    draft, gone = leave.request(), leave.request("submit", "reject", day=2)
    version = leave.version(draft)
    leave.change(
        MODULE,
        ("vi: Loại nghỉ", "vi: Kiểu nghỉ"),
        (WHY, WHY + "  place: {type: text, label: {vi: Nơi nghỉ, en: Place}}\n"),
    )
    report = leave.load()
    assert (report.at_once, report.moves) == (1, ())
    assert "Kiểu nghỉ" in leave.labels(draft)
    assert "Kiểu nghỉ" not in leave.labels(gone)
    assert "Loại nghỉ" in leave.labels(gone)
    changing.edit_record(
        leave.house.platform, leave.house.actor("officer"), draft, {"place": "Huế"}, version=version
    )
    assert leave.values(draft)["place"] == "Huế"
    assert "Chuyển sang phiên bản định nghĩa mới" not in leave.actions(draft)
    leave.check_derived()


def test_all_moves_the_finished_ones_too_and_new_moves_none(leave: Leave) -> None:
    draft, over = leave.request(), leave.request("submit", "reject", day=2)
    leave.change(MODULE, ("vi: Loại nghỉ", "vi: Kiểu nghỉ"))
    assert leave.load(scope="new").at_once == 0
    assert "Loại nghỉ" in leave.labels(draft)
    later = leave.request(day=3)
    assert "Kiểu nghỉ" in leave.labels(later)
    assert leave.load().moves == ()  # nothing is new, and nothing was asked for
    assert "Loại nghỉ" in leave.labels(draft)
    report = leave.load(scope="all")
    assert sum(one.moved for one in report.moves) == 2
    assert all("Kiểu nghỉ" in leave.labels(one) for one in (draft, over, later))
    leave.check_derived()


def test_what_may_be_reopened_moves_with_the_open_ones(leave: Leave) -> None:
    approved = leave.request("submit", "approve")
    leave.change(MODULE, ("vi: Loại nghỉ", "vi: Kiểu nghỉ"))
    leave.load()
    assert "Kiểu nghỉ" in leave.labels(approved)


def test_a_field_gets_another_name_with_its_values(leave: Leave) -> None:
    record_id = leave.request(why="Đi thăm mẹ")
    version = leave.version(record_id)
    leave.house.deliver()
    rename_field(leave, "reason_text")
    report = leave.load()
    assert [(one.module, one.moved, one.failed, one.is_done) for one in report.moves] == [
        ("leave_request", 1, 0, True)
    ]
    assert leave.values(record_id)["reason_text"] == "Đi thăm mẹ"
    newest = history(leave.house.platform, leave.house.actor("officer"), record_id)[0]
    assert newest.action.vi == "Chuyển sang phiên bản định nghĩa mới"
    assert newest.notes[0].vi == "Phân hệ: phiên bản 1 → 2"
    assert leave.house.deliver() == 0  # nobody is told
    with pytest.raises(Conflict):  # a form that was open meanwhile
        changing.edit_record(
            leave.house.platform, leave.house.actor("officer"), record_id, {"why": "x"}, version=version
        )
    leave.check_derived()


def test_a_form_of_the_old_revision_is_refused_cleanly(leave: Leave) -> None:
    record_id = leave.request()
    leave.change(MODULE, (WHY, ""), (NO_MIGRATE, f"migrate: {{fields: {{why: null}}}}\n{NO_MIGRATE}"))
    leave.load()
    assert "why" not in leave.values(record_id)
    with pytest.raises(LuongViecError):
        changing.edit_record(leave.house.platform, leave.house.actor("officer"), record_id, {"why": "x"})
    entry = history(leave.house.platform, leave.house.actor("officer"), record_id)[0]
    assert entry.action.vi == "Chuyển sang phiên bản định nghĩa mới"


def test_a_field_is_computed_from_what_it_held(leave: Leave) -> None:
    record_id = leave.request(why="Đi thăm mẹ")
    rename_field(leave, "{to: reason_text, value: \"'Lý do: ' ~ record.why\"}")
    leave.load()
    assert leave.values(record_id)["reason_text"] == "Lý do: Đi thăm mẹ"
    leave.change(MODULE, ("vi: Loại nghỉ", "vi: Kiểu nghỉ"))
    leave.load()  # the line stays in the file and is not done again
    assert leave.values(record_id)["reason_text"] == "Lý do: Đi thăm mẹ"


def test_revisions_that_were_left_out_are_made_up_for(leave: Leave) -> None:
    record_id = leave.request(why="Đi thăm mẹ")
    rename_field(leave, "reason_text")
    leave.load(scope="new")
    assert leave.values(record_id)["why"] == "Đi thăm mẹ"
    leave.change(MODULE, ("  reason_text:", "  cause:"), ("{why: reason_text}", "{reason_text: cause}"))
    leave.load()
    assert leave.values(record_id)["cause"] == "Đi thăm mẹ"
    leave.check_derived()


def test_a_role_gets_another_name_with_its_people(leave: Leave) -> None:
    record_id = leave.request("submit")
    for file in (MODULE, GROUP, MATRIX, "notifications/leave_request.yaml", "reports/leave_by_kind.yaml"):
        text = (leave.folder / file).read_text(encoding="utf-8")
        (leave.folder / file).write_text(text.replace("approver", "decider"), encoding="utf-8")
    leave.change(MODULE, (NO_MIGRATE, f"migrate: {{roles: {{approver: decider}}}}\n{NO_MIGRATE}"))
    leave.load()
    leave.house.act("head", record_id, "approve")
    assert leave.status(record_id) == "approved"
    leave.check_derived()


def rename_status(leave: Leave) -> None:
    for file in (MODULE, GROUP, MATRIX, "notifications/leave_request.yaml"):
        text = (leave.folder / file).read_text(encoding="utf-8")
        (leave.folder / file).write_text(text.replace("submitted", "waiting_answer"), encoding="utf-8")


def test_a_status_goes_away_only_with_a_line_for_its_records(leave: Leave) -> None:
    record_id, other = leave.request("submit"), leave.request(day=2)
    rename_status(leave)
    with pytest.raises(DefinitionError) as caught:
        leave.load()
    assert {one.code for one in caught.value.problems} == {"E501"}
    assert "leave_request.submitted (1)" in str([one.message.vi for one in caught.value.problems])
    leave.change(GROUP, ("transitions:", "migrate: {statuses: {submitted: waiting_answer}}\ntransitions:"))
    report = leave.load()
    assert report.at_once == 1
    assert [one.moved for one in report.moves] == [1]
    assert (leave.status(record_id), leave.status(other)) == ("waiting_answer", "draft")
    with leave.house.platform.reading() as work:
        timer = work.session.scalars(
            select(models.TimerRow).where(models.TimerRow.record_id == record_id)
        ).one()
        assert timer.at > work.now
    leave.house.act("head", record_id, "approve")
    assert leave.status(record_id) == "approved"
    leave.check_derived()


def test_computed_fields_titles_and_timers_follow_their_new_words(leave: Leave) -> None:
    record_id = leave.request("submit")
    leave.change(
        MODULE,
        ("record.to_day)\", label: {vi: Số ngày", "record.to_day) + 10\", label: {vi: Số ngày"),
        ("title: \"{{ record.creator", "title: \"Nghỉ {{ record.creator"),
        ("parameters.leave_remind_days", "parameters.leave_remind_days + 1"),
    )  # fmt: skip
    with leave.house.platform.reading() as work:
        before = work.session.scalars(select(models.TimerRow)).one().at
    days = leave.values(record_id)["days"]
    report = leave.load()
    assert [one.settled for one in report.moves if one.module == "leave_request"] == [1]
    assert leave.values(record_id)["days"] == days + 10  # type: ignore[operator]
    assert search(leave.house.platform, leave.house.actor("officer"), "nghi phuoc")
    with leave.house.platform.reading() as work:
        assert work.session.scalars(select(models.TimerRow)).one().at - before >= timedelta(days=1)
        record = work.world.record(record_id)
        assert record is not None
        assert record.title.startswith("Nghỉ ")
    leave.check_derived()


def test_a_worker_goes_on_where_another_stopped(leave: Leave, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("luongviec.store.definitions.moving.AT_ONCE", 2)
    ids = [leave.request(day=day, why=f"Lý do {day}") for day in range(1, 6)]
    rename_field(leave, "reason_text")
    leave.house.queued.clear()
    leave.load(wait=False)
    publication = next(key for job, key in delivery.waiting(leave.house.platform) if job == moving.MOVE)
    assert leave.house.queued == [(moving.MOVE, publication)]
    moving.go_on(leave.house.platform, publication, parts=1)
    assert [one.moved for one in moving.progress(leave.house.platform, publication)] == [2]
    leave.check_derived()  # in the middle, too
    assert leave.values(ids[-1])["why"] == "Lý do 5"
    leave.house.deliver()
    assert [(one.moved, one.is_done) for one in moving.progress(leave.house.platform, publication)] == [
        (5, True)
    ]
    assert [leave.values(one)["reason_text"] for one in ids] == [f"Lý do {day}" for day in range(1, 6)]
    assert not [job for job, _ in delivery.waiting(leave.house.platform) if job == moving.MOVE]
    leave.check_derived()


def test_deleted_records_move_with_the_others(leave: Leave) -> None:
    record_id = leave.request(why="Đi thăm mẹ")
    leave.house.act("officer", record_id, "delete")
    rename_field(leave, "reason_text")
    leave.load()
    with leave.house.platform.reading() as work:
        record = work.world.record(record_id)
        assert record is not None
        assert record.values["reason_text"] == "Đi thăm mẹ"
        assert record.deleted_at is not None
    leave.check_derived()
