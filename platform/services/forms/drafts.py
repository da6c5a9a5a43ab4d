"""Drafts: what somebody has typed into a form and not sent, kept on the server.

A draft is its owner's alone: nobody else sees, counts or finds it. It is written while one types, so a
broken connection, a closed browser or another device costs nothing; sending the form ends it. It holds
no rights: the form that it opens asks for them anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from luongviec.engine.errors import Conflict, InvalidInput, NotFound
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.forms.reading import echo
from luongviec.services.accounts.sessions import person_id
from luongviec.services.platform import Platform, Work
from luongviec.store.models import FormDraft
from luongviec.store.own import personal as rows

MOST_DRAFTS = 50
LONGEST_ADDRESS = 500
LONGEST_TITLE = 300
#: What is typed into one form, as JSON, is far less.
MOST_VALUES = 20_000
KEEP = timedelta(days=90)

TOO_MANY = Text(
    "Bạn đang có {most} bản nháp, là mức nhiều nhất. Hãy bỏ bớt.",
    "You have {most} drafts, which is the most. Discard some.",
)
TOO_LARGE = Text("Biểu mẫu quá lớn để lưu nháp.", "The form is too large to be kept as a draft.")


class DraftChanged(Conflict):
    """The draft was written meanwhile from another window or device."""

    code = "draft_changed"
    template = Text(
        "Bản nháp này vừa được sửa ở cửa sổ hoặc thiết bị khác. Hãy mở lại bản nháp để xem bản mới.",
        "This draft was just changed in another window or on another device. Open it again to see how.",
    )


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft as its owner sees it; `url` opens the form with it."""

    id: int
    version: int
    module: str
    module_name: Text
    title: str
    url: str
    updated_at: datetime


def keep_draft(
    platform: Platform, actor: Actor, module: str, address: str, typed: Mapping[str, object], *,
    draft_id: int | None = None, version: int | None = None,
) -> DraftView:  # fmt: skip
    """Write a draft, a new one or the one that is named.

    A draft that is gone (it was discarded elsewhere) is made anew: what was typed is not lost.

    Raises:
        DraftChanged: it was written from elsewhere since `version`.
        InvalidInput: too many drafts, or far too much in it.
        NotFound: there is no such module.
    """
    with platform.transaction() as work:
        user_id = person_id(actor)
        if module not in work.workspace.modules or not address.startswith("/"):
            raise NotFound()
        if _count(typed) > MOST_VALUES:
            raise InvalidInput({"": (TOO_LARGE,)})
        draft = None if draft_id is None else rows.draft_by_id(work.session, user_id, draft_id)
        if draft is None:
            if len(rows.drafts_of(work.session, user_id, MOST_DRAFTS)) >= MOST_DRAFTS:
                raise InvalidInput({"": (TOO_MANY.filled({"most": MOST_DRAFTS}),)})
            draft = FormDraft(user_id=user_id, module=module, address=address[:LONGEST_ADDRESS], version=0)
            work.session.add(draft)
        elif version is not None and draft.version != version:
            raise DraftChanged
        draft.typed = echo(typed)
        draft.title = _title(work, module, typed)
        draft.file_ids = sorted(_files(work, module, typed))
        draft.version += 1
        draft.updated_at = work.now
        work.session.flush()
        return _view(work, draft)


def own_drafts(platform: Platform, actor: Actor) -> tuple[DraftView, ...]:
    """Give the actor's drafts, the newest first."""
    with platform.reading() as work:
        return tuple(_view(work, one) for one in rows.drafts_of(work.session, person_id(actor), MOST_DRAFTS))


def draft_of_form(platform: Platform, actor: Actor, address: str) -> DraftView | None:
    """Give the actor's newest draft of a form, if there is one."""
    with platform.reading() as work:
        draft = rows.draft_at(work.session, person_id(actor), address[:LONGEST_ADDRESS])
        return None if draft is None else _view(work, draft)


def open_draft(platform: Platform, actor: Actor, draft_id: int) -> tuple[DraftView, Mapping[str, object]]:
    """Give a draft and what was typed.

    Raises:
        NotFound: no such draft, or somebody else's.
    """
    with platform.reading() as work:
        draft = rows.draft_by_id(work.session, person_id(actor), draft_id)
        if draft is None:
            raise NotFound()
        return _view(work, draft), draft.typed


def discard_draft(platform: Platform, actor: Actor, draft_id: int) -> None:
    """Take a draft away; one that is gone already is nothing.

    Raises:
        NotFound: the actor is nobody.
    """
    with platform.transaction() as work:
        draft = rows.draft_by_id(work.session, person_id(actor), draft_id)
        if draft is not None:
            work.session.delete(draft)


def _view(work: Work, draft: FormDraft) -> DraftView:
    module = work.workspace.modules.get(draft.module)
    name = Text(draft.module, draft.module) if module is None else module.name
    joint = "&" if "?" in draft.address else "?"
    url = f"{draft.address}{joint}draft={draft.id}"
    return DraftView(draft.id, draft.version, draft.module, name, draft.title, url, draft.updated_at)


def _title(work: Work, module: str, typed: Mapping[str, object]) -> str:
    """Call a draft by the first text that was typed, fields before what stands inside others."""
    fields = work.workspace.modules[module].fields
    own = (typed.get(code) for code, field in fields.items() if field.type == "text")
    texts = (one.strip() for one in (*own, *_texts(typed)) if isinstance(one, str))
    return next((one for one in texts if one and not one.isdigit()), "")[:LONGEST_TITLE]


def _texts(typed: object) -> Iterator[str]:
    if isinstance(typed, str):
        yield typed
    elif isinstance(typed, Mapping):
        for one in typed.values():
            yield from _texts(one)
    elif isinstance(typed, list | tuple):
        for one in typed:
            yield from _texts(one)


def _count(typed: object) -> int:
    if isinstance(typed, Mapping):
        return sum(_count(one) for one in typed.values())
    if isinstance(typed, list | tuple):
        return sum(_count(one) for one in typed)
    return 1 + (len(typed) // 100 if isinstance(typed, str) else 0)


def _files(work: Work, module: str, typed: object) -> set[int]:
    """Give the uploads that a draft holds: values of file controls, of whatever record of the form."""
    names = {
        code
        for one in work.workspace.modules.values()
        for code, field in one.fields.items()
        if field.type == "files"
    }
    return set(_ids_under(names, typed))


def _ids_under(names: set[str], typed: object) -> Iterator[int]:
    if isinstance(typed, Mapping):
        for name, value in typed.items():
            if name in names:
                yield from (int(one) for one in _texts(value) if one.isdigit() and len(one) < 16)
            else:
                yield from _ids_under(names, value)
    elif isinstance(typed, list | tuple):
        for one in typed:
            yield from _ids_under(names, one)
