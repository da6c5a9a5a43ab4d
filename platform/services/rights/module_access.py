"""Who may open a module's screens: its menu, its lists, the forms of new records (A-25).

A module is open to everybody, and the matrix decides what each one sees there. A module that says
`restricted: true` opens to holders of `MODULE.open` alone, whatever their roles; a single record of it
that somebody takes part in still follows the matrix, so that nobody is cut off from his work by a screen.
"""

from __future__ import annotations

from luongviec.engine.errors import Refused
from luongviec.engine.model import Module
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.access import has_function
from luongviec.services.platform import Work


def opens(work: Work, actor: Actor, module: Module) -> bool:
    """Whether the actor may open a module's screens."""
    return not module.restricted or has_function(work, actor, f"{module.code}.open")


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
