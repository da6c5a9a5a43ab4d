"""User groups in the settings area: list, form, members, deletion (U-02 to U-10, C-40 to C-48)."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import Conflict, InvalidInput
from luongviec.engine.text import Text
from luongviec.services.rights import group_views, groups
from luongviec.services.rights.groups import NewGroup
from luongviec.web.formatting import number
from luongviec.web.language import _, in_language
from luongviec.web.picking import people_picking, posted_people
from luongviec.web.posted import page_values
from luongviec.web.rendering import render_settings
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("settings_groups", __name__, url_prefix="/settings/groups")

CONTINUE = "continue"


@blueprint.get("")
@sign_in_required
def show() -> str:
    """Show the groups; `module` brings those of a module to the top (E-02)."""
    q, module = question(), request.args.get("module", "")
    lines = group_views.list_groups(platform(), actor(), q=q, module=module)
    return render_settings("settings/groups.html", active="groups", lines=lines, q=q, module=module)


@blueprint.get("/new")
@sign_in_required
def new() -> str:
    """Show the form of a new group."""
    group_views.list_groups(platform(), actor())  # refuses who may make none
    return _form(NewGroup(""))


@blueprint.post("/new")
@sign_in_required
def create() -> AnyResponse | tuple[str, int]:
    """Make the group; then close, or go on with the next one."""
    typed = _typed()
    try:
        code = groups.create_group(platform(), actor(), typed)
    except InvalidInput as problem:
        return _form(typed, errors=problem.errors), 422
    flash(_("Đã thêm nhóm “{name}”.", name=typed.name.strip()))
    return redirect(url_for(".new") if _goes_on() else url_for(".group", code=code), 303)


@blueprint.get("/<code>")
@sign_in_required
def group(code: str) -> str:
    """Show a group with its members."""
    return _group(code)


@blueprint.get("/<code>/edit")
@sign_in_required
def edit(code: str) -> str:
    """Show the form of a group."""
    view = group_views.group_view(platform(), actor(), code)
    return _form(NewGroup(view.name.vi, view.description.vi), code=code, version=view.version)


@blueprint.post("/<code>/edit")
@sign_in_required
def save(code: str) -> AnyResponse | tuple[str, int]:
    """Save name and description."""
    typed, version = _typed(), page_values().version
    try:
        groups.edit_group(platform(), actor(), code, typed, version)
    except InvalidInput as problem:
        return _form(typed, code=code, version=version, errors=problem.errors), 422
    except Conflict as problem:
        fresh = group_views.group_view(platform(), actor(), code).version
        return _form(typed, code=code, version=fresh, errors={"": (problem.message,)}), 409
    flash(_("Đã lưu nhóm “{name}”.", name=typed.name.strip()))
    return redirect(url_for(".group", code=code), 303)


@blueprint.post("/<code>/members")
@sign_in_required
def add(code: str) -> AnyResponse | str | tuple[str, int]:
    """Put the people who were picked into the group."""
    picking = posted_people("people")
    if picking.is_asking:
        return _group(code, picking=picking)
    try:
        if not picking.ids:
            nobody = Text("Hãy chọn ít nhất một người.", "Choose at least one person.")
            raise InvalidInput({"people": (nobody,)})
        count = groups.add_to_group(platform(), actor(), code, picking.ids)
    except InvalidInput as problem:
        return _group(code, picking=picking, errors=problem.errors), 422
    flash(_("Đã thêm {count} người vào nhóm.", count=number(count)))
    return redirect(url_for(".group", code=code), 303)


@blueprint.post("/<code>/members/remove")
@sign_in_required
def remove(code: str) -> AnyResponse | str | tuple[str, int]:
    """Take the people who were ticked out of the group."""
    ids = chosen_ids("member")
    if not ids:
        flash(_("Hãy chọn ít nhất một người."))
        return redirect(url_for(".group", code=code), 303)
    try:
        count = groups.remove_from_group(platform(), actor(), code, ids)
    except InvalidInput as problem:
        return _group(code, errors=problem.errors), 422
    flash(_("Đã đưa {count} người ra khỏi nhóm.", count=number(count)))
    return redirect(url_for(".group", code=code), 303)


@blueprint.get("/<code>/delete")
@sign_in_required
def ask_delete(code: str) -> str:
    """Ask before a group is deleted."""
    return _ask_delete(code, {})


@blueprint.post("/<code>/delete")
@sign_in_required
def delete(code: str) -> AnyResponse | tuple[str, int]:
    """Delete a group."""
    name = in_language(group_views.group_view(platform(), actor(), code).name)
    try:
        groups.delete_group(platform(), actor(), code)
    except InvalidInput as problem:
        return _ask_delete(code, problem.errors), 422
    flash(_("Đã xóa nhóm “{name}”.", name=name))
    return redirect(url_for(".show"), 303)


# --- Parts --------------------------------------------------------------------------------------------


def question() -> str:
    """Read what a list is searched for."""
    return request.args.get("q", "").strip()[:100]


def page_number() -> int:
    """Read the number of a page; what is none counts as the first."""
    text = request.args.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 else 1


def chosen_ids(name: str) -> list[int]:
    """Read the ids that were ticked."""
    texts = request.form.getlist(name)[: groups.MOST_PEOPLE_AT_ONCE]
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 10]


def _group(code: str, *, picking: object = None, errors: Mapping[str, tuple[Text, ...]] | None = None) -> str:
    view = group_views.group_view(platform(), actor(), code)
    q = question()
    members = group_views.members_page(platform(), actor(), code, q=q, page=page_number())
    return render_settings(
        "settings/group.html", active="groups", group=view, members=members, q=q,
        size=group_views.PAGE_SIZE, picking=picking or people_picking(), errors=errors or {},
    )  # fmt: skip


def _form(
    typed: NewGroup, *, code: str = "", version: int | None = None,
    errors: Mapping[str, tuple[Text, ...]] | None = None,
) -> str:  # fmt: skip
    return render_settings(
        "settings/group_form.html", active="groups", typed=typed, code=code, version=version,
        errors=errors or {},
    )  # fmt: skip


def _ask_delete(code: str, errors: Mapping[str, tuple[Text, ...]]) -> str:
    view = group_views.group_view(platform(), actor(), code)
    return render_settings("settings/group_delete.html", active="groups", group=view, errors=errors)


def _typed() -> NewGroup:
    return NewGroup(request.form.get("name", "")[:1000], request.form.get("description", "")[:2000])


def _goes_on() -> bool:
    return request.form.get("_next") == CONTINUE
