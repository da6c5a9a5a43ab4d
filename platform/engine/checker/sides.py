"""Sides of units: which kinds of unit may carry them. E221."""

from __future__ import annotations

from luongviec.engine.checker.codes import register
from luongviec.engine.checker.subject import Subject
from luongviec.engine.text import Text

register(
    "E221",
    Text("Đề mục không mang vai trò đơn vị", "A heading carries no side"),
    Text(
        "“{kind}” là đề mục, chỉ gom các đơn vị khác, nên không mang được “{side}”.",
        "'{kind}' is a heading, which only gathers other units: it cannot carry '{side}'.",
    ),
    Text(
        "Bỏ “{kind}” khỏi kinds, hoặc bỏ heading của loại đơn vị này.",
        "Take '{kind}' out of kinds, or take heading away from that kind of unit.",
    ),
)


def check_sides(subject: Subject) -> None:
    """Find sides that name a heading among the kinds of unit that carry them (O-15)."""
    workspace = subject.workspace
    for side in workspace.sides.values():
        written = subject.raw("side", side.code, ("kinds",))
        for index, kind in enumerate(written if isinstance(written, tuple) else sorted(side.kinds)):
            if workspace.is_heading(str(kind)):
                path = ("kinds", index)
                subject.report("E221", "side", side.code, path, value=True, kind=kind, side=side.code)
