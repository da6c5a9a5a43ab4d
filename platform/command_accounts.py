"""`luongviec user reset`, `on` and `off`: what an administrator does to accounts from a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text
from luongviec.engine.world import SYSTEM
from luongviec.services.platform import Platform
from luongviec.services.users import first_passwords
from luongviec.services.users import making as users
from luongviec.services.users.first_passwords import Sheet, Way
from luongviec.services.users.sheets import as_pdf, as_workbook
from luongviec.services.users.states import switch_users

SHEET_FORMS = (".pdf", ".xlsx")


def reset_users(
    out: Console, platform: Platform, user_names: Sequence[str], *, sheet: Path | None, by_email: bool
) -> None:
    """Make first passwords: printed here, written as a sheet, or sent as links."""
    if sheet is not None and sheet.suffix.lower() not in SHEET_FORMS:
        fault = Text("Tên tệp phải kết thúc bằng .pdf hoặc .xlsx.", "The file must end in .pdf or .xlsx.")
        raise InvalidInput({"sheet": (fault,)})
    ids = [users.user_named(platform, name).id for name in user_names]
    way = Way.EMAIL if by_email else Way.SHEET
    made = first_passwords.make_first_passwords(platform, SYSTEM, ids, way)
    language = platform.settings.language
    for one in made.skipped:
        out.print(f"[yellow]{escape(one.name)}[/]: {escape(one.reason.in_language(language))}")
    if made.sheet is None:
        out.print(f"A link goes to [bold]{made.count}[/] people.")
    elif sheet is None:
        for slip in made.sheet.slips:
            out.print(f"{escape(slip.user_name)}: [bold]{slip.secret}[/]")
        out.print(f"For one use, until {made.sheet.expires_at:%Y-%m-%d %H:%M} UTC.")
    else:
        sheet.touch(mode=0o600)
        sheet.write_bytes(_written(platform, made.sheet, sheet.suffix.lower()))
        out.print(f"Wrote [bold]{made.count}[/] first passwords into {escape(str(sheet))}.")


def switch(out: Console, platform: Platform, user_names: Sequence[str], *, active: bool) -> bool:
    """Switch accounts on or off and say whether all of them are."""
    ids = [users.user_named(platform, name).id for name in user_names]
    result = switch_users(platform, SYSTEM, ids, active)
    for one in result.skipped:
        reason = one.reason.in_language(platform.settings.language)
        out.print(f"[red]{escape(one.name)}[/]: {escape(reason)}")
    out.print(f"Switched {'on' if active else 'off'}: [bold]{len(result.done)}[/].")
    return not result.skipped


def _written(platform: Platform, sheet: Sheet, form: str) -> bytes:
    zone = platform.settings.timezone
    return as_pdf(sheet, zone) if form == ".pdf" else as_workbook(sheet, zone, platform.settings.language)
