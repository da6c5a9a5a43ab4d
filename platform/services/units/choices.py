"""What a unit chooses among the definitions: status groups, notification sets, the working calendar.

Who chooses nothing has what the nearest unit above chose, else the installation, else the first in
order (C-65, C-66): so no unit is ever without one (C-84). The permission matrix of a status group is
chosen for the whole installation: lists are filtered by it before they know a record's unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from luongviec.engine.errors import InvalidInput
from luongviec.engine.model import Module, Workspace
from luongviec.engine.text import Text
from luongviec.services.units.reach import sides_of_modules
from luongviec.store.organisation.snapshot import Organisation

STATUS_GROUP, NOTIFICATION_SET, CALENDAR = "status_group", "notification_set", "calendar"

KIND_LABELS: Mapping[str, Text] = {
    STATUS_GROUP: Text("Nhóm trạng thái", "Status group"),
    NOTIFICATION_SET: Text("Mẫu thông báo", "Notification set"),
    CALENDAR: Text("Lịch làm việc", "Working calendar"),
}

#: What there is to choose: codes and labels.
Options = tuple[tuple[str, Text], ...]
#: (kind, subject) → what the unit itself chooses; None: nothing.
Choices = Mapping[tuple[str, str], str | None]


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One thing to choose: what there is, what the unit chose, what counts without that and from where."""

    kind: str
    subject: str
    label: Text
    options: Options
    own: str | None
    inherited: Text
    inherited_from: str | None  # the name of a unit; None: the installation

    @property
    def in_force(self) -> Text:
        """What counts for the unit now."""
        return next((label for code, label in self.options if code == self.own), self.inherited)

    @property
    def label_of_kind(self) -> Text:
        """What is chosen, whatever it is for."""
        return KIND_LABELS[self.kind]

    @property
    def is_open(self) -> bool:
        """Whether there is anything to choose from."""
        return len(self.options) > 1


def choices_of(
    organisation: Organisation, workspace: Workspace, sides: frozenset[str], *, parent_id: int | None,
    unit_id: int | None = None,
) -> tuple[ChoiceView, ...]:  # fmt: skip
    """Give what a unit that carries these sides may choose.

    Args:
        parent_id: the unit above, whose choices count where it chooses nothing.
        unit_id: the unit itself; None: one that is to be made.
    """
    found = []
    for kind, subject, label, options in _open_choices(workspace, sides):
        own = organisation.choices(kind, subject).get(unit_id) if unit_id is not None else None
        inherited, place = _inherited(organisation, kind, subject, options, parent_id)
        found.append(
            ChoiceView(kind, subject, label, options, own if own in dict(options) else None, inherited, place)
        )
    return tuple(found)


def check_choices(workspace: Workspace, choices: Choices) -> None:
    """Refuse what is not there to choose.

    Raises:
        InvalidInput: at `choice.KIND.SUBJECT`.
    """
    known = {(kind, subject): dict(options) for kind, subject, _, options in _open_choices(workspace, None)}
    for (kind, subject), value in choices.items():
        if value is not None and value not in known.get((kind, subject), {}):
            fault = Text(
                "Lựa chọn này không còn. Hãy chọn lại.", "This is not there to choose. Choose again."
            )
            raise InvalidInput({f"choice.{kind}.{subject}": (fault,)})


def _open_choices(workspace: Workspace, sides: frozenset[str] | None) -> list[tuple[str, str, Text, Options]]:
    """Give kind, subject, label and options of every choice; `sides` None: of every side."""
    found = []
    own_sides = sides_of_modules(workspace)
    for module in workspace.modules.values():
        if module.home is None or (sides is not None and sides.isdisjoint(own_sides[module.code])):
            continue
        groups = tuple((code, workspace.status_groups[code].name) for code in module.status_groups)
        sets = tuple(
            (one.code, one.name) for one in workspace.notification_sets.values() if one.module == module.code
        )
        for kind, options in ((STATUS_GROUP, groups), (NOTIFICATION_SET, sets)):
            if options:
                found.append((kind, module.code, _label(kind, module), options))
    calendars = tuple((one.code, one.name) for one in workspace.calendars.values())
    if calendars:
        found.append((CALENDAR, "", KIND_LABELS[CALENDAR], calendars))
    return found


def _label(kind: str, module: Module) -> Text:
    kind_label = KIND_LABELS[kind]
    return Text(
        f"{kind_label.vi}: {module.name.vi}",
        f"{kind_label.in_language('en')}: {module.name.in_language('en')}",
    )


def _inherited(
    organisation: Organisation,
    kind: str,
    subject: str,
    options: Options,
    parent_id: int | None,
) -> tuple[Text, str | None]:
    labels, chosen = dict(options), organisation.choices(kind, subject)
    for place in (*reversed(organisation.path(parent_id)), None):
        if chosen.get(place) in labels:
            name = organisation.units[place].name if place is not None else None
            return labels[chosen[place]], name
    return options[0][1], None
