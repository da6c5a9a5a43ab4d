"""Reports that come by themselves: setting one up, one's own list, ending one also from a mail."""

from __future__ import annotations

import re

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text
from luongviec.services.reports import drawing as reports
from luongviec.services.reports import schedules
from luongviec.services.reports.schedules import EVERY, Timing
from luongviec.web.language import _, in_language
from luongviec.web.pages.reports import report_address
from luongviec.web.rendering import render_page
from luongviec.web.report_words import address_of
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("report_schedules", __name__, url_prefix="/reports")

Answer = str | AnyResponse | tuple[str, int]


@blueprint.get("/schedules")
@sign_in_required
def index() -> str:
    """Show one's own schedules."""
    return render_page(
        "report_schedules.html", active="reports", every=EVERY, address_of=address_of,
        schedules=schedules.list_schedules(platform(), actor()),
    )  # fmt: skip


@blueprint.get("/<report>/schedule")
@sign_in_required
def new(report: str) -> str:
    """Show where to set up the sending of a report as it is narrowed now."""
    schedules.check_sendable(platform(), actor(), report_address(report).request())
    return _form(report, {})


@blueprint.post("/<report>/schedule")
@sign_in_required
def add(report: str) -> Answer:
    """Set it up."""
    try:
        schedules.add_schedule(
            platform(), actor(), report_address(report).request(), request.form.get("kind", ""), _timing()
        )
    except InvalidInput as problem:
        return _form(report, {name: tuple(texts) for name, texts in problem.errors.items()}), 422
    flash(_("Đã đặt lịch gửi báo cáo."))
    return redirect(url_for("report_schedules.index"), 303)


@blueprint.post("/schedules/<int:schedule_id>/end")
@sign_in_required
def end(schedule_id: int) -> AnyResponse:
    """End one of one's own."""
    schedules.end_schedule(platform(), actor(), schedule_id)
    flash(_("Đã bỏ lịch gửi."))
    return redirect(url_for("report_schedules.index"), 303)


@blueprint.get("/schedules/stop/<code>")
def ask_to_stop(code: str) -> str:
    """Ask whoever comes from a mail whether to end it; mail programs that look ahead end nothing."""
    name = schedules.named_by_code(platform(), code)
    return render_template("report_stop.html", name=name, code=code, is_done=False)


@blueprint.post("/schedules/stop/<code>")
def stop(code: str) -> str:
    """End it without signing in."""
    name = schedules.end_by_code(platform(), code)
    return render_template("report_stop.html", name=name, code=code, is_done=True)


def _timing() -> Timing:
    """Read when the report is to come; what is no number is none that fits."""
    every = request.form.get("every", "")
    day = request.form.get("weekday" if every == schedules.WEEK else "day", "")
    hours = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})", request.form.get("time", "").strip())
    minute = int(hours[1]) * 60 + int(hours[2]) if hours and int(hours[2]) < 60 else -1
    return Timing(every, int(day) if re.fullmatch(r"[0-9]{1,2}", day) else 1, minute)


def _form(report: str, errors: dict[str, tuple[Text, ...]]) -> str:
    address = report_address(report)
    page = reports.draw_report(platform(), actor(), address.request())
    chosen = [
        f"{in_language(one.label)}: {in_language(one.chosen_label)}" for one in page.filters if one.chosen
    ]
    chosen += [in_language(one.label) for one in page.mine if one.value and one.value == page.mine_chosen]
    form = request.form
    return render_page(
        "report_schedule.html", active="reports", page=page, address=address, errors=errors, chosen=chosen,
        every=EVERY, kinds=page.outputs,
        typed={
            "kind": form.get("kind", "xlsx"), "every": form.get("every", schedules.WEEK),
            "weekday": form.get("weekday", "1"), "day": form.get("day", "1"),
            "time": form.get("time", "07:30"),
        },
    )  # fmt: skip
