"""What a part of a bucket stands for, in words: its limits as the parameters have them (W-31)."""

from __future__ import annotations

from luongviec.engine.errors import LuongViecError
from luongviec.engine.expressions.scope import scope_for
from luongviec.engine.model import BucketPart
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, World


def note_of(world: World, actor: Actor, part: BucketPart) -> Text | None:
    """Give the note of a part in both languages; None where it has none, or none that can be written."""
    if "vi" not in part.note:
        return None
    try:
        said = {
            language: template.render(scope_for(world, None, actor=actor, language=language))
            for language, template in part.note.items()
        }
    except LuongViecError:
        return None  # a hint is not worth a page
    return Text(said["vi"], said.get("en"))
