"""Draw templates: what every template may call, and the frame that every page stands in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, current_app, g, get_flashed_messages, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.local import LocalProxy

from luongviec.engine.deciding.personal import note_person
from luongviec.engine.errors import LuongViecError
from luongviec.engine.text import Text
from luongviec.services.home.menu import menu_parts
from luongviec.services.home.settings_area import SettingsFrame
from luongviec.services.home.settings_area import settings_frame as load_settings_frame
from luongviec.services.home.shell import shell as load_shell
from luongviec.services.views import ActionOffer, FilterOption, Shell
from luongviec.web import addresses, assets, charts, devices, drawn, formatting, journal_words, words
from luongviec.web.comment_words import comment_words
from luongviec.web.language import current_language, in_language, translate
from luongviec.web.record_layout import live_sources, pressable
from luongviec.web.security import form_token, safe_return
from luongviec.web.sessions import actor, current_session, platform
from luongviec.web.settings_menu import MenuPart, app_url, menu_of

THEMES = ("light", "dark", "system")
THEME_COOKIE = "theme"
FRAGMENT_HEADER = "X-Fragment"
#: What may go well when the same page is asked for once more.
RETRIED = frozenset({429, 500, 503})


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What an error page says; `icon` and `tone` go with the kind of error."""

    status: int
    title: Text
    text: Text
    icon: str
    tone: str
    code: str = ""
    details: tuple[Text, ...] = ()


def prepare_templates(app: Flask) -> None:
    """Give templates their functions and filters, and nothing that could change anything."""
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(
        text=in_language,
        initials=formatting.initials,
        unit_initials=formatting.unit_initials,
        avatar_tone=formatting.avatar_tone,
        short_name=formatting.short_name,
        given_name=formatting.given_name,
        file_kind=formatting.file_kind,
        size=formatting.size,
        number=formatting.number,
        megabytes=formatting.megabytes,
        duration=formatting.duration,
        rough_duration=formatting.rough_duration,
        ago=formatting.ago,
        moment=formatting.plain_moment,
        clock_time=formatting.clock_time,
        clock_face=formatting.clock_face,
        clock_share=formatting.clock_share,
        time_face=formatting.time_face,
        milliseconds=formatting.milliseconds,
        short_day=formatting.short_day,
        weekday=formatting.weekday,
        long_day=formatting.long_day,
        local=formatting.local,
    )
    environment.globals.update(
        _=translate,
        drawn=drawn.PARTS,
        static_url=assets.static_url,
        icon_name=assets.icon_name,
        list_url=addresses.list_url,
        due_words=formatting.due_words,
        day_heading=formatting.day_heading,
        long_day=formatting.long_day,
        local_day=formatting.local_day,
        greeting=formatting.greeting,
        now=formatting.now,
        period=formatting.period,
        without_number=words.without_number,
        csrf_token=form_token,
        request_key=request_key,
        offer_url=offer_url,
        beside_title=words.beside_title,
        live_sources=live_sources,
        calendar_title=words.calendar_title,
        repeats=words.repeats_title,
        long_title=words.long_title,
        cell_words=words.cell_words,
        row_words=words.row_words,
        total_words=words.total_words,
        status_counts=words.status_counts,
        comment_words=comment_words,
        pressable=pressable,
        share_strip=charts.share_strip,
        progress_lines=charts.progress_lines,
        donut=charts.donut,
        bars=charts.bars,
        settings_menu=settings_menu,
        app_url=app_url,
        here_with=addresses.here_with,
        device_words=devices.device_words,
        is_phone=devices.is_phone,
        kind_words=journal_words.kind_words,
        note_words=journal_words.note_words,
        outcome_words=journal_words.outcome_words,
        has_page=has_page,
        count_words=words.count_words,
        counted_parts=counted_parts,
    )
    app.context_processor(_common_values)


def render_page(template: str, *, active: str = "", **values: object) -> str:
    """Draw a page in the frame of the person who is signed in.

    Args:
        template: file of the page.
        active: `MODULE.LIST` of the menu item that the page belongs to, or a page's own name.
        values: what the template reads.
    """
    return render_template(template, shell=frame(), active=active, **values)


def render_part(template: str, **values: object) -> str:
    """Draw a page without the frame, or a part of one; the frame's figures are read only where it asks."""
    return render_template(template, shell=LocalProxy(frame), active="", **values)


def render_settings(template: str, *, active: str = "", **values: object) -> str:
    """Draw a page of the settings area: its template extends `settings_frame.html`.

    Args:
        template: file of the page.
        active: key of the menu entry that the page belongs to.
        values: what the template reads.

    Raises:
        Refused: the actor administers nothing.
    """
    return render_template(template, shell=_settings_frame().shell, active=active, **values)


def settings_menu() -> tuple[MenuPart, ...]:
    """Give the menu of the settings area for who is signed in."""
    return menu_of(_settings_frame())


def open_settings() -> frozenset[str]:
    """Give the keys of the settings pages that who is signed in may open."""
    return frozenset(item.key for part in settings_menu() for item in part.items)


def counted_parts(module: str, list_code: str) -> tuple[FilterOption, ...]:
    """Count the parts of the list that a page is about, for its place in the menu."""
    return menu_parts(platform(), actor(), module, list_code)


def _settings_frame() -> SettingsFrame:
    if "settings_frame" not in g:
        g.settings_frame = load_settings_frame(platform(), actor())
    known: SettingsFrame = g.settings_frame
    return known


def has_page(endpoint: str) -> bool:
    """Say whether a page is there to be led to."""
    return endpoint in current_app.view_functions


def render_error(page: ErrorPage) -> str:
    """Draw an error page: in the frame if it can be had, else on its own."""
    shell: Shell | None = None
    if page.status != 500 and not wants_fragment():
        try:
            shell = frame() if current_session() else None
        except (LuongViecError, SQLAlchemyError, NotImplementedError):
            shell = None
    may_retry = page.status in RETRIED and request.method in ("GET", "HEAD")
    return render_template(
        "error.html", page=page, shell=shell, active="", may_retry=may_retry, came_from=_came_from()
    )


def _came_from() -> str:
    """Give the page of this site that led here; nothing if there is none, or it was this one."""
    found = urlsplit(request.referrer or "")
    path = found.path + (f"?{found.query}" if found.query else "")
    is_elsewhere = found.netloc == request.host and path != request.full_path.rstrip("?")
    return safe_return(path, "") if is_elsewhere else ""


def frame() -> Shell:
    """Give the frame's data, asked once a request."""
    note_person()
    if "shell" not in g:
        g.shell = load_shell(platform(), actor())
    shell: Shell = g.shell
    return shell


def offer_url(record_id: int, offer: ActionOffer, back: str = "") -> str:
    """Give where an offer leads: the action's form, a bare move, a new related record, the edit form.

    Args:
        record_id: of the record that it is about.
        offer: the offer.
        back: the page to come back to, where that is not the record's own.
    """
    more = {"back": back or None, "for": offer.on_behalf_of.id if offer.on_behalf_of else None}
    if offer.kind == "add" and offer.relation:
        return url_for("records.add", record_id=record_id, relation=offer.relation, **more)
    if offer.kind == "link" and offer.relation:
        return url_for("record_links.choose", record_id=record_id, relation=offer.relation)
    if offer.kind == "move" and offer.moves_to:
        return url_for("records.move", record_id=record_id, status=offer.moves_to, **more)
    if offer.code == "edit":
        return url_for("records.edit", record_id=record_id, **more)
    return url_for("records.do", record_id=record_id, action=offer.code, **more)


def request_key() -> str:
    """Give a fresh key, so that a form sent twice acts once."""
    note_person()
    return secrets.token_urlsafe(12)


def wants_fragment() -> bool:
    """Say whether a script asks for a part of a page, to put it into a dialog or a block."""
    return request.headers.get(FRAGMENT_HEADER) is not None


def _common_values() -> dict[str, object]:
    settings = current_app.extensions["luongviec"].settings
    theme = g.get("theme", "system")
    return {
        "language": current_language(),
        "theme": theme,
        "shown_theme": theme if theme in ("light", "dark") else "light",
        "site_name": settings.site_name,
        "fragment": request.headers.get(FRAGMENT_HEADER, ""),
        "here": request.full_path.rstrip("?"),
        "messages": lambda: get_flashed_messages(with_categories=True),
    }
