"""Why a picker has nobody to offer, and whom to ask (W-44)."""

from __future__ import annotations

from luongviec.engine.model import (
    FieldType,
    Module,
    People,
    PeopleForm,
    PeopleKind,
    UnitSet,
    UnitSetKind,
    Workspace,
)
from luongviec.engine.text import Text
from luongviec.engine.world import RecordState
from luongviec.forms.form import Control

NOTHING_FOUND = Text("Không tìm thấy “{q}”.", "Nothing found for “{q}”.")
NO_PEOPLE = Text("Chưa có ai để chọn.", "There is nobody to choose.")
NO_UNITS = Text("Chưa có đơn vị nào để chọn.", "There is no unit to choose.")
NO_RECORDS = Text("Chưa có hồ sơ nào để chọn.", "There is no record to choose.")
CHOOSE_FIRST = Text("Hãy chọn “{name}” trước.", "Choose “{name}” first.")
NOT_MINE = Text(
    "Bạn chưa giữ vai trò nào được “{ability}”. Hãy nhờ quản trị đơn vị thêm bạn vào vai trò đó.",
    "You fill no slot that may “{ability}”. Ask your unit's administrator to put you into one.",
)
NO_CHILDREN = Text(
    "Đơn vị đã chọn ở “{name}” chưa có đơn vị trực thuộc.", "The unit in “{name}” has no units below it."
)
NOBODY_THERE = Text(
    "Đơn vị đã chọn ở “{name}” chưa có người giữ vai trò phù hợp. Hãy nhờ quản trị đơn vị bổ sung.",
    "In the unit of “{name}” nobody fills a fitting slot. Ask the unit's administrator to fill one.",
)


def why_none(workspace: Workspace, module: Module, control: Control, state: RecordState) -> Text:
    """Say why a control has no candidates just now."""
    source = control.field.candidates
    if isinstance(source, UnitSet):
        return _why_no_units(workspace, module, source, state)
    if isinstance(source, People):
        for form in source.any:
            reason = _why_not(module, form, state)
            if reason is not None:
                return reason
    if control.field.type == FieldType.RECORD:
        return NO_RECORDS
    return NO_UNITS if control.field.type == FieldType.UNIT else NO_PEOPLE


def _why_no_units(workspace: Workspace, module: Module, source: UnitSet, state: RecordState) -> Text:
    if source.kind is UnitSetKind.MINE:
        return _filled(NOT_MINE, ability=_ability(workspace, source.name))
    if source.kind is UnitSetKind.SIDE or source.name not in module.roles:
        return NO_UNITS
    label = module.roles[source.name].label
    return _filled(NO_CHILDREN if state.holders(source.name) else CHOOSE_FIRST, name=label)


def _why_not(module: Module, form: PeopleForm, state: RecordState) -> Text | None:
    role = module.roles.get(form.role or "")
    if form.kind not in (PeopleKind.SLOT, PeopleKind.ABILITY) or role is None:
        return None
    return _filled(NOBODY_THERE if state.holders(role.code) else CHOOSE_FIRST, name=role.label)


def _ability(workspace: Workspace, code: str) -> Text:
    for side in workspace.sides.values():
        if code in side.abilities:
            return side.abilities[code]
    return Text(code, code)


def _filled(template: Text, **names: Text) -> Text:
    return Text(
        template.vi.format_map({key: text.vi for key, text in names.items()}),
        (template.en or template.vi).format_map({key: text.in_language("en") for key, text in names.items()}),
    )
