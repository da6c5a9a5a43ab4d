"""The menu of the frame: refreshed on a page that stands open, and the numbers of a list's parts (T-09)."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from luongviec.services.home.menu import menu_parts, menu_sections
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("menu", __name__, url_prefix="/menu")


@blueprint.get("")
@sign_in_required
def show() -> Response:
    """Give the lists of the menu with their numbers as they are now."""
    active = request.args.get("active", "")
    menu = menu_sections(platform(), actor())
    drawn = render_template(
        "parts/menu.html", sections=menu, active=active, chosen_part=request.args.get("part")
    )
    return Response(drawn, mimetype="text/html", headers={"Cache-Control": "private, no-store"})


@blueprint.get("/<module>/<list_code>")
@sign_in_required
def parts(module: str, list_code: str) -> Response:
    """Give the parts of one list with their numbers."""
    drawn = render_template(
        "parts/menu_parts.html", module=module, list_code=list_code, chosen_part=None,
        parts=menu_parts(platform(), actor(), module, list_code),
    )  # fmt: skip
    return Response(drawn, mimetype="text/html", headers={"Cache-Control": "private, no-store"})
