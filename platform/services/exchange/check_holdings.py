"""The sheets of posts and of roles: who would stand where, and what is wrong with it (U-12, U-24, E-14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from luongviec.engine.errors import Refused
from luongviec.engine.model import Slot
from luongviec.engine.people import refusal_of_candidate
from luongviec.engine.text import Text
from luongviec.engine.world import Holder, HolderKind
from luongviec.services.exchange.cells import Problems, RawSheet, RowReader, normal
from luongviec.services.exchange.check_people import PeopleToBe
from luongviec.services.exchange.plan import HoldingChange, ImportPlan, NewHolding, Outcome, Ref, Shown
from luongviec.services.exchange.sheets import SheetCode
from luongviec.services.exchange.standing import Standing
from luongviec.services.exchange.units_to_be import UnitsToBe
from luongviec.services.units.slots import check_gives, slot_of
from luongviec.services.users.posts import MOST_POSTS
from luongviec.store.organisation.facts import HoldingFact, HoldingKey


@dataclass(slots=True)
class Place:
    """One row, resolved: who, where, in which slot."""

    number: int
    user: Ref
    unit: Ref
    side: str
    slot: Slot
    shown: str
    title: str = ""
    order: int | None = None

    @property
    def key(self) -> tuple[Ref, Ref, str, str]:
        """What tells this holding from others."""
        return (self.user, self.unit, self.side, self.slot.code)

    def held(self, standing: Standing) -> HoldingFact | None:
        """Give the holding that stands already."""
        if isinstance(self.user, str) or isinstance(self.unit, str):
            return None
        return standing.facts.holdings.get(HoldingKey(self.user, self.unit, self.side, self.slot.code))


@dataclass(frozen=True, slots=True)
class ToBe:
    """Units and people as the file makes them."""

    units: UnitsToBe
    people: PeopleToBe


def check_posts(
    standing: Standing, raw: RawSheet | None, to_be: ToBe, problems: Problems, plan: ImportPlan
) -> None:
    """Compare the rows of posts with the database, and add to the plan what they would do."""
    seats = _Seats(standing)
    fresh: dict[Ref, int] = defaultdict(int)
    for place in _places(standing, raw, to_be, problems, standing.people_reach):
        held = place.held(standing)
        _check_title(place, held, problems)
        if held is None:
            fresh[place.user] += 1
            if isinstance(place.user, int) and not _may_place(standing, place.user):
                problems.error(
                    SheetCode.POSTS, place.number, "person", *_no_person(place.shown.split(" ")[0])
                )
            if fresh[place.user] + seats.count(place.user) > MOST_POSTS:
                problems.error(
                    SheetCode.POSTS, place.number, "person",
                    Text(f"Nhiều nhất {MOST_POSTS} vị trí.", f"At most {MOST_POSTS} posts."),
                    Text("Hãy bỏ bớt dòng.", "Take some rows away."),
                )  # fmt: skip
            _put(standing, place, to_be, problems, plan, SheetCode.POSTS, seats.seat(place))
            continue
        title = held.title if place.title in ("", normal(held.title)) else place.title
        position = held.position if place.order is None else place.order - 1
        if (title, position) == (held.title, held.position):
            plan.note(Shown(SheetCode.POSTS, place.number, Outcome.SAME, ""))
            continue
        plan.holding_changes.append(HoldingChange(held.id, int(place.user), title, position))
        told = [
            (text, old, new)
            for text, old, new in (
                (Text("Chức danh", "Title"), held.title, title),
                (Text("Thứ tự", "Order"), str(held.position + 1), str(position + 1)),
            )
            if old != new
        ]
        plan.note(Shown(SheetCode.POSTS, place.number, Outcome.CHANGED, place.shown, tuple(told)))


def check_roles(
    standing: Standing, raw: RawSheet | None, to_be: ToBe, problems: Problems, plan: ImportPlan
) -> None:
    """Compare the rows of roles with the database, and add to the plan what they would do."""
    for place in _places(standing, raw, to_be, problems, standing.unit_reach):
        if place.held(standing) is None:
            _put(standing, place, to_be, problems, plan, SheetCode.ROLES, 0)
        else:
            plan.note(Shown(SheetCode.ROLES, place.number, Outcome.SAME, ""))


def _places(
    standing: Standing, raw: RawSheet | None, to_be: ToBe, problems: Problems, within: frozenset[int] | None
) -> Iterator[Place]:
    seen: dict[tuple[Ref, Ref, str, str], int] = {}
    for cells in raw.rows if raw is not None else ():
        place = _read(standing, RowReader(raw.sheet, cells, problems), to_be, within)  # type: ignore[union-attr]
        if place is None:
            continue
        if place.key in seen:
            problems.error(
                raw.sheet.code, place.number, "person",  # type: ignore[union-attr]
                Text(f"Dòng này lặp dòng {seen[place.key]}.", f"This row repeats row {seen[place.key]}."),
                Text("Hãy bỏ một trong hai.", "Take one of them away."),
            )  # fmt: skip
            continue
        seen[place.key] = place.number
        yield place


def _read(standing: Standing, reader: RowReader, to_be: ToBe, within: frozenset[int] | None) -> Place | None:
    person_key, unit_code, choice = reader.code("person"), reader.code("unit"), reader.choice("slot")
    has_title = any(column.name == "title" for column in reader.sheet.columns)
    title = reader.text("title") if has_title else ""
    order = reader.whole("order") if has_title else None
    person = to_be.people.find(person_key) if person_key else None
    unit = to_be.units.find(unit_code, within) if unit_code else None
    if person is None:
        reader.error("person", *_no_person(person_key))
    if unit is None:
        reader.error(
            "unit",
            Text(f"Không có đơn vị mã “{unit_code}”.", f"There is no unit with the code “{unit_code}”.")
            if unit_code
            else Text("Thiếu mã đơn vị.", "The unit's code is missing."),
            Text("Hãy thêm đơn vị ấy ở trang “Đơn vị”, hoặc sửa mã.",
                 "Add that unit to the sheet “Units”, or mend the code."),
        )  # fmt: skip
    if choice is None and "slot" not in reader.row.cells:
        reader.error(
            "slot", Text("Thiếu vai trò.", "The role is missing."),
            Text("Hãy chọn trong danh sách.", "Choose from the list."),
        )  # fmt: skip
    side, _, code = (choice or "").partition(".")
    slot = slot_of(standing.workspace, side, code)
    if person is None or unit is None or slot is None:
        return None
    return Place(
        reader.number, person, unit, side, slot, f"{person_key} · {unit_code} · {choice}", title, order
    )


def _no_person(key: str) -> tuple[Text, Text]:
    return (
        Text(f"Không có tài khoản “{key}”.", f"There is no account “{key}”.")
        if key
        else Text("Thiếu tên đăng nhập.", "The user name is missing."),
        Text("Hãy thêm người ấy ở trang “Người dùng”, hoặc sửa tên đăng nhập.",
             "Add that person to the sheet “People”, or mend the user name."),
    )  # fmt: skip


def _may_place(standing: Standing, user_id: int) -> bool:
    """Whether the actor may give somebody a post: to people of his own only (see `user_access`)."""
    return standing.is_mine(standing.facts.people[user_id])


def _check_title(place: Place, held: HoldingFact | None, problems: Problems) -> None:
    if held is None or place.title not in ("", normal(held.title)):
        problems.news(SheetCode.POSTS, place.number, "title")


def _put(
    standing: Standing, place: Place, to_be: ToBe, problems: Problems, plan: ImportPlan, sheet: SheetCode,
    position: int,
) -> None:  # fmt: skip
    def error(column: str, text: Text, remedy: Text) -> None:
        problems.error(sheet, place.number, column, text, remedy)

    side = standing.workspace.sides[place.side]
    if place.side not in to_be.units.sides(place.unit):
        error(
            "slot",
            Text(f"Đơn vị không mang vai trò “{side.name.vi}”.",
                 f"The unit does not carry “{side.name.in_language('en')}”."),
            Text("Hãy ghi Có ở cột ấy trong trang “Đơn vị”.",
                 "Write Yes in its column of the sheet “Units”."),
        )  # fmt: skip
    elif not to_be.units.is_open(place.unit):
        error(
            "unit", Text("Đơn vị đang ngừng sử dụng nên không thêm người được.",
                         "The unit is switched off, so nobody can be added."),
            Text("Hãy bật lại đơn vị trước, hoặc bỏ dòng này.", "Switch it on first, or take the row away."),
        )  # fmt: skip
    if not to_be.people.is_active(place.user):
        error(
            "person", Text("Tài khoản này đã ngừng.", "The account is switched off."),
            Text("Hãy bật lại tài khoản, hoặc bỏ dòng này.", "Switch it on, or take the row away."),
        )  # fmt: skip
    elif isinstance(place.user, int) and (unfit := _unfit(standing, place)):
        error("person", unfit, Text("Hãy chọn người khác.", "Choose somebody else."))
    if place.slot.may and (refusal := _gives_too_much(standing, place, to_be)):
        error("slot", refusal, Text("Hãy bỏ dòng này.", "Take the row away."))
    plan.new_holdings.append(
        NewHolding(place.user, place.unit, place.side, place.slot.code, place.title, position)
    )
    plan.note(Shown(sheet, place.number, Outcome.NEW, place.shown))


def _unfit(standing: Standing, place: Place) -> Text | None:
    holder = Holder(HolderKind.USER, int(place.user))
    return refusal_of_candidate(standing.work.world, place.slot.candidates, holder, actor=standing.actor)


def _gives_too_much(standing: Standing, place: Place, to_be: ToBe) -> Text | None:
    """Refuse giving function permissions that the actor does not hold there (C-83)."""
    try:
        check_gives(standing.work, standing.actor, to_be.units.nearest_known(place.unit) or 0, place.slot)
    except Refused as refusal:
        return refusal.message
    return None


class _Seats:
    """The order of a person's posts: those without a number come after the others, in row order."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._next: dict[Ref, int] = {}

    def count(self, user: Ref) -> int:
        """Count the posts that somebody has now."""
        return len(self._standing.posts_of[user]) if isinstance(user, int) else 0

    def seat(self, place: Place) -> int:
        """Give the position of a new post."""
        if place.order is not None:
            self._next[place.user] = max(self._first(place.user), place.order)
            return place.order - 1
        seat = self._first(place.user)
        self._next[place.user] = seat + 1
        return seat

    def _first(self, user: Ref) -> int:
        if user not in self._next:
            held = self._standing.posts_of[user] if isinstance(user, int) else ()
            self._next[user] = max((fact.position for _, fact in held), default=-1) + 1
        return self._next[user]
