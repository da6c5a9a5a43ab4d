"""The journal of changes: every action has words, a search finds without marks, nothing is told to others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from luongviec import services
from luongviec.engine.errors import Refused
from luongviec.engine.model.workspace import FUNCTIONS
from luongviec.engine.world import SYSTEM
from luongviec.services.journal import reading as audit_reading
from luongviec.services.journal.reading import AuditLine, export_audit, read_audit
from luongviec.services.journal.words import ACTIONS, FIELDS, KINDS
from luongviec.services.journal.writing import Subject, note_change
from luongviec.services.rights import function_permissions, groups
from luongviec.services.rights.groups import NewGroup
from luongviec.services.units import edits as unit_edits
from luongviec.store.accounts.audit import AuditSearch
from luongviec.store.models import AuditEntry
from tests.services.house import House

SOURCES = Path(services.__file__).parent
ACTION = re.compile(r"([a-z_]+)\.[a-z_]+")


def noted_actions() -> Iterator[tuple[str, str]]:
    """Give every action that stands in a service that writes the journal, with the service's name."""
    for path in sorted(SOURCES.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if path.parent.name == "journal" or not re.search(r"note_changes?\b|\bchanged\(|Change\(", text):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                match = ACTION.fullmatch(node.value)
                if match and match[1] in KINDS and node.value not in FUNCTIONS:
                    yield node.value, path.name


@pytest.mark.requirement("U-36", "C-88")
def test_every_action_that_a_service_notes_has_words() -> None:
    noted = dict(noted_actions())
    assert {action: file for action, file in noted.items() if action not in ACTIONS} == {}
    assert len(noted) > 25  # the search itself finds them
    assert [action for action in ACTIONS if action.partition(".")[0] not in KINDS] == []
    words = (*ACTIONS.values(), *FIELDS.values(), *KINDS.values())
    assert all(text.vi and text.en for text in words)


def read(house: House, **words: object) -> list[AuditLine]:
    return list(read_audit(house.platform, house.actor("admin"), AuditSearch(**words)).lines)  # type: ignore[arg-type]


@pytest.fixture
def secretaries(house: House) -> str:
    """A group with a history of its own, made by the administrator."""
    admin = house.actor("admin")
    name = f"Tổ thư ký {len(list(groups_of(house)))}"
    code = groups.create_group(house.platform, admin, NewGroup(name, "Giúp việc"))
    groups.set_functions(house.platform, admin, code, ("source_document.admin",))
    groups.add_to_group(house.platform, admin, code, [house.users["contact"]])
    return code


def groups_of(house: House) -> Iterator[AuditLine]:
    yield from read(house, action="group.created")


@pytest.mark.requirement("U-36")
def test_a_subjects_history_says_before_and_after_in_words(house: House, secretaries: str) -> None:
    lines = read(house, subject_kind="group", subject_id=secretaries)
    assert [line.action.vi for line in lines] == ["Thêm người vào nhóm", "Đổi quyền của nhóm", "Thêm nhóm"]
    (added,) = lines[0].changes
    assert (added.label.vi, added.before.vi, added.after.vi) == ("Người", "–", "Nguyễn Thị Thu Hà")
    (functions,) = lines[1].changes
    assert functions.after.vi == "Quản trị phân hệ: Văn bản nguồn"
    assert functions.after.en == "Administer the module: Source document"
    assert lines[0].who == "Quản trị"


@pytest.mark.requirement("U-36")
def test_a_search_finds_without_marks_in_names_reasons_and_values(house: House, secretaries: str) -> None:
    assert secretaries in {line.subject_id for line in read(house, q="giup VIEC")}
    assert secretaries in {line.subject_id for line in read(house, q="to thu ky nguyen ha")}
    assert read(house, q="khong co gi nhu the") == []
    with house.platform.transaction() as work:
        note_change(work, SYSTEM, "unit.switched", Subject("unit", "0", "Đội thử"), note="Sáp nhập tỉnh")
    assert [line.who for line in read(house, q="sap nhap tinh")][:1] == [""]


def test_filters_narrow_and_add_up(house: House, secretaries: str) -> None:
    house.clock.pass_by(days=3)
    function_permissions.grant_functions(house.platform, SYSTEM, house.users["clerk"], ("admin.mail",))
    now = house.clock.now
    assert all(line.kind == "user" for line in read(house, subject_kind="user"))
    assert {line.action.en for line in read(house, action="user.functions_set")} == {
        "Own permissions changed"
    }
    by_admin = read(house, actor_id=house.users["admin"])
    assert {line.who for line in by_admin} == {"Quản trị"}
    recent = read(house, since=now - timedelta(days=1))
    assert {line.subject for line in recent} >= {"Bùi Đức Long"}
    assert all(line.at >= now - timedelta(days=1) for line in recent)
    assert read(house, since=now, until=now) == []
    function_permissions.set_person_functions(house.platform, SYSTEM, house.users["clerk"], ())


def test_pages_follow_a_cursor_without_gaps_and_exports_hold_all(house: House) -> None:
    with house.platform.transaction() as work:
        for number in range(audit_reading.PAGE_SIZE + 5):
            note_change(work, SYSTEM, "unit.placed", Subject("unit", "77", f"Đơn vị {number}"))
    admin, search = house.actor("admin"), AuditSearch(subject_kind="unit", subject_id="77")
    first = read_audit(house.platform, admin, search)
    rest = read_audit(house.platform, admin, search, before=first.next_id)
    ids = [line.id for line in (*first.lines, *rest.lines)]
    assert len(first.lines) == audit_reading.PAGE_SIZE
    assert (ids, rest.next_id) == (sorted(ids, reverse=True), None)
    assert [line.id for line in export_audit(house.platform, admin, search)] == ids


@pytest.mark.requirement("O-14")
def test_units_are_named_as_they_were_called_then(house: House) -> None:
    with house.platform.transaction() as work:
        note_change(
            work, SYSTEM, "unit.moved", Subject("unit", "78", "Đội"), after={"parent": house.units["empty"]}
        )
    house.clock.pass_by(hours=1)
    renamed = unit_edits.UnitData(name="Tổ đã đổi tên", code="EMPTY", sides=frozenset({"executing"}))
    unit_edits.edit_unit(house.platform, SYSTEM, house.units["empty"], renamed)
    house.clock.pass_by(hours=1)
    (line,) = read(house, subject_kind="unit", subject_id="78")
    assert line.changes[0].after.vi == "Tổ chưa có người"


def test_the_journal_is_for_those_who_may_read_it(house: House) -> None:
    for actor in (house.actor("officer"), house.actor("chair")):
        with pytest.raises(Refused):
            read_audit(house.platform, actor, AuditSearch())
        with pytest.raises(Refused):
            list(export_audit(house.platform, actor, AuditSearch()))


@pytest.mark.requirement("U-37")
def test_what_was_refused_leaves_no_line(house: House) -> None:
    def count() -> int:
        with house.platform.reading() as work:
            return work.session.scalar(select(func.count()).select_from(AuditEntry)) or 0

    before = count()
    with pytest.raises(Refused):
        groups.create_group(house.platform, house.actor("officer"), NewGroup("Không được"))
    assert count() == before
