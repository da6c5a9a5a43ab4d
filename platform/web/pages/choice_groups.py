"""“Nhóm của tôi”: groups of people and units that every picker then offers (M-08)."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Blueprint, Response, flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import Conflict, InvalidInput, NotFound
from luongviec.engine.text import Text
from luongviec.services import directory
from luongviec.services.forms import choice_groups as service
from luongviec.services.forms.choice_groups import PEOPLE, UNITS, ChoiceGroupView
from luongviec.services.views import Candidate
from luongviec.web.formatting import avatar_tone, initials, unit_initials
from luongviec.web.language import _, in_language
from luongviec.web.picking import SEARCH_BUTTON, Picking, named_own, posted_own
from luongviec.web.posted import page_values
from luongviec.web.rendering import render_page
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("choice_groups", __name__, url_prefix="/my/groups")


@dataclass(frozen=True, slots=True)
class GroupForm:
    """The form of a group as it is drawn."""

    name: str
    members: Picking
    shared_with: str = ""
    errors: dict[str, tuple[Text, ...]] = field(default_factory=dict)
    version: int | None = None


@blueprint.get("")
@sign_in_required
def show() -> str:
    """Show the groups that one may choose from."""
    groups = service.choice_groups(platform(), actor())
    named = {group.id: _named(group) for group in groups}
    return render_page("my_groups.html", tab="groups", groups=groups, named=named)


@blueprint.route("/new/<kind>", methods=["GET", "POST"])
@sign_in_required
def new(kind: str) -> str | AnyResponse | tuple[str, int]:
    """Make a group."""
    if kind not in (PEOPLE, UNITS):
        raise NotFound
    if request.method == "GET":
        return _draw(kind, GroupForm("", Picking(kind)), None)
    return _answer(kind, None)


@blueprint.route("/<int:group_id>", methods=["GET", "POST"])
@sign_in_required
def edit(group_id: int) -> str | AnyResponse | tuple[str, int]:
    """Change one's own group."""
    group = service.choice_group(platform(), actor(), group_id)
    if not group.editable:
        raise NotFound
    if request.method == "GET":
        picking = Picking(group.kind, _named(group))
        return _draw(
            group.kind, GroupForm(group.name, picking, group.shared_with, version=group.version), group_id
        )
    return _answer(group.kind, group_id)


@blueprint.post("/<int:group_id>/remove")
@sign_in_required
def remove(group_id: int) -> AnyResponse:
    """Remove one's own group."""
    service.remove_choice_group(platform(), actor(), group_id)
    flash(_("Đã xóa nhóm."))
    return redirect(url_for("choice_groups.show"), 303)


@blueprint.get("/pick/<kind>")
@sign_in_required
def pick(kind: str) -> Response:
    """Give people or units that match `q`, for the form of a group."""
    texts = request.args.get("exclude", "")[:5_000].split(",")
    taken = {int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 11}
    search = directory.pick_units if kind == UNITS else directory.pick_people
    page = search(platform(), actor(), request.args.get("q", ""), exclude=taken, own_use=True)
    shape = unit_initials if kind == UNITS else initials
    return jsonify(
        candidates=[
            {
                "value": one.value, "label": one.label, "detail": one.detail, "usable": one.usable,
                "reason": in_language(one.reason), "tone": avatar_tone(one.label),
                "initials": shape(one.label),
            }
            for one in page.candidates
        ],
        more=page.more,
        reason=in_language(page.reason),
    )  # fmt: skip


def _named(group: ChoiceGroupView) -> tuple[Candidate, ...]:
    return named_own(group.kind, group.member_ids)


def _answer(kind: str, group_id: int | None) -> AnyResponse | tuple[str, int]:
    sent = page_values()
    picking = posted_own(kind, "members")
    form = GroupForm(
        request.form.get("name", "")[:500], picking, request.form.get("shared_with", "")[:63],
        version=sent.version,
    )  # fmt: skip
    if picking.is_asking or SEARCH_BUTTON in request.form:
        return _draw(kind, form, group_id), 200
    try:
        service.save_choice_group(
            platform(), actor(), group_id, form.name, kind, picking.ids, shared_with=form.shared_with,
            version=sent.version,
        )  # fmt: skip
    except InvalidInput as problem:
        errors = {name: tuple(texts) for name, texts in problem.errors.items()}
        return _draw(
            kind, GroupForm(form.name, picking, form.shared_with, errors, form.version), group_id
        ), 422
    except Conflict as problem:
        errors = {"": (problem.message,)}
        current = service.choice_group(platform(), actor(), group_id or 0)
        return _draw(
            kind, GroupForm(form.name, picking, form.shared_with, errors, current.version), group_id
        ), 409
    flash(_("Đã lưu nhóm."))
    return redirect(url_for("choice_groups.show"), 303)


def _draw(kind: str, form: GroupForm, group_id: int | None) -> str:
    return render_page(
        "my_group_form.html", kind=kind, form=form, group_id=group_id,
        shares=service.share_choices(platform(), actor()),
    )  # fmt: skip
