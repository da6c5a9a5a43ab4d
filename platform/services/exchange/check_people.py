"""The sheet of people: what each row would make or change, and what is wrong with it (U-25, U-33, U-42)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from luongviec.engine.text import Text
from luongviec.services.exchange.cells import Problems, RawSheet, RowReader
from luongviec.services.exchange.plan import ImportPlan, NewPerson, Outcome, PersonChange, Ref, Shown
from luongviec.services.exchange.sheets import SheetCode
from luongviec.services.exchange.standing import Standing
from luongviec.services.exchange.units_to_be import UnitsToBe
from luongviec.services.users.access import administers_more
from luongviec.services.users.clashes import DELETED, TAKEN, TWICE
from luongviec.services.users.data import IDENTITY_NUMBER, UserData, data_faults, masked_identity_number, tidy
from luongviec.services.users.managers import MOST_MANAGERS
from luongviec.services.users.names import base_name, free_name, rule_of
from luongviec.store.organisation.facts import PersonFact

PEOPLE = SheetCode.PEOPLE
_PARTING = re.compile(r"[;,\n]+")
MEND = Text("Hãy sửa ô này.", "Mend this cell.")


@dataclass(slots=True)
class PersonRow:
    """One row, read; `data` is what the account will hold."""

    number: int
    data: UserData
    active: bool | None
    managers: tuple[str, ...] | None
    known: PersonFact | None
    written: frozenset[str]

    @property
    def ref(self) -> Ref:
        """How the plan names this person."""
        return self.data.user_name if self.known is None else self.known.id


@dataclass(slots=True)
class PeopleToBe:
    """The people as they will be: what the sheets of posts and roles refer to."""

    standing: Standing
    rows: list[PersonRow] = field(default_factory=list)
    new_by_name: dict[str, PersonRow] = field(default_factory=dict)
    new_by_identity: dict[str, PersonRow] = field(default_factory=dict)
    switched: dict[Ref, bool] = field(default_factory=dict)

    def find(self, key: str) -> Ref | None:
        """Give the person of a user name or identity number: one of this file's new ones, or a known one."""
        row = self.new_by_name.get(key.lower()) or self.new_by_identity.get(key)
        if row is not None:
            return row.data.user_name
        person = self.standing.person(key)
        return None if person is None else person.id

    def is_active(self, person: Ref) -> bool:
        """Whether an account will be in use."""
        if person in self.switched:
            return self.switched[person]
        return isinstance(person, str) or self.standing.facts.people[person].active


def check_people(
    standing: Standing, raw: RawSheet | None, problems: Problems, plan: ImportPlan
) -> PeopleToBe:
    """Compare the rows with the database, and add to the plan what they would do."""
    to_be = PeopleToBe(standing)
    seen = _Seen(standing, problems)
    for cells in raw.rows if raw is not None else ():
        row = _read(standing, RowReader(raw.sheet, cells, problems), seen)  # type: ignore[union-attr]
        if row is None:
            continue
        to_be.rows.append(row)
        if row.known is None:
            to_be.new_by_name[row.data.user_name] = row
            if row.data.identity_number:
                to_be.new_by_identity[row.data.identity_number] = row
        if row.active is not None:
            to_be.switched[row.ref] = row.active
    managers = _Managers(to_be, problems)
    for row in to_be.rows:
        if row.known is None:
            _make(row, managers.of(row), problems, plan)
        else:
            _change(to_be, row, row.known, managers.of(row), problems, plan)
    managers.check_circles()
    return to_be


def check_everybody_belongs(
    to_be: PeopleToBe, units: UnitsToBe, problems: Problems, plan: ImportPlan
) -> None:
    """Refuse new people without a post where the actor administers people (U-29)."""
    if to_be.standing.people_reach is None:
        return
    placed = {holding.user for holding in plan.new_holdings}
    for row in to_be.rows:
        if row.known is None and row.ref not in placed:
            problems.error(
                PEOPLE, row.number, "user_name",
                Text("Người này chưa có chức vụ nào trong nhánh của bạn.",
                     "This person has no post in your branch."),
                Text("Hãy thêm một dòng ở trang “Chức vụ”.", "Add a row to the sheet “Posts”."),
            )  # fmt: skip


def _read(standing: Standing, reader: RowReader, seen: _Seen) -> PersonRow | None:
    typed = {
        name: reader.code(name) if name == "user_name" else reader.text(name)
        for name in ("user_name", "name", "identity_number", "email", "phone")
    }
    language, active = reader.choice("language"), reader.yes_no("active")
    managers = reader.text("managers")
    data = tidy(
        UserData(typed["user_name"], typed["name"], typed["identity_number"], typed["email"], typed["phone"],
                 language or "vi")
    )  # fmt: skip
    known = _known(standing, data)
    if known is not None and not standing.is_mine(known):
        reader.error("user_name" if data.user_name else "identity_number", *NOT_USABLE)
        return None
    if known is not None:
        data = _filled(data, known, language)
    elif not data.user_name:
        data = replace(data, user_name=seen.make_name(data))
        if not data.user_name:
            reader.error(
                "user_name",
                Text("Thiếu tên đăng nhập, và quy tắc của hệ thống không đặt được từ dòng này.",
                     "The user name is missing, and the system's rule cannot make it from this row."),
                Text("Hãy điền tên đăng nhập.", "Write the user name."),
            )  # fmt: skip
            return None
    written = frozenset(name for name, value in typed.items() if value)
    row = PersonRow(
        reader.number, data, active,
        tuple(part.strip() for part in _PARTING.split(managers) if part.strip()) if managers else None,
        known, written,
    )  # fmt: skip
    if not seen.add(reader, row):
        return None
    changed = known is None or any(getattr(data, name) != getattr(known, name) for name in typed)
    for name, texts in data_faults(data).items() if changed else ():
        if known is None or getattr(data, name) != getattr(known, name):
            reader.error(name, texts[0], MEND)
    return row


NOT_USABLE = (
    Text("Tài khoản này không dùng được ở đây.", "This account cannot be used here."),
    Text("Hãy bỏ dòng này hoặc chọn tên đăng nhập khác.", "Take the row away, or choose another user name."),
)


def _known(standing: Standing, data: UserData) -> PersonFact | None:
    """Give the account that a row is about: by its user name, or where that is empty by its number."""
    if data.user_name:
        found = standing.by_user_name.get(data.user_name)
        return None if found is None or found.deleted else found
    number = data.identity_number or ""
    return standing.person(number) if IDENTITY_NUMBER.fullmatch(number) else None


def _filled(data: UserData, known: PersonFact, language: str | None) -> UserData:
    """Keep what the account holds where the row says nothing, or the same in another form."""
    held = UserData(
        known.user_name, known.name, known.identity_number, known.email, known.phone, known.language
    )
    alike = tidy(held)

    def told(name: str) -> str | None:
        typed: str | None = getattr(data, name)
        return getattr(held, name) if not typed or typed == getattr(alike, name) else typed

    return UserData(
        known.user_name, told("name") or "", told("identity_number"), told("email"), told("phone"),
        language or known.language,
    )  # fmt: skip


class _Seen:
    """Names, numbers and addresses that are taken: in the database, and by the rows so far."""

    def __init__(self, standing: Standing, problems: Problems) -> None:
        self._standing = standing
        self._problems = problems
        self._rows: dict[str, dict[str, int]] = {"user_name": {}, "identity_number": {}, "email": {}}
        self._rule = rule_of(standing.work)

    def make_name(self, data: UserData) -> str:
        """Give a free user name by the installation's rule."""
        base = base_name(self._rule, data.name, data.identity_number or "", data.email or "")
        taken, rows = self._standing.by_user_name, self._rows["user_name"]
        return free_name(base, lambda name: name in taken or name in rows)

    def add(self, reader: RowReader, row: PersonRow) -> bool:
        """Take what a row bears; False where it is about somebody whom another row is about."""
        for name, owners in self._owners().items():
            value = getattr(row.data, name)
            key = (value or "").lower()
            if not key:
                continue
            if key in self._rows[name]:
                first = self._rows[name][key]
                reader.error(
                    name,
                    TWICE[name],
                    Text(
                        f"Đã có ở dòng {first}: hãy bỏ một trong hai.",
                        f"It is in row {first} too: take one away.",
                    ),
                )
                if name == "user_name":
                    return False
                continue
            self._rows[name][key] = row.number
            owner = owners.get(key)
            if owner is None or (row.known is not None and owner.id == row.known.id):
                continue
            if row.known is None or getattr(row.known, name) != value:
                whose = f" ({owner.name})" if self._standing.is_mine(owner) else ""
                text = (DELETED if owner.deleted and name in DELETED else TAKEN)[name]
                reader.error(name, text.filled({"whose": whose}), MEND)
        return True

    def _owners(self) -> Mapping[str, Mapping[str, PersonFact]]:
        known = self._standing
        return {
            "user_name": known.by_user_name,
            "identity_number": known.by_identity,
            "email": known.by_email,
        }


class _Managers:
    """Direct managers of the rows, found by user name or identity number, never in a circle."""

    def __init__(self, to_be: PeopleToBe, problems: Problems) -> None:
        self._to_be = to_be
        self._problems = problems
        self._fresh: dict[Ref, tuple[Ref, ...]] = {}
        self._rows: dict[Ref, int] = {}

    def of(self, row: PersonRow) -> tuple[Ref, ...] | None:
        """Give the managers that a row names; None: none are written, those there are stay."""
        if row.managers is None:
            return None
        found: list[Ref] = []
        for key in row.managers:
            manager = self._to_be.find(key)
            if manager is None or not self._is_usable(row, manager):
                self._error(
                    row.number,
                    Text(f"Không có người quản lý “{key[:60]}”.", f"There is no manager “{key[:60]}”."),
                    Text("Hãy điền tên đăng nhập của một tài khoản đang dùng.",
                         "Write the user name of an account in use."),
                )  # fmt: skip
            elif manager == row.ref:
                self._error(
                    row.number,
                    Text("Một người không thể tự quản lý mình.", "Nobody can be their own direct manager."),
                    MEND,
                )  # fmt: skip
            elif manager not in found:
                found.append(manager)
        if len(found) > MOST_MANAGERS:
            self._error(
                row.number,
                Text(f"Nhiều nhất {MOST_MANAGERS} người.", f"At most {MOST_MANAGERS} people."),
                MEND,
            )
        managers = tuple(found)
        if row.known is None or managers != self._to_be.standing.facts.managers.get(row.known.id, ()):
            self._problems.news(PEOPLE, row.number, "managers")
            self._fresh[row.ref], self._rows[row.ref] = managers, row.number
        return managers

    def check_circles(self) -> None:
        """Refuse managers who, through others, report to the person himself."""
        for start, managers in self._fresh.items():
            seen: set[Ref] = set()
            waiting = list(managers)
            while waiting:
                one = waiting.pop()
                if one == start:
                    self._error(
                        self._rows[start], Text("Thành vòng quản lý.", "This makes a circle of managers."),
                        Text("Hãy chọn người khác.", "Choose somebody else."),
                    )  # fmt: skip
                    break
                if one not in seen:
                    seen.add(one)
                    waiting += self._above(one)

    def _above(self, person: Ref) -> tuple[Ref, ...]:
        if person in self._fresh:
            return self._fresh[person]
        return self._to_be.standing.facts.managers.get(person, ()) if isinstance(person, int) else ()

    def _is_usable(self, row: PersonRow, manager: Ref) -> bool:
        held = self._to_be.standing.facts.managers.get(row.known.id, ()) if row.known is not None else ()
        return self._to_be.is_active(manager) or manager in held

    def _error(self, row: int, text: Text, remedy: Text) -> None:
        self._problems.error(PEOPLE, row, "managers", text, remedy)


def _make(row: PersonRow, managers: tuple[Ref, ...] | None, problems: Problems, plan: ImportPlan) -> None:
    for name in row.written:
        problems.news(PEOPLE, row.number, name)
    plan.new_people.append(NewPerson(row.data.user_name, row.data, row.active is not False, managers or ()))
    plan.note(
        Shown(PEOPLE, row.number, Outcome.NEW, " · ".join(filter(None, (row.data.user_name, row.data.name))))
    )


def _change(
    to_be: PeopleToBe, row: PersonRow, known: PersonFact, managers: tuple[Ref, ...] | None,
    problems: Problems, plan: ImportPlan,
) -> None:  # fmt: skip
    standing = to_be.standing
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    for name in ("name", "identity_number", "email", "phone", "language"):
        if getattr(row.data, name) != getattr(known, name):
            before[name], after[name] = getattr(known, name), getattr(row.data, name)
            problems.news(PEOPLE, row.number, name)
    if row.active is not None and row.active != known.active:
        before["active"], after["active"] = known.active, row.active
    held = standing.facts.managers.get(known.id, ())
    led_anew = managers is not None and managers != held
    if not after and not led_anew:
        plan.note(Shown(PEOPLE, row.number, Outcome.SAME, ""))
        return
    if after.get("active") is False and known.id == standing.actor.user_id:
        problems.error(
            PEOPLE, row.number, "active",
            Text("Bạn không thể ngừng tài khoản của chính mình.", "You cannot switch off your own account."),
            MEND,
        )  # fmt: skip
    if more := administers_more(standing.work, standing.actor, known.id):
        problems.error(
            PEOPLE, row.number, "user_name",
            Text(f"{known.name} có quyền {', '.join(more)} mà bạn không có.",
                 f"{known.name} holds {', '.join(more)}, which you do not."),
            Text("Hãy nhờ quản trị viên có quyền đó.", "Ask an administrator who holds it."),
        )  # fmt: skip
    plan.person_changes.append(
        PersonChange(known.id, known.name, before, after, managers if led_anew else None, held)
    )
    told = [(TITLES[name], _plain(name, before[name]), _plain(name, after[name])) for name in after]
    if led_anew:
        told.append((TITLES["managers"], _names(standing, held), _names(standing, managers or ())))
    plan.note(Shown(PEOPLE, row.number, Outcome.CHANGED, f"{known.user_name} · {known.name}", tuple(told)))


TITLES = {
    "name": Text("Họ và tên", "Full name"),
    "identity_number": Text("Số định danh", "Identity number"),
    "email": Text("Thư điện tử", "E-mail"),
    "phone": Text("Điện thoại", "Phone"),
    "language": Text("Ngôn ngữ", "Language"),
    "active": Text("Đang dùng", "In use"),
    "managers": Text("Quản lý trực tiếp", "Direct managers"),
}


def _plain(name: str, value: object) -> str:
    if name == "identity_number":
        return masked_identity_number(str(value) if value else None)
    if isinstance(value, bool):
        return "✓" if value else "–"
    return "" if value is None else str(value)


def _names(standing: Standing, people: tuple[Ref, ...]) -> str:
    known = standing.facts.people
    return "; ".join(known[one].user_name if isinstance(one, int) else one for one in people)
