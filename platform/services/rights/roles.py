"""Changing roles in units: a new revision of a side's definition, checked before it counts (C-49 to C-57).

The file's comments and order are kept. A change is first examined, which counts what people gain and
lose (W-37); saving publishes it, and every process takes it up at its next request (C-90).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from luongviec.engine.errors import Conflict, DefinitionError, InvalidInput
from luongviec.engine.model import Side, Slot
from luongviec.engine.sources.problems import Problem
from luongviec.engine.sources.reading import Definition, plain
from luongviec.engine.sources.rewriting import rewritten
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.codes import free_code
from luongviec.services.definitions import examine, publish, published
from luongviec.services.journal.writing import Subject, note_change
from luongviec.services.platform import Platform, Work
from luongviec.services.rights.administrators import keeping_an_administrator
from luongviec.services.rights.function_permissions import wanted_functions
from luongviec.services.rights.role_impact import Impact, RoleChange, changes, impacts
from luongviec.services.rights.role_views import check_changes_side, holders_of, side_of, slot_of
from luongviec.store.definitions.workspaces import DEFINITIONS, hold_generation

LONGEST_NAME = 100
LONGEST_NOTE = 500

CHANGED_MEANWHILE = Text(
    "Người khác vừa công bố thay đổi của các vai trò này. Hãy tải lại trang, xem lại rồi lưu.",
    "Somebody has just published a change of these roles. Load the page again, look and save.",
)


@dataclass(frozen=True, slots=True)
class RoleEdit:
    """What the form of a role says. English texts may be empty: then the Vietnamese one counts."""

    label: Text
    note: Text
    abilities: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()
    branch: bool = False
    shown: bool = True


@dataclass(frozen=True, slots=True)
class RolePreview:
    """What a change would do; with `problems` it cannot be published."""

    changes: tuple[RoleChange, ...]
    impacts: tuple[Impact, ...]
    problems: tuple[Problem, ...]


class RoleInUse(InvalidInput):
    """A role that cannot go: people hold it, or definitions name it at `problems`' places."""

    def __init__(self, errors: Mapping[str, tuple[Text, ...]], problems: tuple[Problem, ...] = ()) -> None:
        self.problems = problems
        super().__init__(errors)


# --- One role -----------------------------------------------------------------------------------------


def preview_role(
    platform: Platform, actor: Actor, side: str, slot: str, edit: RoleEdit, revision: int | None = None
) -> RolePreview:
    """Say what saving a role would do; `slot` is empty for a new one.

    Raises:
        InvalidInput: paths `label`, `note`, `abilities`, `functions`.
        Refused: not the actor's to change.
        Conflict: the side was published anew since the form was made.
    """
    return _preview(
        platform, actor, side, revision, lambda work: _with_role(work, actor, side, slot, edit)[0]
    )


def save_role(
    platform: Platform, actor: Actor, side: str, slot: str, edit: RoleEdit, revision: int | None = None
) -> str:
    """Publish a role and give its code; raises what `preview_role` raises, and DefinitionError."""
    with platform.transaction() as work:
        definition, code = _with_role(work, actor, side, slot, edit)
        before = side_of(work, side).slots.get(code)
        _publish(platform, work, actor, definition, revision)
        after = slot_of(side_of(work, side), code)
        if before is None or _facts(before) != _facts(after):
            note_change(
                work, actor, "role.edited" if before else "role.created", _subject(side, after),
                before=_facts(before) if before else None, after=_facts(after),
            )  # fmt: skip
        return code


def delete_role(platform: Platform, actor: Actor, side: str, slot: str, revision: int | None = None) -> None:
    """Delete a role that nobody holds and no definition names (C-54, C-74).

    Raises:
        RoleInUse: a built-in one, one with holders, or one that definitions name.
        Refused, Conflict: as for saving.
    """
    with platform.transaction() as work:
        check_changes_side(work, actor, side)
        definition, was = _without_role(work, side, slot)
        if blocked := _blocks(work, side, was):
            raise RoleInUse({"": blocked})
        try:
            _publish(platform, work, actor, definition, revision)
        except DefinitionError as error:
            raise RoleInUse({"": (NAMED,)}, error.problems) from error
        note_change(work, actor, "role.deleted", _subject(side, was), before=_facts(was))


def reasons_against_deleting(platform: Platform, actor: Actor, side: str, slot: str) -> RoleInUse | None:
    """Say why a role cannot be deleted, None if it can."""
    with platform.reading() as work:
        check_changes_side(work, actor, side)
        definition, was = _without_role(work, side, slot)
        blocked = _blocks(work, side, was)
        problems = examine(work, (definition,)).errors
        if problems:
            blocked = (*blocked, NAMED)
        return RoleInUse({"": blocked}, problems) if blocked else None


NAMED = Text(
    "Các định nghĩa dưới đây còn dùng vai trò này. Hãy bỏ nó ở đó trước.",
    "The definitions below name this role. Take it out there first.",
)
BUILT_IN = Text(
    "Vai trò có sẵn không xóa được. Bạn có thể đổi tên, tắt khả năng hoặc ẩn nó ở trang đơn vị.",
    "A built-in role cannot be deleted. You may rename it, switch it off, or hide it from units' pages.",
)


# --- All abilities of a side at once --------------------------------------------------------------------


def preview_abilities(
    platform: Platform,
    actor: Actor,
    side: str,
    carried: Mapping[str, frozenset[str]],
    revision: int | None = None,
) -> RolePreview:
    """Say what switching the abilities of a side's roles would do; `carried` by slot."""
    return _preview(platform, actor, side, revision, lambda work: _with_abilities(work, actor, side, carried))


def save_abilities(
    platform: Platform,
    actor: Actor,
    side: str,
    carried: Mapping[str, frozenset[str]],
    revision: int | None = None,
) -> None:
    """Publish which abilities each role of a side carries (C-55 to C-57)."""
    with platform.transaction() as work:
        definition = _with_abilities(work, actor, side, carried)
        before = side_of(work, side).slots
        _publish(platform, work, actor, definition, revision)
        for code, slot in side_of(work, side).slots.items():
            if slot.abilities != before[code].abilities:
                note_change(
                    work, actor, "role.edited", _subject(side, slot),
                    before={"abilities": sorted(before[code].abilities)},
                    after={"abilities": sorted(slot.abilities)},
                )  # fmt: skip


# --- Drafts -------------------------------------------------------------------------------------------


def _with_role(work: Work, actor: Actor, side: str, slot: str, edit: RoleEdit) -> tuple[Definition, str]:
    """Give the side's definition with a role as the form has it, and the role's code."""
    check_changes_side(work, actor, side)
    known = side_of(work, side)
    was = slot_of(known, slot) if slot else Slot("", Text(""))
    edit = _checked(known, was, edit)
    code = slot or free_code(edit.label.vi, known.slots, otherwise="role")
    may = was.may
    if edit.may != was.may:
        may = wanted_functions(work, actor, edit.may, was.may)
    definition, _ = published(work, "side", side)

    def lay(data: dict[str, Any]) -> None:
        words = data["slots"].setdefault(code, {} if slot else {"label": {}, "shipped": False})
        if edit.label != was.label:
            words["label"] = _written(edit.label)
        if edit.note != (was.note or Text("")):
            _put(words, "note", _written(edit.note) if edit.note.vi else None)
        _put(words, "abilities", _in_order(words.get("abilities"), edit.abilities) or None)
        _put(words, "may", _in_order(words.get("may"), may) or None)
        _put(words, "scope", "branch" if edit.branch else None)
        _put(words, "shown", None if edit.shown else False)

    return _laid(definition, lay), code


def _with_abilities(work: Work, actor: Actor, side: str, carried: Mapping[str, frozenset[str]]) -> Definition:
    check_changes_side(work, actor, side)
    known = side_of(work, side)
    definition, _ = published(work, "side", side)

    def lay(data: dict[str, Any]) -> None:
        for code, words in data["slots"].items():
            if code in carried and carried[code] != known.slots[code].abilities:
                _put(words, "abilities", _in_order(words.get("abilities"), carried[code]) or None)

    return _laid(definition, lay)


def _without_role(work: Work, side: str, slot: str) -> tuple[Definition, Slot]:
    was = slot_of(side_of(work, side), slot)
    definition, _ = published(work, "side", side)
    return _laid(definition, lambda data: data["slots"].pop(slot, None)), was


def _laid(definition: Definition, lay: Callable[[dict[str, Any]], object]) -> Definition:
    """Give a definition with its data changed; comments and order of its text stay."""
    data: Any = plain(definition.data)
    lay(data)
    return rewritten(definition, data)


def _put(words: dict[str, Any], word: str, value: object) -> None:
    """Write a word, or take it away where its default says it."""
    if value is None:
        words.pop(word, None)
    else:
        words[word] = value


def _in_order(written: object, wanted: frozenset[str]) -> list[str]:
    """Give names in the order in which they are written, new ones behind."""
    before = [written] if isinstance(written, str) else list(written) if isinstance(written, list) else []
    return [*(one for one in before if one in wanted), *sorted(wanted - set(before))]


def _written(text: Text) -> dict[str, str]:
    return {"vi": text.vi} | ({"en": text.en} if text.en else {})


# --- Checking and publishing ----------------------------------------------------------------------------


def _preview(
    platform: Platform, actor: Actor, side: str, revision: int | None, draft: Callable[[Work], Definition]
) -> RolePreview:
    with platform.reading() as work:
        definition = draft(work)
        _check_revision(work, side, revision)
        examined = examine(work, (definition,))
        before, after = side_of(work, side), examined.workspace.sides.get(side)
        problems = _own_first(examined.errors, definition.file)
        if after is None:
            return RolePreview((), (), problems)
        return RolePreview(changes(work, before, after), impacts(work, before, after), problems)


def _own_first(problems: tuple[Problem, ...], file: str) -> tuple[Problem, ...]:
    """Give the problems of the changed file; those of others follow from them, where there are any."""
    return tuple(one for one in problems if one.place.file == file) or problems


def _publish(
    platform: Platform, work: Work, actor: Actor, definition: Definition, revision: int | None
) -> None:
    hold_generation(work.session, DEFINITIONS)
    _check_revision(work, definition.code, revision)
    with keeping_an_administrator(work):
        publish(platform, (definition,), actor=actor)
        work.look_afresh()


def _check_revision(work: Work, side: str, revision: int | None) -> None:
    if revision is not None and revision != published(work, "side", side)[1]:
        raise Conflict(CHANGED_MEANWHILE)


def _blocks(work: Work, side: str, slot: Slot) -> tuple[Text, ...]:
    """Say why nobody may delete a role, whatever the definitions say."""
    found: list[Text] = []
    if slot.shipped:
        found.append(BUILT_IN)
    people, units = holders_of(work, side, slot.code)
    kept = len(work.world.slot_holders(side, slot.code))
    if kept:
        found.append(
            Text(
                f"{max(people, kept)} người ở {units} đơn vị đang giữ vai trò này. Hãy rút họ ra trước.",
                f"{max(people, kept)} people in {units} units hold this role. Take them out first.",
            )
        )
    return tuple(found)


def _checked(side: Side, was: Slot, edit: RoleEdit) -> RoleEdit:
    label, note = _tidy(edit.label), _tidy(edit.note)
    errors: dict[str, tuple[Text, ...]] = {}
    if not label.vi or len(label.vi) > LONGEST_NAME or len(label.en or "") > LONGEST_NAME:
        vi, en = (
            f"Cần tên vai trò, không quá {LONGEST_NAME} ký tự.",
            f"A name of at most {LONGEST_NAME} letters is needed.",
        )
        errors["label"] = (Text(vi, en),)
    for other in side.slots.values():
        if other.code != was.code and other.label.vi.casefold() == label.vi.casefold():
            vi, en = (
                f"Đã có vai trò “{other.label.vi}” ở phần này. Hãy chọn tên khác.",
                f"There is a role “{other.label.vi}” on this side already. Choose another name.",
            )
            errors["label"] = (Text(vi, en),)
    if len(note.vi) > LONGEST_NOTE or len(note.en or "") > LONGEST_NOTE:
        vi, en = (
            f"Mô tả dài quá {LONGEST_NOTE} ký tự.",
            f"The note is longer than {LONGEST_NOTE} letters.",
        )
        errors["note"] = (Text(vi, en),)
    if errors:
        raise InvalidInput(errors)
    return RoleEdit(label, note, edit.abilities, edit.may, edit.branch, edit.shown)


def _tidy(text: Text) -> Text:
    def tidy(words: str | None) -> str:
        return " ".join(unicodedata.normalize("NFC", words or "").split())

    return Text(tidy(text.vi), tidy(text.en) or None)


def _facts(slot: Slot) -> dict[str, object]:
    return {
        "name": slot.label.vi, "name_en": slot.label.en or "", "note": slot.note.vi if slot.note else "",
        "abilities": sorted(slot.abilities), "functions": sorted(slot.may), "branch": slot.branch,
        "shown": slot.shown,
    }  # fmt: skip


def _subject(side: str, slot: Slot) -> Subject:
    return Subject("role", f"{side}.{slot.code}", slot.label.vi)
