"""Choosing many records of a list and doing one thing to them.

The chosen ids, or the list as it is narrowed, stand in the address, so that every step is a page that can
be loaded again; the last step is a long job, whose page tells what became of each record.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text
from luongviec.forms.model import FormModel
from luongviec.services.forms import models
from luongviec.services.long_jobs.kinds import JOB_KINDS
from luongviec.services.records import bulk
from luongviec.services.records.bulk import BulkPage, Chosen
from luongviec.services.tags.bulk import start_bulk_tags
from luongviec.services.tags.changing import tags_for
from luongviec.web.addresses import read_address
from luongviec.web.form_pages import Asked, FormPage, answer_form, show_form
from luongviec.web.language import _, in_language
from luongviec.web.posted import PageValues
from luongviec.web.rendering import render_page
from luongviec.web.security import safe_return
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("bulk", __name__, url_prefix="/bulk")

#: Stands where the code of an action stands; no action is called so.
TAGS = "-tags"
MOST_TAGS = 100
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
    page = bulk.bulk_choices(platform(), actor(), Chosen(ids))
    written = ",".join(str(one) for one in ids)
    return _draw(page, back, lambda action: url_for("bulk.do", action=action, ids=written, back=back))


@blueprint.get("/list/<module>/<list_code>")
@sign_in_required
def choose_all(module: str, list_code: str) -> str:
    """Show what can be done to the whole list, as the address narrows it."""
    address = read_address(module, list_code, request.args)
    page = bulk.bulk_choices(platform(), actor(), Chosen(request=address.request()))
    return _draw(page, address.url, address.everything_url_of)


def _draw(page: BulkPage, back: str, address_of: Callable[[str], str]) -> str:
    tags = tags_for(platform(), actor()) if page.taggable else ()
    return render_page("bulk.html", page=page, back=back, address_of=address_of, tags=tags)


@blueprint.post(f"/{TAGS}/<ids>")
@sign_in_required
def tag(ids: str) -> AnyResponse:
    """Put tags on the chosen records, or take them off."""
    chosen, back = _ids(ids.split(",")), safe_return(request.args.get("back"), "/")
    return _tag(Chosen(chosen), back, url_for("bulk.choose", record=chosen, back=back))


@blueprint.post(f"/list/<module>/<list_code>/{TAGS}")
@sign_in_required
def tag_all(module: str, list_code: str) -> AnyResponse:
    """The same for a whole list."""
    address = read_address(module, list_code, request.args)
    return _tag(Chosen(request=address.request()), address.url, address.everything_url)


def _tag(chosen: Chosen, back: str, again: str) -> AnyResponse:
    tags, takes_off = _ids(request.form.getlist("tag")[:MOST_TAGS]), request.form.get("way") == "remove"
    try:
        page = bulk.bulk_choices(platform(), actor(), chosen)
        job_id = start_bulk_tags(
            platform(), JOB_KINDS, actor(), page, add=() if takes_off else tags,
            remove=tags if takes_off else (), back=back,
        )  # fmt: skip
    except InvalidInput as problem:
        flash(" ".join(in_language(text) for texts in problem.errors.values() for text in texts))
        return redirect(again, 303)
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@blueprint.route("/<action>/<ids>", methods=["GET", "POST"])
@sign_in_required
def do(action: str, ids: str) -> str | AnyResponse | tuple[str, int]:
    """Ask what the action asks, once for all; then do it to each."""
    chosen = _ids(ids.split(","))
    back = safe_return(request.values.get("back") or request.form.get("_back"), "/")
    return _ask(Chosen(chosen), action, back, url_for("bulk.choose", record=chosen, back=back))


@blueprint.route("/list/<module>/<list_code>/<action>", methods=["GET", "POST"])
@sign_in_required
def do_all(module: str, list_code: str, action: str) -> str | AnyResponse | tuple[str, int]:
    """The same for a whole list."""
    address = read_address(module, list_code, request.args)
    return _ask(Chosen(request=address.request()), action, address.url, address.everything_url)


def _ask(chosen: Chosen, action: str, back: str, cancel: str) -> str | AnyResponse | tuple[str, int]:
    page = bulk.bulk_choices(platform(), actor(), chosen)
    choice = page.choice(action)

    def model(typed: Asked) -> FormModel:
        return models.action_form(platform(), actor(), choice.record_id, action, **typed.arguments)

    crumb = _("Làm với {count} hồ sơ", count=page.total)
    form = FormPage(model, cancel, [(crumb, cancel)], offer=choice.offer)
    if request.method == "GET":
        return show_form(form)

    def run(raw: dict[str, object], sent: PageValues) -> int:
        return bulk.start_bulk(
            platform(), JOB_KINDS, actor(), page, action, raw, answers=sent.answers, back=back
        )

    return answer_form(form, run, lambda job_id: url_for("jobs.show", job_id=job_id))


def _ids(values: list[str]) -> tuple[int, ...]:
    found = [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 16]
    if len(found) != len(values):
        raise InvalidInput({"record": (NOTHING_CHOSEN,)})
    return tuple(dict.fromkeys(found))
