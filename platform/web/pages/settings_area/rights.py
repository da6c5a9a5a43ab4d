"""Effective rights: of one person, and who holds something; each as a page and as a table to take along."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.text import Text
from luongviec.services.files.tables import CellKind, OutColumn, OutTable
from luongviec.services.rights import effective as rights
from luongviec.services.rights.effective import Holder, HolderPage, HolderQuestion, PersonRights
from luongviec.services.rights.reasons import SourceView
from luongviec.services.rights.role_views import roles_parts
from luongviec.web.language import _, in_language
from luongviec.web.pages.settings_area.groups import page_number, question
from luongviec.web.picking import people_picking, posted_people
from luongviec.web.rendering import render_page, render_settings
from luongviec.web.sessions import actor, platform, sign_in_required, signed_in
from luongviec.web.table_answers import table_answer

blueprint = Blueprint("settings_rights", __name__)


@blueprint.get("/settings/rights")
@sign_in_required
def show() -> str:
    """Show what can be asked: a person, a function permission, a role, an ability."""
    return _start()


@blueprint.post("/settings/rights")
@sign_in_required
def choose() -> AnyResponse | str | tuple[str, int]:
    """Go to the person who was picked."""
    picking = posted_people("person", many=False)
    if picking.is_asking:
        return _start(picking)
    if picking.id is None:
        return _start(picking, (Text("Hãy chọn một người.", "Choose a person."),)), 422
    return redirect(url_for(".person", user_id=picking.id), 303)


@blueprint.get("/settings/rights/people/<int:user_id>")
@sign_in_required
def person(user_id: int) -> str | Response:
    """Show everything that a person holds."""
    held = rights.person_rights(platform(), actor(), user_id)
    if form := _form():
        return _person_table(held, form)
    return render_settings("settings/rights_person.html", active="rights", held=held)


@blueprint.get("/settings/rights/functions/<function>")
@sign_in_required
def function(function: str) -> str | Response:
    """Show who holds a function permission."""
    return _holders(rights.holders_of_permission(platform(), actor(), function, _asked()))


@blueprint.get("/settings/rights/roles/<side>/<slot>")
@sign_in_required
def role(side: str, slot: str) -> str | Response:
    """Show who fills a role."""
    return _holders(rights.holders_of_role(platform(), actor(), side, slot, _asked()))


@blueprint.get("/settings/rights/abilities/<side>/<code>")
@sign_in_required
def ability(side: str, code: str) -> str | Response:
    """Show who carries an ability."""
    return _holders(rights.holders_of_ability(platform(), actor(), side, code, _asked()))


@blueprint.get("/my-rights")
@sign_in_required
def mine() -> str | Response:
    """Show a person his own rights, in the frame of the workspace."""
    held = rights.person_rights(platform(), actor(), actor().user_id or 0)
    if form := _form():
        return _person_table(held, form)
    return render_page("my_rights.html", active="preferences", held=held, session=signed_in(), tab="rights")


# --- Parts --------------------------------------------------------------------------------------------


def _start(picking: object = None, errors: tuple[Text, ...] = ()) -> str:
    return render_settings(
        "settings/rights.html", active="rights", functions=rights.all_functions(platform(), actor()),
        abilities=rights.all_abilities(platform(), actor()), parts=roles_parts(platform(), actor()),
        picking=picking or people_picking(), errors=errors,
    )  # fmt: skip


def _holders(page: HolderPage) -> str | Response:
    if form := _form():
        return _holders_table(page, form)
    return render_settings(
        "settings/rights_holders.html", active="rights", found=page, q=question(), size=rights.PAGE_SIZE
    )


def _asked() -> HolderQuestion:
    if _form():
        return HolderQuestion(question(), 1, rights.MOST_ROWS)
    return HolderQuestion(question(), page_number())


def _form() -> str:
    return request.args.get("export", "")[:10]


# --- Tables ---------------------------------------------------------------------------------------------


def _person_table(held: PersonRights, form: str) -> Response:
    columns = (
        OutColumn(_("Loại"), width=20), OutColumn(_("Quyền hoặc vai trò"), width=36),
        OutColumn(_("Phân hệ hoặc đơn vị"), width=44), OutColumn(_("Qua đâu"), width=44),
        OutColumn(_("Phạm vi"), width=36), OutColumn(_("Từ ngày"), CellKind.MOMENT),
    )  # fmt: skip
    table = OutTable(
        held.name, columns, _person_rows(held), notes=(f"{held.name} ({held.user_name})", held.post)
    )
    return table_answer(table, form, "rights")


def _person_rows(held: PersonRights) -> Iterator[tuple[object, ...]]:
    for one in held.functions:
        for source in one.sources:
            yield (
                _("Quyền chức năng"), in_language(one.function.label), in_language(one.function.place),
                in_language(source.through), _where(source), source.since,
            )  # fmt: skip
    for slot in held.roles:
        abilities = ", ".join(in_language(label) for label in slot.abilities)
        place = f"{slot.above} › {slot.unit}" if slot.above else slot.unit
        yield (
            _("Vai trò đơn vị"), f"{in_language(slot.slot)} · {in_language(slot.side)}", place, abilities,
            _("Cả đơn vị cấp dưới") if slot.branch else _("Trong đơn vị"), slot.since,
        )  # fmt: skip
    for group in held.groups:
        yield (_("Nhóm"), in_language(group.name), "", "", "", group.since)


def _holders_table(page: HolderPage, form: str) -> Response:
    columns = (
        OutColumn(_("Họ tên")), OutColumn(_("Tên đăng nhập"), width=20), OutColumn(_("Chức danh"), width=40),
        OutColumn(_("Trạng thái"), width=16), OutColumn(_("Qua đâu"), width=44),
        OutColumn(_("Phạm vi"), width=44), OutColumn(_("Từ ngày"), CellKind.MOMENT),
    )  # fmt: skip
    table = OutTable(
        in_language(page.label), columns, _holder_rows(page.holders), notes=(in_language(page.label),)
    )
    return table_answer(table, form, "holders")


def _holder_rows(holders: tuple[Holder, ...]) -> Iterator[tuple[object, ...]]:
    for one in holders:
        for source in one.sources:
            yield (
                one.name, one.user_name, one.post, _("đang hoạt động") if one.active else _("đã khóa"),
                in_language(source.through), _where(source), source.since,
            )  # fmt: skip


def _where(source: SourceView) -> str:
    return source.where or _("Toàn hệ thống")
