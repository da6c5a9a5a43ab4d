"""Records for page tests, made through the services as people would make them."""

from __future__ import annotations

from luongviec.engine.planning.plan import Answers
from luongviec.services.records import changing
from tests.web.conftest import Pages

YES = Answers(True, "Lý do")


def task_form(pages: Pages, **differences: object) -> dict[str, object]:
    """Give what a person types to assign a task to one unit."""
    town = pages.town
    typed: dict[str, object] = {
        "name": "Lập báo cáo chuyển đổi số",
        "priority": "high",
        "directive": "Gửi trước thứ Sáu.",
        "assigning": str(town.units["province"]),
        "assigner": str(town.users["khanh"]),
        "follower": str(town.users["tuan"]),
        "recipients.0.executing": str(town.units["science"]),
        "recipients.0.assignee": str(town.users["bao"]),
        "recipients.0.due_at": "+9",
    }
    typed.update(differences)
    return typed


def make_task(pages: Pages, name: str = "Lập báo cáo chuyển đổi số", *, days: str = "+9") -> int:
    """Assign a task of the province to the science department and give its id."""
    town = pages.town
    given = {
        "name": name,
        "priority": "high",
        "directive": "Gửi trước thứ Sáu.",
        "assigning": str(town.units["province"]),
        "assigner": str(town.users["khanh"]),
        "follower": [str(town.users["tuan"])],
        "recipients": [
            {
                "executing": str(town.units["science"]),
                "assignee": [str(town.users["bao"])],
                "due_at": days,
            }
        ],
    }
    made = changing.create_record(pages.platform, town.actor("tuan"), "task", given, answers=YES, whole=True)
    return made.record_id
