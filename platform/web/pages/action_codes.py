"""Codes of actions: on a screen, where they change by themselves, on paper, and what scanning one does."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from luongviec.services.paper.as_html import qr_html
from luongviec.services.paper.model import QrCode
from luongviec.services.records import action_links
from luongviec.services.records.action_links import ActionLink
from luongviec.web.language import translate as _
from luongviec.web.rendering import render_page, render_part
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("action_codes", __name__)

SOONEST = timedelta(seconds=2)


@blueprint.get("/r/<int:record_id>/code/<action>")
@sign_in_required
def show(record_id: int, action: str) -> str:
    """Show the code of an action, large; on a screen the page fetches the next one in time."""
    for_paper = "paper" in request.args
    link = action_links.make_link(platform(), actor(), record_id, action, for_paper=for_paper)
    return render_page(
        "action_code.html", active="", link=link, picture=_picture(link), for_paper=for_paper,
        seconds=_seconds(link), action=action,
    )  # fmt: skip


@blueprint.post("/r/<int:record_id>/code/<action>/withdraw")
@sign_in_required
def withdraw(record_id: int, action: str) -> Response:
    """Make what was printed worthless, and show a new code to print."""
    action_links.withdraw_printed(platform(), actor(), record_id, action)
    flash(_("Đã thu hồi các mã đã in. Mã dưới đây là mã mới."))
    return redirect(url_for("action_codes.show", record_id=record_id, action=action, paper=1), 303)


@blueprint.get("/go/<token>")
@sign_in_required
def scanned(token: str) -> str:
    """Say what the code that was scanned does; looking does nothing yet."""
    target = action_links.target_of(platform(), actor(), token)
    return render_page("action_scanned.html", active="", target=target, token=token)


@blueprint.post("/go/<token>")
@sign_in_required
def follow(token: str) -> Response:
    """Do it, and open the record."""
    target = action_links.target_of(platform(), actor(), token)
    action_links.follow_link(platform(), actor(), token)
    flash(_("Đã ghi nhận."))
    return redirect(url_for("records.show", record_id=target.record.id), 303)


@blueprint.get("/r/<int:record_id>/code/<action>/now")
@sign_in_required
def now(record_id: int, action: str) -> str:
    """Draw the code that holds now, for a page that shows it small."""
    link = action_links.make_link(platform(), actor(), record_id, action)
    return render_part(
        "parts/action_code.html", link=link, picture=_picture(link), seconds=_seconds(link), action=action
    )


def code_picture(record_id: int, action: str) -> tuple[Markup, int]:
    """Give the code of an action as a picture for a screen, and after how many seconds the next is due.

    Raises:
        Refused, NotFound: as `action_links.make_link`.
    """
    link = action_links.make_link(platform(), actor(), record_id, action)
    return _picture(link), _seconds(link)


def _picture(link: ActionLink) -> Markup:
    address = platform().settings.base_url + url_for("action_codes.scanned", token=link.token)
    return Markup(qr_html(QrCode(address)))  # noqa: S704 (squares and escaped text alone)


def _seconds(link: ActionLink) -> int:
    """Give after how many seconds a screen asks for the next code; 0 where it does not change."""
    if link.changes_at is None:
        return 0
    return int(max(link.changes_at - platform().clock(), SOONEST).total_seconds()) + 1
