"""Access to fields, and what a record offers."""

from __future__ import annotations

import pytest

from luongviec.engine.deciding.decide import decide, decide_move
from luongviec.engine.deciding.decisions import RefusedBy
from luongviec.engine.deciding.field_access import field_access, field_access_for_create
from luongviec.engine.deciding.offers import Offer, OfferKind, offers, open_moves
from luongviec.engine.model import Access
from luongviec.engine.world import SYSTEM, Actor
from tests.engine.worlds import CATEGORIES, Office, matrix, module, office, statuses, workspace_of

FIELDS = {
    "name": {"type": "text", "label": "Tên", "required": True},
    "note": {"type": "text", "label": "Ghi chú"},
    "reason": {"type": "text", "label": "Lý do", "required_when": "record.note == 'x'"},
    "proof": {"type": "text", "label": "Chứng từ", "shown_when": "record.note == 'x'"},
    "fixed": {"type": "text", "label": "Cố định", "locked_when": "record.note == 'x'"},
    "total": {"type": "number", "label": "Tổng", "computed": "1 + 1"},
}
ROLES = {"creator": {"fill": "actor", "label": "Tạo"}, "worker": {"label": "Làm"}, "reader": {"label": "Đọc"}}


def filing(**words: object) -> Office:
    """An office of cases that creators edit and readers read."""
    actions = {
        "rename": {"label": "Đổi tên", "input": [{"field": "name"}, {"field": "note"}], "effects": []},
        **words.pop("actions", {}),  # type: ignore[dict-item]
    }
    rows = {
        "*": {"creator": ["view", "edit"], "worker": ["view", "rename"], "reader": ["view"]},
    }
    return office(
        workspace_of(
            CATEGORIES,
            module(fields=FIELDS, roles=ROLES, actions=actions),
            statuses(),
            matrix(participants=rows, **words),
        )
    )


def access(place: Office, person: int, note: str = "", **around: object) -> dict[str, str]:
    """What a person may do with each field of a case in which An creates, Bình works, Chi reads."""
    roles = {"creator": place.an, "worker": place.binh, "reader": place.chi}
    case = place.world.add_record("case", values={"note": note}, roles=roles)
    found = field_access(place.world, Actor(person), place.record(case), **around)  # type: ignore[arg-type]
    return {code: one.value for code, one in found.items()}


def test_without_a_word_edit_edits_and_view_reads() -> None:
    place = filing()
    assert access(place, place.an) == {
        "name": "required", "note": "edit", "reason": "edit", "proof": "hidden", "fixed": "edit",
        "total": "read",
    }  # fmt: skip
    assert set(access(place, place.chi).values()) == {"read", "hidden"}
    assert set(access(place, place.dung).values()) == {"hidden"}


def test_conditions_narrow_after_roles() -> None:
    place = filing()
    found = access(place, place.an, "x")
    assert (found["proof"], found["reason"], found["fixed"]) == ("edit", "required", "read")


def test_required_counts_only_where_editable() -> None:
    place = filing(fields={"*": {"reader": {"name": "read", "note": "required"}}})
    found = access(place, place.chi)
    assert (found["name"], found["note"]) == ("read", "required")


def test_a_status_word_replaces_that_of_every_status() -> None:
    place = filing(fields={"*": {"reader": {"note": "edit"}}, "open": {"reader": {"note": "hidden"}}})
    assert access(place, place.chi)["note"] == "hidden"


def test_an_action_opens_what_it_asks_for() -> None:
    place = filing()
    assert access(place, place.binh)["note"] == "read"
    assert access(place, place.binh, action="rename")["note"] == "edit"
    assert access(place, place.binh, action="rename")["fixed"] == "read"
    assert access(place, place.chi, action="rename")["note"] == "read"
    closed = filing(fields={"*": {"worker": {"note": "read"}}})
    assert access(closed, closed.binh, action="rename")["note"] == "read"


def test_creators_write_all_but_what_is_closed_to_them() -> None:
    place = filing(fields={"*": {"creator": {"note": "read", "reason": "hidden"}}})
    found = field_access_for_create(place.world, Actor(place.an), place.world.workspace.modules["case"])
    assert found == {
        "name": Access.REQUIRED, "note": Access.READ, "reason": Access.HIDDEN, "proof": Access.HIDDEN,
        "fixed": Access.EDIT, "total": Access.READ,
    }  # fmt: skip


# --- Offers -------------------------------------------------------------------------------------------


def desk_of_cases(**words: object) -> Office:
    """An office of cases with guarded, hidden and moving actions, children and links."""
    return office(
        workspace_of(
            CATEGORIES,
            module(
                owner={"module": "case", "optional": True},
                has=["comments"],
                roles=ROLES,
                actions={
                    "finish": {"label": "Xong", "shown": "button", "effects": [{"move": "done"}]},
                    "check": {
                        "label": "Soát", "when": "record.name", "otherwise": "Chưa có tên", "effects": [],
                    },
                    "quiet": {"label": "Ngầm", "shown": "never", "effects": []},
                },
                relations={
                    "parts": {"owns": "case", "inverse": "whole", "tree": True, "label": "Phần"},
                    "cover": {"owns": "sheet", "inverse": "case", "one": True, "label": "Bìa"},
                    "next": {"links": "case", "inverse": "last", "label": "Sau"},
                },
                **words,
            ),
            statuses(
                names=("open", "held", "done"),
                transitions={
                    "open": {"worker": ["done", "held"], "reader": ["held"]},
                    "held": {"worker": ["open"]},
                },
            ),
            matrix(
                participants={
                    "*": {
                        "worker": [
                            "view", "finish", "check", "quiet", "change_status", "comment", "attach",
                            "add_parts", "add_cover", "link_next",
                        ],
                        "reader": ["view", "finish"],
                    }
                }
            ),
            module("sheet", owner="case"),
            statuses("sheet"),
            matrix("sheet", participants={"*": {"owner:view": ["view"]}}),
        )
    )  # fmt: skip


def offered(place: Office, person: int, case: int, **around: object) -> dict[tuple[str, str | None], Offer]:
    """What a case offers, by action and where it leads."""
    found = offers(place.world, Actor(person), place.record(case), **around)  # type: ignore[arg-type]
    return {(one.action, one.moves_to): one for one in found}


def a_case(place: Office, **words: object) -> int:
    """Add a case where An works and Chi reads."""
    roles = {"worker": place.an, "reader": place.chi}
    return place.world.add_record("case", roles=roles, **words)  # type: ignore[arg-type]


def test_offers_in_order_with_reasons() -> None:
    place = desk_of_cases()
    found = offered(place, place.an, a_case(place))
    assert list(found) == [
        ("finish", "done"), ("check", None), ("change_status", "held"), ("add_parts", None),
        ("add_cover", None), ("link_next", None), ("comment", None),
    ]  # fmt: skip
    check = found["check", None]
    assert not check.enabled
    assert check.decision.reason is not None
    assert check.decision.reason.vi == "Chưa có tên"
    assert found["change_status", "held"].bare_move


def test_what_roles_never_allow_is_absent() -> None:
    place = desk_of_cases()
    assert offered(place, place.chi, a_case(place)) == {}
    assert offered(place, place.binh, a_case(place)) == {}


def test_bare_moves_only_where_no_open_action_leads() -> None:
    refused = {"rules": [{"for": ["finish"], "when": "false", "otherwise": "Chưa được"}]}
    place = desk_of_cases(**refused)
    found = offered(place, place.an, a_case(place))
    assert not found["finish", "done"].enabled
    assert found["change_status", "done"].enabled
    assert {
        one.moves_to for one in open_moves(place.world, Actor(place.an), place.record(a_case(place)))
    } == {
        "done",
        "held",
    }


def test_a_relation_to_one_is_full_with_one() -> None:
    place = desk_of_cases()
    case = a_case(place)
    assert offered(place, place.an, case)["add_cover", None].enabled
    place.world.add_record("sheet", owner=case, relation="cover")
    full = offered(place, place.an, case)["add_cover", None]
    assert (full.enabled, full.decision.refused_by) == (False, RefusedBy.GUARD)


def test_kinds_and_places_narrow_the_offers() -> None:
    place = desk_of_cases()
    case = a_case(place)
    assert [one for one, _ in offered(place, place.an, case, kinds=(OfferKind.PERMISSION,))] == ["comment"]
    assert [
        one for one, _ in offered(place, place.an, case, kinds=(OfferKind.ACTION,), shown=("button",))
    ] == ["finish"]


def test_a_deleted_record_offers_its_restoring_alone() -> None:
    place = filing(groups={"*": {"everyone": ["restore", "view", "history"]}})
    case = place.world.add_record("case", roles={"creator": place.an})
    place.world.change(case, deleted_at=place.world.now)
    assert [one for one, _ in offered(place, place.an, case)] == ["restore"]


@pytest.mark.requirement("C-76")
def test_a_bare_move_needs_the_right_and_the_transition() -> None:
    place = desk_of_cases()
    case = place.record(a_case(place))
    assert decide_move(place.world, Actor(place.an), case, "held").allowed
    assert decide_move(place.world, Actor(place.chi), case, "held").refused_by is RefusedBy.PERMISSION
    assert decide_move(place.world, Actor(place.an), case, "open").refused_by is RefusedBy.TRANSITION
    assert decide_move(place.world, SYSTEM, case, "held").refused_by is RefusedBy.TRANSITION


def test_an_owners_rule_closes_its_children() -> None:
    rules = [{"for": ["add_parts"], "when": "record.name == 'mở'", "otherwise": "Việc đã khóa"}]
    place = desk_of_cases(rules=rules)
    part = offered(place, place.an, a_case(place, values={"name": "đóng"}))["add_parts", None]
    assert part.decision.reason is not None
    assert part.decision.reason.vi == "Việc đã khóa"
    assert offered(place, place.an, a_case(place, values={"name": "mở"}))["add_parts", None].enabled


def test_offers_agree_with_decide() -> None:
    place = desk_of_cases()
    case = a_case(place)
    for (action, _), one in offered(place, place.an, case, kinds=(OfferKind.ACTION,)).items():
        assert one.decision == decide(place.world, Actor(place.an), action, place.record(case))
