"""Mails that were written to a folder, for administrators of an installation without a mail server."""

from __future__ import annotations

from flask import Blueprint

from luongviec.services.telling.mailbox import list_mails, read_mail
from luongviec.web.rendering import render_settings
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("admin_mail", __name__, url_prefix="/admin/mail")


@blueprint.get("")
@sign_in_required
def show() -> str:
    """List the newest mails."""
    return render_settings(
        "admin_mail.html", active="admin_mail", mails=list_mails(platform(), actor()), mail=None
    )


@blueprint.get("/<name>")
@sign_in_required
def read(name: str) -> str:
    """Show one mail."""
    return render_settings(
        "admin_mail.html", active="admin_mail", mail=read_mail(platform(), actor(), name), mails=()
    )
