"""What an administrator says of a unit: brought into one form, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from luongviec.engine.errors import InvalidInput
from luongviec.engine.model import Workspace
from luongviec.engine.text import Text
from luongviec.services.platform import Work
from luongviec.services.units.choices import Choices, check_choices
from luongviec.services.units.slots import Filling
from luongviec.store.folding import fold
from luongviec.store.models import Unit
from luongviec.store.organisation import unit_rows
from luongviec.store.organisation import writes as rows

LONGEST_NAME = 300
LONGEST_CODE = 50
CODE = re.compile(r"[\w.\-/]+")


@dataclass(frozen=True, slots=True)
class UnitData:
    """What an administrator says of a unit. `code` empty: made from the name."""

    name: str
    parent_id: int | None = None
    kind: str | None = None
    code: str = ""
    sides: frozenset[str] = frozenset()
    choices: Choices = field(default_factory=dict)
    filling: Filling = field(default_factory=dict)


def checked(work: Work, data: UnitData, *, itself: Unit | None, had: frozenset[str]) -> UnitData:
    """Give the data in the form in which they are kept.

    Raises:
        InvalidInput: all that is wrong at once.
    """
    faults: dict[str, tuple[Text, ...]] = {}
    name, code = " ".join(data.name.split()), data.code.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        faults["name"] = (
            Text(
                f"Cần tên đơn vị, không quá {LONGEST_NAME} ký tự.",
                f"A unit's name of at most {LONGEST_NAME} characters is needed.",
            ),
        )
    fault = _code_fault(work, code, itself)
    if fault is not None:
        faults["code"] = (fault,)
    kinds = work.workspace.unit_kinds
    kept_kind = itself is not None and data.kind == itself.kind
    if data.kind is not None and kinds and data.kind not in kinds and not kept_kind:
        faults["kind"] = (
            Text(f"Không có loại đơn vị “{data.kind}”.", f"There is no kind of unit “{data.kind}”."),
        )
    sides = frozenset(
        data.sides | {side for (side, _), people in data.filling.items() if people and itself is None}
    )
    side_fault = side_faults(work.workspace, data.kind, sides)
    if side_fault is not None:
        faults["sides"] = (side_fault,)
    try:
        if itself is not None and data.parent_id != itself.parent_id:
            check_parent(work, itself, data.parent_id)
        check_choices(work.workspace, data.choices)
    except InvalidInput as error:
        faults |= error.errors
    if faults:
        raise InvalidInput(faults)
    filling = {key: people for key, people in data.filling.items() if key[0] in sides}
    return UnitData(name, data.parent_id, data.kind, code, sides, data.choices, filling)


def _code_fault(work: Work, code: str, itself: Unit | None) -> Text | None:
    if not code:
        return None
    if len(code) > LONGEST_CODE or not CODE.fullmatch(code):
        return Text(
            f"Mã gồm chữ, số, “.”, “-”, “/”, “_”, không quá {LONGEST_CODE} ký tự.",
            f"A code is letters, digits, '.', '-', '/', '_', at most {LONGEST_CODE}.",
        )
    if unit_rows.code_is_taken(work.session, code, but=itself.id if itself else None):
        free = free_code(code, rows.used_codes(work.session), stem=code)
        return Text(
            f"Mã “{code}” đã có ở đơn vị khác. Có thể dùng “{free}”.",
            f"The code “{code}” belongs to another unit. “{free}” is free.",
        )
    return None


def side_faults(workspace: Workspace, kind: str | None, sides: Collection[str]) -> Text | None:
    """Say why a unit of a kind cannot carry these sides."""
    fitting = {side.code for side in workspace.sides_for(kind)}
    for code in sorted(sides):
        side = workspace.sides.get(code)
        if side is None:
            return Text(f"Không có vai trò đơn vị “{code}”.", f"There is no side “{code}”.")
        if code not in fitting:
            known = workspace.unit_kinds.get(kind or "")
            label = known.name if known is not None else Text(kind or "?")
            return Text(
                f"Đơn vị loại “{label.vi}” không mang “{side.name.vi}”.",
                f"A unit of kind “{label.in_language('en')}” cannot carry “{side.name.in_language('en')}”.",
            )
    return None


def check_parent(work: Work, unit: Unit, parent_id: int | None) -> None:
    if parent_id is None:
        return
    parent = unit_rows.unit_row(work.session, parent_id)
    if parent is None:
        raise InvalidInput({"parent": (Text("Đơn vị cấp trên không còn.", "The unit above is gone."),)})
    if parent.path.startswith(unit.path):
        fault = Text(
            "Không thể chuyển đơn vị vào chính nhánh của nó. Hãy chọn đơn vị cấp trên khác.",
            "A unit cannot move into its own branch. Choose another unit above.",
        )
        raise InvalidInput({"parent": (fault,)})


def free_code(name: str, used: Collection[str], *, stem: str = "") -> str:
    """Make a short code from the initials of a name, numbered where it is taken."""
    taken = {code.upper() for code in used}
    stem = stem or "".join(word[0] for word in fold(name).split()).upper()[:12] or "DV"
    code, number = stem, 1
    while code.upper() in taken:
        number += 1
        code = f"{stem}{number}"
    return code
