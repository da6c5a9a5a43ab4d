"""Choosing many records of a list and doing one thing to them.

The chosen ids stand in the address, so that every step is a page that can be loaded again; the last
step is a long job, whose page tells what became of each record.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.text import Text
from luongviec.forms.model import FormModel
from luongviec.services import bulk, forms
from luongviec.services.bulk import BulkChoice, BulkPage
from luongviec.services.job_kinds import JOB_KINDS
from luongviec.web.addresses import read_address
from luongviec.web.form_pages import Asked, FormPage, answer_form, show_form
from luongviec.web.language import _, in_language
from luongviec.web.posted import PageValues
from luongviec.web.rendering import render_page
from luongviec.web.security import safe_return
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("bulk", __name__, url_prefix="/bulk")

NOTHING_CHOSEN = Text("Hãy chọn ít nhất một hồ sơ.", "Choose at least one record.")


@blueprint.get("")
@sign_in_required
def choose() -> str | AnyResponse:
    """Show what can be done to the chosen records."""
    back = safe_return(request.args.get("back"), "/")
    ids = _ids(request.args.getlist("record"))
    if not ids:
        flash(in_language(NOTHING_CHOSEN))
        return redirect(back, 303)
    page = bulk.bulk_choices(platform(), actor(), ids)
    return render_page("bulk.html", page=page, back=back, ids=_written([one.id for one in page.records]))


@blueprint.get("/all/<module>/<list_code>")
@sign_in_required
def choose_all(module: str, list_code: str) -> AnyResponse:
    """Choose the whole list as the address narrows it, up to the most that one job takes."""
    address = read_address(module, list_code, request.args)
    ids = bulk.ids_of_list(platform(), actor(), address.request())
    return redirect(url_for("bulk.choose", record=ids, back=address.url), 303)


@blueprint.route("/<action>/<ids>", methods=["GET", "POST"])
@sign_in_required
def do(action: str, ids: str) -> str | AnyResponse | tuple[str, int]:
    """Ask what the action asks, once for all; then do it to each."""
    chosen = _ids(ids.split(","))
    page = bulk.bulk_choices(platform(), actor(), chosen)
    choice = _choice(page, action)
    back = safe_return(request.values.get("back") or request.form.get("_back"), "/")

    def model(typed: Asked) -> FormModel:
        return forms.action_form(platform(), actor(), choice.record_id, action, **typed.arguments)

    cancel = url_for("bulk.choose", record=chosen, back=back)
    crumb = _("Làm với {count} hồ sơ", count=choice.ready)
    form = FormPage(model, cancel, [(crumb, cancel)], offer=choice.offer)
    if request.method == "GET":
        return show_form(form)

    def run(raw: dict[str, object], sent: PageValues) -> int:
        return bulk.start_bulk(
            platform(), JOB_KINDS, actor(), chosen, action, raw, answers=sent.answers, back=back
        )

    return answer_form(form, run, lambda job_id: url_for("jobs.show", job_id=job_id))


def _choice(page: BulkPage, action: str) -> BulkChoice:
    for one in page.choices:
        if one.offer.code == action:
            return one
    raise NotFound()


def _ids(values: list[str]) -> list[int]:
    found = [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 16]
    if len(found) != len(values):
        raise InvalidInput({"record": (NOTHING_CHOSEN,)})
    return list(dict.fromkeys(found))


def _written(ids: list[int]) -> str:
    return ",".join(str(one) for one in ids)
