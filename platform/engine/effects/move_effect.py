"""The effect `move`."""

from __future__ import annotations

from luongviec.engine.errors import Refused
from luongviec.engine.planning.moves import move_record
from luongviec.engine.planning.run import EffectStep
from luongviec.engine.text import Text


def apply_move(step: EffectStep) -> None:
    """Move the record to another status, if the status group lets the actor; once an action."""
    if step.run.moved:
        raise Refused(
            Text(
                f"Tác vụ “{step.run.action}” chuyển trạng thái hai lần. Hãy báo người quản trị định nghĩa.",
                f"The action '{step.run.action}' moves the status twice. Tell who keeps the definitions.",
            )
        )
    move_record(step.run, step.effect.status or "")
