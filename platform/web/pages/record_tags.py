"""Putting tags on a record and taking them off."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import InvalidInput
from luongviec.services.tags.changing import change_tags
from luongviec.web.language import _, in_language
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("record_tags", __name__)

MOST_TICKED = 500


@blueprint.post("/r/<int:record_id>/tags")
@sign_in_required
def change(record_id: int) -> AnyResponse:
    """Save what was ticked; what others put on or took off meanwhile stays as they left it."""
    ticked, carried = _ids("tag"), _ids("carried")
    try:
        result = change_tags(platform(), actor(), record_id, add=ticked - carried, remove=carried - ticked)
    except InvalidInput as problem:
        flash(" ".join(in_language(text) for texts in problem.errors.values() for text in texts))
    else:
        flash(_("Đã lưu thẻ.") if result.entry_id is not None else _("Không có gì thay đổi."))
    return redirect(url_for("records.show", record_id=record_id), 303)


def _ids(name: str) -> set[int]:
    texts = request.form.getlist(name)[:MOST_TICKED]
    return {int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 10}
