"""One row of a workbook as the create form would have it, and what the plan says to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from luongviec.engine.errors import InvalidInput, LuongViecError, NeedsAnswer
from luongviec.engine.model import FieldType
from luongviec.engine.planning.plan import Answers, Question
from luongviec.engine.planning.planner import plan_create
from luongviec.engine.related import zone_of
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.forms.opening import OpenForm
from luongviec.forms.reading import Clock
from luongviec.forms.validation import CHOSEN, typed_sheet
from luongviec.services.exchange.cells import (
    Level,
    Problem,
    RawCell,
    RawRow,
    looks_like_formula,
    plain_number,
)
from luongviec.services.exchange.sheets import YES_NO, Choice, SheetCode, bracketed, chosen
from luongviec.services.forms.candidates import CandidateRequest, candidates
from luongviec.services.platform import Platform, Work
from luongviec.services.record_imports.sheet import NAMED, Place, places_of
from luongviec.services.views import Candidate
from luongviec.store.folding import fold

CONFIRMED = Answers(confirmed=True)
CHECK_CELL = Text("Hãy sửa ô này trong tệp.", "Mend this cell in the file.")
CHECK_ROW = Text("Hãy sửa dòng này trong tệp.", "Mend this row in the file.")
LOOK = Text("Hãy xem lại; vẫn nhập được.", "Look at it again; it can be imported all the same.")


@dataclass(slots=True)
class RowOfForm:
    """What a row says in the words of the form, and what is wrong with it."""

    number: int
    typed: dict[str, object]
    problems: list[Problem]


class RowReader:
    """Reads rows against one open form."""

    def __init__(
        self, platform: Platform, work: Work, actor: Actor, form: OpenForm, letters: Mapping[str, str]
    ):
        self._platform, self._work, self._actor, self._form = platform, work, actor, form
        self._letters = letters
        self._module = form.desk.module.code
        self._places = places_of(form)

    def read(self, row: RawRow) -> RowOfForm:
        """Give the form's values of a row; names are found as its pickers find them."""
        found = RowOfForm(row.number, self._defaults(), [])
        for place in self._places:
            cell = row.cells.get(place.column)
            if place.column in row.formulas:
                text, remedy = looks_like_formula()
                found.problems.append(self._problem(row.number, place.column, text, remedy))
            elif cell is not None:
                self._put(found, place, self._value(found, place, cell))
        return found

    def plan(self, found: RowOfForm) -> None:
        """Add what the form and the rules say to a row; nothing is done."""
        broken = {one.column for one in found.problems}
        try:
            typed = self._form.read(found.typed)
            plan = plan_create(self._work.world, self._actor, self._module, typed, answers=CONFIRMED)
        except InvalidInput as error:
            for path, texts in error.errors.items():
                column = next((one for one in reversed(path.split(".")) if not one.isdigit()), "")
                known = column if any(one.column == column for one in self._places) else ""
                if known in broken:
                    continue  # what cannot be read is not also missing
                for text in texts:
                    remedy = CHECK_CELL if known else CHECK_ROW
                    found.problems.append(self._problem(found.number, known, text, remedy))
        except NeedsAnswer as error:
            asked = [one.text for one in error.questions if isinstance(one, Question)]
            for text in asked or [error.message]:
                found.problems.append(self._problem(found.number, "", text, CHECK_ROW))
        except LuongViecError as error:
            found.problems.append(self._problem(found.number, "", error.message, CHECK_ROW))
        else:
            for text in dict.fromkeys(text for entry in plan.entries for text in entry.confirmed):
                found.problems.append(
                    replace(self._problem(found.number, "", text, LOOK), level=Level.WARNING)
                )

    def _defaults(self) -> dict[str, object]:
        """Give what the form begins with: roles that are filled of themselves, and one empty row."""
        form = self._form.form
        clock = Clock(self._work.now, zone_of(self._work.workspace))
        fresh = typed_sheet(self._form.desk, form.controls, None, clock, partial=False).values
        roles = {one.name: list(fresh[one.name]) for one in form.controls if one.role is not None}  # type: ignore[call-overload]
        rows = {one.rows for one in self._places if one.rows is not None}
        return {**{name: ids for name, ids in roles.items() if ids}, **{name: [{}] for name in rows}}

    def _put(self, found: RowOfForm, place: Place, value: object) -> None:
        if value is None:
            return
        if place.rows is None:
            found.typed[place.column] = {CHOSEN: value} if place.control.inline else value
        else:
            found.typed[place.rows][0][place.column] = value  # type: ignore[index]

    def _value(self, found: RowOfForm, place: Place, cell: RawCell) -> object:
        field = place.control.field
        written = _text(cell)
        parts = [one.strip() for one in written.split(";") if one.strip()] if field.many else [written]
        if field.type == FieldType.CHOICE:
            options = [Choice(one.code, one.label) for one in field.options]
            codes = [chosen(one, options) or one for one in parts]
            return codes if field.many else codes[0]
        if field.type == FieldType.BOOLEAN:
            return (
                cell
                if isinstance(cell, bool)
                else {"yes": True, "no": False}.get(chosen(written, YES_NO) or "", written)
            )
        if field.type in NAMED:
            ids = [one for part in parts if (one := self._named(found, place, part)) is not None]
            one_only = place.control.role is None and not field.many
            return (ids[0] if ids else None) if one_only else ids
        return parts if field.many else written

    def _named(self, found: RowOfForm, place: Place, written: str) -> int | None:
        """Give the person, unit or record that a cell names; a problem where it is none or several."""
        code = bracketed(written)
        name = written[: written.rindex("[")].strip() if code else written
        asked = CandidateRequest(self._module, "create", place.path, q=code or name, typed=found.typed)
        shown = candidates(self._platform, self._actor, asked).candidates
        exact = [one for one in shown if self._is_meant(place, one, code, name)]
        fitting = exact or ([] if code else list(shown))
        usable = [one for one in fitting if one.usable]
        if len(usable) == 1:
            return int(usable[0].value)
        if usable:
            text = Text(f"Có {len(usable)} kết quả cho “{written}”.", f"“{written}” names {len(usable)}.")
            remedy = Text(
                "Hãy thêm tên đăng nhập hoặc mã trong ngoặc vuông.", "Add user name or code in brackets."
            )
        elif fitting and fitting[0].reason is not None:
            text, remedy = fitting[0].reason, CHECK_CELL
        else:
            text = Text(f"Không tìm thấy “{written}”.", f"“{written}” was not found.")
            remedy = CHECK_CELL
        found.problems.append(self._problem(found.number, place.column, text, remedy))
        return None

    def _is_meant(self, place: Place, one: Candidate, code: str, name: str) -> bool:
        if not code:
            return fold(one.label) == fold(name)
        organisation, holder_id = self._work.world.organisation, int(one.value)
        if place.control.field.type == FieldType.USER:
            return organisation.people[holder_id].user_name == code
        if place.control.field.type == FieldType.UNIT:
            return organisation.units[holder_id].code == code
        return one.detail == code

    def _problem(self, row: int, column: str, text: Text, remedy: Text) -> Problem:
        return Problem(SheetCode.RECORDS, row, column, text, remedy, letter=self._letters.get(column, ""))


def _text(cell: RawCell) -> str:
    if isinstance(cell, datetime):
        midnight = not (cell.hour or cell.minute)
        return f"{cell:%d/%m/%Y}" if midnight else f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return plain_number(cell)
    return str(cell).strip()
