"""The platform as an app: what a phone or desktop needs to install it from the browser (A-18).

Installed, it opens in a window of its own with the same pages, sessions and notices; there is no
second program to keep in step.
"""

from __future__ import annotations

from flask import Blueprint, Response, g, jsonify, url_for

from luongviec.web.assets import static_url
from luongviec.web.language import _
from luongviec.web.sessions import platform

blueprint = Blueprint("installing", __name__)

#: As in tokens.css: the window's frame before a page is drawn.
FRAME_COLOUR, CANVAS = "#0e1a31", "#f3f5f8"


@blueprint.get("/app.webmanifest")
def manifest() -> Response:
    """Give the web app manifest in the visitor's language; asks for no sign-in, says nothing of anybody."""
    name = platform().settings.site_name
    answer = jsonify(
        {
            "name": name,
            "short_name": name,
            "description": _("Công việc thông suốt"),
            "lang": g.language,
            "id": "/",
            "start_url": url_for("home.show"),
            "scope": "/",
            "display": "standalone",
            "theme_color": FRAME_COLOUR,
            "background_color": CANVAS,
            "icons": [
                _icon("icon-192.png", "192x192", "any"),
                _icon("icon-512.png", "512x512", "any"),
                _icon("icon-maskable.png", "512x512", "maskable"),
            ],
            "shortcuts": [
                {"name": _("Thông báo"), "url": url_for("notifications.show")},
                {"name": _("Tìm kiếm"), "url": url_for("search.show")},
            ],
        }
    )
    answer.mimetype = "application/manifest+json"
    return answer


def _icon(file: str, sizes: str, purpose: str) -> dict[str, str]:
    return {"src": static_url(f"app/{file}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
