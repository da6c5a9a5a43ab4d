"""Definitions: published once, taken up by running processes, never under records that need them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from luongviec.engine.errors import DefinitionError, NotFound
from luongviec.services import definitions
from luongviec.services.platform import Platform
from luongviec.services.record_page.reading import record_page
from luongviec.services.records import changing
from luongviec.store.definitions.revisions import make_workspaces
from tests.databases import BACKENDS, Databases
from tests.services.house import SHIPPED, House
from tests.services.standing import shipped_house, standing_house


@pytest.fixture(
    params=[
        pytest.param(name, marks=pytest.mark.postgresql if name == "postgresql" else ()) for name in BACKENDS
    ]
)
def house(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[House]:
    """A house of one's own: these tests change what is published."""
    database = databases.raw(request.param)
    yield standing_house(database, tmp_path / "house", "shipped", shipped_house)
    database.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped definitions, to be changed."""
    copy = tmp_path / "definitions"
    shutil.copytree(SHIPPED, copy, ignore=shutil.ignore_patterns("schema"))
    return copy


def change(folder: Path, file: str, before: str, after: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def another_process(house: House) -> Platform:
    """Give a platform with caches of its own over the same database."""
    return Platform(
        settings=house.platform.settings,
        sessions=sessionmaker(house.engine, class_=Session, expire_on_commit=False),
        workspaces=make_workspaces(),
        files=house.platform.files,
        clock=house.clock,
    )


def test_unchanged_definitions_make_no_revision(house: House, folder: Path) -> None:
    count = len(definitions.revisions(house.platform, limit=1000))
    report = definitions.load_definitions(house.platform, folder)
    assert (report.generation, report.published) == (None, ())
    assert len(definitions.revisions(house.platform, limit=1000)) == count


def test_a_new_revision_counts_at_once_in_every_process(house: House, folder: Path) -> None:
    other = another_process(house)
    record_id = house.task()
    assert record_page(other, house.actor("contact"), record_id).offers
    change(folder, "modules/task.yaml", "{vi: Tiếp nhận, en: Accept}", "{vi: Nhận việc, en: Take}")
    report = definitions.load_definitions(house.platform, folder, note="Lời gọn hơn")
    assert report.published == ("module/task",)
    for platform in (house.platform, other):
        offers = record_page(platform, house.actor("contact"), record_id).offers
        assert "Nhận việc" in {offer.label.vi for offer in offers}
    newest = definitions.revisions(house.platform, kind="module", code="task")[0]
    assert newest.revision == 2


def test_a_record_keeps_running_after_a_publication(house: House, folder: Path) -> None:
    record_id = house.task()
    change(
        folder,
        "statuses/task.yaml",
        "name: {vi: Mới giao, en: Assigned}",
        "name: {vi: Vừa giao, en: Assigned}",
    )
    definitions.load_definitions(house.platform, folder)
    house.act("contact", record_id, "accept")
    page = record_page(house.platform, house.actor("contact"), record_id)
    assert page.record.status.code == "doing"


def test_broken_files_are_refused_whole_with_their_places(house: House, folder: Path) -> None:
    change(folder, "modules/task.yaml", "- move: doing", "- move: doign")
    change(folder, "modules/meeting.yaml", "Tạo cuộc họp, en: New meeting", "Mở cuộc họp, en: New meeting")
    with pytest.raises(DefinitionError) as caught:
        definitions.load_definitions(house.platform, folder)
    assert any(str(problem.place).startswith("modules/task.yaml:") for problem in caught.value.problems)
    assert definitions.load_definitions(house.platform, SHIPPED).generation is None


def test_a_status_with_records_does_not_go_away(house: House, folder: Path) -> None:
    def without_refusal(text: str) -> str:
        return "\n".join(line for line in text.splitlines() if not line.strip().startswith("reply:")) + "\n"

    record_id = house.task()
    house.act("contact", record_id, "accept")
    changing.create_record(
        house.platform, house.actor("contact"), "progress_entry", {"text": "Nửa", "percent": 50},
        owner_id=record_id, relation="progress",
    )  # fmt: skip
    path = folder / "statuses" / "progress_entry.yaml"
    text = path.read_text(encoding="utf-8")
    first = next(line.strip().split(":")[0] for line in text.splitlines() if "initial: true" in line)
    path.write_text(text.replace(f"{first}:", "anew:"), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        definitions.load_definitions(house.platform, folder)
    assert {problem.code for problem in caught.value.problems} == {"E501"}


def test_a_field_with_values_does_not_go_away(house: House, folder: Path) -> None:
    house.task(directive="Làm ngay")
    path = folder / "modules" / "task.yaml"
    text = path.read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if not line.strip().startswith("directive:")]
    cleaned = (
        "\n".join(kept)
        .replace("      - {field: directive}\n", "")
        .replace("directive: record.directive, ", "")
    )
    cleaned = cleaned.replace("{field: directive}, ", "").replace(", directive, files", ", files")
    path.write_text(cleaned, encoding="utf-8")
    sheet = folder / "prints" / "task_sheet.yaml"
    printed = sheet.read_text(encoding="utf-8").replace("record.directive", "record.name")
    sheet.write_text(printed, encoding="utf-8")
    for other in ("meeting", "conclusion"):
        module = folder / "modules" / f"{other}.yaml"
        told = module.read_text(encoding="utf-8")
        told = told.replace("prefill: {directive: record.subject}", "prefill: {name: record.subject}")
        module.write_text(told.replace("directive: record.text, ", ""), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        definitions.load_definitions(house.platform, folder)
    assert {problem.code for problem in caught.value.problems} == {"E501"}


def test_what_is_exported_loads_as_nothing_new(house: House, tmp_path: Path) -> None:
    written = definitions.export_definitions(house.platform, tmp_path / "out")
    assert len(written) > 50
    assert definitions.load_definitions(house.platform, tmp_path / "out").generation is None
    assert definitions.diff_definitions(house.platform, tmp_path / "out") == ()
    original = (SHIPPED / "modules" / "task.yaml").read_text(encoding="utf-8")
    assert (tmp_path / "out" / "modules" / "task.yaml").read_text(encoding="utf-8") == original


def test_a_difference_is_shown_line_by_line(house: House, folder: Path) -> None:
    change(folder, "modules/task.yaml", "icon: checklist", "icon: list")
    (folder / "sides" / "office.yaml").unlink()
    changed, removed = sorted(
        definitions.diff_definitions(house.platform, folder), key=lambda one: one.change
    )
    assert (changed.kind, changed.code, removed.kind, removed.code) == ("module", "task", "side", "office")
    assert "+icon: list" in changed.lines


def test_a_text_can_be_read_by_revision(house: House) -> None:
    assert "module: task" in definitions.revision_text(house.platform, "module", "task", 1)
    for missing in (("module", "nothing", None), ("module", "task", 99)):
        with pytest.raises(NotFound):
            definitions.revision_text(house.platform, *missing)


def test_modules_are_listed_with_what_one_may_create(house: House) -> None:
    found = {one.code: one for one in definitions.modules(house.platform, house.actor("planner"))}
    assert (found["task"].may_create, found["task"].owned) == (True, False)
    assert (found["progress_entry"].may_create, found["progress_entry"].owned) == (False, True)
