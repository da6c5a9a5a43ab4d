"""The unit tree in the settings area: the tree beside the unit that is chosen (U-11, C-58, E-09).

Every unit is a page of its own, so the tree works by links; a script opens branches in place, moves
by keys and searches as one types.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, render_template, request, url_for

from luongviec.engine.text import Text
from luongviec.services.directory import named_people
from luongviec.services.unit_changes import views as unit_change_views
from luongviec.services.units import administrators as unit_administrators
from luongviec.services.units import people as unit_people
from luongviec.services.units import tree as unit_tree
from luongviec.services.units.forms import unit_data, unit_form
from luongviec.services.units.history import unit_history
from luongviec.services.units.page import UnitPage, unit_page
from luongviec.services.units.tree import TreeView
from luongviec.web.picking import Picking
from luongviec.web.rendering import render_settings, wants_fragment
from luongviec.web.sessions import actor, platform, sign_in_required
from luongviec.web.unit_forms import GrantForm, SlotPickings, UnitForm, form_of, grants_form, labels, slots_of

blueprint = Blueprint("settings_units", __name__, url_prefix="/settings/units")

ROLES, INFORMATION, PEOPLE, ADMINISTRATORS, HISTORY = (
    "roles",
    "information",
    "people",
    "administrators",
    "history",
)
TABS = (ROLES, INFORMATION, PEOPLE, ADMINISTRATORS, HISTORY)
GREATEST_ID = 2**31 - 1

Errors = Mapping[str, tuple[Text, ...]]


@blueprint.get("")
@sign_in_required
def show() -> str:
    """Show the tree from its root, or what a search or a filter found."""
    side = request.args.get("side") or None
    q, wanted = request.args.get("q", "")[: unit_tree.LONGEST_QUESTION], request.args.get("show", "")
    if q.strip() or wanted in (unit_tree.MISSING, unit_tree.OFF) or wants_fragment():
        offset = number("offset") or 0
        found = unit_tree.find_units(platform(), actor(), q, show=wanted, side=side, offset=offset)
        if wants_fragment():
            return render_template("settings/units_found.html", found=found, side=side, q=q, wanted=wanted)
        tree = unit_tree.tree(platform(), actor(), side=side, figures_only=True)
        return render_settings(
            "settings/units.html", active="units", tree=tree, found=found, q=q, wanted=wanted, page=None,
            is_explicit=False,
        )  # fmt: skip
    tree = unit_tree.tree(platform(), actor(), side=side)
    first = _first(tree)
    page = None if first is None else unit_page(platform(), actor(), first)
    return draw(page, tree=tree, is_explicit=False)


@blueprint.get("/<int:unit_id>")
@sign_in_required
def unit(unit_id: int) -> str:
    """Show a unit, the tree open down to it."""
    return draw(unit_page(platform(), actor(), known(unit_id)), tab=request.args.get("tab", ROLES))


@blueprint.get("/<int:unit_id>/children")
@sign_in_required
def children(unit_id: int) -> str:
    """Give the branch that opens below a unit, for the script."""
    side = request.args.get("side") or None
    nodes = unit_tree.children(platform(), actor(), known(unit_id), side=side)
    return render_template("settings/units_branch.html", nodes=nodes, side=side)


def draw(
    page: UnitPage | None, *, tab: str = ROLES, tree: TreeView | None = None, is_explicit: bool = True,
    errors: Errors | None = None, slots: SlotPickings | None = None, form: UnitForm | None = None,
    grants: GrantForm | None = None, picking: Picking | None = None, version: int | None = None,
) -> str:  # fmt: skip
    """Draw the tree with a unit; forms that come back are drawn with what was typed.

    Args:
        tab: which of `TABS` is open.
        tree: as far as it is drawn already.
        is_explicit: whether somebody asked for this unit; on a phone else the tree comes first.
        errors, slots, form, grants, picking: of a form that could not be saved.
        version: the newest version, where a form that was too old comes back.
    """
    side = request.args.get("side") or None
    if tree is None:
        tree = unit_tree.tree(platform(), actor(), chosen=page.id if page else None, side=side)
    tab = tab if tab in TABS else ROLES
    values: dict[str, object] = {}
    if page is not None:
        if tab == ROLES and page.is_heading:
            tab = INFORMATION
        values = _of_tab(page, tab, form, grants) | {"picking": picking or Picking("people")}
    return render_settings(
        "settings/units.html", active="units", tree=tree, found=None, q="", wanted="", page=page, tab=tab,
        is_explicit=is_explicit, errors=errors or {}, version=version or (page.version if page else 1),
        slots=slots if slots is not None or page is None else slots_of(page), **values,
    )  # fmt: skip


def _of_tab(page: UnitPage, tab: str, form: UnitForm | None, grants: GrantForm | None) -> dict[str, object]:
    if tab == INFORMATION and page.may.edit:
        view = unit_form(platform(), actor(), page.parent_id, unit_id=page.id)
        kept = form or form_of(unit_data(platform(), actor(), page.id))
        return {"view": view, "form": kept, "labels": labels(view)}
    if tab == PEOPLE:
        branch, at = bool(request.args.get("branch")), number("page") or 1
        people = unit_people.unit_members(platform(), actor(), page.id, branch=branch, page=at)
        return {"people": people, "branch": branch, "page_number": at, "size": unit_people.PEOPLE_PAGE}
    if tab == ADMINISTRATORS:
        who = unit_administrators.administrators_view(platform(), actor(), page.id)
        shown = grants or grants_form(who.granted, who.functions)
        named = named_people(platform(), actor(), [one for one, _functions in shown.rows])
        return {"administrators": who, "grants": shown, "named": {int(one.value): one for one in named}}
    if tab == HISTORY:
        before = number("before")
        history = unit_history(platform(), actor(), page.id, before=before)
        dated, _more = unit_change_views.list_changes(platform(), actor(), unit_id=page.id)
        return {"history": history, "dated": dated, "at_start": before is None}
    return {}


def _first(tree: TreeView) -> int | None:
    """Give the first unit of the tree that is not only the way to somebody's branch."""
    waiting = list(tree.nodes)
    while waiting:
        node = waiting.pop(0)
        if not node.way_only:
            return node.id
        waiting = [*node.children, *waiting]
    return None


def number(name: str) -> int | None:
    """Read a positive number of the address; what is none counts as not given."""
    found = request.args.get(name, type=int)
    return found if found is not None and 0 < found <= GREATEST_ID else None


def known(unit_id: int) -> int:
    """Give an id that a database can hold; greater ones are nobody's."""
    return unit_id if unit_id <= GREATEST_ID else 0


def unit_url(unit_id: int, tab: str = ROLES) -> str:
    """Give the address of a unit's page."""
    return url_for("settings_units.unit", unit_id=unit_id, tab=None if tab == ROLES else tab)
