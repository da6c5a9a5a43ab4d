"""One's own home page and menu: what is shown, in which order (T-02, T-07)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import InvalidInput
from luongviec.services.home.choices import CardChoice, MenuChoice
from luongviec.services.home.own_settings import apply_preset, home_settings, keep_home
from luongviec.web.language import _
from luongviec.web.rendering import render_page
from luongviec.web.sessions import actor, platform, sign_in_required, signed_in

blueprint = Blueprint("home_settings", __name__, url_prefix="/preferences/home")

MOST_LINES = 300

Line = TypeVar("Line", CardChoice, MenuChoice)


@blueprint.get("")
@sign_in_required
def show() -> str:
    """Show the settings."""
    return _page()


@blueprint.post("")
@sign_in_required
def keep() -> str | AnyResponse | tuple[str, int]:
    """Keep everything that the form says, after the one change of the button that was pressed."""
    change, _colon, code = request.form.get("do", "").partition(":")
    cards = [
        CardChoice(one, one in request.form.getlist("show_card")) for one in _given("card")
    ]  # in the order of the form
    menus = [_menu_choice(one) for one in _given("list")]
    if change in ("up", "down"):
        step = -1 if change == "up" else 1
        cards = _moved(cards, code, step)
        menus = _moved(menus, code, step)
    elif change == "add":
        cards.append(CardChoice(request.form.get("more", "")))
    try:
        keep_home(platform(), actor(), cards, menus)
    except InvalidInput as problem:
        return _page(problem), 422
    if change not in ("up", "down"):
        flash(_("Đã lưu trang chủ và trình đơn."))
    return redirect(url_for("home_settings.show", _anchor=code or None), 303)


@blueprint.post("/preset")
@sign_in_required
def take_preset() -> AnyResponse | tuple[str, int]:
    """Apply a preset, or go back to what fits one's posts."""
    try:
        apply_preset(platform(), actor(), request.form.get("preset", ""))
    except InvalidInput as problem:
        return _page(problem), 422
    flash(_("Đã áp dụng mẫu."))
    return redirect(url_for("home_settings.show"), 303)


def _given(name: str) -> Sequence[str]:
    return list(dict.fromkeys(request.form.getlist(name)))[:MOST_LINES]


def _menu_choice(code: str) -> MenuChoice:
    """Read one list; parts that the form offered and that are not ticked are hidden."""
    offered, shown = request.form.getlist(f"part.{code}"), request.form.getlist(f"show_part.{code}")
    hidden = tuple(value for value in offered[:MOST_LINES] if value not in shown)
    return MenuChoice(code, code in request.form.getlist("show_list"), hidden)


def _moved(items: list[Line], code: str, step: int) -> list[Line]:
    """Give the items with one of them a step further up or down."""
    place = next((number for number, one in enumerate(items) if one.code == code), None)
    if place is not None and 0 <= place + step < len(items):
        items[place], items[place + step] = items[place + step], items[place]
    return items


def _page(problem: InvalidInput | None = None) -> str:
    errors = {} if problem is None else problem.errors
    return render_page(
        "preferences_home.html", active="preferences", tab="home", errors=errors,
        settings=home_settings(platform(), actor()), session=signed_in(),
    )  # fmt: skip
