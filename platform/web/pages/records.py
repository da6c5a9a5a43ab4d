"""One record: its page, the forms of everything that may be done with it, and doing it.

Every form works as a page of its own; scripts may put the same form into a dialog (then the answer is
a fragment, and success names the page to go to instead of redirecting).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, current_app, flash, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.text import Text
from luongviec.forms.model import FormModel
from luongviec.services.forms import models
from luongviec.services.record_page.alike import SharedDrawings
from luongviec.services.record_page.reading import record_data, record_page, roles_of
from luongviec.services.records import changing, talking
from luongviec.services.records.explain import explain as explain_record
from luongviec.services.records.receipts import receipts_of
from luongviec.services.records.undoing import undo as undo_entry
from luongviec.services.telling.live import moment_ms
from luongviec.services.views import ActionOffer, ActionResult, MenuItem, RecordData, RecordLink, RecordPage
from luongviec.web.addresses import list_path, list_url
from luongviec.web.form_pages import Asked, FormPage, Making, answer_form, answer_gone, go_to, show_form
from luongviec.web.language import _, current_language, in_language
from luongviec.web.pages.files import keep_all
from luongviec.web.posted import page_values
from luongviec.web.record_layout import DrawnBlock, block_at, lay_out
from luongviec.web.rendering import frame, render_page, render_part
from luongviec.web.sessions import LAST_LIST, acting, actor, platform, sign_in_required

blueprint = Blueprint("records", __name__)

SHARED_DRAWINGS = "luongviec_shared_drawings"

Crumbs = list[tuple[str, str]]


@blueprint.get("/r/<int:record_id>")
@sign_in_required
def show(record_id: int) -> str:
    """Show a record."""
    since = moment_ms()
    page = record_page(platform(), actor(), record_id)
    crumbs = _crumbs_of_page(page)
    return render_page(
        "record.html", active=active_list(page.record.module), page=page, layout=lay_out(page),
        crumbs=crumbs, back_url=crumbs[-1][1] if crumbs else "/",
        page_url=url_for("records.show", record_id=record_id), block_key=_key, since=since,
    )  # fmt: skip


def _crumbs_of_page(page: RecordPage) -> Crumbs:
    """Give the way to a record: its list, or what it belongs to where no list of it is in the menu."""
    listed = crumbs_of(page.record.module)
    if listed or page.owner is None:
        return listed or crumbs_of(page.record.module, page.module_name)
    return [(page.owner.title, url_for("records.show", record_id=page.owner.id))]


def _key(block: DrawnBlock) -> str:
    """Give what a block is called on its page, the same whenever it is drawn."""
    field = f"-{block.settings['field']}" if "field" in block.settings else ""
    return f"block-{block.index if block.index is not None else block.kind}{field}"


@blueprint.get("/r/<int:record_id>/block/<int:index>")
@sign_in_required
def block(record_id: int, index: int) -> tuple[str, int, dict[str, str]]:
    """Draw one block again, for live refreshing; a header says how much is in it, for its tab."""

    def draw(page: RecordPage) -> tuple[str, int]:
        drawn = block_at(page, index)
        if drawn is None:
            raise NotFound
        page_url = url_for("records.show", record_id=record_id)
        html = render_part("parts/block.html", page=page, block=drawn, page_url=page_url, block_key=_key)
        return html, drawn.count or 0

    shared: SharedDrawings[tuple[str, int]] = current_app.extensions[SHARED_DRAWINGS]
    manner = current_language(), request.script_root
    html, count = shared.block(platform(), actor(), record_id, index, manner, draw)
    return html, 200, {"X-Count": str(count)}


@blueprint.route("/m/<module>/new", methods=["GET", "POST"])
@sign_in_required
def new(module: str) -> str | AnyResponse | tuple[str, int]:
    """Make a record on its own."""

    def model(typed: Asked) -> FormModel:
        return models.create_form(platform(), acting(), module, **typed.arguments)

    page = FormPage(
        model=model,
        cancel_url=list_path(module, ""),
        crumbs=crumbs_of(module),
        makers=tuple(models.makers(platform(), actor(), module)),
        making=Making(module),
    )
    if request.method == "GET":
        return show_form(page)
    return answer_form(
        page,
        lambda raw, sent: changing.create_record(
            platform(), acting(), module, raw, answers=sent.answers, whole=True, idempotency_key=sent.key
        ),
        after_making,
    )


@blueprint.route("/r/<int:record_id>/add/<relation>", methods=["GET", "POST"])
@sign_in_required
def add(record_id: int, relation: str) -> str | AnyResponse | tuple[str, int]:
    """Make a record through a relation of another."""
    owner = record_data(platform(), actor(), record_id)
    target = models.target_of(platform(), actor(), record_id, relation)

    def model(typed: Asked) -> FormModel:
        return models.create_form(
            platform(), acting(), target, owner_id=record_id, relation=relation, **typed.arguments
        )

    page = FormPage.of_record(model, owner, crumbs_to(owner))
    page = replace(page, making=Making(target, record_id, relation))
    if request.method == "GET":
        return show_form(page)
    return answer_form(
        page,
        lambda raw, sent: changing.create_record(
            platform(), acting(), target, raw, owner_id=record_id, relation=relation, answers=sent.answers,
            whole=True, idempotency_key=sent.key,
        ),
        lambda result: url_for("records.show", record_id=record_id),
    )  # fmt: skip


@blueprint.route("/r/<int:record_id>/edit", methods=["GET", "POST"])
@sign_in_required
def edit(record_id: int) -> str | AnyResponse | tuple[str, int]:
    """Change fields and roles."""
    try:
        record = record_data(platform(), actor(), record_id)
    except NotFound as gone:
        return answer_gone(gone)

    def model(typed: Asked) -> FormModel:
        return models.edit_form(platform(), acting(), record_id, **typed.arguments)

    page = FormPage.of_record(model, record, crumbs_to(record), action="edit")
    if request.method == "GET":
        return show_form(page)
    return answer_form(
        page,
        lambda raw, sent: changing.edit_record(
            platform(),
            acting(),
            record_id,
            raw,
            version=sent.version,
            answers=sent.answers,
            whole=True,
            idempotency_key=sent.key,
        ),
        after_acting(record_id),
    )


@blueprint.route("/r/<int:record_id>/do/<action>", methods=["GET", "POST"])
@sign_in_required
def do(record_id: int, action: str) -> str | AnyResponse | tuple[str, int]:
    """Run an action; without anything to ask the page's button posts here at once."""
    try:
        record = record_data(platform(), actor(), record_id)
    except NotFound as gone:
        return answer_gone(gone)

    def model(typed: Asked) -> FormModel:
        return models.action_form(platform(), acting(), record_id, action, **typed.arguments)

    page = FormPage.of_record(model, record, crumbs_to(record), offer=offered(record, action), action=action)
    if request.method == "GET":
        return show_form(page)
    return answer_form(
        page,
        lambda raw, sent: changing.act(
            platform(), acting(), record_id, action, raw, version=sent.version, answers=sent.answers,
            whole=True, idempotency_key=sent.key,
        ),
        after_acting(record_id),
    )  # fmt: skip


@blueprint.route("/r/<int:record_id>/move/<status>", methods=["GET", "POST"])
@sign_in_required
def move(record_id: int, status: str) -> str | AnyResponse | tuple[str, int]:
    """Bring a record into a status that no open action moves to."""
    try:
        record = record_data(platform(), actor(), record_id)
    except NotFound as gone:
        return answer_gone(gone)

    def model(typed: Asked) -> FormModel:
        return models.move_form(platform(), acting(), record_id, status, **typed.arguments)

    page = FormPage.of_record(model, record, crumbs_to(record))
    if request.method == "GET":
        return show_form(page)
    return answer_form(
        page,
        lambda raw, sent: changing.move_record(
            platform(), acting(), record_id, status, raw, version=sent.version, answers=sent.answers,
            whole=True, idempotency_key=sent.key,
        ),
        after_acting(record_id),
    )  # fmt: skip


@blueprint.post("/r/<int:record_id>/attach")
@sign_in_required
def attach(record_id: int) -> AnyResponse:
    """Add files to a record's attachments."""
    ids = keep_all("files")
    if not ids:
        raise InvalidInput({"files": (Text("Hãy chọn ít nhất một tệp.", "Choose at least one file."),)})
    talking.attach(platform(), actor(), record_id, ids, idempotency_key=page_values().key)
    flash(_("Đã đính kèm {count} tệp.", count=len(ids)))
    return redirect(url_for("records.show", record_id=record_id), 303)


@blueprint.route("/r/<int:record_id>/attached/<int:file_id>/remove", methods=["GET", "POST"])
@sign_in_required
def detach(record_id: int, file_id: int) -> str | AnyResponse:
    """Ask, then take a file that one attached off a record."""
    data = record_data(platform(), actor(), record_id)
    if request.method == "POST":
        talking.detach(platform(), actor(), record_id, file_id)
        flash(_("Đã gỡ tệp."))
        return go_to(url_for("records.show", record_id=record_id))
    return render_page(
        "attached_remove.html", active=active_list(data.record.module), crumbs=crumbs_to(data),
        name=talking.own_attachment(platform(), actor(), record_id, file_id).name,
        cancel_url=url_for("records.show", record_id=record_id),
    )  # fmt: skip


@blueprint.post("/r/<int:record_id>/undo/<int:entry_id>")
@sign_in_required
def undo(record_id: int, entry_id: int) -> AnyResponse:
    """Take back what one history entry did."""
    undo_entry(platform(), actor(), record_id, entry_id)
    flash(_("Đã hoàn tác."))
    return redirect(url_for("records.show", record_id=record_id), 303)


@blueprint.get("/r/<int:record_id>/explain")
@sign_in_required
def explain(record_id: int) -> str:
    """Show what the person may do with a record, what not, and why."""
    data = record_data(platform(), actor(), record_id)
    page = explain_record(platform(), actor(), record_id, action=request.args.get("action"))
    return render_page(
        "explain.html", active=active_list(data.record.module), record=data.record, explanations=page,
        crumbs=crumbs_to(data), roles=roles_of(platform(), actor(), record_id),
    )  # fmt: skip


@blueprint.get("/r/<int:record_id>/receipts")
@sign_in_required
def receipts(record_id: int) -> str:
    """Show who has opened the record and its files, and who has not."""
    data = record_data(platform(), actor(), record_id)
    return render_page(
        "receipts.html", active=active_list(data.record.module), record=data.record,
        sheets=receipts_of(platform(), actor(), record_id), crumbs=crumbs_to(data),
    )  # fmt: skip


# --- Where to go, and what to call it ---------------------------------------------------------------


def after_making(result: ActionResult) -> str:
    """Go to what was made, or to the list when it was several records or is not ours to see."""
    if len(result.made) > 1:
        flash(_("Đã tạo {count} hồ sơ.", count=len(result.made)))
    return after_acting(result.record_id)(result)


def after_acting(record_id: int) -> Callable[[ActionResult], str]:
    """Go back to the record, or home where the person may no longer see it.

    Who made another one like it, a copy or the next of a series, goes on there.
    """

    def target(result: ActionResult) -> str:
        for message in (*result.warnings, *result.notes):
            flash(in_language(message))
        # The category of a message that can be taken back is the address that does it.
        undo_url = ""
        if result.undo_until and result.entry_id:
            undo_url = url_for("records.undo", record_id=record_id, entry_id=result.entry_id)
        try:
            here = record_data(platform(), actor(), record_id).record
            beside = _made_beside(here, result)
        except NotFound:
            flash(_("Đã xong. Hồ sơ không còn thuộc phần bạn được xem."), undo_url)
            return url_for("home.show")
        if undo_url:
            flash(_("Đã xong."), undo_url)
        elif beside is not None:
            flash(_("Đã tạo “{title}”.", title=beside.title))
        return url_for("records.show", record_id=record_id if beside is None else beside.id)

    return target


def _made_beside(here: RecordLink, result: ActionResult) -> RecordLink | None:
    """Give the one record of the same kind that an action made besides; several are counted instead."""
    if here.id in result.made:
        return None
    if len(result.made_alone) > 1:
        flash(_("Đã tạo {count} hồ sơ.", count=len(result.made_alone)))
    if len(result.made_alone) != 1:
        return None
    try:
        made = record_data(platform(), actor(), result.made_alone[0]).record
    except NotFound:
        return None
    return made if made.module == here.module else None


def crumbs_of(module: str, name: Text | None = None) -> Crumbs:
    """Give the way to a module's records: the list of the menu that the person came from, else its first."""
    item = menu_item_of(module)
    if item is not None:
        return [(in_language(item.label), list_url(module, item.list, split=item.split))]
    return [(in_language(name), list_path(module, ""))] if name else []


def menu_item_of(module: str) -> MenuItem | None:
    """Give the list of a module that was seen last, else the first one of the menu."""
    items = [item for section in frame().menu for item in section.items if item.module == module]
    seen = session.get(LAST_LIST)
    return next((item for item in items if f"{module}.{item.list}" == seen), items[0] if items else None)


def crumbs_to(data: RecordData) -> Crumbs:
    """Give the way to a record."""
    here = (data.record.number or data.record.title, url_for("records.show", record_id=data.record.id))
    return [*crumbs_of(data.record.module), here]


def active_list(module: str) -> str:
    """Give the menu item that a module's records belong to."""
    item = menu_item_of(module)
    return f"{module}.{item.list}" if item is not None else ""


def offered(data: RecordData, action: str) -> ActionOffer | None:
    """Give the offer of an action, for its tone, icon and question."""
    return next((offer for offer in data.actions if offer.code == action), None)
