"""Tags in the settings area: list, form, merging, deletion (C-02 to C-05)."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import Conflict, InvalidInput
from luongviec.engine.text import Text
from luongviec.services.tags import changing
from luongviec.services.tags.changing import NewTag
from luongviec.web.formatting import number
from luongviec.web.language import _
from luongviec.web.picking import Picking, posted_units, units_picking
from luongviec.web.posted import page_values
from luongviec.web.rendering import render_settings
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("settings_tags", __name__, url_prefix="/settings/tags")

CONTINUE = "continue"
Errors = Mapping[str, tuple[Text, ...]]


@blueprint.get("")
@sign_in_required
def show() -> str:
    """Show the tags with what each is used for."""
    q = request.args.get("q", "").strip()[:100]
    return render_settings(
        "settings/tags.html", active="tags", lines=changing.list_tags(platform(), actor(), q=q), q=q
    )


@blueprint.get("/new")
@sign_in_required
def new() -> str:
    """Show the form of a new tag."""
    return _form(NewTag(""), units_picking())


@blueprint.post("/new")
@sign_in_required
def create() -> AnyResponse | str | tuple[str, int]:
    """Make the tag; then close, or go on with the next one (C-03)."""
    picking = posted_units("unit", within=changing.ADMINISTERS)
    typed = _typed(picking)
    if picking.is_asking:
        return _form(typed, picking)
    try:
        changing.create_tag(platform(), actor(), typed)
    except InvalidInput as problem:
        return _form(typed, picking, errors=problem.errors), 422
    flash(_("Đã thêm thẻ “{name}”.", name=typed.name.strip()))
    goes_on = request.form.get("_next") == CONTINUE
    return redirect(url_for(".new") if goes_on else url_for(".show"), 303)


@blueprint.get("/<int:tag_id>")
@sign_in_required
def edit(tag_id: int) -> str:
    """Show the form of a tag, filled."""
    line = changing.tag_line(platform(), actor(), tag_id)
    unit_id = None if line.unit is None else line.unit.id
    typed = NewTag(line.tag.name, line.tag.tone, unit_id)
    return _form(typed, units_picking(() if unit_id is None else (unit_id,)), tag_id, line.version)


@blueprint.post("/<int:tag_id>")
@sign_in_required
def save(tag_id: int) -> AnyResponse | str | tuple[str, int]:
    """Save name, colour and unit (C-04)."""
    picking, version = posted_units("unit", within=changing.ADMINISTERS), page_values().version
    typed = _typed(picking)
    if picking.is_asking:
        return _form(typed, picking, tag_id, version)
    try:
        changing.edit_tag(platform(), actor(), tag_id, typed, version)
    except InvalidInput as problem:
        return _form(typed, picking, tag_id, version, problem.errors), 422
    except Conflict as problem:
        fresh = changing.tag_line(platform(), actor(), tag_id).version
        return _form(typed, picking, tag_id, fresh, {"": (problem.message,)}), 409
    flash(_("Đã lưu thẻ “{name}”.", name=typed.name.strip()))
    return redirect(url_for(".show"), 303)


@blueprint.get("/<int:tag_id>/delete")
@sign_in_required
def ask_delete(tag_id: int) -> str:
    """Ask before a tag is deleted, and offer to merge it into another instead."""
    return _ask_delete(tag_id, {})


@blueprint.post("/<int:tag_id>/delete")
@sign_in_required
def delete(tag_id: int) -> AnyResponse | tuple[str, int]:
    """Delete a tag (C-05), or merge it into another."""
    line, version = changing.tag_line(platform(), actor(), tag_id), page_values().version
    into = request.form.get("into", "")
    try:
        if into.isascii() and into.isdigit() and len(into) < 10:
            changing.merge_tags(platform(), actor(), tag_id, int(into), version)
            flash(_("Đã gộp thẻ “{name}”.", name=line.tag.name))
        else:
            count = changing.delete_tag(platform(), actor(), tag_id, version)
            flash(_("Đã xóa thẻ “{name}” khỏi {count} hồ sơ.", name=line.tag.name, count=number(count)))
    except InvalidInput as problem:
        return _ask_delete(tag_id, problem.errors), 422
    except Conflict as problem:
        return _ask_delete(tag_id, {"": (problem.message,)}), 409
    return redirect(url_for(".show"), 303)


# --- Parts --------------------------------------------------------------------------------------------


def _form(
    typed: NewTag, picking: Picking, tag_id: int | None = None, version: int | None = None,
    errors: Errors | None = None,
) -> str:  # fmt: skip
    for_all = changing.may_make_for_all(platform(), actor())
    return render_settings(
        "settings/tag_form.html", active="tags", typed=typed, picking=picking, tag_id=tag_id,
        version=version, errors=errors or {}, tones=changing.TONE_NAMES, for_all=for_all,
    )  # fmt: skip


def _ask_delete(tag_id: int, errors: Errors) -> str:
    line = changing.tag_line(platform(), actor(), tag_id)
    others = [one for one in changing.list_tags(platform(), actor()) if one.tag.id != tag_id]
    return render_settings("settings/tag_delete.html", active="tags", line=line, others=others, errors=errors)


def _typed(picking: Picking) -> NewTag:
    form = request.form
    return NewTag(form.get("name", "")[:500], form.get("tone", "")[:20], picking.id)
