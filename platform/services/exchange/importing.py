"""An import from end to end: a file is looked at, what it would do is shown, then done, all or nothing.

Pages do both parts as long jobs (`work`), the command line calls them directly.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from luongviec.engine.errors import Conflict, InvalidInput
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.exchange.applying import apply_plan
from luongviec.services.exchange.cells import Level, RawBook
from luongviec.services.exchange.plan import ImportPlan
from luongviec.services.exchange.planning import plan_import
from luongviec.services.exchange.reading import Tell, read_workbook
from luongviec.services.exchange.sheets import Sheet, SheetCode, sheets_of
from luongviec.services.exchange.standing import allowed_sheets
from luongviec.services.exchange.writing import write_template
from luongviec.services.files.opening import Limits
from luongviec.services.platform import Platform, Work
from luongviec.store.organisation.unit_rows import lock_tree

#: Steps after the rows are read, as progress counts them.
STEPS = 4


class ChangedSince(Conflict):
    """What the import would do is no longer what was shown: people or units changed meanwhile."""

    template = Text(
        "Dữ liệu đã thay đổi từ lúc kiểm tra nên chưa nhập gì. Hãy kiểm tra lại tệp rồi nhập.",
        "The data has changed since the check, so nothing was imported. Check the file again, then import.",
    )


def limits_of(platform: Platform) -> Limits:
    """Give how large a file may be."""
    return Limits(platform.settings.import_mb)


def allowed(platform: Platform, actor: Actor) -> tuple[SheetCode, ...]:
    """Give the sheets that an actor may import and export.

    Raises:
        Refused: none.
    """
    with platform.reading() as work:
        return allowed_sheets(work, actor)


def template(platform: Platform, actor: Actor, language: str) -> bytes:
    """Give an empty workbook with the sheets that an actor may import."""
    with platform.reading() as work:
        return write_template(_sheets(work, actor), language)


def read_file(platform: Platform, actor: Actor, content: BinaryIO, tell: Tell) -> RawBook:
    """Read a workbook; what is no workbook is refused (`UnusableFile`)."""
    with platform.reading() as work:
        sheets = sheets_of(work.workspace)
        allowed_sheets(work, actor)
    return read_workbook(content, sheets, limits_of(platform), tell)


def check(
    platform: Platform, actor: Actor, raw: RawBook, tell: Callable[[], None] = lambda: None
) -> ImportPlan:
    """Say what importing a file would do now, and what stands in its way; nothing is changed."""
    with platform.reading() as work:
        return plan_import(work, actor, raw, tell)


def write(
    platform: Platform, actor: Actor, raw: RawBook, *, digest: str, note: str = "",
    tell: Callable[[], None] = lambda: None,
    finish: Callable[[Work, ImportPlan], None] = lambda work, plan: None,
) -> ImportPlan:  # fmt: skip
    """Import a file in one transaction, if that does exactly what was shown.

    Args:
        digest: of the plan that was shown.
        note: stands in the journal beside each change.
        finish: called within the transaction, last.

    Raises:
        ChangedSince: it would do something else now.
        InvalidInput: it has errors now, or clashes with what somebody else just did.
    """
    with platform.transaction() as work:
        lock_tree(work.session)
        plan = plan_import(work, actor, raw)
        if plan.errors:
            first = next(one for one in plan.problems if one.level is Level.ERROR)
            raise InvalidInput({"": (first.text,)})
        if plan.digest() != digest:
            raise ChangedSince
        tell()
        apply_plan(work, actor, plan, note=note, tell=tell)
        finish(work, plan)
    return plan


def _sheets(work: Work, actor: Actor) -> list[Sheet]:
    allowed = allowed_sheets(work, actor)
    return [sheet for sheet in sheets_of(work.workspace) if sheet.code in allowed]
