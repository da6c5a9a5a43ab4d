"""What can stop a plan besides a refusal or bad input."""

from __future__ import annotations

from luongviec.engine.errors import LuongViecError
from luongviec.engine.text import Text

#: More affected records than this run as a job with a result for each.
MAX_RECORDS = 1000

#: `act`, `create` and reactions may stand inside one another this deep.
MAX_DEPTH = 5


class TooManyRecords(LuongViecError):
    """The plan would change so many records that it must run as a job."""

    code = "too_many_records"
    template = Text(
        "Việc này thay đổi {count} hồ sơ, nhiều hơn {limit}: cần chạy nền, từng hồ sơ một.",
        "This changes {count} records, more than {limit}: it must run as a job, record by record.",
    )


class TooDeep(LuongViecError):
    """Actions, creations and reactions call one another without an end in sight."""

    code = "too_deep"
    template = Text(
        "Các bước tự động gọi nhau quá {limit} tầng ở “{action}”. Hãy báo người quản trị định nghĩa.",
        "Automatic steps call one another over {limit} deep at '{action}'. Tell who keeps the definitions.",
    )


class UnknownEffect(LuongViecError):
    """The definitions name an effect that no plugin in this installation brings."""

    code = "unknown_effect"
    template = Text(
        "Không có bước “{kind}” trong bản cài đặt này. Hãy cài phần mở rộng của nó hoặc sửa định nghĩa.",
        "This installation has no effect '{kind}'. Install its plugin or change the definition.",
    )


class SeveralActions(LuongViecError):
    """More than one open action leads to a status; the caller must name one."""

    code = "several_actions"
    template = Text(
        "Có nhiều tác vụ chuyển sang trạng thái này: {actions}. Hãy chọn một.",
        "Several actions lead to this status: {actions}. Choose one.",
    )

    def __init__(self, actions: tuple[str, ...]) -> None:
        self.actions = actions
        super().__init__(actions=", ".join(actions))
