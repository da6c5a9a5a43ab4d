"""When a form can no longer be sent because others were faster: what they did, and what was typed (T-136)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from luongviec.engine.errors import LuongViecError, Refused
from luongviec.engine.text import Text
from luongviec.services.forms.typed_words import typed_words
from luongviec.services.views import HistoryView, RecordLink
from luongviec.web.rendering import render_page
from luongviec.web.sessions import actor, platform


def has_typed(raw: Mapping[str, object]) -> bool:
    """Say whether anything was typed that would be lost."""
    return any(
        isinstance(part, str) and part.strip()
        for value in raw.values()
        for part in (value if isinstance(value, list | tuple) else (value,))
    )


def draw_overtaken(
    error: LuongViecError,
    raw: Mapping[str, object],
    *,
    module: str = "",
    action: str = "",
    record: RecordLink | None = None,
    changes: Sequence[HistoryView] = (),
) -> str:
    """Draw the page: why it cannot be done any more, what changed, and everything that was typed.

    Args:
        error: what refused the action.
        raw: what was typed.
        module: of the record, so that what was typed has its labels.
        action: that was wanted.
        record: where the person still sees it.
        changes: what others did since the form was drawn, as far as he may read it.
    """
    return render_page(
        "overtaken.html",
        message=error.message,
        remedies=_remedies(error),
        record=record,
        changes=changes,
        typed=typed_words(platform(), actor(), module, action, raw),
    )


def _remedies(error: LuongViecError) -> tuple[Text, ...]:
    remedy = getattr(error.decision, "remedy", None) if isinstance(error, Refused) else None
    return tuple(getattr(remedy, "texts", ()) or ())
