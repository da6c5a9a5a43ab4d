"""Changes of units: what is planned and was done, and the way to a new one (O-14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import InvalidInput, LuongViecError, NotFound
from luongviec.engine.text import Text
from luongviec.services import definitions
from luongviec.services.long_jobs.kinds import JOB_KINDS
from luongviec.services.long_jobs.running import JobView, view_job
from luongviec.services.unit_changes import planning as unit_changes
from luongviec.services.unit_changes import views as unit_change_views
from luongviec.services.unit_changes.plans import KINDS, MERGE, SPLIT
from luongviec.services.unit_changes.views import Divisible
from luongviec.services.views import UnitView
from luongviec.web import unit_change_forms as forms
from luongviec.web.form_pages import go_to
from luongviec.web.language import _, in_language
from luongviec.web.picking import posted_units, units_picking
from luongviec.web.rendering import render_settings
from luongviec.web.sessions import actor, platform, sign_in_required
from luongviec.web.unit_change_forms import ChangeForm

blueprint = Blueprint("settings_unit_changes", __name__, url_prefix="/settings/unit-changes")

ACTIVE = "unit_changes"
#: The filters of the list: key → states.
FILTERS: Mapping[str, tuple[str, ...]] = {
    "": (),
    "coming": ("planned", "running", "failed"),
    "done": ("done",),
}
ICONS = {
    "rename": "pencil", "move": "arrow-forward-up", "merge": "git-merge", "split": "git-branch",
    "dissolve": "circle-x",
}  # fmt: skip
ABOUT: Mapping[str, Text] = {
    "rename": Text(
        "Hồ sơ đang xử lý mang tên mới; lịch sử và hồ sơ đã đóng giữ tên cũ.",
        "Open records bear the new name; history and closed records keep the old one.",
    ),
    "move": Text(
        "Đơn vị cùng mọi đơn vị trực thuộc chuyển về dưới một đơn vị khác.",
        "The unit and all below it come below another unit.",
    ),
    "merge": Text(
        "Các đơn vị nhập vào một đơn vị có sẵn hoặc lập mới; người, đơn vị trực thuộc và hồ sơ đi theo.",
        "Units go into an existing or a new one; people, units below and records come along.",
    ),
    "split": Text(
        "Một đơn vị chia thành nhiều đơn vị, hoặc tách một phần ra; bạn chọn ai và đơn vị nào về đâu.",
        "A unit is divided, or a part comes out of it; you choose who goes where.",
    ),
    "dissolve": Text(
        "Đơn vị ngừng hoạt động; hồ sơ đang xử lý về đơn vị kế nhiệm.",
        "The unit ends; its open records go to the unit that comes after it.",
    ),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a form is about: its kind, its unit (mergers have none), and the plan that it edits."""

    kind: str
    unit: UnitView | None
    parent_id: int | None = None
    divided: Divisible | None = None
    change_id: int | None = None

    @property
    def unit_id(self) -> int | None:
        """The unit's id."""
        return None if self.unit is None else self.unit.id


@blueprint.get("")
@sign_in_required
def show() -> str:
    """Show planned changes and those that were."""
    chosen = request.args.get("show", "")
    page = _number(request.args.get("page")) or 1
    unit_id = _number(request.args.get("unit"))
    lines, more = unit_change_views.list_changes(
        platform(), actor(), states=FILTERS.get(chosen, ()), unit_id=unit_id, page=page
    )
    unit = units_picking((unit_id,)).chosen if unit_id else ()
    return render_settings(
        "settings/unit_changes.html", active=ACTIVE, lines=lines, more=more, page=page,
        size=unit_change_views.PAGE, chosen=chosen, icons=ICONS, unit=unit[0] if unit else None,
    )  # fmt: skip


@blueprint.route("/new", methods=["GET", "POST"])
@sign_in_required
def new() -> AnyResponse | str:
    """Choose the unit and what shall become of it."""
    if request.method == "POST":
        picking = posted_units("unit", within=forms.ADMIN)
        if picking.id is not None and not picking.is_asking:
            return go_to(url_for(".new", unit=picking.id))
    else:
        unit_id = _number(request.args.get("unit"))
        picking = units_picking((unit_id,) if unit_id else ())
        if unit_id is not None:
            unit_change_views.unit_for_change(platform(), actor(), unit_id)
    unit_change_views.list_changes(platform(), actor(), page=10**6)  # refuses who administers no units
    return render_settings(
        "settings/unit_change_choose.html",
        active=ACTIVE,
        picking=picking,
        kinds=KINDS,
        icons=ICONS,
        about=ABOUT,
    )


@blueprint.route("/new/<kind>", methods=["GET", "POST"])
@sign_in_required
def make(kind: str) -> AnyResponse | str | tuple[str, int]:
    """Fill in a change of one kind; it asks again, in numbers, before anything is done."""
    subject = _subject(kind, _number(request.values.get("unit")))
    if request.method == "GET":
        return _draw(subject, forms.opened(kind, subject.unit_id, subject.parent_id))
    return _answer(subject)


@blueprint.route("/<int:change_id>/edit", methods=["GET", "POST"])
@sign_in_required
def edit(change_id: int) -> AnyResponse | str | tuple[str, int]:
    """Change a plan before its day."""
    page = unit_change_views.change_page(platform(), actor(), change_id)
    if page.line.state not in ("planned", "failed"):
        return go_to(url_for(".change", change_id=change_id))
    unit_id = None if page.line.kind == MERGE else page.units_from[0].id
    subject = _subject(page.line.kind, unit_id, change_id)
    if request.method == "GET":
        return _draw(subject, forms.opened_again(page))
    return _answer(subject)


@blueprint.get("/<int:change_id>")
@sign_in_required
def change(change_id: int) -> str:
    """Show one change: what, when, how far its records are, what was left."""
    page = unit_change_views.change_page(platform(), actor(), change_id)
    job = _job(page.job_id)
    return render_settings(
        "settings/unit_change.html", active=ACTIVE, page=page, job=job, icons=ICONS,
        may_resume=page.line.state == "running" and page.may_change and (job is None or job.is_finished),
    )  # fmt: skip


@blueprint.route("/<int:change_id>/cancel", methods=["GET", "POST"])
@sign_in_required
def cancel(change_id: int) -> AnyResponse | str:
    """Give a plan up, after asking."""
    page = unit_change_views.change_page(platform(), actor(), change_id)
    if request.method == "GET":
        return render_settings("settings/unit_change_cancel.html", active=ACTIVE, page=page)
    unit_changes.cancel_change(platform(), actor(), change_id)
    flash(_("Đã hủy thay đổi dự kiến."))
    return go_to(url_for(".change", change_id=change_id))


@blueprint.post("/<int:change_id>/resume")
@sign_in_required
def resume(change_id: int) -> AnyResponse:
    """Go on with the records of a change that was stopped."""
    unit_changes.resume_change(platform(), actor(), change_id)
    flash(_("Đang bàn giao tiếp các hồ sơ còn lại."))
    return go_to(url_for(".change", change_id=change_id))


# --- The form ---------------------------------------------------------------------------------------------


def _subject(kind: str, unit_id: int | None, change_id: int | None = None) -> Subject:
    if kind not in KINDS:
        raise NotFound()
    if unit_id is None:
        if kind != MERGE:
            raise NotFound()
        unit_change_views.list_changes(platform(), actor(), page=10**6)
        return Subject(kind, None, change_id=change_id)
    view, unit = unit_change_views.unit_for_change(platform(), actor(), unit_id)
    divided = unit_change_views.divisible(platform(), actor(), unit_id) if kind == SPLIT else None
    return Subject(kind, view, unit.parent_id, divided, change_id)


def _answer(subject: Subject) -> AnyResponse | str | tuple[str, int]:
    """Draw the form again, ask with the numbers, or do it."""
    form = forms.posted(subject.kind, subject.unit_id)
    step = request.form.get("_next", "")
    if form.is_asking or step in ("edit", "add_part") or "_remove" in request.form:
        return _draw(subject, form)
    try:
        change = forms.change_of(form, subject.unit_id, subject.divided)
        at, reason = forms.effective_at(form), form.text("reason")
        if step != "confirm":
            found = unit_change_views.foresee(platform(), actor(), change, reason, at, but=subject.change_id)
            return render_settings(
                "settings/unit_change_confirm.html", active=ACTIVE, subject=subject, form=form, found=found,
                at=at, icons=ICONS, kinds=KINDS, pairs=_pairs(request.form),
            )  # fmt: skip
        if subject.change_id is None:
            change_id = unit_changes.make_change(platform(), actor(), change, reason, at)
        else:
            change_id = subject.change_id
            unit_changes.edit_change(platform(), actor(), change_id, change, reason, at or platform().clock())
    except InvalidInput as problem:
        return _draw(subject, form, problem.errors), 422
    flash(
        _("Đã lên kế hoạch thay đổi.")
        if at is not None and at > platform().clock()
        else _("Đã thực hiện thay đổi.")
    )
    return go_to(url_for(".change", change_id=change_id))


def _draw(subject: Subject, form: ChangeForm, errors: Mapping[str, tuple[Text, ...]] | None = None) -> str:
    kinds = definitions.workspace(platform()).unit_kinds
    return render_settings(
        "settings/unit_change_form.html", active=ACTIVE, subject=subject, form=form,
        errors=forms.errors_of(form, errors or {}), kinds=KINDS, icons=ICONS, about=ABOUT,
        unit_kinds=[(one.code, in_language(one.name)) for one in kinds.values()], most_parts=forms.MOST_PARTS,
    )  # fmt: skip


def _pairs(sent: MultiDict[str, str]) -> list[tuple[str, str]]:
    """Give what was typed, to be carried along by the page that asks."""
    own = {"csrf_token", "_next", "_search", "_remove", "coming", "shown"}
    return [
        (name, value)
        for name, value in sent.items(multi=True)
        if name not in own and not name.endswith("__q")
    ]


def _job(job_id: int | None) -> JobView | None:
    """Give the job of a change to who may see it: its owner, or who looks after the system."""
    if job_id is None:
        return None
    try:
        return view_job(platform(), JOB_KINDS, actor(), job_id)
    except LuongViecError:
        return None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
