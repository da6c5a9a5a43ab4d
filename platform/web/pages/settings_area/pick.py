"""What the pickers of the settings area ask: people and units of the whole organisation, as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, jsonify, request

from luongviec.services import directory
from luongviec.services.views import Candidate, CandidatePage
from luongviec.web.formatting import avatar_tone, initials, unit_initials
from luongviec.web.language import in_language
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("settings_pick", __name__, url_prefix="/settings/pick")

GREATEST_ID = 2**31 - 1


@blueprint.get("/people")
@sign_in_required
def people() -> Response:
    """Give people who match `q`; those of `unit` come first, those in `exclude` are left out."""
    page = directory.pick_people(
        platform(), actor(), request.args.get("q", ""), unit_id=_id("unit"), exclude=_excluded()
    )
    return _answer(page, of_units=False)


@blueprint.get("/units")
@sign_in_required
def units() -> Response:
    """Give units that match `q`; `within` keeps to those where the actor holds a function permission."""
    page = directory.pick_units(
        platform(), actor(), request.args.get("q", ""), within=request.args.get("within") or None,
        not_below=_id("not_below"), exclude=_excluded(),
    )  # fmt: skip
    return _answer(page, of_units=True)


def _answer(page: CandidatePage, *, of_units: bool) -> Response:
    return jsonify(
        candidates=[_shown(one, of_units=of_units) for one in page.candidates],
        more=page.more,
        reason=in_language(page.reason),
    )


def _shown(one: Candidate, *, of_units: bool) -> Mapping[str, object]:
    return {
        "value": one.value, "label": one.label, "detail": one.detail, "usable": one.usable,
        "reason": in_language(one.reason), "tone": avatar_tone(one.label),
        "initials": unit_initials(one.label) if of_units else initials(one.label),
    }  # fmt: skip


def _id(name: str) -> int | None:
    found = request.args.get(name, type=int)
    return found if found is not None and 0 < found <= GREATEST_ID else None


def _excluded() -> set[int]:
    texts = request.args.get("exclude", "")[:5_000].split(",")
    return {int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 11}
