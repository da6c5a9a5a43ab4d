"""Function permissions of groups and of persons: ticked, looked over in a summary, then saved (W-37).

A form comes in two steps: `_step=review` shows what would change and for how many people, `_step=save`
saves it, `_step=edit` goes back to the boxes with everything as it was ticked.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import Conflict, InvalidInput
from luongviec.engine.text import Text
from luongviec.services.rights import function_permissions, group_views, groups
from luongviec.services.rights.function_permissions import FunctionChange
from luongviec.web.formatting import number
from luongviec.web.language import _, in_language
from luongviec.web.pages.settings_area.groups import page_number, question
from luongviec.web.picking import people_picking, posted_people
from luongviec.web.rendering import render_settings
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("settings_functions", __name__, url_prefix="/settings")

MOST_TICKED = 500
Errors = Mapping[str, tuple[Text, ...]]


# --- Groups -------------------------------------------------------------------------------------------


@blueprint.get("/groups/<code>/functions")
@sign_in_required
def of_group(code: str) -> str:
    """Show what a group may."""
    view = group_views.group_view(platform(), actor(), code, module=_module())
    return _group_form(code, view.given, view.state)


@blueprint.post("/groups/<code>/functions")
@sign_in_required
def save_of_group(code: str) -> AnyResponse | str | tuple[str, int]:
    """Show the summary, or save what a group may."""
    ticked, state, step = _ticked()
    try:
        if step == "edit":
            return _group_form(code, ticked, state)
        change = groups.preview_functions(platform(), actor(), code, ticked)
        if change.is_empty:
            flash(_("Không có gì thay đổi."))
        elif step != "save":
            return _group_review(code, change, ticked, state)
        else:
            groups.set_functions(platform(), actor(), code, ticked, state=state)
            flash(_("Đã lưu quyền của nhóm; có hiệu lực ngay."))
    except InvalidInput as problem:
        return _group_form(code, ticked, state, errors=problem.errors), 422
    except Conflict as problem:
        fresh = group_views.group_view(platform(), actor(), code)
        return _group_form(code, ticked, fresh.state, errors={"": (problem.message,)}), 409
    return redirect(url_for("settings_groups.group", code=code), 303)


def _group_form(code: str, ticked: frozenset[str], state: str, *, errors: Errors | None = None) -> str:
    view = group_views.group_view(platform(), actor(), code, module=_module())
    return render_settings(
        "settings/functions.html", active="groups", crumbs=_group_crumbs(code, view.name),
        title=_("Quyền của nhóm “{name}”", name=in_language(view.name)), sections=view.sections,
        ticked=ticked, locked=view.by_definition, locked_note=_("Có sẵn theo định nghĩa của nhóm"),
        elsewhere=frozenset(), may_give=view.may_give, may_change=view.may_change, state=state,
        errors=errors or {}, back=url_for("settings_groups.group", code=code),
        fact=_("{count} người trong nhóm", count=number(view.members)),
    )  # fmt: skip


def _group_review(code: str, change: FunctionChange, ticked: frozenset[str], state: str) -> str:
    view = group_views.group_view(platform(), actor(), code)
    return render_settings(
        "settings/functions_review.html", active="groups", change=change, ticked=sorted(ticked), state=state,
        title=_("Xem lại trước khi lưu"), of_people=True,
        crumbs=[*_group_crumbs(code, view.name), (_("Quyền"), request.path)],
    )  # fmt: skip


def _group_crumbs(code: str, name: Text) -> list[tuple[str, str]]:
    return [
        (_("Nhóm người dùng"), url_for("settings_groups.show")),
        (in_language(name), url_for("settings_groups.group", code=code)),
    ]


# --- Persons --------------------------------------------------------------------------------------------


@blueprint.get("/person-functions")
@sign_in_required
def people() -> str:
    """Show who was given something alone, and a picker for somebody else (E-02, E-08)."""
    return _people()


@blueprint.post("/person-functions")
@sign_in_required
def choose() -> AnyResponse | str | tuple[str, int]:
    """Go to the person who was picked."""
    picking = posted_people("person", many=False)
    if picking.is_asking:
        return _people(picking)
    if picking.id is None:
        return _people(picking, {"person": (Text("Hãy chọn một người.", "Choose a person."),)}), 422
    return redirect(url_for(".of_person", user_id=picking.id, module=_module() or None), 303)


@blueprint.get("/person-functions/<int:user_id>")
@sign_in_required
def of_person(user_id: int) -> str:
    """Show what a person may alone."""
    view = function_permissions.person_functions(platform(), actor(), user_id)
    return _person_form(user_id, view.given, view.state)


@blueprint.post("/person-functions/<int:user_id>")
@sign_in_required
def save_of_person(user_id: int) -> AnyResponse | str | tuple[str, int]:
    """Show the summary, or save what a person may alone."""
    ticked, state, step = _ticked()
    try:
        if step == "edit":
            return _person_form(user_id, ticked, state)
        change = function_permissions.preview_person(platform(), actor(), user_id, ticked)
        if change.is_empty:
            flash(_("Không có gì thay đổi."))
        elif step != "save":
            return _person_review(user_id, change, ticked, state)
        else:
            function_permissions.set_person_functions(platform(), actor(), user_id, ticked, state=state)
            flash(_("Đã lưu quyền riêng; có hiệu lực ngay."))
    except InvalidInput as problem:
        return _person_form(user_id, ticked, state, errors=problem.errors), 422
    except Conflict as problem:
        fresh = function_permissions.person_functions(platform(), actor(), user_id)
        return _person_form(user_id, ticked, fresh.state, errors={"": (problem.message,)}), 409
    return redirect(url_for(".people", module=_module() or None), 303)


def _people(picking: object = None, errors: Errors | None = None) -> str:
    q, module = question(), _module()
    page = function_permissions.people_with_functions(
        platform(), actor(), q=q, page=page_number(), module=module
    )
    return render_settings(
        "settings/person_functions.html", active="groups", page=page, q=q, module=module,
        size=function_permissions.PAGE_SIZE, picking=picking or people_picking(), errors=errors or {},
    )  # fmt: skip


def _person_form(user_id: int, ticked: frozenset[str], state: str, *, errors: Errors | None = None) -> str:
    view = function_permissions.person_functions(platform(), actor(), user_id, module=_module())
    return render_settings(
        "settings/functions.html", active="groups", title=_("Quyền riêng của {name}", name=view.name),
        crumbs=_person_crumbs(), sections=view.sections, ticked=ticked, locked=frozenset(), locked_note="",
        elsewhere=view.elsewhere, may_give=view.may_give, may_change=True, state=state, errors=errors or {},
        back=url_for(".people"), fact=view.post,
    )  # fmt: skip


def _person_review(user_id: int, change: FunctionChange, ticked: frozenset[str], state: str) -> str:
    view = function_permissions.person_functions(platform(), actor(), user_id)
    return render_settings(
        "settings/functions_review.html", active="groups", change=change, ticked=sorted(ticked), state=state,
        title=_("Xem lại trước khi lưu"), of_people=False,
        crumbs=[*_person_crumbs(), (view.name, request.path)],
    )  # fmt: skip


def _person_crumbs() -> list[tuple[str, str]]:
    return [(_("Quyền riêng của từng người"), url_for("settings_functions.people"))]


# --- What was sent --------------------------------------------------------------------------------------


def _module() -> str:
    return request.values.get("module", "")[:100]


def _ticked() -> tuple[frozenset[str], str, str]:
    """Read the boxes, what the form was made from, and the step."""
    ticked = frozenset(text[:200] for text in request.form.getlist("functions")[:MOST_TICKED])
    return ticked, request.form.get("_state", "")[:100], request.form.get("_step", "")
