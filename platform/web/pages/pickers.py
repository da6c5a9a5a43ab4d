"""What the pickers of forms ask: people, units and records that may be chosen, as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, jsonify, request

from luongviec.services.forms.candidates import CandidateRequest, candidates
from luongviec.services.forms.help_requests import ask_for_candidates
from luongviec.services.views import Candidate, CandidateGroup
from luongviec.web.formatting import avatar_tone, initials, unit_initials
from luongviec.web.language import _, in_language
from luongviec.web.posted import posted_values
from luongviec.web.sessions import acting, platform, sign_in_required

blueprint = Blueprint("pickers", __name__)


@blueprint.route("/pick", methods=["GET", "POST"])
@sign_in_required
def show() -> Response:
    """Give candidates for one control; what the form holds so far may narrow them."""
    page = candidates(platform(), acting(), _asked())
    return jsonify(
        candidates=[{**_shown(one), **_mark(one, of_units=page.of_units)} for one in page.candidates],
        groups=[_group(one, of_units=page.of_units) for one in page.groups],
        more=page.more,
        reason=in_language(page.reason),
        askable=page.askable,
    )


@blueprint.post("/pick/ask")
@sign_in_required
def ask() -> Response:
    """Tell those who can mend it that a control has nobody to offer."""
    return jsonify(said=in_language(ask_for_candidates(platform(), acting(), _asked())))


def _asked() -> CandidateRequest:
    given = request.values
    return CandidateRequest(
        module=given.get("_module", ""),
        form=given.get("_form", ""),
        name=given.get("_name", ""),
        q=given.get("_q", "").strip()[:200],
        record_id=given.get("_record", type=int),
        owner_id=given.get("_owner", type=int),
        relation=given.get("_relation") or None,
        typed=posted_values(),
        chosen=tuple(given.getlist("_chosen")),
    )


def _shown(one: Candidate) -> Mapping[str, object]:
    return {
        "value": one.value, "label": one.label, "detail": one.detail, "usable": one.usable,
        "reason": in_language(one.reason), "note": in_language(one.note), "warns": one.warns,
    }  # fmt: skip


def _mark(one: Candidate, *, of_units: bool) -> Mapping[str, str]:
    shape = unit_initials if of_units else initials
    return {"initials": shape(one.label), "tone": avatar_tone(one.label)}


def _group(one: CandidateGroup, *, of_units: bool) -> Mapping[str, object]:
    detail = _("Nhóm · {count} người hoặc đơn vị", count=len(one.members))
    if one.of_unit:
        detail = _("Cả đơn vị · chọn được {count} người", count=len(one.members))
    elif one.left_out:
        detail = _(
            "Nhóm · chọn được {count}, {left} không phù hợp", count=len(one.members), left=one.left_out
        )
    members = [
        {"value": member.value, "label": member.label, **_mark(member, of_units=of_units)}
        for member in one.members
    ]
    return {"label": one.name, "detail": detail, "members": members}
