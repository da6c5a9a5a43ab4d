"""The journal of changes in the settings area: search, pages by a cursor, a table to take along (U-36)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for

from luongviec.services.files.tables import CellKind, OutColumn, OutTable
from luongviec.services.journal import reading as audit_reading
from luongviec.services.journal.reading import AuditLine
from luongviec.services.journal.words import ACTIONS, KINDS
from luongviec.store.accounts.audit import AuditSearch
from luongviec.web.language import _, in_language
from luongviec.web.picking import Picking, posted_people
from luongviec.web.rendering import has_page, render_settings
from luongviec.web.sessions import actor, platform, sign_in_required
from luongviec.web.table_answers import table_answer

blueprint = Blueprint("settings_audit", __name__, url_prefix="/settings/audit")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the search bar holds, as typed. `subject` is `KIND:ID`, from a link on another page."""

    q: str
    kind: str
    action: str
    subject: str
    since: str
    until: str
    who: Picking

    @property
    def narrows(self) -> bool:
        """Whether anything but the words narrows the journal."""
        return bool(self.kind or self.action or self.subject or self.since or self.until or self.who.id)

    def search(self, zone: ZoneInfo) -> AuditSearch:
        """Give the search; days are those of the installation's time zone, the last one included."""
        kind, _colon, subject_id = self.subject.partition(":")
        return AuditSearch(
            q=self.q,
            actor_id=self.who.id,
            subject_kind=kind or self.kind,
            subject_id=subject_id,
            action=self.action,
            since=_midnight(self.since, zone),
            until=_midnight(self.until, zone, days=1),
        )


@blueprint.get("")
@sign_in_required
def show() -> str:
    """Show a page of the journal, newest first."""
    asked, before = _asked(), request.args.get("before", "")
    page = audit_reading.read_audit(
        platform(), actor(), asked.search(_zone()),
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
    )  # fmt: skip
    actions = {
        action: words
        for action, words in ACTIONS.items()
        if not asked.kind or action.partition(".")[0] == asked.kind
    }
    return render_settings(
        "settings/audit.html", active="audit", asked=asked, page=page, at_start=not before, kinds=KINDS,
        actions=actions, subject_url=subject_url,
        about=page.lines[0].subject if asked.subject and page.lines else "",
    )  # fmt: skip


@blueprint.get("/export.<form>")
@sign_in_required
def export(form: str) -> Response:
    """Give what the search finds as a table, a line for each field."""
    lines = audit_reading.export_audit(platform(), actor(), _asked().search(_zone()))
    columns = (
        OutColumn(_("Lúc"), CellKind.MOMENT), OutColumn(_("Ai"), width=26), OutColumn(_("Việc"), width=32),
        OutColumn(_("Loại"), width=20), OutColumn(_("Đối tượng"), width=36),
        OutColumn(_("Nội dung"), width=26), OutColumn(_("Trước"), width=40), OutColumn(_("Sau"), width=40),
        OutColumn(_("Lý do"), width=30),
    )  # fmt: skip
    return table_answer(OutTable(_("Nhật ký thay đổi"), columns, _rows(lines)), form, "changes")


def subject_url(line: AuditLine) -> str | None:
    """Give where the subject of a line has its page, None where it has none."""
    kind, subject_id = line.kind, line.subject_id
    side, _dot, slot = subject_id.partition(".")
    pages: dict[str, tuple[str, dict[str, object]]] = {
        "user": ("settings_account.show", {"user_id": subject_id}),
        "unit": ("settings_units.unit", {"unit_id": subject_id}),
        "group": ("settings_groups.group", {"code": subject_id}),
        "role": ("settings_roles.edit", {"side": side, "slot": slot}),
    }
    if kind not in pages or not subject_id or line.action is ACTIONS.get(f"{kind}.deleted"):
        return None
    endpoint, values = pages[kind]
    return url_for(endpoint, **values) if has_page(endpoint) else None  # type: ignore[arg-type]


def _rows(lines: Iterable[AuditLine]) -> Iterator[tuple[object, ...]]:
    for line in lines:
        head = (
            line.at, line.who or _("Hệ thống"), in_language(line.action), in_language(line.kind_label),
            line.subject,
        )  # fmt: skip
        for one in line.changes:
            yield (*head, in_language(one.label), in_language(one.before), in_language(one.after), line.note)
        if not line.changes:
            yield (*head, "", "", "", line.note)


def _asked() -> Asked:
    def typed(name: str) -> str:
        return request.args.get(name, "").strip()[:150]

    return Asked(
        typed("q"), typed("kind"), typed("action"), typed("subject"), typed("since"), typed("until"),
        posted_people("who", many=False),
    )  # fmt: skip


def _zone() -> ZoneInfo:
    return ZoneInfo(platform().settings.timezone)


def _midnight(text: str, zone: ZoneInfo, *, days: int = 0) -> datetime | None:
    """Give the beginning of a day, or of one some days later; None for what is no day."""
    try:
        return datetime.combine(date.fromisoformat(text) + timedelta(days=days), time(), zone)
    except (ValueError, OverflowError):
        return None
