"""Roles in units in the settings area: one part per side, switches, forms, deletion (C-49 to C-57).

Whatever changes a definition comes in two steps, as function permissions do: a summary with what people
gain and lose and what the checker says, then publishing.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import Conflict, DefinitionError, InvalidInput
from luongviec.engine.text import Text
from luongviec.services.rights import role_views, roles
from luongviec.services.rights.role_views import RoleForm
from luongviec.services.rights.roles import RoleEdit, RoleInUse, RolePreview
from luongviec.web.language import _, in_language
from luongviec.web.posted import page_values
from luongviec.web.rendering import render_settings
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("settings_roles", __name__, url_prefix="/settings/roles")

CONTINUE = "continue"
MOST_TICKED = 500
Errors = Mapping[str, tuple[Text, ...]]


@blueprint.get("")
@sign_in_required
def show() -> str:
    """Show the roles of all sides, or of those that a module names."""
    return _list({})


@blueprint.post("/<side>/abilities")
@sign_in_required
def abilities(side: str) -> AnyResponse | str | tuple[str, int]:
    """Show what switching abilities would do, or publish it (C-55 to C-57)."""
    step, version = request.form.get("_step", ""), page_values().version
    carried = _carried(side)
    if step == "edit":
        return _list({side: carried})
    try:
        preview = roles.preview_abilities(platform(), actor(), side, carried, version)
        if not preview.changes:
            flash(_("Không có gì thay đổi."))
        elif step != "save" or preview.problems:
            sent = [(f"abilities.{slot}", one) for slot, codes in carried.items() for one in sorted(codes)]
            sent += [("roles", slot) for slot in carried]
            return _review(preview, sent, version, proceed=False)
        else:
            roles.save_abilities(platform(), actor(), side, carried, version)
            flash(_("Đã công bố thay đổi vai trò; có hiệu lực ngay."))
    except Conflict as problem:
        return _list({side: carried}, (problem.message,)), 409
    except InvalidInput as problem:
        return _list({side: carried}, _all(problem.errors)), 422
    except DefinitionError as problem:
        return _review(RolePreview((), (), problem.problems), [], version, proceed=False), 422
    return redirect(url_for(".show", module=request.form.get("module") or None, _anchor=f"side-{side}"), 303)


@blueprint.get("/<side>/new")
@sign_in_required
def new(side: str) -> str:
    """Show the form of a new role."""
    return _form(role_views.role_form(platform(), actor(), side))


@blueprint.post("/<side>/new")
@sign_in_required
def create(side: str) -> AnyResponse | str | tuple[str, int]:
    """Show what a new role would do, or publish it; then close, or go on with the next one."""
    return _save(side, "")


@blueprint.get("/<side>/<slot>")
@sign_in_required
def edit(side: str, slot: str) -> str:
    """Show the form of a role."""
    return _form(role_views.role_form(platform(), actor(), side, slot))


@blueprint.post("/<side>/<slot>")
@sign_in_required
def save(side: str, slot: str) -> AnyResponse | str | tuple[str, int]:
    """Show what a change of a role would do, or publish it."""
    return _save(side, slot)


@blueprint.get("/<side>/<slot>/delete")
@sign_in_required
def ask_delete(side: str, slot: str) -> str:
    """Ask before a role is deleted, or say why it cannot be."""
    return _ask_delete(side, slot, roles.reasons_against_deleting(platform(), actor(), side, slot))


@blueprint.post("/<side>/<slot>/delete")
@sign_in_required
def delete(side: str, slot: str) -> AnyResponse | tuple[str, int]:
    """Delete a role."""
    form = role_views.role_form(platform(), actor(), side, slot)
    try:
        roles.delete_role(platform(), actor(), side, slot, page_values().version)
    except RoleInUse as problem:
        return _ask_delete(side, slot, problem), 422
    except InvalidInput as problem:
        return _ask_delete(side, slot, RoleInUse(problem.errors)), 422
    flash(_("Đã xóa vai trò “{name}”.", name=in_language(form.label)))
    return redirect(url_for(".show", _anchor=f"side-{side}"), 303)


# --- Parts --------------------------------------------------------------------------------------------


def _list(carried: Mapping[str, Mapping[str, frozenset[str]]], problems: tuple[Text, ...] = ()) -> str:
    module = request.values.get("module", "")[:100]
    parts = role_views.roles_parts(platform(), actor(), module=module)
    return render_settings(
        "settings/roles.html", active="roles", parts=parts, module=module, carried=carried,
        modules=role_views.modules_with_sides(platform()), problems=problems,
    )  # fmt: skip


def _form(form: RoleForm, typed: RoleEdit | None = None, *, errors: Errors | None = None) -> str:
    typed = typed or RoleEdit(form.label, form.note, form.carried, form.may, form.branch, form.shown)
    return render_settings(
        "settings/role_form.html", active="roles", form=form, typed=typed, errors=errors or {}
    )


def _save(side: str, slot: str) -> AnyResponse | str | tuple[str, int]:
    step, version, typed = request.form.get("_step", ""), page_values().version, _typed()
    form = role_views.role_form(platform(), actor(), side, slot)
    if step == "edit":
        return _form(form, typed)
    try:
        preview = roles.preview_role(platform(), actor(), side, slot, typed, version)
        if not preview.changes and not preview.problems:
            flash(_("Không có gì thay đổi."))
        elif step != "save" or preview.problems:
            return _review(preview, _sent(typed), version, proceed=not slot)
        else:
            roles.save_role(platform(), actor(), side, slot, typed, version)
            flash(_("Đã công bố vai trò “{name}”; có hiệu lực ngay.", name=typed.label.vi))
    except Conflict as problem:
        return _form(form, typed, errors={"": (problem.message,)}), 409
    except InvalidInput as problem:
        return _form(form, typed, errors=problem.errors), 422
    except DefinitionError as problem:
        return _review(RolePreview((), (), problem.problems), _sent(typed), version, proceed=False), 422
    if step == "save" and request.form.get("_next") == CONTINUE:
        return redirect(url_for(".new", side=side), 303)
    return redirect(url_for(".show", _anchor=f"side-{side}"), 303)


def _review(preview: RolePreview, sent: list[tuple[str, str]], version: int | None, *, proceed: bool) -> str:
    return render_settings(
        "settings/role_review.html", active="roles", preview=preview, sent=sent, version=version,
        proceed=proceed, module=request.form.get("module", "")[:100],
    )  # fmt: skip


def _ask_delete(side: str, slot: str, refusal: RoleInUse | None) -> str:
    form = role_views.role_form(platform(), actor(), side, slot)
    return render_settings("settings/role_delete.html", active="roles", form=form, refusal=refusal)


# --- What was sent --------------------------------------------------------------------------------------


def _typed() -> RoleEdit:
    texts = {name: request.form.get(name, "")[:2000] for name in ("label", "label_en", "note", "note_en")}
    return RoleEdit(
        label=Text(texts["label"], texts["label_en"] or None),
        note=Text(texts["note"], texts["note_en"] or None),
        abilities=frozenset(request.form.getlist("abilities")[:MOST_TICKED]),
        may=frozenset(request.form.getlist("functions")[:MOST_TICKED]),
        branch=request.form.get("scope") == "branch",
        shown=bool(request.form.get("shown")),
    )


def _sent(typed: RoleEdit) -> list[tuple[str, str]]:
    """Give what was typed as pairs, for the summary to send on."""
    return [
        ("label", typed.label.vi), ("label_en", typed.label.en or ""), ("note", typed.note.vi),
        ("note_en", typed.note.en or ""), ("scope", "branch" if typed.branch else "unit"),
        ("shown", "true" if typed.shown else ""),
        *(("abilities", one) for one in sorted(typed.abilities)),
        *(("functions", one) for one in sorted(typed.may)),
    ]  # fmt: skip


def _carried(side: str) -> dict[str, frozenset[str]]:
    """Read the switches of a side; only roles that the form showed count."""
    shown = request.form.getlist("roles")[:MOST_TICKED]
    return {slot: frozenset(request.form.getlist(f"abilities.{slot}")[:MOST_TICKED]) for slot in shown}


def _all(errors: Errors) -> tuple[Text, ...]:
    return tuple(text for texts in errors.values() for text in texts)
