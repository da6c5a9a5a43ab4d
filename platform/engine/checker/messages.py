"""Messages: recipients who can exist and may look, events that happen, texts that say them. E4xx."""

from __future__ import annotations

from collections.abc import Iterator

from luongviec.engine.checker.codes import did_you_mean, register
from luongviec.engine.checker.fields import access_of
from luongviec.engine.checker.mail import check_address, check_calendars
from luongviec.engine.checker.shape import effect_lists
from luongviec.engine.checker.subject import Subject
from luongviec.engine.expressions.compiled import Template
from luongviec.engine.model import (
    EVERY_STATUS,
    Access,
    Column,
    ColumnKind,
    EffectKind,
    Matrix,
    MessageCell,
    MessageText,
    Module,
    NotificationSet,
    PeopleForm,
    PeopleKind,
    Recipient,
)
from luongviec.engine.sources.reading import Steps
from luongviec.engine.text import Text

register(
    "E401",
    Text("Người nhận không bao giờ có", "A recipient that can never exist"),
    Text("“{recipient}” không bao giờ có ai: {why}.", "Nobody can ever be '{recipient}': {why}."),
    Text("Sửa people của người nhận.", "Mend the recipient's people."),
)
register(
    "W404",
    Text("Một người nhận hai lần", "The same person is told twice"),
    Text(
        "“{first}” và “{second}” chỉ cùng một nhóm người trong sự kiện “{event}”, kênh {channel}.",
        "'{first}' and '{second}' are the same people for '{event}' by {channel}.",
    ),
    Text("Chỉ giữ một; người nhận đứng trước được tính.", "Keep one; the first in the file counts."),
)
register(
    "W405",
    Text("Người nhận không mở được hồ sơ", "A recipient who may not view the record"),
    Text(
        "“{recipient}” được báo “{event}” nhưng cột “{column}” không có view lúc đó.",
        "'{recipient}' is told of '{event}', but the column '{column}' has no view then.",
    ),
    Text(
        "Thêm view vào bảng quyền, hoặc bỏ người nhận: không ai được báo.",
        "Grant view, or remove the recipient: nobody would be told.",
    ),
)
register(
    "E408",
    Text("Hẹn giờ báo mà không ai nghe", "A timer that tells nobody"),
    Text(
        "Hẹn giờ “{timer}” chỉ báo “{event}”, nhưng không thông báo hay phản ứng nào nghe.",
        "The timer '{timer}' only says '{event}', but no message or reaction hears it.",
    ),
    Text(
        "Thêm sự kiện vào bộ thông báo hoặc reactions.",
        "Add the event to the notification set or to reactions.",
    ),
)
register(
    "W409",
    Text("Sự kiện không ai phát", "An event that nobody emits"),
    Text(
        "Không tác vụ, phản ứng hay hẹn giờ nào phát “{event}”.",
        "No action, reaction or timer emits '{event}'.",
    ),
    Text("Thêm emit: {event}, hoặc bỏ sự kiện.", "Add emit: {event}, or remove the event."),
)
register(
    "E410",
    Text("Bật thông báo nhưng không có mẫu chữ", "A message without a text"),
    Text(
        "“{event}” báo qua {channel} nhưng không có mẫu {word}.",
        "'{event}' is told by {channel}, but has no {word}.",
    ),
    Text("Thêm templates cho sự kiện.", "Add templates for the event."),
)
register(
    "W411",
    Text("Không kênh nào được bật", "A recipient without a channel"),
    Text(
        "“{recipient}” của “{event}” không bật kênh nào.", "No channel is on for '{recipient}' of '{event}'."
    ),
    Text("Ghi app, email hoặc sms: true, hoặc bỏ dòng này.", "Write app, email or sms: true, or remove it."),
)
register(
    "W412",
    Text("Sự kiện ở hai nhóm", "An event in two groups"),
    Text(
        "“{event}” có ở hai nhóm “{first}” và “{second}”.",
        "'{event}' stands in the groups '{first}' and '{second}'.",
    ),
    Text("Chỉ giữ ở một nhóm; nhóm đứng trước được tính.", "Keep it in one; the first in the file counts."),
)


def check_messages(subject: Subject) -> None:
    """Check every notification set and every declared event."""
    for module in subject.workspace.modules.values():
        emitted = set(emitted_events(module))
        for code in module.events:
            if code not in emitted:
                subject.report("W409", "module", module.code, ("events", code), event=code)
        _check_timers(subject, module)
    for notifications in subject.workspace.notification_sets.values():
        module_of_set = subject.workspace.modules.get(notifications.module)
        if module_of_set is not None:
            _check_set(subject, module_of_set, notifications)


def emitted_events(module: Module) -> Iterator[str]:
    """Give the declared events that some effect emits."""
    for _, effects in effect_lists(module):
        for effect in effects:
            if effect.kind == EffectKind.EMIT and effect.event is not None:
                yield effect.event


def _check_timers(subject: Subject, module: Module) -> None:
    heard = {event for one in subject.sets_of(module.code) for event in one.events}
    heard |= _heard_by_reactions(subject, module)
    for code, timer in module.timers.items():
        kinds = {effect.kind for effect in timer.effects}
        says = [effect.event for effect in timer.effects if effect.event is not None]
        if kinds == {EffectKind.EMIT} and not heard & set(says):
            path: Steps = ("timers", code, "do")
            subject.report("E408", "module", module.code, path, timer=code, event=says[0] if says else "")


def _heard_by_reactions(subject: Subject, module: Module) -> set[str]:
    heard = {event for reaction in module.reactions for event in reaction.upon}
    for other in subject.workspace.modules.values():
        for reaction in other.reactions:
            for event in reaction.upon:
                relation, _, inner = event.partition(".")
                if relation in other.relations and other.relations[relation].target == module.code:
                    heard.add(inner)
    return heard


# --- One set --------------------------------------------------------------------------------------


def _check_set(subject: Subject, module: Module, one: NotificationSet) -> None:
    for code, recipient in one.recipients.items():
        why = _never(subject, module, recipient)
        if why is not None:
            path: Steps = ("recipients", code, "people")
            subject.report("E401", "notification_set", one.code, path, recipient=code, why=why)
    _check_groups(subject, one)
    check_calendars(subject, one)
    for event, cells in one.events.items():
        _check_texts(subject, one, event, cells)
        _check_twice(subject, one, event, cells)
        for cell in cells:
            path = ("events", event, cell.recipient)
            recipient_of_cell = one.recipients.get(cell.recipient)
            if recipient_of_cell is not None and recipient_of_cell.address is not None:
                check_address(subject, one, event, cell)
                continue
            if not (cell.app or cell.email or cell.sms):
                subject.report(
                    "W411", "notification_set", one.code, path, recipient=cell.recipient, event=event
                )
            elif recipient_of_cell is not None:
                _check_people(subject, module, one, event, recipient_of_cell)
                _check_readable(subject, module, one, event, recipient_of_cell)


def _check_groups(subject: Subject, one: NotificationSet) -> None:
    first: dict[str, str] = {}
    for code, group in one.groups.items():
        for event in sorted(group.events & first.keys()):
            subject.report(
                "W412", "notification_set", one.code, ("groups", code, "events"),
                event=event, first=first[event], second=code,
            )  # fmt: skip
        first = {**dict.fromkeys(group.events, code), **first}


def _never(subject: Subject, module: Module, recipient: Recipient) -> Text | None:
    """Say why no form of a recipient can ever name anybody; None if one may."""
    if recipient.address is not None:
        return None
    reasons = [_empty_form(subject, module, form) for form in recipient.people.any]
    if not reasons:
        return Text("danh sách trống", "the list is empty")
    return None if None in reasons else reasons[0]


def _empty_form(subject: Subject, module: Module, form: PeopleForm) -> Text | None:
    match form.kind:
        case PeopleKind.ABILITY:
            role = module.roles.get(form.role or "")
            side = subject.workspace.sides.get(role.side or "") if role is not None else None
            if side is not None and not any(form.ability in slot.abilities for slot in side.slots.values()):
                return Text(f"không vị trí nào có “{form.ability}”", f"no slot carries '{form.ability}'")
        case PeopleKind.INPUT | PeopleKind.ROW | PeopleKind.ROW_VALUE | PeopleKind.PERSON:
            return Text(
                f"“{form.source}” không có trong thông báo", f"'{form.source}' is not known in messages"
            )
        case PeopleKind.ROLE:
            if form.role in module.roles and not _is_filled(subject, module, form.role):
                return Text(f"không gì điền vai trò “{form.role}”", f"nothing fills the role '{form.role}'")
        case _:
            return None
    return None


def _is_filled(subject: Subject, module: Module, role: str | None) -> bool:
    """Whether a role with `fill: none` is filled by some effect."""
    if role is None or module.roles[role].fill != "none":
        return True
    if any(one.keeps == role for one in module.roles.values()):
        return True
    for other in subject.workspace.modules.values():
        for _, effects in effect_lists(other):
            for effect in effects:
                if role in effect.roles or (effect.role == role and other.code == module.code):
                    return True
        if any(role in relation.prefill for relation in other.relations.values()):
            return True
    return any(one.role == role for action in module.actions.values() for one in action.input)


def _check_texts(subject: Subject, one: NotificationSet, event: str, cells: tuple[MessageCell, ...]) -> None:
    general = one.templates.get(event)
    for cell in cells:
        own = one.templates_for.get((event, cell.recipient))
        texts = [text for text in (own, general) if text is not None]
        path: Steps = ("events", event, cell.recipient)
        for channel, is_on in (("app", cell.app), ("email", cell.email), ("sms", cell.sms)):
            word = "sms" if channel == "sms" else "text"
            if is_on and not any(_has(text, channel) for text in texts):
                near = did_you_mean(event, one.templates) if not texts else None
                subject.report(
                    "E410", "notification_set", one.code, path,
                    hint=near, event=event, channel=channel, word=word,
                )  # fmt: skip


def _has(text: MessageText, channel: str) -> bool:
    if channel == "sms":
        return bool(text.sms)
    return bool(text.text or text.subject or (channel == "email" and text.email))


def _check_twice(subject: Subject, one: NotificationSet, event: str, cells: tuple[MessageCell, ...]) -> None:
    for position, first in enumerate(cells):
        for second in cells[position + 1 :]:
            if first.when is not None or second.when is not None or not _same_people(one, first, second):
                continue
            for channel in ("app", "email", "sms"):
                if getattr(first, channel) and getattr(second, channel):
                    subject.report(
                        "W404", "notification_set", one.code, ("events", event, second.recipient),
                        first=first.recipient, second=second.recipient, event=event, channel=channel,
                    )  # fmt: skip
                    break


def _same_people(one: NotificationSet, first: MessageCell, second: MessageCell) -> bool:
    left, right = one.recipients.get(first.recipient), one.recipients.get(second.recipient)
    return left is not None and right is not None and left.people == right.people and not left.address


# --- May the recipient look? ------------------------------------------------------------------------


def _check_people(
    subject: Subject, module: Module, one: NotificationSet, event: str, recipient: Recipient
) -> None:
    status = event.removeprefix("entered.") if event.startswith("entered.") else None
    blind: list[str] = []
    for form in recipient.people.any:
        columns = tuple(_columns_of(subject, module, form))
        if not columns or any(_may_view(subject, module, column, status) for column in columns):
            return  # whoever it is, somebody of them may look
        blind.append(columns[0])
    if blind:
        path: Steps = ("events", event, recipient.code)
        subject.report(
            "W405", "notification_set", one.code, path,
            recipient=recipient.code, event=event, column=blind[0],
        )  # fmt: skip


def _columns_of(subject: Subject, module: Module, form: PeopleForm) -> Iterator[str]:
    """Give the matrix columns that a form's people surely hold; none if that is not known."""
    if form.above:
        return
    match form.kind:
        case PeopleKind.ROLE:
            yield form.role or ""
        case PeopleKind.DERIVED:
            yield f"{form.prefix}.{form.role}"
        case PeopleKind.SLOT if form.slot is not None:
            yield from _columns_of_slot(module, form.role or "", form.slot)
        case PeopleKind.ABILITY:
            role = module.roles.get(form.role or "")
            side = subject.workspace.sides.get(role.side or "") if role is not None else None
            for slot in side.slots.values() if side is not None else ():
                if form.ability in slot.abilities:
                    yield from _columns_of_slot(module, form.role or "", slot.code)


def _columns_of_slot(module: Module, role: str, slot: str) -> Iterator[str]:
    yield f"{role}.{slot}"
    if role in module.roles and slot in module.roles[role].speaks:
        yield role


def _may_view(subject: Subject, module: Module, column: str, status: str | None) -> bool:
    tables = list(subject.tables_of(module))
    if not tables:
        return True
    return any(
        _grants_view(matrix, column, one)
        for group, matrix in tables
        for one in ([status] if status is not None and status in group.statuses else group.statuses)
    )


def _grants_view(matrix: Matrix, column: str, status: str) -> bool:
    viewers = matrix.columns_with("view", status)
    return column in viewers or any(_is_wide(matrix.columns[one]) for one in viewers)


def _is_wide(column: Column) -> bool:
    return column.kind in (ColumnKind.EVERYONE, ColumnKind.OWNER_PERMISSION)


def _check_readable(
    subject: Subject, module: Module, one: NotificationSet, event: str, recipient: Recipient
) -> None:
    """A text must not read a field that the matrix hides from its recipient."""
    columns = [column for form in recipient.people.any for column in _columns_of(subject, module, form)]
    own = one.templates_for.get((event, recipient.code))
    steps: Steps = (event, "for", recipient.code) if own is not None else (event,)
    for word, language, template in _templates(own or one.templates.get(event)):
        for path in sorted(template.paths):
            field = path[1] if path[0] == "record" and len(path) > 1 else ""
            for column in columns:
                if _is_hidden(subject, module, column, field):
                    detail = Text(
                        f"Mẫu đọc “{field}”, nhưng “{recipient.code}” ({column}) không thấy trường đó.",
                        f"The template reads '{field}', which is hidden from '{recipient.code}' ({column}).",
                    )
                    where = ("templates", *steps, word, language)
                    subject.report("E402", "notification_set", one.code, where, value=True, detail=detail)


def _templates(text: MessageText | None) -> Iterator[tuple[str, str, Template]]:
    for word in ("subject", "text", "email", "sms") if text is not None else ():
        for language, template in getattr(text, word).items():
            yield word, language, template


def _is_hidden(subject: Subject, module: Module, column: str, field: str) -> bool:
    """Whether every matrix hides a field from a column in all statuses."""
    tables = list(subject.tables_of(module))
    return (
        field in module.fields
        and bool(tables)
        and all(access_of(matrix, EVERY_STATUS, column, field) is Access.HIDDEN for _, matrix in tables)
    )
