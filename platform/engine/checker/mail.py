"""What only mails do: reach addresses without an account, and speak to calendars. E413, E414."""

from __future__ import annotations

from luongviec.engine.checker.codes import register
from luongviec.engine.checker.subject import Subject
from luongviec.engine.model import MessageCell, MessageText, NotificationSet
from luongviec.engine.sources.reading import Steps
from luongviec.engine.text import Text

register(
    "E413",
    Text("Mẫu chữ gọi lịch mà bộ không có", "A text speaks to a calendar, the set names none"),
    Text(
        "Mẫu “{event}” ghi calendar: {method}, nhưng bộ thông báo không có calendar.",
        "The text of '{event}' says calendar: {method}, but the set has no calendar.",
    ),
    Text("Thêm calendar với from vào bộ thông báo.", "Add a calendar with from to the set."),
)
register(
    "E414",
    Text("Một địa chỉ chỉ nhận được thư", "An address gets mail and nothing else"),
    Text(
        "“{recipient}” là địa chỉ thư, nhưng “{event}” báo qua {channel}.",
        "'{recipient}' is an address, but '{event}' is told by {channel}.",
    ),
    Text("Chỉ ghi email: true.", "Write email: true alone."),
)


def check_address(subject: Subject, one: NotificationSet, event: str, cell: MessageCell) -> None:
    """An address has no application and no telephone."""
    path: Steps = ("events", event, cell.recipient)
    for channel, is_on in (("app", cell.app), ("sms", cell.sms)):
        if is_on:
            subject.report(
                "E414", "notification_set", one.code, (*path, channel),
                recipient=cell.recipient, event=event, channel=channel,
            )  # fmt: skip
    if not (cell.app or cell.email or cell.sms):
        subject.report("W411", "notification_set", one.code, path, recipient=cell.recipient, event=event)


def check_calendars(subject: Subject, one: NotificationSet) -> None:
    """A text that speaks to calendars needs an entry to speak of."""
    if one.calendar is not None:
        return
    texts: list[tuple[Steps, str, MessageText]] = [
        *(((event,), event, text) for event, text in one.templates.items()),
        *(((event, "for", who), event, text) for (event, who), text in one.templates_for.items()),
    ]
    for steps, event, text in texts:
        if text.calendar is not None:
            path: Steps = ("templates", *steps, "calendar")
            method = text.calendar.value
            subject.report("E413", "notification_set", one.code, path, event=event, method=method)
