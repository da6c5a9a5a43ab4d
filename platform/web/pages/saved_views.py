"""Keeping and removing views of lists."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import InvalidInput
from luongviec.services.lists.saved_views import remove_view, save_view
from luongviec.web.addresses import list_path
from luongviec.web.language import _, in_language
from luongviec.web.security import safe_return
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("saved_views", __name__, url_prefix="/saved-views")


@blueprint.post("/<module>/<list_code>")
@sign_in_required
def save(module: str, list_code: str) -> AnyResponse:
    """Keep the present address of a list under a name."""
    path = list_path(module, list_code)
    address = safe_return(request.form.get("view_address"), path)
    query = address.partition("?")[2] if address.partition("?")[0] == path else ""
    try:
        save_view(
            platform(), actor(), module, list_code, request.form.get("name", "")[:500], query,
            shared_with=request.form.get("shared_with", "")[:63],
        )  # fmt: skip
    except InvalidInput as problem:
        flash(" ".join(in_language(text) for texts in problem.errors.values() for text in texts))
    else:
        flash(_("Đã lưu chế độ xem."))
    return redirect(f"{path}?{query}" if query else path, 303)


@blueprint.post("/remove/<int:view_id>")
@sign_in_required
def remove(view_id: int) -> AnyResponse:
    """Remove a view."""
    remove_view(platform(), actor(), view_id)
    flash(_("Đã xóa chế độ xem."))
    return redirect(safe_return(request.form.get("back"), "/"), 303)
