"""Who may open a module's screens, and who may take its lists and reports away as files (A-25, T-99).

A module is open to everybody, and the matrix decides what each one sees there. Where a module says
`restricted: [open]`, its menu, lists, reports and forms of new records are for holders of `MODULE.open`
alone, whatever their roles; a single record that somebody takes part in still follows the matrix, so that
nobody is cut off from his work by a screen. With `restricted: [export]` files need `MODULE.export`.
"""

from __future__ import annotations

from luongviec.engine.errors import Refused
from luongviec.engine.model import Module
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.platform import Work
from luongviec.services.records.access import has_function

OPEN, EXPORT = "open", "export"


def opens(work: Work, actor: Actor, module: Module) -> bool:
    """Whether the actor may open a module's screens."""
    return _may(work, actor, module, OPEN)


def exports(work: Work, actor: Actor, module: Module) -> bool:
    """Whether the actor may take the module's lists and reports away as files."""
    return _may(work, actor, module, EXPORT)


def _may(work: Work, actor: Actor, module: Module, word: str) -> bool:
    return word not in module.restricted or has_function(work, actor, f"{module.code}.{word}")


def check_opens(work: Work, actor: Actor, module: Module) -> None:
    """Refuse who may not open a module's screens.

    Raises:
        Refused: the module is restricted and the actor lacks `MODULE.open`.
    """
    if not opens(work, actor, module):
        raise Refused(
            Text(
                f"Bạn chưa có quyền mở phân hệ “{module.name.vi}”. Hãy hỏi quản trị hệ thống.",
                f"You may not open “{module.name.in_language('en')}”. Ask an administrator.",
            )
        )


def check_exports(work: Work, actor: Actor, module: Module) -> None:
    """Refuse who may not take a module's lists and reports away as files.

    Raises:
        Refused: files of the module are restricted and the actor lacks `MODULE.export`.
    """
    if not exports(work, actor, module):
        raise Refused(
            Text(
                f"Bạn chưa có quyền xuất dữ liệu của phân hệ “{module.name.vi}”. Hãy hỏi quản trị hệ thống.",
                f"You may not export data of “{module.name.in_language('en')}”. Ask an administrator.",
            )
        )
