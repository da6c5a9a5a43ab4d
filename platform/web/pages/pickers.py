"""What the pickers of forms ask: people, units and records that may be chosen, as JSON."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from luongviec.services.candidates import CandidateRequest, candidates
from luongviec.web.language import in_language
from luongviec.web.posted import posted_values
from luongviec.web.sessions import acting, platform, sign_in_required

blueprint = Blueprint("pickers", __name__)


@blueprint.route("/pick", methods=["GET", "POST"])
@sign_in_required
def show() -> Response:
    """Give candidates for one control; what the form holds so far may narrow them."""
    given = request.values
    page = candidates(
        platform(), acting(),
        CandidateRequest(
            module=given.get("_module", ""),
            form=given.get("_form", ""),
            name=given.get("_name", ""),
            q=given.get("_q", "").strip()[:200],
            record_id=given.get("_record", type=int),
            owner_id=given.get("_owner", type=int),
            relation=given.get("_relation") or None,
            typed=posted_values(),
            chosen=tuple(given.getlist("_chosen")),
        ),
    )  # fmt: skip
    return jsonify(
        candidates=[
            {
                "value": one.value, "label": one.label, "detail": one.detail, "usable": one.usable,
                "reason": in_language(one.reason),
            }
            for one in page.candidates
        ],
        more=page.more,
        reason=in_language(page.reason),
    )  # fmt: skip
