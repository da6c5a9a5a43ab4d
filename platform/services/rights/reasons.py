"""Why somebody holds something, in words, and since when."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from luongviec.engine.model import Workspace
from luongviec.engine.text import Text
from luongviec.engine.world import Holding
from luongviec.services.platform import Work
from luongviec.store.organisation import groups as rows
from luongviec.store.organisation.function_rights import FunctionSource, FunctionVia


@dataclass(frozen=True, slots=True)
class SourceView:
    """Through what something is held: in words, where it counts (empty: everywhere), since when."""

    through: Text
    where: str
    since: datetime | None


def group_names(work: Work) -> Mapping[str, Text]:
    """Give the names of the installation's groups by their codes."""
    names = {
        str(row.code): Text(row.name, row.name) for row in rows.groups_of_installation(work.session, 1000)
    }
    return names | {code: group.name for code, group in work.workspace.user_groups.items()}


class Reasons:
    """Puts reasons into words, with the days on which they began: five statements for a page of people."""

    def __init__(self, work: Work, user_ids: Collection[int]) -> None:
        self.work = work
        self.names = group_names(work)
        self.member = rows.member_since(work.session, user_ids)
        self.given = rows.given_since(work.session, user_ids)
        self.to_groups = rows.group_given_since(work.session)
        self.on_branches = rows.branch_since(work.session, user_ids)

    def words(self, user_id: int, source: FunctionSource) -> SourceView:
        """Say one reason of one person."""
        function, group = source.function, source.group or ""
        if source.via is FunctionVia.PERSON:
            return SourceView(GIVEN_ALONE, "", self.given.get((user_id, function)))
        if source.via is FunctionVia.BRANCH:
            since = self.on_branches.get((user_id, source.unit_id or 0, function))
            return SourceView(GIVEN_ON_BRANCH, self._below(source.unit_id), since)
        if source.via is FunctionVia.SLOT and source.holding is not None:
            return self._through_slot(source, source.holding)
        name = self.names.get(group, Text(group, group))
        through = Text(f"Nhóm “{name.vi}”", f"Group “{name.in_language('en')}”")
        days = (self.member.get((user_id, group)), self.to_groups.get((group, function)))
        known = [day for day in days if day is not None]
        return SourceView(through, "", max(known) if known and self._is_dated(source, days) else None)

    def _is_dated(self, source: FunctionSource, days: Sequence[datetime | None]) -> bool:
        """Whether the day is known: of joining, and of giving it to the group unless a definition does."""
        return days[0] is not None and (source.via is FunctionVia.GROUP_DEFINITION or days[1] is not None)

    def _through_slot(self, source: FunctionSource, holding: Holding) -> SourceView:
        through = filled_words(self.work.workspace, holding)
        where = "" if source.units is None else self._below(holding.unit_id)
        unit = self.work.world.unit(holding.unit_id)
        name = unit.name if unit is not None else ""
        through = Text(f"{through.vi}, {name}", f"{through.in_language('en')}, {name}")
        return SourceView(through, where, holding.since)

    def _below(self, unit_id: int | None) -> str:
        unit = None if unit_id is None else self.work.world.unit(unit_id)
        return "" if unit is None else unit.name


GIVEN_ALONE = Text("Cấp riêng cho người này", "Given to this person alone")
GIVEN_ON_BRANCH = Text("Quản trị nhánh", "Administers a branch")


def filled_words(workspace: Workspace, holding: Holding) -> Text:
    """Name a slot that somebody fills: the slot and its side."""
    side = workspace.sides.get(holding.side)
    slot = side.slots.get(holding.slot) if side else None
    if side is None or slot is None:
        return Text(f"{holding.side}.{holding.slot}")
    return beside(slot.label, side.name)


def beside(first: Text, second: Text) -> Text:
    return Text(f"{first.vi} · {second.vi}", f"{first.in_language('en')} · {second.in_language('en')}")
