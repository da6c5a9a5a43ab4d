"""Function permissions that groups and slots give. W222."""

from __future__ import annotations

from collections.abc import Iterator

from luongviec.engine.checker.codes import register
from luongviec.engine.checker.subject import Subject
from luongviec.engine.sources.reading import Steps
from luongviec.engine.text import Text

register(
    "W222",
    Text("Quyền chức năng không mở gì", "A function permission that opens nothing"),
    Text(
        "“{function}” không mở gì: phân hệ “{module}” không giới hạn việc đó, không báo cáo nào cần nó.",
        "'{function}' opens nothing: the module '{module}' does not restrict it and no report needs it.",
    ),
    Text(
        "Bỏ quyền này, thêm nó vào restricted của phân hệ (open, export), hoặc đặt needs cho một báo cáo.",
        "Take the permission out, add it to the module's restricted (open, export), or let a report need it.",
    ),
)


def check_functions(subject: Subject) -> None:
    """Find `MODULE.open`, `MODULE.export` and `MODULE.report` given where nothing asks for them (A-25)."""
    known = subject.workspace.functions()
    for kind, code, path, functions in _given(subject):
        for function in sorted(functions - known):
            written = subject.raw(kind, code, path)
            steps: Steps = path
            if isinstance(written, tuple) and function in written:
                steps = (*path, written.index(function))
            module = function.partition(".")[0]
            subject.report("W222", kind, code, steps, value=True, function=function, module=module)


def _given(subject: Subject) -> Iterator[tuple[str, str, Steps, frozenset[str]]]:
    for group in subject.workspace.user_groups.values():
        yield "user_groups", "user_groups", ("user_groups", group.code, "may"), group.may
    for side in subject.workspace.sides.values():
        for slot in side.slots.values():
            yield "side", side.code, ("slots", slot.code, "may"), slot.may
