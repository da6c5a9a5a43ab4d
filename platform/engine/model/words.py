"""The small closed sets that definitions choose from: tones, places, levels, access."""

from __future__ import annotations

from enum import StrEnum


class Tone(StrEnum):
    """Named colours of statuses and options; free colours are not offered (see docs)."""

    GREY = "grey"
    BLUE = "blue"
    LIGHT_BLUE = "light_blue"
    TEAL = "teal"
    GREEN = "green"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"
    VIOLET = "violet"


class ActionTone(StrEnum):
    """What kind of step an action is (W-36)."""

    PLAIN = "plain"
    HANDLE = "handle"
    APPROVE = "approve"
    REFUSE = "refuse"


class Shown(StrEnum):
    """Where an action is offered."""

    BUTTON = "button"
    MENU = "menu"
    ROW = "row"
    NEVER = "never"


class Level(StrEnum):
    """What happens when a rule does not hold; `allow` lets pass in silence."""

    REFUSE = "refuse"
    REASON = "reason"
    CONFIRM = "confirm"
    WARN = "warn"
    ALLOW = "allow"


class Access(StrEnum):
    """Access to a field, widest last."""

    HIDDEN = "hidden"
    READ = "read"
    EDIT = "edit"
    REQUIRED = "required"


class FieldType(StrEnum):
    """The closed set of field types; plugins register more by their own name."""

    TEXT = "text"
    MULTILINE = "multiline"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    DURATION = "duration"
    CHOICE = "choice"
    USER = "user"
    UNIT = "unit"
    RECORD = "record"
    FILES = "files"
    ROWS = "rows"  # only in inputs of actions
