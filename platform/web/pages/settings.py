"""The first page of the settings area: what there is to set up, and what is missing."""

from __future__ import annotations

from flask import Blueprint

from luongviec.web.rendering import render_settings
from luongviec.web.sessions import sign_in_required

blueprint = Blueprint("settings", __name__, url_prefix="/settings")


@blueprint.get("")
@sign_in_required
def show() -> str:
    """Show what there is to set up."""
    return render_settings("settings_home.html", active="settings")
