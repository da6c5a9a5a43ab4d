"""Notification sets: who is told of what, by which channel, in which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from luongviec.engine.compiling.actions import check_event
from luongviec.engine.compiling.modules import read_head
from luongviec.engine.compiling.parts import Part, Work
from luongviec.engine.compiling.scope import ModuleScope
from luongviec.engine.expressions.compiled import Context
from luongviec.engine.model import (
    CalendarMethod,
    CalendarReply,
    MessageCalendar,
    MessageCell,
    MessageGroup,
    MessageText,
    NotificationSet,
    People,
    Recipient,
)


def compile_notification_set(work: Work) -> NotificationSet | None:
    """Compile a notification set of sound shape; None where its module is not there to judge by."""
    top = work.top
    module = top.string("module")
    read_head(top, "notification_set")
    if not top.need("module", module, "module"):
        return None
    scope = ModuleScope(work.names.modules[module or ""], work.names)
    recipients: dict[str, Recipient] = {}
    for code, part in top.parts("recipients", "recipient").items():
        found = _recipient(part, code, scope)
        if found is not None:
            recipients[code] = found
    known = frozenset(top.mapping("recipients"))
    events = {event: _cells(top, event, scope, known) for event in top.mapping("events")}
    templates: dict[str, MessageText] = {}
    templates_for: dict[tuple[str, str], MessageText] = {}
    for event, part in top.parts("templates", "template").items():
        check_event(part, event, scope)
        templates[event] = _texts(part)
        for recipient, inner in part.parts("for", "template_for").items():
            part.require("recipient", recipient, known, "for", recipient)
            templates_for[event, recipient] = _texts(inner, own=True)
    groups = {code: _group(part, code, scope) for code, part in top.parts("groups", "group").items()}
    return NotificationSet(
        code=work.definition.code,
        module=scope.code,
        name=top.label("name"),
        recipients=MappingProxyType(recipients),
        events=MappingProxyType(events),
        templates=MappingProxyType(templates),
        templates_for=MappingProxyType(templates_for),
        note=top.text("note"),
        shipped=top.flag("shipped"),
        groups=MappingProxyType(groups),
        calendar=_calendar(top, scope),
    )


def _recipient(part: Part, code: str, scope: ModuleScope) -> Recipient | None:
    people = part.people("people", scope.people)
    if people is None and not part.has("address"):
        return None
    return Recipient(
        code,
        part.label(),
        people or People(()),
        scope.require_field(part, "address") if part.has("address") else None,
        scope.require_field(part, "name") if part.has("name") else None,
    )


def _calendar(top: Part, scope: ModuleScope) -> MessageCalendar | None:
    part = top.part("calendar")
    starts = None if part is None else part.expression("from", Context.MESSAGE)
    if part is None or starts is None:
        return None
    return MessageCalendar(
        starts=starts,
        until=part.expression("until", Context.MESSAGE),
        title=part.templates("title", Context.MESSAGE),
        place=part.templates("place", Context.MESSAGE),
        text=part.templates("text", Context.MESSAGE),
        organiser=part.people("organiser", scope.people),
        attendees=part.people("attendees", scope.people),
        answer=part.expression("answer", Context.MESSAGE),
        replies={code: _reply(one, scope) for code, one in part.parts("replies", "calendar_reply").items()},
    )


def _reply(part: Part, scope: ModuleScope) -> CalendarReply:
    action, words = part.string("action") or "", part.string("words")
    part.require("action", action, scope.module.actions, "action")
    known = _inputs(scope, action)
    for name in part.mapping("input"):
        part.require("input", name, known, "input", name)
    if words is not None:
        part.require("input", words, known, "words")
    return CalendarReply(action, part.expressions("input", Context.MESSAGE), words)


def _inputs(scope: ModuleScope, action: str) -> frozenset[str]:
    """Name what an action asks."""
    asked = scope.module.actions.get(action, {}).get("input")
    inputs = [one for one in asked if isinstance(one, Mapping)] if isinstance(asked, Sequence) else []
    return frozenset(str(one[word]) for one in inputs for word in ("name", "field", "role") if word in one)


def _group(part: Part, code: str, scope: ModuleScope) -> MessageGroup:
    events = part.names("events")
    for event in events:
        check_event(part, event, scope, "events")
    return MessageGroup(code, part.label(), frozenset(events), part.flag("always"))


def _cells(top: Part, event: str, scope: ModuleScope, known: frozenset[str]) -> tuple[MessageCell, ...]:
    check_event(top, event, scope, "events", event)
    row = top.mapping("events")[event]
    part = top.at("events", row, "events", event)  # type: ignore[arg-type]
    cells = []
    for recipient, data in part.data.items():
        part.require("recipient", recipient, known, recipient)
        cell = part.at("cell", data, recipient)  # type: ignore[arg-type]
        cells.append(
            MessageCell(
                recipient,
                cell.flag("app"),
                cell.flag("email"),
                cell.flag("sms"),
                cell.flag("tell_actor"),
                cell.flag("digest"),
                cell.expression("when", Context.MESSAGE),
            )
        )
    return tuple(cells)


def _texts(part: Part, *, own: bool = False) -> MessageText:
    """Read the texts of an event; `own` are those for one recipient, which take no file along."""
    method = part.string("calendar")
    return MessageText(
        subject=part.templates("subject", Context.MESSAGE),
        text=part.templates("text", Context.MESSAGE),
        email=part.templates("email", Context.MESSAGE),
        sms=part.templates("sms", Context.MESSAGE),
        calendar=None if method is None else CalendarMethod(method),
        attach=None if own else part.expression("attach", Context.MESSAGE),
    )
