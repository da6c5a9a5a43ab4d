"""Saved views: a list with its filters, columns and order under a name; one's own, or shared (T-08).

A view is nothing but an address: whoever opens one sees what he may see, and rights never come with it.
"""

from __future__ import annotations

from dataclasses import dataclass

from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.accounts.sessions import person_id
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import has_function
from luongviec.services.shares import reach_of, share_options, share_problem
from luongviec.services.views import FilterOption
from luongviec.store.models import SavedView
from luongviec.store.own import saved_views as rows

MOST_OWN = 30
LONGEST_NAME = 100
LONGEST_QUERY = 4_000


@dataclass(frozen=True, slots=True)
class SavedViewLink:
    """One view: its name and the query of its address; `removable` by this person."""

    id: int
    name: str
    query: str
    shared: bool
    removable: bool


@dataclass(frozen=True, slots=True)
class SavedViews:
    """The views of a list that a person has, and with whom he may share new ones."""

    views: tuple[SavedViewLink, ...]
    shares: tuple[FilterOption, ...]


def saved_views(platform: Platform, actor: Actor, module: str, list_code: str) -> SavedViews:
    """Give the views of a list: one's own, and those shared with everyone or with one's groups."""
    with platform.reading() as work:
        user_id = person_id(actor)
        administers = _administers(work, actor, module)
        found = rows.views_for(work.session, user_id, reach_of(work, user_id), module, list_code)
        views = tuple(
            SavedViewLink(
                view.id, view.name, view.query, view.shared_with is not None,
                view.user_id == user_id or (administers and view.shared_with is not None),
            )
            for view in found
        )  # fmt: skip
        return SavedViews(views, share_options(work, actor, may_all=administers))


def save_view(
    platform: Platform, actor: Actor, module: str, list_code: str, name: str, query: str, *,
    shared_with: str = "",
) -> int:  # fmt: skip
    """Keep a view; one of the same name of one's own is replaced.

    Args:
        shared_with: a group's code, `everyone`, or empty for oneself.

    Raises:
        InvalidInput: fields `name`, `shared_with`.
        NotFound: there is no such list.
    """
    with platform.transaction() as work:
        user_id = person_id(actor)
        known = work.workspace.modules.get(module)
        if known is None or list_code not in known.lists:
            raise NotFound()
        name = " ".join(name.split())
        errors: dict[str, tuple[Text, ...]] = {}
        if not name or len(name) > LONGEST_NAME:
            fault = Text("Hãy đặt tên, không quá 100 ký tự.", "Give a name of at most 100 characters.")
            errors["name"] = (fault,)
        shares = share_options(work, actor, may_all=_administers(work, actor, module))
        if fault_of_share := share_problem(shares, shared_with):
            errors["shared_with"] = fault_of_share
        mine = rows.views_for(work.session, user_id, (), module, list_code)
        same = next((view for view in mine if view.name == name), None)
        if same is None and len(mine) >= MOST_OWN:
            fault = Text(
                f"Mỗi danh sách giữ tối đa {MOST_OWN} chế độ xem. Hãy xóa bớt.",
                f"A list keeps at most {MOST_OWN} views. Remove one first.",
            )
            errors["name"] = (fault,)
        if errors:
            raise InvalidInput(errors)
        if same is None:
            same = SavedView(user_id=user_id, module=module, list=list_code, name=name, query="")
            work.session.add(same)
        same.query, same.shared_with = query[:LONGEST_QUERY], shared_with or None
        work.session.flush()
        return same.id


def remove_view(platform: Platform, actor: Actor, view_id: int) -> None:
    """Remove one's own view, or a shared one of a module that one administers.

    Raises:
        NotFound: no such view, or not one's to remove.
    """
    with platform.transaction() as work:
        view = rows.view_by_id(work.session, view_id)
        if view is None:
            raise NotFound()
        shared = view.shared_with is not None and _administers(work, actor, view.module)
        if view.user_id != person_id(actor) and not shared:
            raise NotFound()
        work.session.delete(view)


def _administers(work: Work, actor: Actor, module: str) -> bool:
    """Whether the actor may share views of a module with anybody, and take shared ones away."""
    return has_function(work, actor, f"{module}.admin")
