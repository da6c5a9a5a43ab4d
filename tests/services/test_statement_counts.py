"""How many statements an action takes: a bound for each, so that none creeps in unseen."""

from __future__ import annotations

from luongviec.services.records import changing
from tests.services.house import CONFIRMED, House

#: A plain step takes at most a dozen; one that makes a further record, or other people, somewhat more.
BOUNDS = {
    "create": 15,
    "forward": 20,
    "accept": 11,
    "progress": 19,
    "complete": 27,
    "approve": 19,  # its rule of four eyes asks in whose place the approver acted here before
    "comment": 12,
}


def life(house: House) -> dict[str, int]:
    """Let a task go through its life; give the statements of each step."""
    counts: dict[str, int] = {}
    file_id = house.file("officer")
    with house.statements() as found:
        record_id = house.task()
    counts["create"] = len(found)
    entry: dict[str, object] = {"text": "Đã rải đá", "percent": 40}
    steps = {
        "forward": lambda: house.act(
            "contact", record_id, "forward", to=house.users["officer"], reason="Nhờ anh"
        ),
        "accept": lambda: house.act("officer", record_id, "accept"),
        "progress": lambda: changing.create_record(
            house.platform, house.actor("officer"), "progress_entry", entry, owner_id=record_id,
            relation="progress", answers=CONFIRMED,
        ),
        "complete": lambda: house.act("officer", record_id, "complete", text="Đã xong", files=[file_id]),
        "approve": lambda: house.act("planner", record_id, "approve_result"),
        "comment": lambda: changing.comment(house.platform, house.actor("planner"), record_id, "Cảm ơn"),
    }  # fmt: skip
    for name, step in steps.items():
        with house.statements() as found:
            step()
        counts[name] = len(found)
    return counts


def test_an_action_takes_few_statements(house: House) -> None:
    life(house)  # definitions, organisation and terms are read once by each process
    counts = life(house)
    assert {name: count for name, count in counts.items() if count > BOUNDS[name]} == {}
