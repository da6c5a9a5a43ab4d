"""Draw a form and answer it, the same way for making, acting, editing and moving.

Whatever goes wrong, the form comes back with everything typed: errors at their fields (422), questions
that rules ask (428), what somebody else changed meanwhile (409).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict, TypeVar

from flask import Response, flash, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import Conflict, InvalidInput, LuongViecError, NeedsAnswer, NotFound, Refused
from luongviec.engine.planning.plan import Question
from luongviec.engine.text import Text
from luongviec.forms.casting import without
from luongviec.forms.model import FormField, FormModel, control_id
from luongviec.services.forms.drafts import (
    DraftChanged,
    DraftView,
    discard_draft,
    draft_of_form,
    keep_draft,
    open_draft,
)
from luongviec.services.forms.input_templates import Templates, keep_template, templates_of
from luongviec.services.forms.previewing import Preview, preview_create
from luongviec.services.forms.starts import from_template, like_record
from luongviec.services.record_page.reading import record_data
from luongviec.services.records.history import history
from luongviec.services.views import ActionOffer, HistoryView, PersonView, RecordData, RecordLink
from luongviec.web.language import _, in_language
from luongviec.web.overtaken import draw_overtaken, has_typed
from luongviec.web.pages.files import keep_all
from luongviec.web.posted import PageValues, Wish, page_values, posted_values
from luongviec.web.rendering import render_page, wants_fragment
from luongviec.web.security import safe_return
from luongviec.web.sessions import acting, actor, platform

LOCATION_HEADER = "X-Location"
Errors = Mapping[str, tuple[Text, ...]]
#: What a service gives back: an action's result, a job's number.
Result = TypeVar("Result")


class FormArguments(TypedDict, total=False):
    """What a refused form brings back to be drawn again."""

    typed: Mapping[str, object]
    errors: Errors


@dataclass(frozen=True, slots=True)
class Asked:
    """A form as it is asked for: fresh, or with what was typed and what is wrong with it."""

    typed: Mapping[str, object] | None = None
    errors: Errors | None = None

    @property
    def arguments(self) -> FormArguments:
        """Give the arguments of the form services."""
        if self.typed is None:
            return {}
        return {"typed": self.typed, "errors": self.errors or {}}


@dataclass(frozen=True, slots=True)
class Making:
    """That a form makes records: of which module, from where. Such forms have drafts and templates."""

    module: str
    owner_id: int | None = None
    relation: str | None = None

    @property
    def address(self) -> str:
        """The page of the form, as drafts know it."""
        principal = request.args.get("for", type=int) or request.form.get("_for", type=int)
        return f"{request.path}?for={principal}" if principal else request.path


@dataclass(frozen=True, slots=True)
class FormPage:
    """A page with one form: how its model is had, and where it belongs."""

    model: Callable[[Asked], FormModel]
    cancel_url: str
    crumbs: Sequence[tuple[str, str]]
    record: RecordLink | None = None
    version: int | None = None
    offer: ActionOffer | None = None
    makers: Sequence[PersonView] = ()  # in whose place it could be made
    action: str = ""  # what is wanted, where no offer says it
    making: Making | None = None

    @classmethod
    def of_record(
        cls, model: Callable[[Asked], FormModel], data: RecordData, crumbs: Sequence[tuple[str, str]], *,
        offer: ActionOffer | None = None, action: str = "",
    ) -> FormPage:  # fmt: skip
        """Give the page of a form about a record."""
        return cls(model, crumbs[-1][1], crumbs, data.record, data.version, offer, action=action)


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the summary above a form, linking to its field."""

    text: str
    label: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a form is drawn again."""

    asked: Asked = field(default_factory=Asked)
    questions: Sequence[Question] = ()
    reason_typed: str = ""
    confirmed: Sequence[str] = ()
    conflict: Sequence[HistoryView] | None = None
    draft: DraftView | None = None
    offered: DraftView | None = None
    preview: Preview | None = None
    said: Text | None = None  # at the form's head: what is wrong beside its controls


def show_form(page: FormPage) -> str:
    """Draw a fresh form, or one that begins with a draft, a template or another record."""
    back = request.args.get("back")
    if page.making is None:
        return _draw(page, Trouble(), back=back)
    draft, typed = start_of(page.making)
    offered = None
    if typed is None and not wants_fragment():
        offered = draft_of_form(platform(), actor(), page.making.address)
    return _draw(page, Trouble(Asked(typed), draft=draft, offered=offered), back=back)


def start_of(making: Making) -> tuple[DraftView | None, Mapping[str, object] | None]:
    """Give what a form begins with by its address: a draft, a template, another record, or nothing."""
    given = request.args
    if (draft_id := given.get("draft", type=int)) is not None:
        return open_draft(platform(), actor(), draft_id)
    if (template_id := given.get("template", type=int)) is not None:
        return None, from_template(platform(), acting(), making.module, template_id)
    if (record_id := given.get("like", type=int)) is not None:
        like = like_record(
            platform(), acting(), making.module, record_id, owner_id=making.owner_id,
            relation=making.relation,
        )  # fmt: skip
        return None, like
    return None, None


def answer_form(
    page: FormPage,
    run: Callable[[dict[str, object], PageValues], Result],
    target: Callable[[Result], str],
) -> AnyResponse | tuple[str, int]:
    """Run what a form asks for, or bring the form back.

    Args:
        page: the form.
        run: calls the service with what was typed.
        target: where to go afterwards.
    """
    sent = page_values()
    raw = _with_uploads(posted_values())
    if sent.only_rows or sent.drop:
        path, _colon, value = sent.drop.partition(":")
        typed = without(raw, path, value) if sent.drop else raw
        return _draw(page, Trouble(Asked(typed), draft=_draft_of(sent)), back=sent.back), 200
    if page.making is not None and sent.wish is not None:
        return _do_wish(page, page.making, raw, sent)
    try:
        result = run(raw, sent)
    except InvalidInput as problem:
        return _draw(
            page,
            Trouble(
                Asked(problem.typed or raw, problem.errors),
                reason_typed=sent.reason_typed,
                draft=_draft_of(sent),
            ),
            back=sent.back,
        ), 422
    except NeedsAnswer as problem:
        questions = [question for question in problem.questions if isinstance(question, Question)]
        trouble = Trouble(Asked(raw), questions, sent.reason_typed, sent.confirmed, draft=_draft_of(sent))
        return _draw(page, trouble, back=sent.back), 428
    except Conflict as overtaken:
        changed = _changed_since(page.record, sent.drawn_at)
        try:
            return _draw(page, Trouble(Asked(raw), conflict=changed), back=sent.back), 409
        except (Refused, NotFound):  # what was wanted is no longer to be had
            return _overtaken(page, overtaken, raw, changed), 409
    except Refused as refusal:
        if page.record is None or not has_typed(raw):
            raise
        return _overtaken(page, refusal, raw, _changed_since(page.record, sent.drawn_at, least=0)), 403
    if sent.draft_id is not None:
        discard_draft(platform(), actor(), sent.draft_id)
    onward = target(result)
    if page.making is not None and sent.again:
        return go_to(page.making.address)
    return go_to(safe_return(sent.back, onward))


def answer_gone(error: NotFound) -> tuple[str, int]:
    """Answer a form about a record that its sender may no longer see: what he typed is given back.

    Raises:
        NotFound: the same, where nothing was typed.
    """
    raw = posted_values() if request.method == "POST" else {}
    if not has_typed(raw):
        raise error
    return draw_overtaken(error, raw), 404


def _draft_of(sent: PageValues) -> DraftView | None:
    """Give the draft that the form goes on writing, if it is still there."""
    if sent.draft_id is None:
        return None
    try:
        return open_draft(platform(), actor(), sent.draft_id)[0]
    except NotFound:
        return None


def _do_wish(
    page: FormPage, making: Making, raw: Mapping[str, object], sent: PageValues
) -> AnyResponse | tuple[str, int]:
    """Keep a draft or a template of what is typed, or say what sending would do; nothing is sent."""
    draft = _draft_of(sent)
    try:
        if sent.wish is Wish.SAVE_DRAFT:
            kept = keep_draft(
                platform(), actor(), making.module, making.address, raw,
                draft_id=sent.draft_id, version=sent.draft_version,
            )  # fmt: skip
            flash(_("Đã lưu nháp. Bạn có thể viết tiếp sau, trên máy khác cũng được."))
            return redirect(kept.url, 303)
        if sent.wish is Wish.SAVE_TEMPLATE:
            keep_template(
                platform(), actor(), making.module, sent.template_name, raw, shared_with=sent.template_share
            )
            flash(_("Đã lưu mẫu “{name}”.", name=" ".join(sent.template_name.split())))
            return _draw(page, Trouble(Asked(raw), draft=draft), back=sent.back), 200
    except InvalidInput as problem:
        said = next(text for texts in problem.errors.values() for text in texts)
        return _draw(page, Trouble(Asked(raw), draft=draft, said=said), back=sent.back), 422
    except DraftChanged as problem:
        return _draw(page, Trouble(Asked(raw), draft=draft, said=problem.message), back=sent.back), 409
    preview = preview_of(making, raw)
    return _draw(page, Trouble(Asked(raw), draft=draft, preview=preview), back=sent.back), 200


def preview_of(making: Making, raw: Mapping[str, object]) -> Preview:
    """Say what sending a form would do."""
    return preview_create(
        platform(), acting(), making.module, raw, owner_id=making.owner_id, relation=making.relation
    )


def go_to(target: str) -> AnyResponse:
    """Lead to the next page; a script is told its address, so that it is loaded once."""
    if wants_fragment():
        return Response(status=204, headers={LOCATION_HEADER: target})
    return redirect(target, 303)


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a form that makes records: templates, and with whom new ones may be shared."""

    templates: Templates
    address: str

    @classmethod
    def of(cls, making: Making) -> Beside:
        """Give what stands beside a form."""
        return cls(templates_of(platform(), actor(), making.module), making.address)


def _draw(page: FormPage, trouble: Trouble, *, back: str | None) -> str:
    form = page.model(trouble.asked)
    version = page.version
    if trouble.conflict is not None and page.record is not None:
        version = record_data(platform(), actor(), page.record.id).version
    offer = page.offer
    confirmed = dict.fromkeys((*trouble.confirmed, *(question.code for question in trouble.questions)))
    if offer is not None and offer.confirm:
        confirmed[f"confirm:{form.module}:{form.action}"] = None
    beside = None if page.making is None or wants_fragment() else Beside.of(page.making)
    return render_page(
        "form_page.html", making=page.making, beside=beside, draft=trouble.draft, offered=trouble.offered,
        begun=trouble.asked.typed is not None, preview=trouble.preview, said=trouble.said, form=form,
        record=page.record, version=version, crumbs=page.crumbs,
        cancel_url=page.cancel_url, action_url=request.path, makers=page.makers,
        acting_for=acting().acting_for, back=safe_return(back, ""),
        confirm=offer.confirm if offer and not trouble.questions else None,
        tone=offer.tone if offer else "plain", submit_icon=_submit_icon(offer),
        problems=list(_problems(form, trouble.asked.errors or {})), conflict=trouble.conflict,
        questions=trouble.questions, confirmed=confirmed, reason_typed=trouble.reason_typed,
        asks_reason=any(question.kind == "reason" for question in trouble.questions),
    )  # fmt: skip


def _submit_icon(offer: ActionOffer | None) -> str:
    if offer is None:
        return "send"
    return offer.icon or {"approve": "check", "refuse": "x"}.get(offer.tone, "send")


def _problems(form: FormModel, errors: Errors) -> Iterable[Problem]:
    labels = {one.name: one for one in _all_fields(form.fields)}
    for path, messages in errors.items():
        known = labels.get(path)
        for message in messages:
            if known is None:
                yield Problem(in_language(message))
            else:
                yield Problem(in_language(message), in_language(known.label), control_id(path))


def _all_fields(fields: Iterable[FormField]) -> Iterable[FormField]:
    for one in fields:
        yield one
        yield from _all_fields(one.inline)
        for row in one.rows:
            yield from _all_fields(row)


def _changed_since(
    record: RecordLink | None, moment: datetime | None, *, least: int = 1
) -> tuple[HistoryView, ...]:
    """Give what happened to a record since a form was drawn, as far as the person may read its history."""
    if record is None:
        return ()
    try:
        entries = history(platform(), actor(), record.id, limit=10)
    except (Refused, NotFound):
        return ()
    newer = tuple(entry for entry in entries if moment is None or entry.at >= moment)
    return newer or entries[:least]


def _overtaken(
    page: FormPage, error: LuongViecError, raw: Mapping[str, object], changes: Sequence[HistoryView]
) -> str:
    """Draw what is left to say where the form cannot be drawn again; the record as it is now."""
    record = page.record
    if record is None:
        raise error
    try:
        now: RecordLink | None = record_data(platform(), actor(), record.id).record
    except NotFound:
        now = None
    return draw_overtaken(error, raw, module=record.module, action=page.action, record=now, changes=changes)


def _with_uploads(raw: dict[str, object]) -> dict[str, object]:
    """Keep files that came with the form itself (no script), and name them like the others."""
    for name in {name for name in request.files if "." not in name and not name.startswith("_")}:
        ids = [str(file_id) for file_id in keep_all(name)]
        if ids:
            known = raw.get(name, [])
            raw[name] = [*(known if isinstance(known, list) else [known]), *ids]
    return raw
