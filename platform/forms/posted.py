"""Turn what an HTML form posts (dotted names, several values) into the nested `raw` of validation.

Only names that the form knows come through, so tokens, buttons and answers of the page stay outside.
Rows may be numbered with gaps: pages remove rows without renumbering the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from luongviec.forms.form import NEW, Control, Form
from luongviec.forms.validation import CHOSEN, MOST_ROWS

#: A button of this name, with a rows control's dotted name as value, asks for one more row.
ADD_ROW = "_add_row"
#: The same, with a row's dotted name, asks to take that row out.
REMOVE_ROW = "_remove_row"


def raw_from_pairs(form: Form, pairs: Iterable[tuple[str, str]]) -> dict[str, object]:
    """Give the nested values of a posted form.

    Args:
        form: what was asked.
        pairs: names and texts in the order of the page; a name may come several times.

    Returns:
        What `validation.read_input` takes, with `whole=True`.
    """
    given: dict[str, list[str]] = {}
    for name, text in pairs:
        given.setdefault(name, []).append(text)
    changed = (given.get(ADD_ROW, [""])[-1], given.get(REMOVE_ROW, [""])[-1])
    return _group(form.controls, _Posted(given), "", changed)


class _Posted:
    """Posted texts by name, and which row numbers occur below a name."""

    def __init__(self, given: dict[str, list[str]]) -> None:
        self.given = given
        self.rows: dict[str, set[int]] = {}
        for name in given:
            parts = name.split(".")
            for at, part in enumerate(parts[:-1]):
                if part.isascii() and part.isdigit() and len(part) <= 6:
                    self.rows.setdefault(".".join(parts[:at]), set()).add(int(part))


def _group(
    controls: Sequence[Control], posted: _Posted, prefix: str, changed: tuple[str, str]
) -> dict[str, object]:
    found: dict[str, object] = {}
    for control in controls:
        name = prefix + control.name
        if control.is_rows:
            found[control.name] = _rows(control, posted, name, changed)
        elif control.inline:
            chosen = posted.given.get(f"{name}.{CHOSEN}", posted.given.get(name, [""]))
            made = _group(control.inline, posted, f"{name}.{NEW}.", changed)
            found[control.name] = {CHOSEN: chosen[-1], NEW: made}
        elif name in posted.given:
            texts = posted.given[name]
            found[control.name] = texts if control.holds_many else texts[-1]
    return found


def _rows(control: Control, posted: _Posted, name: str, changed: tuple[str, str]) -> list[object]:
    add, remove = changed
    numbers = sorted(posted.rows.get(name, ()))[: MOST_ROWS + 1]
    rows: list[object] = [
        _group(control.columns, posted, f"{name}.{number}.", changed)
        for number in numbers
        if f"{name}.{number}" != remove
    ]
    return [*rows, {}] if add == name else rows


def wants_another_look(names: Iterable[str]) -> bool:
    """Whether the page asked only to add or remove a row, and nothing is to be saved yet."""
    return any(name in (ADD_ROW, REMOVE_ROW) for name in names)
