"""Prints that a person asks for: a record whole, or as a print's definition says; as page, PDF or document.

A print holds what its reader may see and nothing else: it is made from his page of the record, or by
the definition's template through his eyes. Asking for one needs the permission `print` on the record.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from luongviec.engine.errors import NotFound, Refused
from luongviec.engine.expressions.compiled import EvaluationError
from luongviec.engine.model import Print
from luongviec.engine.prints import print_body
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, RecordState
from luongviec.services.paper.model import Face, Paper, Size
from luongviec.services.paper.reading import blocks_of
from luongviec.services.platform import Platform, Work
from luongviec.services.record_page.reading import record_page
from luongviec.services.record_page.sheet import Wording, part_key, printable_parts, sheet_blocks
from luongviec.services.records.access import access_record, check_may
from luongviec.services.views import RecordPage

PRINT = "print"
WHOLE = ""  # the code of the print that is the whole record
WHOLE_LABEL = Text("Toàn bộ hồ sơ", "The whole record")
PRINTED = Text("{name} in lúc {moment} · {site}", "Printed by {name}, {moment} · {site}")


@dataclass(frozen=True, slots=True)
class PrintChoice:
    """One print that may be asked for."""

    code: str
    label: Text


@dataclass(frozen=True, slots=True)
class PrintPart:
    """One part of a whole record that may be printed or left out."""

    key: str
    label: Text
    chosen: bool


@dataclass(frozen=True, slots=True)
class PrintSheet:
    """A print, and what else might be printed of the record."""

    page: RecordPage
    choices: tuple[PrintChoice, ...]
    chosen: PrintChoice
    parts: tuple[PrintPart, ...]
    paper: Paper
    made_at: datetime
    name: str  # of its file, without an ending


def print_sheet(
    platform: Platform, actor: Actor, record_id: int, *, code: str = WHOLE,
    parts: Collection[str] | None = None, language: str = "vi",
) -> PrintSheet:  # fmt: skip
    """Give a print of a record.

    Args:
        code: a print's definition, else the whole record.
        parts: which parts of the whole record; `None` prints all.

    Raises:
        NotFound: no such record, or not the actor's to see; no such print of it now.
        Refused: he may not print it; the print's template met something that does not fit.
    """
    with platform.reading() as work:
        record = access_record(work, actor, record_id, deleted=True)
        check_may(work, actor, PRINT, record)
        page = record_page(platform, actor, record_id, note_opening=False)
        found = _prints_of(work, record)
        choices = (PrintChoice(WHOLE, WHOLE_LABEL), *(PrintChoice(one.code, one.name) for one in found))
        chosen = next((one for one in choices if one.code == code), None)
        if chosen is None:
            raise NotFound()
        definition = next((one for one in found if one.code == code), None)
        if definition is not None:
            paper = _defined(work, actor, record, definition, language)
            offered: tuple[PrintPart, ...] = ()
        else:
            paper, offered = _whole(work, actor, page, parts, language)
        label = page.module_name if definition is None else definition.name
        name = f"{label.in_language(language)} {page.number or page.record.title}".replace("/", "-")
        return PrintSheet(page, choices, chosen, offered, paper, work.now, name[:120].strip())


def _prints_of(work: Work, record: RecordState) -> tuple[Print, ...]:
    """Give the prints that a record's module has in its status."""
    found = (one for one in work.workspace.prints.values() if one.module == record.module)
    return tuple(one for one in found if not one.statuses or record.status in one.statuses)


def _whole(
    work: Work, actor: Actor, page: RecordPage, wanted: Collection[str] | None, language: str
) -> tuple[Paper, tuple[PrintPart, ...]]:
    settings = work.platform.settings
    blocks = printable_parts(page)
    parts = tuple(
        PrintPart(part_key(one), one.label, wanted is None or part_key(one) in wanted) for one in blocks
    )
    chosen = [block for block, part in zip(blocks, parts, strict=True) if part.chosen]
    wording = Wording(language, ZoneInfo(settings.timezone))
    address = f"{settings.base_url}/r/{page.record.id}"
    paper = Paper(
        title=page.record.title,
        blocks=sheet_blocks(page, chosen, wording, site=settings.site_name, address=address),
        language=language, face=Face.SHEET, author=_name(work, actor),
        footer=_footer(work, actor, language),
    )  # fmt: skip
    return paper, parts


def _defined(work: Work, actor: Actor, record: RecordState, found: Print, language: str) -> Paper:
    try:
        seen, body = print_body(work.world, actor, record, found, language)
    except EvaluationError as error:
        raise Refused(
            Text(f"Không lập được “{found.name.vi}”.", f"'{found.name.in_language('en')}' cannot be made.")
        ) from error
    return Paper(
        title=f"{found.name.in_language(language)}: {seen.title}", blocks=blocks_of(body),
        language=language, size=Size(found.paper), author=_name(work, actor),
        footer=_footer(work, actor, language),
    )  # fmt: skip


def kept_paper(html: str, title: str, author: str) -> Paper:
    """Give the paper of a print that an action froze."""
    return Paper(title=title, blocks=blocks_of(html), author=author)


def _name(work: Work, actor: Actor) -> str:
    person = None if actor.user_id is None else work.world.person(actor.user_id)
    return "" if person is None else person.name


def _footer(work: Work, actor: Actor, language: str) -> str:
    settings = work.platform.settings
    wording = Wording(language, ZoneInfo(settings.timezone))
    return wording.text(PRINTED).format(
        name=_name(work, actor), moment=wording.moment(work.now), site=settings.site_name
    )
