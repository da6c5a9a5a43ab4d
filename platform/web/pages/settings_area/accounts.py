"""The list of accounts in the settings area: searched, filtered, sorted, worked on in bulk (U-19, U-38)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.text import Text
from luongviec.services import directory
from luongviec.services.rights import group_views, groups
from luongviec.services.users import first_passwords
from luongviec.services.users import list as user_list
from luongviec.services.users import states as account_states
from luongviec.services.users.access import USERS
from luongviec.services.users.first_passwords import Sheet, Way
from luongviec.services.users.list import UserQuestion, UserSort, UserState
from luongviec.services.users.sheets import as_pdf, as_workbook
from luongviec.services.users.states import BulkResult
from luongviec.web.downloads import written_file
from luongviec.web.formatting import number
from luongviec.web.language import _, current_language, in_language
from luongviec.web.picking import Picking, units_picking
from luongviec.web.rendering import render_settings
from luongviec.web.sessions import actor, platform, sign_in_required

blueprint = Blueprint("settings_accounts", __name__, url_prefix="/settings/accounts")

GREATEST_ID = 2**31 - 1
ALL = "all"  # bulk: everybody whom the list's filters fit, not only those ticked
MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class BulkAction:
    """What can be done with several accounts; `tone` refuse: it takes something away."""

    key: str
    label: str
    icon: str
    tone: str = ""


@blueprint.get("")
@sign_in_required
def show() -> str:
    """Show a page of the accounts that one administers."""
    question = read_question()
    page = user_list.list_accounts(platform(), actor(), question)
    return render_settings(
        "settings/accounts.html", active="accounts", question=question, page=page,
        columns=user_list.COLUMNS, states=user_list.STATE_NAMES, size=user_list.PAGE,
        sort=("-" if question.descending else "") + question.sort.value,
        unit=_unit(question.unit_id), actions=bulk_actions(), filters=filter_pairs(question),
    )  # fmt: skip


@blueprint.post("/columns")
@sign_in_required
def columns() -> AnyResponse:
    """Keep the columns that one wants to see."""
    user_list.choose_columns(platform(), actor(), request.form.getlist("columns")[:20])
    return redirect(_list_url(), 303)


@blueprint.post("/bulk")
@sign_in_required
def bulk() -> AnyResponse | str | tuple[str, int]:
    """Ask before something is done with several accounts, then do it."""
    action = next((one for one in bulk_actions() if one.key == request.form.get("action")), None)
    if action is None:
        raise NotFound()
    ids = _chosen()
    if not ids:
        flash(_("Hãy chọn ít nhất một tài khoản."))
        return _back()
    if not request.form.get("_sure"):
        return _ask(action, ids)
    try:
        return _DO[action.key](ids)
    except InvalidInput as problem:
        return _ask(action, ids, problem.errors), 422


def bulk_actions() -> tuple[BulkAction, ...]:
    """Give what can be done with several accounts."""
    return (
        BulkAction("first", _("Mật khẩu lần đầu"), "key"),
        BulkAction("group", _("Thêm vào nhóm"), "users-plus"),
        BulkAction("on", _("Bật"), "player-play"),
        BulkAction("off", _("Ngừng"), "user-off", "refuse"),
    )


def read_question(arguments: Mapping[str, str] | None = None) -> UserQuestion:
    """Read what the list is asked for; what makes no sense counts as not given."""
    given = request.args if arguments is None else arguments
    sort = given.get("sort", "")
    page = given.get("page", "")
    unit_id = given.get("unit", "")
    return UserQuestion(
        words=given.get("q", "").strip()[:100],
        unit_id=int(unit_id) if _is_id(unit_id) else None,
        state=UserState(given["state"]) if given.get("state", "") in set(UserState) else None,
        sort=UserSort(sort.lstrip("-")) if sort.lstrip("-") in set(UserSort) else UserSort.NAME,
        descending=sort.startswith("-"),
        page=int(page) if _is_id(page) and len(page) < 6 and int(page) else 1,
    )


def filter_pairs(question: UserQuestion) -> dict[str, str]:
    """Give a question as names and values of an address."""
    sort = ("-" if question.descending else "") + question.sort.value
    pairs = {
        "q": question.words,
        "unit": "" if question.unit_id is None else str(question.unit_id),
        "state": "" if question.state is None else question.state.value,
        "sort": "" if sort == UserSort.NAME.value else sort,
    }
    return {name: value for name, value in pairs.items() if value}


def sheet_answer(sheet: Sheet, form: str) -> AnyResponse:
    """Give a sheet as a file that nobody keeps on the way."""
    zone = platform().settings.timezone
    if form == "xlsx":
        content = as_workbook(sheet, zone, current_language())
    else:
        form, content = "pdf", as_pdf(sheet, zone)
    return written_file(content, f"mat-khau-lan-dau.{form}")


def told_skipped(result: BulkResult | first_passwords.Made) -> str:
    """Say who was left out and why, the first few by name."""
    told = "; ".join(f"{one.name}: {in_language(one.reason)}" for one in result.skipped[:MOST_TOLD])
    more = len(result.skipped) - MOST_TOLD
    return told + (_("; và {count} người khác", count=number(more)) if more > 0 else "")


def _ask(
    action: BulkAction, ids: tuple[int, ...], errors: Mapping[str, tuple[Text, ...]] | None = None
) -> str:
    only_missing = request.form.get("scope") == ALL if action.key == "first" else False
    foreseen = None
    if action.key == "first":
        only_missing = bool(request.form.get("only_missing", only_missing))
        foreseen = first_passwords.foresee(platform(), actor(), ids, only_missing=only_missing)
    return render_settings(
        "settings/accounts_bulk.html", active="accounts", action=action, ids=ids, errors=errors or {},
        foreseen=foreseen, only_missing=only_missing,
        groups=_groups() if action.key == "group" else (),
        back=_list_url(),
        filters=filter_pairs(read_question(request.form)), scope=request.form.get("scope", ""),
    )  # fmt: skip


def _groups() -> tuple[tuple[str, str], ...]:
    found = group_views.list_groups(platform(), actor())
    return tuple((one.code, in_language(one.name)) for one in found if one.may_change)


def _switch(active: bool) -> Callable[[tuple[int, ...]], AnyResponse]:
    def switch(ids: tuple[int, ...]) -> AnyResponse:
        result = account_states.switch_users(platform(), actor(), ids, active)
        if result.done:
            count = len(result.done)
            flash(
                _("Đã bật {count} tài khoản.", count=count)
                if active
                else _("Đã ngừng {count} tài khoản.", count=count)
            )
        if result.skipped:
            flash(_("Không làm được với {names}", names=told_skipped(result)))
        return _back()

    return switch


def _add_to_group(ids: tuple[int, ...]) -> AnyResponse:
    code = request.form.get("group", "")
    if not code:
        raise InvalidInput({"group": (Text("Hãy chọn nhóm.", "Choose the group."),)})
    visible = user_list.known_ids(platform(), actor(), ids)
    count = groups.add_to_group(platform(), actor(), code, visible)
    flash(_("Đã thêm {count} người vào nhóm.", count=count))
    return _back()


def _make_first_passwords(ids: tuple[int, ...]) -> AnyResponse:
    form = request.form.get("form", "pdf")
    way = Way.EMAIL if form == Way.EMAIL.value else Way.SHEET
    made = first_passwords.make_first_passwords(
        platform(), actor(), ids, way, only_missing=bool(request.form.get("only_missing"))
    )
    if made.sheet is not None:
        return sheet_answer(made.sheet, form)
    flash(_("Sẽ gửi liên kết đặt mật khẩu cho {count} người.", count=made.count))
    if made.skipped:
        flash(_("Không làm được với {names}", names=told_skipped(made)))
    return _back()


_DO: Mapping[str, Callable[[tuple[int, ...]], AnyResponse]] = {
    "on": _switch(True),
    "off": _switch(False),
    "group": _add_to_group,
    "first": _make_first_passwords,
}


def _chosen() -> tuple[int, ...]:
    """Give the accounts ticked, or with `scope=all` all that the filters fit."""
    if request.form.get("scope") == ALL:
        return user_list.chosen_ids(platform(), actor(), read_question(request.form))
    texts = request.form.getlist("id")[:5_000]
    return tuple(dict.fromkeys(int(text) for text in texts if _is_id(text)))


def _back() -> AnyResponse:
    return redirect(_list_url(), 303)


def _list_url() -> str:
    """Give the address of the list as it was when the form was sent."""
    pairs: dict[str, Any] = {**filter_pairs(read_question(request.form))}
    return url_for("settings_accounts.show", **pairs)


def _unit(unit_id: int | None) -> Picking:
    """Give the filter's picker; without a script its search box sends words instead of a unit."""
    words = request.args.get("unit__q", "").strip()
    if unit_id is not None or not words:
        return units_picking(() if unit_id is None else (unit_id,))
    page = directory.pick_units(platform(), actor(), words, within=USERS)
    return Picking("units", (), words, page.candidates, page.reason)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= GREATEST_ID
