"""The sheet of units: what each row would make or change, and what is wrong with it (O-10, O-11, W-22)."""

from __future__ import annotations

from collections import defaultdict

from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text
from luongviec.services.exchange.cells import Problems, RawSheet, RowReader, normal
from luongviec.services.exchange.near_names import near_pairs
from luongviec.services.exchange.plan import ImportPlan, NewUnit, Outcome, Ref, Shown, UnitChange
from luongviec.services.exchange.sheets import SIDE, SheetCode
from luongviec.services.exchange.standing import Standing, key_of, shown_code
from luongviec.services.exchange.units_to_be import UnitRow, UnitsToBe
from luongviec.services.units.obstacles import check_sides_may_go
from luongviec.store.organisation.facts import UnitFact
from luongviec.store.organisation.unit_rows import unit_row

UNITS = SheetCode.UNITS


def check_units(standing: Standing, raw: RawSheet | None, problems: Problems, plan: ImportPlan) -> UnitsToBe:
    """Compare the rows with the database, and add to the plan what they would do."""
    to_be = UnitsToBe(standing)
    for row in _read(standing, raw, problems):
        to_be.rows[row.key] = row
    _check_parents(to_be, problems)
    _check_circles(to_be, problems)
    places = _Places(to_be)
    for row in to_be.rows.values():
        _check_sides(to_be, row, problems)
    for row in to_be.rows.values():
        if row.known is None:
            _make(to_be, row, places, problems, plan)
        else:
            _change(to_be, row, row.known, places, problems, plan)
    _warn_of_near_names(to_be, problems)
    return to_be


def _read(standing: Standing, raw: RawSheet | None, problems: Problems) -> list[UnitRow]:
    rows: dict[str, UnitRow] = {}
    for cells in raw.rows if raw is not None else ():
        reader = RowReader(raw.sheet, cells, problems)  # type: ignore[union-attr]
        row = UnitRow(
            cells.number, "", reader.code("code"), "", reader.text("name"), reader.choice("kind"),
            reader.whole("order"), reader.yes_no("active"),
            {
                column.name.removeprefix(SIDE): value
                for column in reader.sheet.columns
                if column.name.startswith(SIDE) and (value := reader.yes_no(column.name)) is not None
            },
        )  # fmt: skip
        row.parent, row.key = reader.code("parent"), row.code.upper()
        if not row.code:
            reader.error(
                "code",
                Text("Thiếu mã đơn vị.", "The unit's code is missing."),
                Text("Hãy điền một mã duy nhất.", "Give it a code of its own."),
            )
            continue
        if row.key in rows:
            first = rows[row.key].number
            reader.error(
                "code",
                Text(
                    f"Mã “{row.code}” đã có ở dòng {first}.", f"The code “{row.code}” is in row {first} too."
                ),
                Text("Hãy bỏ dòng thừa hoặc đổi mã.", "Take one of the rows away, or change the code."),
            )
            continue
        row.known = standing.unit(row.code, standing.unit_reach)
        if row.known is None and row.key in standing.by_code:
            reader.error(
                "code",
                Text(
                    f"Mã “{row.code}” không dùng được ở đây.", f"The code “{row.code}” cannot be used here."
                ),
                Text("Hãy chọn mã khác.", "Choose another code."),
            )
            continue
        if row.known is None and row.code.startswith("#"):
            reader.error(
                "code",
                Text("Mã đơn vị mới không bắt đầu bằng #.", "A new unit's code does not begin with #."),
                Text("Hãy chọn mã khác.", "Choose another code."),
            )
            continue
        rows[row.key] = row
    return list(rows.values())


def _check_parents(to_be: UnitsToBe, problems: Problems) -> None:
    standing = to_be.standing
    for row in to_be.rows.values():
        if not row.parent:
            if row.known is None and standing.unit_reach is not None:
                problems.error(
                    UNITS, row.number, "parent",
                    Text("Thiếu mã đơn vị cấp trên.", "The code of the unit above is missing."),
                    Text("Hãy điền mã một đơn vị mà bạn quản trị.",
                         "Give the code of a unit that you administer."),
                )  # fmt: skip
            continue
        parent = to_be.find(row.parent, standing.unit_reach)
        above = None if row.known is None else standing.facts.units.get(row.known.parent_id or 0)
        if above is not None and row.parent.upper() == key_of(above):
            continue  # it stays where it is, whoever administers the unit above
        if parent is None:
            problems.error(
                UNITS, row.number, "parent",
                Text(f"Không có đơn vị mã “{row.parent}”.",
                     f"There is no unit with the code “{row.parent}”."),
                Text("Hãy thêm đơn vị ấy vào tệp, hoặc sửa mã.",
                     "Add that unit to the file, or mend the code."),
            )  # fmt: skip
        elif (
            row.known is not None
            and standing.unit_reach is not None
            and (row.known.parent_id not in standing.unit_reach)
        ):
            problems.error(
                UNITS, row.number, "parent",
                Text("Bạn không chuyển được đơn vị này đi nơi khác.", "You cannot move this unit elsewhere."),
                Text("Hãy để trống ô này.", "Leave this cell empty."),
            )  # fmt: skip
        else:
            to_be.parents[row.key] = row.parent.upper()


def _check_circles(to_be: UnitsToBe, problems: Problems) -> None:
    settled: set[str] = set()
    for start in to_be.parents:
        way: list[str] = []
        key: str | None = start
        while key is not None and key not in settled and key not in way:
            way.append(key)
            key = _above(to_be, key)
        if key is not None and key in way:
            circle = way[way.index(key) :]
            names = " → ".join([*circle, circle[0]])
            for one in circle:
                row = to_be.rows.get(one)
                if row is not None and one in to_be.parents:
                    problems.error(
                        UNITS, row.number, "parent",
                        Text(f"Thành vòng cấp trên: {names[:300]}.", f"This makes a circle: {names[:300]}."),
                        Text("Hãy sửa cấp trên của một trong các đơn vị này.",
                             "Give one of these units another unit above."),
                    )  # fmt: skip
        settled.update(way)


def _above(to_be: UnitsToBe, key: str) -> str | None:
    if key in to_be.parents:
        return to_be.parents[key]
    fact = to_be.standing.by_code.get(key)
    above = None if fact is None else to_be.standing.facts.units.get(fact.parent_id or 0)
    return None if above is None else key_of(above)


class _Places:
    """Where units stand among their neighbours; new ones without a number come last, in row order."""

    def __init__(self, to_be: UnitsToBe) -> None:
        self._to_be = to_be
        self._next: dict[Ref | None, int] = {}
        self._given: dict[Ref | None, int] = {}
        for row in to_be.rows.values():
            if row.order is not None:
                parent = self.parent(row)
                self._given[parent] = max(self._given.get(parent, -1), row.order - 1)

    def parent(self, row: UnitRow) -> Ref | None:
        """Give the unit above, as it will be."""
        key = self._to_be.parents.get(row.key)
        if key is not None:
            fact = self._to_be.standing.by_code.get(key)
            return key if fact is None else fact.id
        return None if row.known is None else row.known.parent_id

    def place(self, row: UnitRow, *, moves: bool) -> int:
        """Give the position of a row's unit."""
        if row.order is not None:
            return row.order - 1
        if row.known is not None and not moves:
            return row.known.position
        parent = self.parent(row)
        if parent not in self._next:
            taken = [self._given.get(parent, -1)]
            if parent is None or isinstance(parent, int):
                taken += [unit.position for unit in self._to_be.standing.children[parent]]
            self._next[parent] = max(taken) + 1
        self._next[parent] += 1
        return self._next[parent] - 1


def _check_sides(to_be: UnitsToBe, row: UnitRow, problems: Problems) -> None:
    """Work out the sides that a unit will carry, and refuse those that its kind or its people forbid."""
    standing, workspace = to_be.standing, to_be.standing.workspace
    kind = row.kind or (row.known.kind if row.known is not None else None)
    allowed = {side.code: side for side in workspace.sides_for(kind)}
    before = set() if row.known is None else set(standing.sides_of[row.known.id])
    after = set(before)
    if row.known is None:
        after |= {
            code for code, side in allowed.items() if side.belonging and row.sides.get(code) is not False
        }
    for code, carries in row.sides.items():
        if carries and code not in before and code not in allowed:
            side = workspace.sides[code]
            problems.error(
                UNITS, row.number, SIDE + code,
                Text(f"Loại đơn vị này không mang vai trò “{side.name.vi}”.",
                     f"A unit of this kind cannot carry “{side.name.in_language('en')}”."),
                Text("Hãy đổi loại đơn vị, hoặc ghi Không.", "Change the kind of unit, or write No."),
            )  # fmt: skip
        elif carries:
            after.add(code)
        elif code in before:
            _check_empty(to_be, row, code, problems)
            after.discard(code)
    if row.known is not None and row.kind not in (None, row.known.kind):
        for code in sorted(after & before - set(allowed)):
            problems.error(
                UNITS, row.number, "kind",
                Text(f"Đơn vị đang mang vai trò “{code}” mà loại này không được mang.",
                     f"The unit carries “{code}”, which a unit of this kind cannot."),
                Text("Hãy chọn loại khác, hoặc ghi Không ở cột vai trò ấy.",
                     "Choose another kind, or write No in that side's column."),
            )  # fmt: skip
    to_be.carried[row.ref] = after
    active = row.active if row.active is not None else row.known is None or row.known.active
    (to_be.active if active else to_be.inactive).add(row.ref)


def _check_empty(to_be: UnitsToBe, row: UnitRow, side: str, problems: Problems) -> None:
    holders = to_be.standing.holdings_in[row.known.id] if row.known is not None else ()
    count = len({key.user_id for key in holders if key.side == side})
    if count:
        problems.error(
            UNITS, row.number, SIDE + side,
            Text(f"Còn {count} người trong vai trò này của đơn vị.",
                 f"{count} people stand in this side of the unit."),
            Text("Nhập không xóa ai: hãy đưa họ ra ở cây đơn vị trước.",
                 "An import takes nobody out: do that in the unit tree first."),
        )  # fmt: skip


def _make(to_be: UnitsToBe, row: UnitRow, places: _Places, problems: Problems, plan: ImportPlan) -> None:
    _news(row, problems, "name", *(SIDE + code for code in row.sides))
    if not row.name and not problems.is_broken_at(UNITS, row.number, "name"):
        problems.error(
            UNITS, row.number, "name", Text("Thiếu tên đơn vị.", "The unit's name is missing."),
            Text("Hãy điền tên.", "Give it a name."),
        )  # fmt: skip
    plan.new_units.append(
        NewUnit(row.key, row.code, row.name, row.kind, places.parent(row), places.place(row, moves=False),
                row.active is not False, tuple(sorted(to_be.carried[row.ref])))
    )  # fmt: skip
    plan.note(Shown(UNITS, row.number, Outcome.NEW, " · ".join(filter(None, (row.code, row.name)))))


def _change(
    to_be: UnitsToBe, row: UnitRow, known: UnitFact, places: _Places, problems: Problems, plan: ImportPlan
) -> None:
    parent = places.parent(row)
    moves = parent != known.parent_id
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    for name, old, new in (
        ("name", known.name, known.name if row.name in ("", normal(known.name)) else row.name),
        ("kind", known.kind, row.kind or known.kind),
        ("position", known.position, places.place(row, moves=moves)),
        ("active", known.active, known.active if row.active is None else row.active),
    ):
        if old != new:
            before[name], after[name] = old, new
    _news(row, problems, *(name for name in ("name",) if name in after))
    if after.get("active") is False:
        _check_nobody_left(to_be, row, known, problems)
    there, carried = (
        tuple(sorted(sides)) for sides in (to_be.standing.sides_of[known.id], to_be.carried[row.ref])
    )
    change = UnitChange(known.id, known.name, before, after, parent, moves, known.parent_id, there, carried)
    if not (after or moves or there != carried):
        plan.note(Shown(UNITS, row.number, Outcome.SAME, ""))
        return
    if change.sides_dropped:
        _check_records(to_be, row, change, problems)
    plan.unit_changes.append(change)
    plan.note(
        Shown(UNITS, row.number, Outcome.CHANGED, f"{row.code} · {known.name}",
              _told(to_be, known, before, after, row if moves else None, change))
    )  # fmt: skip


def _check_nobody_left(to_be: UnitsToBe, row: UnitRow, known: UnitFact, problems: Problems) -> None:
    people = to_be.standing.facts.people
    held = to_be.standing.holdings_in[known.id]
    count = len({key.user_id for key in held if people[key.user_id].active})
    if count:
        problems.warn(
            UNITS, row.number, "active",
            Text(f"Đơn vị sắp ngừng còn {count} người.",
                 f"{count} people are in the unit to be switched off."),
            Text("Ngừng rồi thì không chọn được họ ở đơn vị này; nên chuyển họ đi trước.",
                 "They can no longer be chosen there; better move them elsewhere first."),
        )  # fmt: skip


def _check_records(to_be: UnitsToBe, row: UnitRow, change: UnitChange, problems: Problems) -> None:
    """Refuse taking a side away from a unit that stands on it in open records (U-27)."""
    unit = unit_row(to_be.standing.work.session, change.id)
    try:
        if unit is not None:
            check_sides_may_go(to_be.standing.work, unit, change.sides_dropped)
    except InvalidInput as error:
        for texts in error.errors.values():
            problems.error(
                UNITS, row.number, SIDE + change.sides_dropped[0], texts[0],
                Text("Hãy để Có cho đến khi xong việc.", "Leave it at Yes until that work is done."),
            )  # fmt: skip


def _news(row: UnitRow, problems: Problems, *columns: str) -> None:
    for column in columns:
        problems.news(UNITS, row.number, column)


def _told(
    to_be: UnitsToBe, known: UnitFact, before: dict[str, object], after: dict[str, object],
    moved: UnitRow | None, change: UnitChange,
) -> tuple[tuple[Text, str, str], ...]:  # fmt: skip
    told = [(TITLES[name], _plain(name, before[name]), _plain(name, after[name])) for name in after]
    if moved is not None:
        above = to_be.standing.facts.units.get(known.parent_id or 0)
        told.append(
            (Text("Cấp trên", "Unit above"), "" if above is None else shown_code(above), moved.parent)
        )
    sides = to_be.standing.workspace.sides
    told += [(sides[code].name, NO_TEXT, YES_TEXT) for code in change.sides_added if code in sides]
    told += [(sides[code].name, YES_TEXT, NO_TEXT) for code in change.sides_dropped if code in sides]
    return tuple(told)


YES_TEXT, NO_TEXT = "✓", "–"
TITLES = {
    "name": Text("Tên", "Name"),
    "kind": Text("Loại", "Kind"),
    "position": Text("Thứ tự", "Order"),
    "active": Text("Đang dùng", "In use"),
}


def _plain(name: str, value: object) -> str:
    if name == "position" and isinstance(value, int):
        return str(value + 1)
    if isinstance(value, bool):
        return YES_TEXT if value else NO_TEXT
    return "" if value is None else str(value)


def _warn_of_near_names(to_be: UnitsToBe, problems: Problems) -> None:
    """Warn of names that read almost alike in one place of the tree (W-22)."""
    standing = to_be.standing
    by_parent: dict[str | None, list[UnitRow]] = defaultdict(list)
    for row in to_be.rows.values():
        if row.known is None or (row.name and row.name != row.known.name):
            by_parent[_above(to_be, row.key)].append(row)
    for parent, rows in by_parent.items():
        fact = None if parent is None else standing.by_code.get(parent)
        names = {row.key: row.name for row in rows}
        if parent is None or fact is not None:
            siblings = standing.children[None if fact is None else fact.id]
            names |= {key_of(one): one.name for one in siblings if key_of(one) not in names}
        keys = list(names)
        fresh = set(range(len(rows)))
        for one, other in near_pairs(((index, names[key]) for index, key in enumerate(keys)), fresh):
            row = to_be.rows[keys[one]]
            problems.warn(
                UNITS, row.number, "name",
                Text(f"Tên gần giống “{names[keys[other]]}” ({keys[other]}) trong cùng cấp trên.",
                     f"The name is almost “{names[keys[other]]}” ({keys[other]}), below the same unit."),
                Text("Hãy kiểm tra có phải một đơn vị bị nhập hai lần.",
                     "See whether one unit is entered twice."),
            )  # fmt: skip
