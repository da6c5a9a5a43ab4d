"""Static files under one versioned address, and the icons that pages may name.

The version is a hash over all files and stands in the path, so that scripts importing each other and
fonts named in style sheets are renewed together and may be cached for ever.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, g, send_from_directory, url_for

STATIC = Path(__file__).parent / "static"
FALLBACK_ICON = "file-text"
YEAR_SECONDS = 31_536_000

blueprint = Blueprint("assets", __name__)


@blueprint.get("/static/<version>/<path:name>")
def file(version: str, name: str) -> Response:
    """Send a static file; one of another version is sent too, but not kept."""
    answer = send_from_directory(STATIC, name)
    if version == static_version():
        answer.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    else:
        answer.headers["Cache-Control"] = "no-cache"
    return answer


def static_url(name: str) -> str:
    """Give the address of a static file in its present version; a page asks hundreds of times."""
    if "static_root" not in g:
        g.static_root = url_for("assets.file", version=static_version(), name="-").removesuffix("-")
    return f"{g.static_root}{name}"


def icon_name(name: str | None, *, filled: bool = False) -> str:
    """Give an icon that the sprite has: the wanted one, its filled form, or a plain sheet."""
    names = sprite_names()
    if filled and name and f"{name}-filled" in names:
        return f"{name}-filled"
    return name if name in names else FALLBACK_ICON


@cache
def static_version() -> str:
    """Hash all static files, once per process."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(STATIC).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def sprite_names() -> frozenset[str]:
    """Give the names of the icons in the sprite."""
    return frozenset(
        re.findall(r'<symbol id="([^"]+)"', (STATIC / "vendor" / "icons.svg").read_text("utf-8"))
    )
