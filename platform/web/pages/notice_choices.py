"""How one wants to be told: a page of one's own account."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text
from luongviec.services.telling import notice_choices as choices
from luongviec.web.language import _
from luongviec.web.rendering import render_page
from luongviec.web.sessions import actor, platform, sign_in_required, signed_in

blueprint = Blueprint("notice_choices", __name__, url_prefix="/preferences/notifications")

WAY = "way:"  # before the key of a choice in the form
HOURS = ("quiet_from", "quiet_until", "daily_at")
MOST_CHOICES = 500

Section = tuple[str, Text | None, list[choices.NoticeGroup]]
Answer = str | AnyResponse | tuple[str, int]


@blueprint.get("")
@sign_in_required
def show() -> str:
    """Show each group of events with the channels on which it may be told."""
    page = choices.notice_page(platform(), actor())
    chosen = page.choices
    quiet = chosen.quiet or (None, None)
    shown = (quiet[0], quiet[1], chosen.daily_at)
    hours = {name: "" if at is None else f"{at:%H:%M}" for name, at in zip(HOURS, shown, strict=True)}
    ways = {key: str(way) for key, way in chosen.ways.items()}
    return _page(page, ways, hours, {})


@blueprint.post("")
@sign_in_required
def keep() -> Answer:
    """Keep what was chosen; what is wrong is said where it stands, and nothing is lost."""
    typed = [(name, value) for name, value in request.form.items() if name.startswith(WAY)]
    ways = {name.removeprefix(WAY)[:200]: value[:20] for name, value in typed[:MOST_CHOICES]}
    hours = {name: request.form.get(name, "")[:20] for name in HOURS}
    if request.form.get("what") == "reset":
        ways, hours = {}, dict.fromkeys(HOURS, "")
    try:
        choices.choose(platform(), actor(), ways, **hours)
    except InvalidInput as problem:
        page = choices.notice_page(platform(), actor())
        return _page(page, ways, hours, dict(problem.errors)), 422
    flash(_("Đã lưu cách bạn nhận thông báo."))
    return redirect(url_for("notice_choices.show"), 303)


def _page(
    page: choices.NoticePage, ways: dict[str, str], hours: dict[str, str], errors: dict[str, tuple[Text, ...]]
) -> str:
    return render_page(
        "preferences_notices.html", active="preferences", tab="notices", session=signed_in(),
        page=page, sections=_sections(page.groups), ways=ways, hours=hours, errors=errors,
        key_of=choices.key_of, prefix=WAY,
    )  # fmt: skip


def _sections(groups: tuple[choices.NoticeGroup, ...]) -> list[Section]:
    """Give each module with several groups a part of its own; those with one stand together at the end."""
    found: list[Section] = []
    alone: list[choices.NoticeGroup] = []
    for code, several in groupby(groups, key=lambda group: group.module):
        lines = list(several)
        if len(lines) > 1:
            found.append((code, lines[0].module_name, lines))
        else:
            alone += lines
    return [*found, *([("others", None, alone)] if alone else [])]
