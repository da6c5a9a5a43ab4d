"""Why a picker has nobody to offer, and whom to ask (W-44)."""

from __future__ import annotations

from dataclasses import dataclass

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
from luongviec.engine.world import Actor, HolderKind, RecordState
from luongviec.forms.form import Control
from luongviec.services.platform import Work
from luongviec.services.units.administrators import MOST_NAMED, Administrator, administrators_of

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


@dataclass(frozen=True, slots=True)
class Lack:
    """Why a control has no candidates: in words, the units that lack somebody, and who can mend it."""

    reason: Text
    unit_ids: tuple[int, ...] = ()
    helpers: tuple[Administrator, ...] = ()

    @property
    def words(self) -> Text:
        """The reason, and the names of those to ask."""
        if not self.helpers:
            return self.reason
        named = ", ".join(f"{one.name} ({one.post})" if one.post else one.name for one in self.helpers)
        return Text(
            f"{self.reason.vi} Người bổ sung được: {named}.",
            f"{self.reason.in_language('en')} Who can mend this: {named}.",
        )


def lack_of(
    workspace: Workspace, module: Module, control: Control, state: RecordState, *, work: Work | None = None,
    actor: Actor | None = None,
) -> Lack:  # fmt: skip
    """Say why a control has no candidates just now, and who can mend it where a unit lacks people.

    Args:
        work: where units and their administrators are looked up; without it nobody is named.
        actor: who asks: where he himself lacks a slot, the administrators of his own units are named.
    """
    reason, units = _reason(workspace, module, control, state, work, actor)
    return Lack(reason, units, _helpers(work, units) if work is not None else ())


def lack_to_create(work: Work, actor: Actor, module: Module) -> Lack | None:
    """Say which slot somebody lacks to make records, where the home is a unit in which one may."""
    home = module.roles.get(module.home or "")
    source = None if home is None else home.candidates
    if not isinstance(source, UnitSet):
        return None
    while source.kind is not UnitSetKind.MINE:  # `below ROLE`: that role's own source
        above = module.roles.get(source.name)
        if above is None or not isinstance(above.candidates, UnitSet) or above.candidates is source:
            return None
        source = above.candidates
    units = _own_units(work, actor)
    return Lack(
        _filled(NOT_MINE, ability=_ability(work.workspace, source.name)), units, _helpers(work, units)
    )


def _helpers(work: Work, unit_ids: tuple[int, ...]) -> tuple[Administrator, ...]:
    """Give a few who administer units that lack somebody, the nearest first."""
    found: dict[int, Administrator] = {}
    for unit_id in unit_ids:
        for one in administrators_of(work, unit_id)[:MOST_NAMED]:
            found.setdefault(one.user_id, one)
    return tuple(found.values())[:MOST_NAMED]


def _reason(
    workspace: Workspace, module: Module, control: Control, state: RecordState, work: Work | None,
    actor: Actor | None,
) -> tuple[Text, tuple[int, ...]]:  # fmt: skip
    """Give why, and the units that lack somebody."""
    source = control.field.candidates
    if isinstance(source, UnitSet):
        return _why_no_units(workspace, module, source, state, _own_units(work, actor))
    if isinstance(source, People):
        for form in source.any:
            found = _why_not(module, form, state)
            if found is not None:
                return found
    if control.field.type == FieldType.RECORD:
        return NO_RECORDS, ()
    return NO_UNITS if control.field.type == FieldType.UNIT else NO_PEOPLE, ()


def _why_no_units(
    workspace: Workspace, module: Module, source: UnitSet, state: RecordState, own_units: tuple[int, ...]
) -> tuple[Text, tuple[int, ...]]:
    if source.kind is UnitSetKind.MINE:
        return _filled(NOT_MINE, ability=_ability(workspace, source.name)), own_units
    if source.kind is UnitSetKind.SIDE or source.name not in module.roles:
        return NO_UNITS, ()
    label, units = module.roles[source.name].label, _units_in(state, source.name)
    return _filled(NO_CHILDREN if state.holders(source.name) else CHOOSE_FIRST, name=label), units


def _why_not(module: Module, form: PeopleForm, state: RecordState) -> tuple[Text, tuple[int, ...]] | None:
    role = module.roles.get(form.role or "")
    if form.kind not in (PeopleKind.SLOT, PeopleKind.ABILITY) or role is None:
        return None
    reason = _filled(NOBODY_THERE if state.holders(role.code) else CHOOSE_FIRST, name=role.label)
    return reason, _units_in(state, role.code)


def _units_in(state: RecordState, role: str) -> tuple[int, ...]:
    return tuple(holder.id for holder in state.holders(role) if holder.kind is HolderKind.UNIT)


def _own_units(work: Work | None, actor: Actor | None) -> tuple[int, ...]:
    if work is None or actor is None or actor.user_id is None:
        return ()
    return tuple(dict.fromkeys(one.unit_id for one in work.world.holdings(actor.user_id)))[:1]


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
