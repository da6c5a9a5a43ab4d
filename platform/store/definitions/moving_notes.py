"""What a history says of a move: from which revision to which, by the numbers that authors know."""

from __future__ import annotations

from sqlalchemy import select

from luongviec.engine.text import Text
from luongviec.store.database import AnySession
from luongviec.store.models import Revision


def note_of(
    session: AnySession, module_before: int, module_after: int, group_before: int, group_after: int
) -> Text:
    """Give the words for a move between two pairs of revisions."""
    wanted = {module_before, module_after, group_before, group_after}
    rows = session.execute(select(Revision.id, Revision.number).where(Revision.id.in_(wanted)))
    numbers = {row[0]: row[1] for row in rows}
    vi, en = [], []
    if module_before != module_after:
        pair = f"{numbers.get(module_before, 0)} → {numbers.get(module_after, 0)}"
        vi.append(f"phân hệ: phiên bản {pair}")
        en.append(f"module: revision {pair}")
    if group_before != group_after:
        pair = f"{numbers.get(group_before, 0)} → {numbers.get(group_after, 0)}"
        vi.append(f"bộ trạng thái: phiên bản {pair}")
        en.append(f"status group: revision {pair}")
    return Text(_sentence(vi), _sentence(en))


def _sentence(parts: list[str]) -> str:
    text = "; ".join(parts)
    return text[:1].upper() + text[1:]
