"""What a page's form sent: nested values for the services, and the page's own hidden ones.

Names are dotted (`recipients.0.due_at`). Names that begin with `_` belong to the page (version,
answers, buttons that add or remove a row) and never reach a form's validation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask import request

from luongviec.engine.planning.plan import Answers
from luongviec.forms.posted import ADD_ROW, REMOVE_ROW
from luongviec.web.security import TOKEN_FIELD

GREATEST_ROW = 9_999


class Wish(StrEnum):
    """What a button of a form asks for instead of sending it: the name of the button."""

    SAVE_DRAFT = "_save_draft"
    SAVE_TEMPLATE = "_save_template"
    CHECK = "_check"


@dataclass(frozen=True, slots=True)
class PageValues:
    """What the page itself sent along with a form."""

    version: int | None
    key: str | None
    answers: Answers
    reason_typed: str
    confirmed: tuple[str, ...]
    drawn_at: datetime | None
    back: str | None
    only_rows: bool  # a row is to be added or removed, nothing to be saved
    draft_id: int | None = None
    draft_version: int | None = None
    drop: str = ""  # PATH:VALUE: what is to be taken out of a control, nothing to be saved
    wish: Wish | None = None  # what else is to be done instead of sending
    again: bool = False  # after sending, the same form once more
    template_name: str = ""
    template_share: str = ""


def page_values() -> PageValues:
    """Read the page's own values of the present request."""
    form = request.form
    version = form.get("_version", "")
    reason = form.get("_reason", "").strip()[:5_000]
    confirmed = tuple(form.getlist("_confirmed")[:100])
    return PageValues(
        version=_number(version),
        key=form.get("_key", "")[:64] or None,
        answers=Answers(frozenset(confirmed), reason or None),
        reason_typed=reason,
        confirmed=confirmed,
        drawn_at=_moment(form.get("_drawn", "")),
        back=form.get("_back") or None,
        only_rows=ADD_ROW in form or REMOVE_ROW in form,
        draft_id=_number(form.get("_draft", "")),
        draft_version=_number(form.get("_draft_version", "")),
        drop=form.get("_drop", "")[:300],
        wish=next((one for one in Wish if one.value in form), None),
        again="_again" in form,
        template_name=form.get("_template_name", "")[:500],
        template_share=form.get("_template_share", "")[:63],
    )


def posted_values() -> dict[str, object]:
    """Give what was typed in the present request, nested as the form is."""
    pairs = [(name, text) for name, text in request.form.items(multi=True) if name != TOKEN_FIELD]
    return nested(pairs, add=request.form.get(ADD_ROW, ""), remove=request.form.get(REMOVE_ROW, ""))


def nested(pairs: Iterable[tuple[str, str]], *, add: str = "", remove: str = "") -> dict[str, object]:
    """Nest dotted names; a name that came several times holds a list, numbered groups are rows.

    Args:
        pairs: names and texts in the order of the page.
        add: dotted name of rows that get one more, empty.
        remove: dotted name of the row that goes.
    """
    root: dict[str, object] = {}
    for name, text in pairs:
        if name.startswith("_") or (remove and (name == remove or name.startswith(f"{remove}."))):
            continue
        _put(root, name.split("."), text)
    if add:
        _put_row(root, add.split("."))
    return {name: _with_rows(value) for name, value in root.items()}


def _put(group: dict[str, object], path: list[str], text: str) -> None:
    *ways, last = path
    for way in ways:
        inner = group.setdefault(way, {})
        if not isinstance(inner, dict):
            return
        group = inner
    known = group.get(last)
    if isinstance(known, list):
        known.append(text)
    elif isinstance(known, str):
        group[last] = [known, text]
    elif known is None:
        group[last] = text


def _put_row(group: dict[str, object], path: list[str]) -> None:
    for way in path:
        inner = group.setdefault(way, {})
        if not isinstance(inner, dict):
            return
        group = inner
    group[str(GREATEST_ROW)] = {}


def _with_rows(value: object) -> object:
    if not isinstance(value, Mapping):
        return value
    inner = {name: _with_rows(one) for name, one in value.items()}
    if inner and all(name.isascii() and name.isdigit() and len(name) <= 4 for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
