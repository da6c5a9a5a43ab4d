"""The smallest parts of pages: icons, avatars, people, pills, drawn by Python as a page has hundreds of them.

As macros they took a third of the time of a long page. `macros/common.html` and `macros/offers.html` give
them to templates under their names, beside the macros.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from markupsafe import Markup, escape

from luongviec.services.views import ActionOffer, PersonView, StatusView
from luongviec.web.assets import icon_name, static_url
from luongviec.web.formatting import avatar_tone, initials, short_name, unit_initials
from luongviec.web.language import _, in_language

#: So many drawn parts of one kind a process keeps.
KEPT = 4_096

TONE_ICONS = {"handle": "player-play", "approve": "check", "refuse": "x"}
KIND_ICONS = {"add": "plus", "edit": "pencil", "move": "arrow-right", "delete": "trash"}


def icon(name: str | None, size: str = "", filled: bool = False) -> Markup:
    """Draw an icon of the sprite."""
    return _icon(static_url("vendor/icons.svg"), icon_name(name, filled=filled), size)


@lru_cache(KEPT)
def _icon(sprite: str, name: str, size: str) -> Markup:
    more = f" icon-{size}" if size else ""
    return Markup(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>'
    ).format(more, sprite, name)


@lru_cache(KEPT)
def avatar(name: str, size: str = "") -> Markup:
    """Draw a person's letters in a colour that stays with the name."""
    more = f" {size}" if size else ""
    return Markup('<span class="avatar tone-{}{}" title="{}" aria-hidden="true">{}</span>').format(
        avatar_tone(name), more, name, initials(name)
    )


@lru_cache(KEPT)
def unit_avatar(name: str, size: str = "") -> Markup:
    """Draw a unit's letters."""
    more = f" {size}" if size else ""
    return Markup('<span class="avatar unit tone-{}{}" aria-hidden="true">{}</span>').format(
        avatar_tone(name), more, unit_initials(name)
    )


def person(
    person: PersonView,
    short: bool = False,
    size: str = "s",
    me: int | None = None,
) -> Markup:
    """Draw somebody: letters, name, the post as a title; who looks at it and who has left are marked."""
    name = escape(person.name)
    title = Markup(' title="{} · {}"').format(name, person.post) if person.post else ""
    marks = Markup(' <span class="tag tone-blue">{}</span>').format(_("Bạn")) if me == person.id else ""
    if not person.active:
        marks += Markup(' <span class="tag">{}</span>').format(_("đã nghỉ"))
    return Markup('<span class="person"{}>{}<span class="min-0{}">{}{}</span></span>').format(
        title, avatar(person.name, size), " no-wrap" if short else "",
        short_name(person.name) if short else name, marks,
    )  # fmt: skip


def status(view: StatusView, large: bool = False) -> Markup:
    """Draw a status as a pill."""
    return _status(view.tone, in_language(view.name), " large" if large else "")


@lru_cache(KEPT)
def _status(tone: str, name: str, more: str) -> Markup:
    return Markup('<span class="pill tone-{}{}">{}</span>').format(tone, more, name)


def offer_icon(offer: ActionOffer) -> str:
    """Give the icon of something offered: its own, else by its tone, else by its kind."""
    kind = offer.code if offer.code in ("edit", "delete") else offer.kind
    return offer.icon or TONE_ICONS.get(offer.tone) or KIND_ICONS.get(kind) or "bolt"


def offer_label(offer: ActionOffer) -> str:
    """Give the words of something offered; dots say that more is asked."""
    asks = offer.asks and offer.kind not in ("add", "link")
    return in_language(offer.label) + ("…" if asks else "")


#: What templates are given.
PARTS: Mapping[str, Callable[..., str]] = {
    "icon": icon,
    "avatar": avatar,
    "unit_avatar": unit_avatar,
    "person": person,
    "status": status,
    "offer_icon": offer_icon,
    "offer_label": offer_label,
}
