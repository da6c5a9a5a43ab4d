"""Draw a form and answer it, the same way for making, acting, editing and moving.

Whatever goes wrong, the form comes back with everything typed: errors at their fields (422), questions
that rules ask (428), what somebody else changed meanwhile (409).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict, TypeVar

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from luongviec.engine.errors import Conflict, InvalidInput, NeedsAnswer
from luongviec.engine.plan import Question
from luongviec.engine.text import Text
from luongviec.forms.model import FormField, FormModel, control_id
from luongviec.services.history import history
from luongviec.services.record_pages import record_data
from luongviec.services.views import ActionOffer, HistoryView, PersonView, RecordData, RecordLink
from luongviec.web.language import in_language
from luongviec.web.pages.files import keep_all
from luongviec.web.posted import PageValues, page_values, posted_values
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
class FormPage:
    """A page with one form: how its model is had, and where it belongs."""

    model: Callable[[Asked], FormModel]
    cancel_url: str
    crumbs: Sequence[tuple[str, str]]
    record: RecordLink | None = None
    version: int | None = None
    offer: ActionOffer | None = None
    makers: Sequence[PersonView] = ()  # in whose place it could be made

    @classmethod
    def of_record(
        cls, model: Callable[[Asked], FormModel], data: RecordData, crumbs: Sequence[tuple[str, str]], *,
        offer: ActionOffer | None = None,
    ) -> FormPage:  # fmt: skip
        """Give the page of a form about a record."""
        return cls(model, crumbs[-1][1], crumbs, data.record, data.version, offer)


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


def show_form(page: FormPage) -> str:
    """Draw a fresh form."""
    return _draw(page, Trouble(), back=request.args.get("back"))


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
    if sent.only_rows:
        return _draw(page, Trouble(Asked(raw)), back=sent.back), 200
    try:
        result = run(raw, sent)
    except InvalidInput as problem:
        return _draw(
            page,
            Trouble(Asked(problem.typed or raw, problem.errors), reason_typed=sent.reason_typed),
            back=sent.back,
        ), 422
    except NeedsAnswer as problem:
        questions = [question for question in problem.questions if isinstance(question, Question)]
        trouble = Trouble(Asked(raw), questions, sent.reason_typed, sent.confirmed)
        return _draw(page, trouble, back=sent.back), 428
    except Conflict:
        trouble = Trouble(Asked(raw), conflict=_changed_since(page.record, sent.drawn_at))
        return _draw(page, trouble, back=sent.back), 409
    return go_to(safe_return(sent.back, target(result)))


def go_to(target: str) -> AnyResponse:
    """Lead to the next page; a script is told its address, so that it is loaded once."""
    if wants_fragment():
        return Response(status=204, headers={LOCATION_HEADER: target})
    return redirect(target, 303)


def _draw(page: FormPage, trouble: Trouble, *, back: str | None) -> str:
    form = page.model(trouble.asked)
    version = page.version
    if trouble.conflict is not None and page.record is not None:
        version = record_data(platform(), actor(), page.record.id).version
    offer = page.offer
    confirmed = dict.fromkeys((*trouble.confirmed, *(question.code for question in trouble.questions)))
    if offer is not None and offer.confirm:
        confirmed[f"confirm:{form.module}:{form.action}"] = None
    return render_page(
        "form_page.html", form=form, record=page.record, version=version, crumbs=page.crumbs,
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


def _changed_since(record: RecordLink | None, moment: datetime | None) -> tuple[HistoryView, ...]:
    if record is None:
        return ()
    entries = history(platform(), actor(), record.id, limit=10)
    newer = tuple(entry for entry in entries if moment is None or entry.at >= moment)
    return newer or entries[:1]


def _with_uploads(raw: dict[str, object]) -> dict[str, object]:
    """Keep files that came with the form itself (no script), and name them like the others."""
    for name in {name for name in request.files if "." not in name and not name.startswith("_")}:
        ids = [str(file_id) for file_id in keep_all(name)]
        if ids:
            known = raw.get(name, [])
            raw[name] = [*(known if isinstance(known, list) else [known]), *ids]
    return raw
