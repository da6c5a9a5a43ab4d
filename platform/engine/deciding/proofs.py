"""Proofs in words: every step of a decision in plain Vietnamese and English, and its remedy.

Names of roles, statuses, units and people come from the definitions and the world; nothing is
decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from luongviec.engine.deciding.authorities import Authority
from luongviec.engine.deciding.decisions import Decision, HeldRole, ProofKind, ProofStep, Via
from luongviec.engine.deciding.tables import Table
from luongviec.engine.expressions.filters import date_and_time, shown
from luongviec.engine.model import NEW, ColumnKind, Module, StatusGroup
from luongviec.engine.related import zone_of
from luongviec.engine.text import Text

if TYPE_CHECKING:
    from luongviec.engine.world import World


@dataclass(frozen=True, slots=True)
class ProofLine:
    """One line of an explanation."""

    depth: int
    holds: bool
    text: Text


def proof_lines(world: World, decision: Decision, table: Table) -> tuple[ProofLine, ...]:
    """Put a decision's proof into lines, its verdict first.

    Args:
        world: where the names of people and units are found.
        decision: what was decided.
        table: the table of the record (`Case.held.table`), or of the owner for `create`.
    """
    words = _Words(world, table)
    verdict = _pair("{} “{}”.", ("Được phép", "Allowed:"), words.action(decision.action))
    if not decision.allowed:
        verdict = _pair("{} “{}”.", ("Không được phép", "Not allowed:"), words.action(decision.action))
    return (
        ProofLine(0, decision.allowed, verdict),
        *(line for step in decision.proof.children for line in _lines(words, step, 1)),
    )


def remedy_text(decision: Decision, table: Table, world: World) -> Text | None:
    """Say the smallest change that would allow it, or nothing where none is known."""
    remedy = decision.remedy
    if remedy is None:
        return None
    words = _Words(world, table)
    columns = _join([words.column(code) for code in remedy.columns], "hoặc", "or")
    statuses = _join([words.status(code) for code in remedy.statuses], "hoặc", "or")
    if remedy.columns and remedy.statuses and remedy.together:
        return Text(
            f"Sẽ được phép khi là {columns.vi} và hồ sơ ở trạng thái {statuses.vi}.",
            f"It would be allowed as {columns.en}, with the record in status {statuses.en}.",
        )
    if remedy.columns and remedy.statuses:
        return Text(
            f"Sẽ được phép khi hồ sơ ở trạng thái {statuses.vi}, hoặc khi bạn là {columns.vi}.",
            f"It would be allowed in status {statuses.en}, or as {columns.en}.",
        )
    if remedy.statuses:
        return Text(
            f"Sẽ được phép khi hồ sơ ở trạng thái {statuses.vi}.",
            f"It would be allowed in status {statuses.en}.",
        )
    if remedy.columns:
        return Text(f"Sẽ được phép khi bạn là {columns.vi}.", f"It would be allowed as {columns.en}.")
    if remedy.texts:
        conditions = _join(list(remedy.texts), "và", "and")
        return Text(f"Cần khắc phục: {conditions.vi}", f"To be mended: {conditions.en}")
    return None


def _lines(words: _Words, step: ProofStep, depth: int) -> Iterator[ProofLine]:
    yield ProofLine(depth, step.holds, words.step(step))
    for child in step.children:
        yield from _lines(words, child, depth + 1)


class _Words:
    """The names that proofs speak of."""

    def __init__(self, world: World, table: Table) -> None:
        self.world = world
        self.table = table
        self.module: Module = table.module
        self.group: StatusGroup = table.group

    # --- names ----------------------------------------------------------------------------------

    def action(self, code: str) -> Text:
        """The label of an action, or the words for a built-in permission."""
        action = self.module.actions.get(code)
        if action is not None:
            return action.label
        known = PERMISSION_WORDS.get(code)
        if known is not None:
            return known
        word, _, relation_code = code.partition("_")
        relation = self.module.relations.get(relation_code)
        if relation is not None and word in ("add", "link"):
            vi, en = ("Thêm", "Add") if word == "add" else ("Liên kết", "Link")
            return Text(f"{vi} {relation.label.vi}", f"{en} {relation.label.in_language('en')}")
        return Text(code, code)

    def status(self, code: str) -> Text:
        """The quoted name of a status."""
        status = self.group.statuses.get(code)
        if code == NEW or status is None:
            return Text("“mới tạo”", "“new”") if code == NEW else Text(f"“{code}”", f"“{code}”")
        return Text(f"“{status.name.vi}”", f"“{status.name.in_language('en')}”")

    def column(self, code: str) -> Text:
        """What a column stands for: a role, a slot of a unit, a group."""
        column = self.table.columns.get(code)
        if column is None:
            return Text(code, code)
        if column.kind is ColumnKind.EVERYONE:
            return Text("mọi người", "everyone")
        if column.kind is ColumnKind.SYSTEM:
            return Text("hệ thống", "the system")
        if column.kind is ColumnKind.GROUP:
            group = self.world.workspace.user_groups.get(column.name or "")
            name = group.name if group else Text(column.name or "", column.name or "")
            return Text(f"nhóm {name.vi}", f"the group {name.in_language('en')}")
        if column.kind is ColumnKind.OWNER_PERMISSION:
            permission = self.action(column.name or "")
            return Text(
                f"người có quyền “{permission.vi}” trên hồ sơ mẹ",
                f"whoever may “{permission.in_language('en')}” the owner",
            )
        return self._role(column.prefix, column.role or "", column.slot)

    def _role(self, prefix: str | None, role_code: str, slot_code: str | None) -> Text:
        module, suffix = self.module, Text("", "")
        if prefix is not None:
            derived = self.module.derived_roles.get(prefix)
            if derived is not None:
                suffix = Text(f" {derived.label.vi}", f" {derived.label.in_language('en')}")
                module = self._module_behind(derived.via) or module
        role = module.roles.get(role_code)
        label = role.label if role else Text(role_code, role_code)
        if slot_code is not None:
            side = self.world.workspace.sides.get(role.side or "") if role else None
            slot = side.slots.get(slot_code) if side else None
            name = slot.label if slot else Text(slot_code, slot_code)
            label = Text(f"{name.vi} – {label.vi}", f"{name.in_language('en')} of {label.in_language('en')}")
        return Text(f"{label.vi}{suffix.vi}", f"{label.in_language('en')}{suffix.en}")

    def _module_behind(self, via: str) -> Module | None:
        modules = self.world.workspace.modules
        if via == "owner":
            return modules.get(self.module.owners[0]) if self.module.owners else None
        relation = self.module.relations.get(via)
        return modules.get(relation.target) if relation else None

    def columns(self, codes: Sequence[str], vi: str = "hoặc", en: str = "or") -> Text:
        """Several columns in a row."""
        return _join([self.column(code) for code in codes], vi, en)

    def unit(self, unit_id: int | None) -> str:
        """The name of a unit."""
        unit = None if unit_id is None else self.world.unit(unit_id)
        return unit.name if unit else ""

    def day(self, moment: datetime | None) -> str:
        """A moment as a person reads it."""
        return date_and_time(moment, zone_of(self.world.workspace))

    # --- steps ----------------------------------------------------------------------------------

    def step(self, step: ProofStep) -> Text:
        """One step in words."""
        facts = step.facts
        match step.kind:
            case ProofKind.ROLES if step.holds:
                return Text("Vai trò đang giữ:", "Roles held:")
            case ProofKind.ROLES:
                return Text("Không giữ vai trò nào ở hồ sơ này.", "Holds no role on this record.")
            case ProofKind.AUTHORITY:
                authority = facts["authority"]
                return self.authority(authority) if isinstance(authority, Authority) else Text("")
            case ProofKind.ROLE:
                held = facts["held"]
                return self.held(held) if isinstance(held, HeldRole) else Text("")
            case ProofKind.SYSTEM:
                return Text(
                    "Hệ thống thực hiện, không xét quyền.", "The system acts; no permission is asked."
                )
            case ProofKind.ACTIVE:
                return Text("Tài khoản đã khóa.", "The account is closed.")
            case ProofKind.DELETED if facts["at"] is None:
                return Text("Hồ sơ chưa bị xóa.", "The record is not deleted.")
            case ProofKind.DELETED:
                return Text(
                    "Hồ sơ đã xóa; chỉ người có quyền khôi phục được xem.",
                    "The record is deleted; only whoever may restore it sees it.",
                )
            case ProofKind.CELL:
                return self._cell(step)
            case ProofKind.TRANSITION:
                return self._transition(step)
            case ProofKind.OWNER_NEEDED:
                return Text(
                    f"“{self.module.name.vi}” chỉ được tạo từ hồ sơ mẹ.",
                    f"“{self.module.name.in_language('en')}” is made only through its owner.",
                )
            case ProofKind.VOICE if step.holds:
                return Text("Được cho ý kiến.", "May give a voice.")
            case _:
                return self._condition(step)

    def authority(self, authority: Authority) -> Text:
        """By what right somebody stands in for whom: which records give it, since when, until when."""
        person = self.world.person(authority.person)
        name = person.name if person else ""
        records = (self.world.record(record_id) for record_id in authority.records)
        titles = ", ".join(f"“{record.title}”" for record in records if record is not None)
        text = Text(f"Làm thay {name} theo {titles}", f"Stands in for {name} by {titles}")
        if authority.since is not None:
            since = self.day(authority.since)
            text = Text(f"{text.vi}, từ {since}", f"{text.en}, since {since}")
        if authority.until is not None:
            until = self.day(authority.until)
            text = Text(f"{text.vi} đến {until}", f"{text.en} until {until}")
        return Text(f"{text.vi}. Vai trò của người đó:", f"{text.en}. Roles of that person:")

    def held(self, held: HeldRole) -> Text:
        """A role held, and through what since when."""
        name = self.column(held.column)
        unit, since = self.unit(held.unit_id), self.day(held.since)
        match held.via:
            case Via.PARTICIPANT:
                return Text(f"{name.vi}, từ {since}", f"{name.en}, since {since}")
            case Via.SPEAKS:
                return Text(
                    f"{name.vi}, thay mặt {unit}, từ {since}", f"{name.en}, for {unit}, since {since}"
                )
            case Via.SLOT:
                return Text(f"{name.vi} ({unit}), từ {since}", f"{name.en} ({unit}), since {since}")
            case Via.BRANCH:
                return Text(
                    f"{name.vi}, giữ ở đơn vị cấp trên {unit}, từ {since}",
                    f"{name.en}, held in {unit} above, since {since}",
                )
            case Via.DERIVED:
                related = self.world.record(held.record_id or 0)
                title = related.title if related else ""
                return Text(f"{name.vi}, ở hồ sơ liên quan “{title}”", f"{name.en}, on the related “{title}”")
            case _:
                return name

    def _cell(self, step: ProofStep) -> Text:
        facts = step.facts
        permission, status = self.action(str(facts["permission"])), self.status(str(facts["status"]))
        granted, grants = _codes(facts["columns"]), _codes(facts["grants"])
        if step.holds:
            columns = self.columns(granted, "và", "and")
            matrix = facts["matrix"]
            english = permission.in_language("en")
            return Text(
                f"Ở trạng thái {status.vi}, {columns.vi} có quyền “{permission.vi}” (ma trận {matrix}).",
                f"In status {status.en}, {columns.en} may “{english}” (matrix {matrix}).",
            )
        if not grants:
            return Text(
                f"Ở trạng thái {status.vi}, không vai trò nào có quyền “{permission.vi}”.",
                f"In status {status.en}, no role may “{permission.in_language('en')}”.",
            )
        columns = self.columns(grants)
        return Text(
            f"Ở trạng thái {status.vi}, quyền “{permission.vi}” chỉ dành cho {columns.vi}.",
            f"In status {status.en}, only {columns.en} may “{permission.in_language('en')}”.",
        )

    def _transition(self, step: ProofStep) -> Text:
        facts = step.facts
        before, after = self.status(str(facts["from"])), self.status(str(facts["to"]))
        granted, grants = _codes(facts["columns"]), _codes(facts["grants"])
        if step.holds:
            columns = self.columns(granted, "và", "and")
            return Text(
                f"{columns.vi} được chuyển từ {before.vi} sang {after.vi}.",
                f"{columns.en} may move from {before.en} to {after.en}.",
            )
        if not grants:
            return Text(
                f"Không ai được chuyển từ {before.vi} sang {after.vi}.",
                f"Nobody may move from {before.en} to {after.en}.",
            )
        columns = self.columns(grants)
        return Text(
            f"Chỉ {columns.vi} được chuyển từ {before.vi} sang {after.vi}.",
            f"Only {columns.en} may move from {before.en} to {after.en}.",
        )

    def _condition(self, step: ProofStep) -> Text:
        text = step.text or Text("", "")
        if step.holds:
            source = step.facts.get("source", "")
            return Text(f"Điều kiện thỏa: {source}", f"The condition holds: {source}")
        read = step.facts.get("read")
        pairs = read if isinstance(read, tuple) else ()
        zone = zone_of(self.world.workspace)
        found = "; ".join(f"{name} = {shown(value, 'vi', zone) or '∅'}" for name, value in pairs)
        detail = f" ({found})" if found else ""
        return Text(f"{text.vi}{detail}", f"{text.in_language('en')}{detail}")


PERMISSION_WORDS = {
    "view": Text("Xem", "View"),
    "create": Text("Tạo mới", "Create"),
    "edit": Text("Sửa", "Edit"),
    "delete": Text("Xóa", "Delete"),
    "restore": Text("Khôi phục", "Restore"),
    "comment": Text("Trao đổi", "Comment"),
    "attach": Text("Đính kèm tệp", "Attach files"),
    "tag": Text("Gắn nhãn", "Tag"),
    "change_status": Text("Chuyển trạng thái", "Change the status"),
    "history": Text("Xem lịch sử", "See the history"),
    "receipts": Text("Xem ai đã đọc", "See who has read it"),
    "download": Text("Tải tệp về", "Take files away"),
    "print": Text("In", "Print"),
    "reorder": Text("Sắp xếp lại", "Reorder"),
}


def _codes(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _join(texts: Sequence[Text], vi: str, en: str) -> Text:
    """Write texts in a row: a, b or c."""

    def row(parts: list[str], word: str) -> str:
        if len(parts) < 2:
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {word} {parts[-1]}"

    return Text(row([text.vi for text in texts], vi), row([text.in_language("en") for text in texts], en))


def _pair(pattern: str, words: tuple[str, str], name: Text) -> Text:
    return Text(pattern.format(words[0], name.vi), pattern.format(words[1], name.in_language("en")))
