"""Parameters: one page for the installation, the same page for a unit, a summary before saving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import Conflict, InvalidInput
from luongviec.engine.text import Text
from luongviec.services.parameters import values
from luongviec.services.parameters.values import ParameterChange, ParameterPage, Typed
from luongviec.web.language import _
from luongviec.web.picking import posted_units, units_picking
from luongviec.web.rendering import render_settings
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("settings_parameters", __name__, url_prefix="/settings/parameters")

VALUE, SHOWN, RESET = "value.", "shown.", "reset"


@blueprint.get("")
@sign_in_required
def show() -> str | AnyResponse:
    """Show the parameters of the installation, or of the unit that the address names."""
    if request.args.get("unit__q"):
        asked = posted_units("unit")
        if asked.id is not None and not asked.offered:
            return redirect(url_for("settings_parameters.show", unit=asked.id), 303)
    return _draw(values.parameter_page(platform(), actor(), _unit_id()))


@blueprint.post("")
@sign_in_required
def save() -> AnyResponse | tuple[str, int]:
    """Show what would change; save it when that was confirmed."""
    unit_id, typed = _unit_id(), _typed()
    try:
        if request.form.get("_confirmed"):
            changes = values.change_parameters(platform(), actor(), typed, unit_id)
            flash(_("Đã lưu {count} thay đổi.", count=len(changes)))
            return redirect(url_for("settings_parameters.show", unit=unit_id), 303)
        changes = values.plan_changes(platform(), actor(), typed, unit_id)
    except InvalidInput as problem:
        page = values.parameter_page(platform(), actor(), unit_id)
        return _draw(page, typed, errors=problem.errors), 422
    except Conflict as conflict:
        page = values.parameter_page(platform(), actor(), unit_id)
        return _draw(page, typed, conflict=conflict.message), 409
    return _draw(values.parameter_page(platform(), actor(), unit_id), typed, changes=changes), 200


def _draw(
    page: ParameterPage,
    typed: Typed | None = None,
    *,
    errors: Mapping[str, Sequence[Text]] | None = None,
    changes: Sequence[ParameterChange] | None = None,
    conflict: Text | None = None,
) -> str:
    unit = page.unit
    picking = (
        posted_units("unit") if request.args.get("unit__q") else units_picking([unit.id] if unit else [])
    )
    return render_settings(
        "settings/parameters.html", active="parameters", page=page, errors=errors or {}, changes=changes,
        conflict=conflict, picking=picking, typed=typed.values if typed else {},
        reset=typed.reset if typed else (), value_text=values.value_text,
        value_words=values.value_words,
    )  # fmt: skip


def _unit_id() -> int | None:
    return request.args.get("unit", type=int)


def _typed() -> Typed:
    form = request.form
    return Typed(
        values={name.removeprefix(VALUE): form.getlist(name)[-1] for name in form if name.startswith(VALUE)},
        reset=frozenset(form.getlist(RESET)),
        shown={name.removeprefix(SHOWN): form[name] for name in form if name.startswith(SHOWN)},
    )
