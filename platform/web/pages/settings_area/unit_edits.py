"""Changing units: one form for a new one and for its information, its people, its place, its end."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import Conflict, InvalidInput, NotFound
from luongviec.engine.text import Text
from luongviec.services.units import edits as unit_edits
from luongviec.services.units import ends as unit_ends
from luongviec.services.units import slots as unit_slots
from luongviec.services.units.administrators import set_administrators
from luongviec.services.units.forms import UnitFormView, unit_form
from luongviec.services.units.page import UnitPage, unit_page
from luongviec.web.form_pages import go_to
from luongviec.web.language import _
from luongviec.web.pages.settings_area.units import (
    ADMINISTRATORS,
    INFORMATION,
    PEOPLE,
    ROLES,
    Errors,
    draw,
    known,
    number,
    unit_url,
)
from luongviec.web.picking import posted_people, posted_units, units_picking
from luongviec.web.posted import page_values
from luongviec.web.rendering import render_settings
from luongviec.web.sessions import actor, platform, sign_in_required
from luongviec.web.unit_forms import (
    UnitForm,
    empty_form,
    labels,
    posted_form,
    posted_grants,
    posted_since,
    posted_slots,
    slots_of,
)

blueprint = Blueprint("settings_unit_edits", __name__, url_prefix="/settings/units")

CONTINUE = "continue"
NO_PARENT = Text("Hãy chọn đơn vị cấp trên.", "Choose the unit above.")


# --- A new unit -------------------------------------------------------------------------------------


@blueprint.get("/new")
@sign_in_required
def new() -> str:
    """Show the form of a new unit below another (`parent`); without one, at the top of the tree."""
    parent_id = number("parent")
    view = unit_form(platform(), actor(), parent_id)
    return _draw_new(view, empty_form(view, parent_id))


@blueprint.post("/new")
@sign_in_required
def create() -> AnyResponse | str | tuple[str, int]:
    """Make the unit; then show it, or go on with the next one below the same unit."""
    typed = posted_units("parent", within="admin.units")
    view = unit_form(platform(), actor(), typed.id)
    form = posted_form(view, with_slots=True)
    if form.is_asking:
        return _draw_new(view, form)
    if view.needs_parent and form.parent.id is None:
        return _draw_new(view, form, {"parent": (NO_PARENT,)}), 422
    try:
        unit_id = unit_edits.add_unit(platform(), actor(), form.data(form.parent.id))
    except InvalidInput as problem:
        return _draw_new(view, form, problem.errors), 422
    flash(_("Đã thêm đơn vị {name}.", name=" ".join(form.name.split())))
    if request.form.get("_next") == CONTINUE:
        return redirect(url_for(".new", parent=form.parent.id), 303)
    return redirect(unit_url(unit_id), 303)


def _draw_new(view: UnitFormView, form: UnitForm, errors: Errors | None = None) -> str:
    return render_settings(
        "settings/units_new.html",
        active="units",
        view=view,
        form=form,
        errors=errors or {},
        labels=labels(view),
    )


# --- Information, roles, administrators ---------------------------------------------------------------


@blueprint.post("/<int:unit_id>/information")
@sign_in_required
def information(unit_id: int) -> AnyResponse | str | tuple[str, int]:
    """Write what a unit is called, is, carries and chooses, and where it stands."""
    page = unit_page(platform(), actor(), known(unit_id))
    view = unit_form(platform(), actor(), page.parent_id, unit_id=page.id)
    form = posted_form(view, with_slots=False, unit_id=page.id, may_move=page.may.move)
    if form.is_asking:
        return draw(page, tab=INFORMATION, form=form)
    parent_id = form.parent.id if page.may.move else page.parent_id
    if parent_id is None and page.parent_id is not None:
        return draw(page, tab=INFORMATION, form=form, errors={"parent": (NO_PARENT,)}), 422

    def save() -> None:
        unit_edits.edit_unit(
            platform(), actor(), page.id, form.data(parent_id), version=page_values().version
        )

    refused = _saved(page, save, lambda errors, version: draw(
        page, tab=INFORMATION, form=form, errors=errors, version=version
    ))  # fmt: skip
    if refused is not None:
        return refused
    flash(_("Đã lưu đơn vị {name}.", name=" ".join(form.name.split())))
    return redirect(unit_url(page.id, INFORMATION), 303)


@blueprint.post("/<int:unit_id>/roles")
@sign_in_required
def roles(unit_id: int) -> AnyResponse | str | tuple[str, int]:
    """Write who fills the slots of a unit: all of them in one save."""
    page = unit_page(platform(), actor(), known(unit_id))
    slots = posted_slots((side for side in page.sides if not side.belonging), unit_id=page.id)
    shown = {**slots_of(page), **slots}
    if any(one.is_asking for one in slots.values()):
        return draw(page, slots=shown)

    def save() -> None:
        filling = {key: picking.ids for key, picking in slots.items()}
        unit_slots.set_slots(
            platform(), actor(), page.id, filling, version=page_values().version,
            since=posted_since(side.code for side in page.sides if side.seen_from_joined),
        )  # fmt: skip

    refused = _saved(page, save, lambda errors, version: draw(
        page, tab=ROLES, slots=shown, errors=errors, version=version
    ))  # fmt: skip
    if refused is not None:
        return refused
    flash(_("Đã lưu vai trò của {name}.", name=page.name))
    return redirect(unit_url(page.id), 303)


@blueprint.post("/<int:unit_id>/people")
@sign_in_required
def people(unit_id: int) -> AnyResponse | str | tuple[str, int]:
    """Add people who work in a unit, or take one out (E-11, E-12, E-18)."""
    page = unit_page(platform(), actor(), known(unit_id))
    gone = request.form.get("remove", "")
    if gone:
        side, slot, user_id = _place(gone)
        unit_slots.clear_slot(platform(), actor(), page.id, side, slot, (user_id,))
        flash(_("Đã đưa một người ra khỏi đơn vị."))
        return redirect(unit_url(page.id, PEOPLE), 303)
    chosen = posted_people("people", unit_id=page.id)
    side, slot, _nobody = _place(f"{request.form.get('place', '')}.0")
    errors: Errors = {}
    if not chosen.is_asking and chosen.ids:
        try:
            unit_slots.fill_slot(platform(), actor(), page.id, side, slot, chosen.ids)
        except InvalidInput as problem:
            errors = {"people": tuple(one for found in problem.errors.values() for one in found)}
        else:
            flash(_("Đã thêm {count} người.", count=len(chosen.ids)))
            return redirect(unit_url(page.id, PEOPLE), 303)
    drawn = draw(page, tab=PEOPLE, picking=chosen, errors=errors)
    return (drawn, 422) if errors else drawn


def _place(text: str) -> tuple[str, str, int]:
    side, _dot, rest = text.partition(".")
    slot, _dot, user_id = rest.partition(".")
    if not user_id.isascii() or not user_id.isdigit() or len(user_id) > 10:
        raise NotFound()
    return side, slot, int(user_id)


@blueprint.post("/<int:unit_id>/administrators")
@sign_in_required
def administrators(unit_id: int) -> AnyResponse | str | tuple[str, int]:
    """Write who administers a branch by name (U-16, C-72)."""
    page = unit_page(platform(), actor(), known(unit_id))
    form = posted_grants()
    if form.is_asking:
        return draw(page, tab=ADMINISTRATORS, grants=form)

    def save() -> None:
        set_administrators(platform(), actor(), page.id, form.grants(), version=page_values().version)

    refused = _saved(page, save, lambda errors, version: draw(
        page, tab=ADMINISTRATORS, grants=form, errors=errors, version=version
    ))  # fmt: skip
    if refused is not None:
        return refused
    flash(_("Đã lưu người quản trị của {name}.", name=page.name))
    return redirect(unit_url(page.id, ADMINISTRATORS), 303)


def _saved(
    page: UnitPage, save: Callable[[], None], again: Callable[[Errors, int | None], str]
) -> tuple[str, int] | None:
    """Save, or give the form again with what was typed and why it could not be saved."""
    try:
        save()
    except InvalidInput as problem:
        return again(problem.errors, page_values().version), 422
    except Conflict as conflict:
        newest = unit_page(platform(), actor(), page.id)
        return again({"": (conflict.message,)}, newest.version), 409
    return None


# --- Place, switch, end -------------------------------------------------------------------------------


@blueprint.post("/<int:unit_id>/place")
@sign_in_required
def place(unit_id: int) -> AnyResponse:
    """Put a unit one place up or down, or before a neighbour."""
    step = {"up": -1, "down": 1}.get(request.form.get("step", ""), 0)
    before = request.form.get("before", type=int)
    try:
        unit_edits.place_unit(platform(), actor(), known(unit_id), step=step, before_id=before)
    except InvalidInput as problem:
        flash(" ".join(message.vi for found in problem.errors.values() for message in found))
    return redirect(unit_url(unit_id), 303)


@blueprint.get("/<int:unit_id>/move")
@sign_in_required
def ask_move(unit_id: int) -> str:
    """Ask where a unit shall go, and say in numbers what goes along."""
    ahead = unit_ends.foresee(platform(), actor(), known(unit_id))
    current = units_picking(() if ahead.parent_id is None else (ahead.parent_id,))
    return render_settings(
        "settings/units_move.html", active="units", ahead=ahead, parent=current, errors={},
        back=unit_url(ahead.id), version=ahead.version,
    )  # fmt: skip


@blueprint.post("/<int:unit_id>/move")
@sign_in_required
def move(unit_id: int) -> AnyResponse | str | tuple[str, int]:
    """Put a unit with its branch below another."""
    ahead = unit_ends.foresee(platform(), actor(), known(unit_id))
    parent = posted_units("parent", within="admin.units", not_below=ahead.id)
    errors: Errors = {}
    version = page_values().version
    if not parent.is_asking and parent.id is None:
        errors = {"parent": (NO_PARENT,)}
    elif not parent.is_asking:
        try:
            unit_edits.move_unit_below(platform(), actor(), ahead.id, parent.id, version=version)
        except InvalidInput as problem:
            errors = problem.errors
        except Conflict as conflict:
            errors, version = {"": (conflict.message,)}, ahead.version
        else:
            flash(_("Đã chuyển {name} cùng {count} đơn vị bên dưới.", name=ahead.name, count=ahead.units))
            return go_to(unit_url(ahead.id))
    drawn = render_settings(
        "settings/units_move.html", active="units", ahead=ahead, parent=parent, errors=errors,
        back=unit_url(ahead.id), version=version,
    )  # fmt: skip
    return (drawn, 422) if errors else drawn


@blueprint.get("/<int:unit_id>/switch")
@sign_in_required
def ask_switch(unit_id: int) -> str:
    """Ask before a unit is switched off or on, and say what that means."""
    ahead = unit_ends.foresee(platform(), actor(), known(unit_id))
    return _draw_switch(ahead, {}, ahead.version)


@blueprint.post("/<int:unit_id>/switch")
@sign_in_required
def switch(unit_id: int) -> AnyResponse | tuple[str, int]:
    """Switch a unit off or on (U-18)."""
    ahead = unit_ends.foresee(platform(), actor(), known(unit_id))
    active = request.form.get("active") == "on"
    try:
        unit_edits.switch_unit(platform(), actor(), ahead.id, active, version=page_values().version)
    except Conflict as conflict:
        return _draw_switch(ahead, {"": (conflict.message,)}, ahead.version), 409
    flash(
        _("{name} đang dùng trở lại.", name=ahead.name)
        if active
        else _("Đã ngừng {name} và các đơn vị bên dưới.", name=ahead.name)
    )
    return go_to(unit_url(ahead.id))


def _draw_switch(ahead: unit_ends.Ahead, errors: Errors, version: int) -> str:
    return render_settings(
        "settings/units_switch.html", active="units", ahead=ahead, errors=errors, back=unit_url(ahead.id),
        version=version,
    )  # fmt: skip


@blueprint.get("/<int:unit_id>/delete")
@sign_in_required
def ask_delete(unit_id: int) -> str:
    """Ask before a unit is deleted, or say what keeps it and what can be done instead."""
    ahead = unit_ends.foresee(platform(), actor(), known(unit_id))
    return _draw_delete(ahead, {}, ahead.version)


@blueprint.post("/<int:unit_id>/delete")
@sign_in_required
def delete(unit_id: int) -> AnyResponse | tuple[str, int]:
    """Delete a unit that nothing hangs on (U-14, C-71, E-13)."""
    ahead = unit_ends.foresee(platform(), actor(), known(unit_id))
    try:
        unit_edits.delete_unit(platform(), actor(), ahead.id, version=page_values().version)
    except InvalidInput as problem:
        return _draw_delete(
            unit_ends.foresee(platform(), actor(), ahead.id), problem.errors, ahead.version
        ), 422
    except Conflict as conflict:
        return _draw_delete(ahead, {"": (conflict.message,)}, ahead.version), 409
    flash(_("Đã xóa đơn vị {name}.", name=ahead.name))
    return go_to(unit_url(ahead.parent_id) if ahead.parent_id else url_for("settings_units.show"))


def _draw_delete(ahead: unit_ends.Ahead, errors: Errors, version: int) -> str:
    return render_settings(
        "settings/units_delete.html", active="units", ahead=ahead, errors=errors, back=unit_url(ahead.id),
        version=version,
    )  # fmt: skip
