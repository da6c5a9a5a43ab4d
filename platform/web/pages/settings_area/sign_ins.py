"""The sign-in journal in the settings area: search and export (A-27)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request
from flask import stream_with_context as streamed

from luongviec.services.accounts import journal
from luongviec.services.accounts.journal import JournalLine
from luongviec.services.files.tables import OutColumn, OutTable, csv_lines
from luongviec.store.accounts.sign_in_journal import JournalSearch
from luongviec.web.devices import device_words
from luongviec.web.downloads import written_file
from luongviec.web.journal_words import kind_words, note_words, outcome_words
from luongviec.web.language import _
from luongviec.web.rendering import render_settings
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("settings_sign_ins", __name__, url_prefix="/settings/sign-ins")

OUTCOMES = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the search bar holds, as typed."""

    q: str
    address: str
    kind: str
    outcome: str
    since: str
    until: str

    @property
    def narrows(self) -> bool:
        """Whether anything but the words narrows the journal."""
        return any((self.address, self.kind, self.outcome, self.since, self.until))

    def search(self, zone: ZoneInfo) -> JournalSearch:
        """Give the search; days are those of the installation's time zone, the last one included."""
        until = _day(self.until)
        return JournalSearch(
            q=self.q,
            address=self.address,
            kind=self.kind if self.kind in journal.KINDS else "",
            succeeded=OUTCOMES.get(self.outcome),
            since=_midnight(_day(self.since), zone),
            until=None if until is None else _midnight(until + timedelta(days=1), zone),
        )


@blueprint.get("")
@sign_in_required
def show() -> str:
    """Show a page of the journal, newest first."""
    asked = _asked()
    before = request.args.get("before", "")
    found = journal.read_journal(
        platform(), actor(), asked.search(_zone()),
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
    )  # fmt: skip
    return render_settings(
        "settings/sign_ins.html", active="sign_ins", asked=asked, page=found, at_start=not before,
        kinds=[(kind, kind_words(kind)) for kind in journal.KINDS],
    )  # fmt: skip


@blueprint.get("/export.csv")
@sign_in_required
def export() -> Response:
    """Give what the search finds as CSV."""
    zone = _zone()
    lines = journal.export_journal(platform(), actor(), _asked().search(zone))
    labels = (
        _("Lúc"), _("Việc"), _("Kết quả"), _("Tên đã nhập"), _("Họ tên"), _("Địa chỉ mạng"), _("Thiết bị"),
        _("Ghi chú"),
    )  # fmt: skip
    table = OutTable("", [OutColumn(label) for label in labels], _rows(lines))
    return written_file(streamed(csv_lines(table, zone)), "sign-ins.csv")


def _rows(lines: Iterator[JournalLine]) -> Iterator[tuple[object, ...]]:
    for line in lines:
        yield (
            line.at, kind_words(line.kind), outcome_words(line)[0], line.user_name,
            line.name, line.address, device_words(line.agent),
            note_words(line.kind, line.note),
        )  # fmt: skip


def _asked() -> Asked:
    def typed(name: str) -> str:
        return request.args.get(name, "").strip()[:100]

    return Asked(
        typed("q"), typed("address"), typed("kind"), typed("outcome"), typed("since"), typed("until")
    )


def _zone() -> ZoneInfo:
    return ZoneInfo(platform().settings.timezone)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), zone)
