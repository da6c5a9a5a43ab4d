"""Lists: everything chosen stands in the address; the service narrows, this draws."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import parse_qsl

from flask import Blueprint, redirect, request, session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from luongviec.services.lists.boards import list_board
from luongviec.services.lists.calendars import CalendarPage, Span, list_calendar
from luongviec.services.lists.reading import ListRequest, list_records
from luongviec.services.lists.saved_views import SavedViewLink, SavedViews, saved_views
from luongviec.services.views import Cell, Column, CreateOffer, ListPage, MenuItem, Row
from luongviec.web.addresses import ListAddress, read_address
from luongviec.web.language import _
from luongviec.web.rendering import frame, render_page
from luongviec.web.sessions import LAST_LIST, actor, platform, sign_in_required

DRAWN_VIEWS = frozenset({"table", "tree", "board", "calendar"})
MOST_TABS = 6
MOST_ELSEWHERE = 3

blueprint = Blueprint("lists", __name__)


@blueprint.get("/m/<module>")
@blueprint.get("/m/<module>/<list_code>")
@sign_in_required
def show(module: str, list_code: str = "") -> str | AnyResponse:
    """Show one page of a list."""
    address = read_address(module, list_code, request.args)
    if "column" in request.args:  # the column menu: tidy the address
        return redirect(replace(address, columns=tuple(request.args.getlist("column"))).url, 303)
    asked = replace(address.request(), menus=True)
    page = list_records(platform(), actor(), asked)
    if session.get(LAST_LIST) != f"{module}.{list_code}":
        session[LAST_LIST] = f"{module}.{list_code}"
    columns = shown_columns(page, address)
    last_page = max(1, -(-page.total // page.page_size))
    board = list_board(platform(), actor(), asked) if page.view == "board" else ()
    calendar = _calendar(asked) if page.view == "calendar" else None
    saved = _saved(module, list_code)
    return render_page(
        "list.html", active=f"{module}.{list_code}", page=page, address=address, columns=columns,
        board=board, calendar=calendar, spans=_spans(), saved=saved, saved_tabs=_tabs(saved, address),
        shown_columns=[column.code for column in columns], column_choices=_column_choices(page, columns),
        meters={cell.code: cell.is_percent for row in page.rows[:1] for cell in row.cells},
        drawn_views=[view for view in page.views if view in DRAWN_VIEWS],
        cells_of=lambda row: cells_of(row, columns), create=create_offer(module),
        more=page.next_cursor is not None or page.page < last_page, last_page=last_page,
        narrowed=_is_narrowed(page, address), view_label=view_label,
        elsewhere=() if page.total else _elsewhere(page),
    )  # fmt: skip


def _is_narrowed(page: ListPage, address: ListAddress) -> bool:
    """Whether something chosen leaves records of the list out; a part of an empty list leaves out nothing."""
    if page.q or address.filters:
        return True
    return bool(address.split) and any(part.count != 0 for part in page.split if not part.value)


def _elsewhere(page: ListPage) -> list[MenuItem]:
    """Give lists beside an empty one that hold something (T-56)."""
    sections = (section.items for section in frame().menu)
    beside = next((items for items in sections if any(_is_shown(item, page) for item in items)), ())
    return [item for item in beside if item.count and not _is_shown(item, page)][:MOST_ELSEWHERE]


def _is_shown(item: MenuItem, page: ListPage) -> bool:
    return (item.module, item.list) == (page.module, page.list)


@dataclass(frozen=True, slots=True)
class ViewTab:
    """A saved view as a tab of its list."""

    view: SavedViewLink
    url: str
    is_shown: bool


def _tabs(saved: SavedViews | None, address: ListAddress) -> tuple[ViewTab, ...]:
    """Give the first saved views as tabs; the one whose address this is is marked."""
    views = saved.views[:MOST_TABS] if saved is not None else ()
    here = replace(address, page=1).url
    found = []
    for view in views:
        pairs = MultiDict(parse_qsl(view.query, keep_blank_values=False))
        url = replace(read_address(address.module, address.list, pairs), page=1).url
        found.append(ViewTab(view, url, url == here and bool(view.query)))
    return tuple(found)


def _column_choices(page: ListPage, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Give the columns of the chooser: those shown, in their order, then the others; each once."""
    every = {column.code: column for column in (*columns, *page.columns, *page.available)}
    return tuple(every.values())


def _calendar(asked: ListRequest) -> CalendarPage:
    """Draw the span that the address names; what is no day counts as today."""
    span = request.args.get("span", "")
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        day = None
    known = Span(span) if span in tuple(Span) else Span.MONTH
    return list_calendar(platform(), actor(), asked, known, day)


def _saved(module: str, list_code: str) -> SavedViews | None:
    return saved_views(platform(), actor(), module, list_code) if list_code else None


def _spans() -> dict[str, str]:
    return {Span.MONTH: _("Tháng"), Span.WEEK: _("Tuần"), Span.DAY: _("Ngày")}


def shown_columns(page: ListPage, address: ListAddress) -> tuple[Column, ...]:
    """Give the columns that the address asks for; the first one, with the title, always stays."""
    if not address.columns:
        return page.columns
    known = {column.code: column for column in (*page.columns, *page.available)}
    wanted = [known[code] for code in address.columns if code in known]
    first = page.columns[:1]
    return (*first, *(column for column in wanted if column not in first))


def cells_of(row: Row, columns: tuple[Column, ...]) -> tuple[Cell, ...]:
    """Give a row's cells in the order of the shown columns."""
    cells = {cell.code: cell for cell in row.cells}
    return tuple(cells.get(column.code, Cell(column.code, column.kind, None)) for column in columns)


def create_offer(module: str) -> CreateOffer | None:
    """Give the offer to make a record of a module, if the person has it."""
    return next((offer for offer in frame().create if offer.module == module), None)


def view_label(view: str) -> str:
    """Name a way to show a list."""
    return {"table": _("Bảng"), "board": _("Bảng việc"), "calendar": _("Lịch"), "tree": _("Cây")}.get(
        view, view
    )
