"""Records that browser tests find on their pages, made through the services."""

from __future__ import annotations

from luongviec.engine.planning.plan import Answers
from luongviec.services.records import changing, talking
from tests.web.town import Town

YES = Answers(True, "Lý do")


def make_tasks(town: Town) -> int:
    """Assign three tasks to the science department; give the id of the first, which is under way."""
    platform = town.platform()
    made = [
        changing.create_record(
            platform, town.actor("tuan"), "task",
            {
                "name": name, "priority": priority, "directive": "Báo cáo Thường trực trước thứ Sáu.",
                "assigning": str(town.units["province"]), "assigner": str(town.users["khanh"]),
                "follower": [str(town.users["tuan"])],
                "recipients": [
                    {
                        "executing": str(town.units["science"]), "assignee": [str(town.users["bao"])],
                        "due_at": due,
                    }
                ],
            },
            answers=YES, whole=True,
        ).record_id
        for name, priority, due in (
            ("Báo cáo tình hình triển khai Đề án 06 quý IV", "urgent", "+1"),
            ("Rà soát danh mục dịch vụ công trực tuyến", "high", "+3"),
            ("Xây dựng kế hoạch diễn tập ứng cứu sự cố", "low", "+20"),
        )
    ]  # fmt: skip
    changing.act(platform, town.actor("bao"), made[0], "accept", {})
    entry = {"text": "Đã tổng hợp xong số liệu của 45 xã, phường.", "percent": "70"}
    changing.create_record(
        platform,
        town.actor("bao"),
        "progress_entry",
        entry,
        owner_id=made[0],
        relation="progress",
        whole=True,
    )
    talking.comment(platform, town.actor("tuan"), made[0], "Đề nghị gửi dự thảo trước 10:00.")
    platform.sessions().get_bind().dispose()
    return made[0]


def make_meeting(town: Town) -> int:
    """Prepare a meeting with an agenda to which the head of science is invited; give its id."""
    platform = town.platform()
    tuan = town.actor("tuan")
    meeting = changing.create_record(
        platform, tuan, "meeting",
        {
            "subject": "Họp giao ban chuyển đổi số", "host": str(town.units["province"]),
            "held_as": "in_person", "starts_at": "+1 08:00", "ends_at": "+1 10:30",
            "attendee": [str(town.users["bao"])],
            "document_contributor": [str(town.users["bao"])],
        },
        answers=YES, whole=True,
    ).record_id  # fmt: skip
    for subject in ("Khai mạc", "Đề án 06"):
        changing.create_record(
            platform, tuan, "agenda_item", {"subject": subject, "minutes": "20"}, owner_id=meeting,
            relation="agenda", whole=True,
        )  # fmt: skip
    platform.sessions().get_bind().dispose()
    return meeting
