"""What forms that make records ask while one types: keeping a draft, saying what sending would do.

And the pages of one's own drafts and templates.
"""

from __future__ import annotations

from flask import Blueprint, Response, flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import LuongViecError
from luongviec.services.forms.drafts import DraftChanged, discard_draft, keep_draft, own_drafts
from luongviec.services.forms.input_templates import remove_template, templates_of
from luongviec.web.form_pages import Making, preview_of
from luongviec.web.formatting import clock_time
from luongviec.web.language import _, in_language
from luongviec.web.posted import page_values, posted_values
from luongviec.web.rendering import render_page
from luongviec.web.security import safe_return
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("form_help", __name__, url_prefix="/my")


@blueprint.post("/drafts/keep")
@sign_in_required
def keep() -> tuple[Response, int]:
    """Write a draft of the form that is sent along, and say when."""
    sent = page_values()
    address = safe_return(request.form.get("_address"), "")
    try:
        draft = keep_draft(
            platform(), actor(), request.form.get("_module", ""), address, posted_values(),
            draft_id=sent.draft_id, version=sent.draft_version,
        )  # fmt: skip
    except LuongViecError as problem:
        status = 409 if isinstance(problem, DraftChanged) else 422
        texts = [text for some in getattr(problem, "errors", {}).values() for text in some]
        return jsonify(said=in_language(texts[0] if texts else problem.message)), status
    said = _("Đã lưu nháp lúc {time}", time=clock_time(draft.updated_at))
    return jsonify(id=draft.id, version=draft.version, said=said), 200


@blueprint.post("/preview")
@sign_in_required
def preview() -> str:
    """Say what sending the form that is sent along would do."""
    given = request.form
    making = Making(given.get("_module", ""), given.get("_owner", type=int), given.get("_relation") or None)
    return render_page("parts/form_preview.html", preview=preview_of(making, posted_values()))


@blueprint.get("/drafts")
@sign_in_required
def drafts() -> str:
    """Show one's drafts."""
    return render_page("my_drafts.html", tab="drafts", drafts=own_drafts(platform(), actor()))


@blueprint.post("/drafts/<int:draft_id>/discard")
@sign_in_required
def discard(draft_id: int) -> AnyResponse:
    """Take a draft away."""
    discard_draft(platform(), actor(), draft_id)
    flash(_("Đã bỏ bản nháp."))
    return redirect(safe_return(request.form.get("back"), url_for("form_help.drafts")), 303)


@blueprint.get("/templates")
@sign_in_required
def templates() -> str:
    """Show the templates that one may use."""
    found = templates_of(platform(), actor())
    return render_page("my_templates.html", tab="templates", templates=found.templates)


@blueprint.post("/templates/<int:template_id>/remove")
@sign_in_required
def remove(template_id: int) -> AnyResponse:
    """Remove a template."""
    remove_template(platform(), actor(), template_id)
    flash(_("Đã xóa mẫu."))
    return redirect(safe_return(request.form.get("back"), url_for("form_help.templates")), 303)
