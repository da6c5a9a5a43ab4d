"""Errors of the engine and of everything above it.

Two families never mix: `DefinitionError` is the author's fault and found at load; the others are
met by a person at run time. Errors carry data; prose is made at the edge from `message` in the
person's language. `web` maps each class to an HTTP status in one table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from luongviec.engine.text import Text

if TYPE_CHECKING:
    from luongviec.engine.sources.problems import Problem


class LuongViecError(Exception):
    """Base of all our errors: a stable code, parameters and a text with what to do next."""

    code: ClassVar[str] = "error"
    template: ClassVar[Text] = Text("Có lỗi xảy ra.", "Something went wrong.")

    def __init__(self, message: Text | None = None, /, **parameters: object) -> None:
        self.parameters: Mapping[str, object] = parameters
        self.message: Text = message or self.template.filled(parameters)
        super().__init__(self.message.en or self.message.vi)


class DefinitionError(LuongViecError):
    """Definitions that cannot be used; `problems` says where and what to do."""

    code = "definition_error"
    template = Text(
        "Định nghĩa còn lỗi, hãy sửa các vấn đề được liệt kê.",
        "The definitions have problems; mend those listed.",
    )

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__()
        self.args = ("; ".join(str(problem) for problem in problems[:20]),)


class InvalidInput(LuongViecError):
    """What was typed cannot be taken: field path → messages, `""` for the form as a whole.

    Paths are dotted, rows by index: `recipients.0.due_at`. What was typed comes back with it.
    """

    code = "invalid_input"
    template = Text("Hãy sửa các ô được đánh dấu.", "Mend the marked fields.")

    def __init__(
        self, errors: Mapping[str, tuple[Text, ...]], typed: Mapping[str, object] | None = None
    ) -> None:
        self.errors = errors
        self.typed: Mapping[str, object] = typed or {}
        super().__init__()


class Refused(LuongViecError):
    """The actor may see the record but not do this; `decision` holds the proof (see `decide`)."""

    code = "refused"
    template = Text("Bạn chưa được phép làm việc này.", "You are not allowed to do this.")

    def __init__(self, message: Text | None = None, /, decision: object | None = None) -> None:
        self.decision = decision
        super().__init__(message)


class NeedsAnswer(LuongViecError):
    """Rules ask for a confirmation or a reason first (rule levels `confirm`, `reason`, `warn`).

    The caller shows `questions` and comes again with the answers; nothing was done.
    """

    code = "needs_answer"
    template = Text("Cần xác nhận trước khi tiếp tục.", "Please confirm before going on.")

    def __init__(self, questions: tuple[object, ...]) -> None:
        self.questions = questions
        super().__init__()


class NotFound(LuongViecError):
    """There is no such thing, or this actor may not know of it: both look alike."""

    code = "not_found"
    template = Text(
        "Không tìm thấy, hoặc bạn không được xem. Hãy quay lại danh sách.",
        "Not found, or not yours to see. Go back to the list.",
    )


class Conflict(LuongViecError):
    """Somebody was first: the record's version is newer than the one this was based on."""

    code = "conflict"
    template = Text(
        "Hồ sơ đã được người khác thay đổi. Hãy xem thay đổi rồi làm lại.",
        "Somebody else has changed the record. Look at the change and try again.",
    )


class Unavailable(LuongViecError):
    """An outside service does not answer now; trying again later may help."""

    code = "unavailable"
    template = Text(
        "Dịch vụ tạm thời chưa sẵn sàng. Hãy thử lại sau.", "The service is not ready. Try again later."
    )


class NotYet(LuongViecError):
    """A word of the language that is read and checked, but does not run in this version."""

    code = "not_yet"
    template = Text("Phiên bản này chưa chạy được “{word}”.", "This version cannot run “{word}” yet.")
