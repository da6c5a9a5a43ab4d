"""Proofs in plain words, in Vietnamese and English."""

from __future__ import annotations

import pytest

from luongviec.engine.deciding.decide import Case
from luongviec.engine.deciding.proofs import proof_lines, remedy_text
from luongviec.engine.deciding.standing import Standing
from luongviec.engine.world import Actor
from tests.engine.worlds import CATEGORIES, Office, desk, matrix, module, office, statuses, workspace_of


@pytest.fixture
def place() -> Office:
    """An office of named cases with names in both languages."""
    found = office(
        workspace_of(
            CATEGORIES,
            desk(head={"label": {"vi": "Thủ trưởng", "en": "Head"}}),
            module(
                roles={
                    "worker": {"label": {"vi": "Người làm", "en": "Worker"}},
                    "place": {"of": "unit", "side": "desk", "label": {"vi": "Đơn vị", "en": "Unit"}},
                },
                actions={
                    "finish": {
                        "label": {"vi": "Kết thúc", "en": "Finish"},
                        "when": "record.name == 'a'",
                        "otherwise": {"vi": "Tên phải là a", "en": "The name must be a"},
                        "effects": [{"move": "done"}],
                    }
                },
            ),
            statuses(transitions={"open": {"worker": ["done"]}}),
            matrix(
                participants={"open": {"worker": ["view", "finish"]}},
                units={"*": {"place.head": ["view"]}},
            ),
        )
    )
    found.world.fill_slot(found.department, "desk", "head", found.binh)
    return found


def explained(place: Office, person: int, action: str, **words: object) -> tuple[list[str], str, str]:
    """The lines of a proof in Vietnamese, and its remedy in both languages."""
    roles = {"worker": place.an, "place": place.department}
    record = place.record(place.world.add_record("case", roles=roles, **words))  # type: ignore[arg-type]
    case = Case(Standing(place.world, Actor(person)), record)
    decision = case.decide(action)
    lines = proof_lines(place.world, decision, case.held.table)
    remedy = remedy_text(decision, case.held.table, place.world)
    assert all(line.text.en for line in lines)
    mark = {True: "✓", False: "✗"}
    texts = [f"{'  ' * line.depth}{mark[line.holds]} {line.text.vi}" for line in lines]
    return texts, remedy.vi if remedy else "", (remedy.en or "") if remedy else ""


def test_an_allowed_action(place: Office) -> None:
    texts, remedy, _ = explained(place, place.an, "finish", values={"name": "a"})
    assert texts == [
        "✓ Được phép “Kết thúc”.",
        "  ✓ Vai trò đang giữ:",
        "    ✓ Người làm, từ 02/03/2026 09:00",
        "  ✓ Ở trạng thái “open”, Người làm có quyền “Xem” (ma trận case).",
        "  ✓ Ở trạng thái “open”, Người làm có quyền “Kết thúc” (ma trận case).",
        "  ✓ Người làm được chuyển từ “open” sang “done”.",
        "  ✓ Điều kiện thỏa: record.name == 'a'",
    ]
    assert remedy == ""


def test_a_guard_says_what_it_read(place: Office) -> None:
    texts, remedy, english = explained(place, place.an, "finish", values={"name": "b"})
    assert texts[0] == "✗ Không được phép “Kết thúc”."
    assert texts[-1] == "  ✗ Tên phải là a (record.name = b)"
    assert remedy == "Cần khắc phục: Tên phải là a"
    assert english == "To be mended: The name must be a"


def test_a_missing_right_names_who_has_it(place: Office) -> None:
    texts, remedy, english = explained(place, place.binh, "finish")
    assert texts[2] == "    ✓ Thủ trưởng – Đơn vị (Sở Nội vụ), từ 02/03/2025 09:00"
    assert texts[-1] == "  ✗ Ở trạng thái “open”, quyền “Kết thúc” chỉ dành cho Người làm."
    assert remedy == "Sẽ được phép khi bạn là Người làm."
    assert english == "It would be allowed as Worker."


def test_a_stranger_holds_nothing(place: Office) -> None:
    texts, remedy, _ = explained(place, place.chi, "view")
    assert texts[1] == "  ✗ Không giữ vai trò nào ở hồ sơ này."
    assert remedy == "Sẽ được phép khi bạn là Người làm hoặc Thủ trưởng – Đơn vị."


def test_another_status_would_do(place: Office) -> None:
    _, remedy, english = explained(place, place.an, "finish", status="done")
    assert remedy == "Sẽ được phép khi hồ sơ ở trạng thái “open”."
    assert english == "It would be allowed in status “open”."


def test_a_role_in_another_status(place: Office) -> None:
    _, remedy, _ = explained(place, place.binh, "finish", status="done")
    assert remedy == "Sẽ được phép khi là Người làm và hồ sơ ở trạng thái “open”."
