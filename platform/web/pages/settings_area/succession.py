"""Handing over the open records of a person or a unit: what there is, to whom, why (U-32, W-46)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text
from luongviec.engine.world import Holder, HolderKind
from luongviec.services.succession import handing_over as succession
from luongviec.services.succession.handing_over import Preview, Succession
from luongviec.web.form_pages import go_to
from luongviec.web.language import _
from luongviec.web.picking import Picking, people_picking, posted_people, posted_units, units_picking
from luongviec.web.rendering import render_settings
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("settings_succession", __name__, url_prefix="/settings")

Errors = Mapping[str, tuple[Text, ...]]


@dataclass(frozen=True, slots=True)
class Page:
    """Whose records are handed over, and where the page belongs."""

    holder: Holder
    active: str
    crumbs: Sequence[tuple[str, str]]
    back: str

    @property
    def is_person(self) -> bool:
        """Whether it is about a person."""
        return self.holder.kind is HolderKind.USER


@blueprint.route("/accounts/<int:user_id>/hand-over", methods=["GET", "POST"])
@sign_in_required
def person(user_id: int) -> AnyResponse | str | tuple[str, int]:
    """Hand a person's open records over, before the account is switched off or deleted."""
    back = url_for("settings_account.show", user_id=user_id)
    return _hand_over(Page(Holder(HolderKind.USER, user_id), "accounts", [(_("Tài khoản"), back)], back))


@blueprint.route("/units/<int:unit_id>/hand-over", methods=["GET", "POST"])
@sign_in_required
def unit(unit_id: int) -> AnyResponse | str | tuple[str, int]:
    """Hand a unit's open records over, before it is deleted or after a change left some."""
    back = url_for("settings_units.unit", unit_id=unit_id)
    crumbs = [(_("Cây đơn vị"), back)]
    return _hand_over(Page(Holder(HolderKind.UNIT, unit_id), "units", crumbs, back))


def _hand_over(page: Page) -> AnyResponse | str | tuple[str, int]:
    found = succession.preview(platform(), actor(), page.holder)
    if request.method == "GET":
        return _draw(page, found, people_picking() if page.is_person else units_picking(), tell=True)
    picking = (
        posted_people("successor", many=False)
        if page.is_person
        else posted_units("successor", within="admin.units")
    )
    chosen = tuple(request.form.getlist("places")[:500])
    reason, tell = request.form.get("reason", "").strip()[:2000], "true" in request.form.getlist("tell")
    if picking.is_asking:
        return _draw(page, found, picking, chosen, reason, tell=tell)
    try:
        places = _places(found, chosen)
        asked = Succession(
            page.holder.kind, {page.holder.id: picking.id or 0}, reason, places=places, tell=tell
        )
        job_id = succession.hand_over(platform(), actor(), asked)
    except InvalidInput as problem:
        return _draw(page, found, picking, chosen, reason, tell=tell, errors=problem.errors), 422
    return go_to(url_for("jobs.show", job_id=job_id))


def _places(found: Preview, chosen: Sequence[str]) -> Mapping[str, tuple[str, ...]] | None:
    """Give the chosen roles and fields by module; None where all of them are."""
    known = [one for one in found.places if one.key in chosen]
    if not known:
        raise InvalidInput({"places": (Text("Hãy chọn ít nhất một vai trò.", "Choose at least one role."),)})
    if len(known) == len(found.places):
        return None
    places: dict[str, list[str]] = defaultdict(list)
    for one in known:
        places[one.module].append(one.place)
    return {module: tuple(codes) for module, codes in places.items()}


def _draw(
    page: Page, found: Preview, picking: Picking, chosen: Sequence[str] = (), reason: str = "", *, tell: bool,
    errors: Errors | None = None,
) -> str:  # fmt: skip
    return render_settings(
        "settings/hand_over.html", active=page.active, found=found, picking=picking, chosen=chosen,
        reason=reason, tell=tell, errors=errors or {}, is_person=page.is_person, unit_id=None,
        crumbs=page.crumbs, back=page.back,
    )  # fmt: skip
