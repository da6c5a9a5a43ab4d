"""Writing the changes of a plan as JSON for ever, and reading them back.

History must stay readable whatever becomes of the definitions, so values carry their own type:
`{"datetime": "…"}`, `{"date": "…"}`, `{"duration": "…"}`; texts, numbers and booleans stand bare,
several values are lists.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from luongviec.engine.planning import plan
from luongviec.engine.text import Text
from luongviec.engine.values import duration_text, moment_text, parse_duration
from luongviec.engine.world import HandOver, Holder, HolderKind, Value, Voice

#: Changes that a history keeps; events stand in the outbox, timers in their own table.
KEPT: Mapping[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        plan.CreateRecord, plan.SetValues, plan.MoveStatus, plan.AddParticipant, plan.EndParticipant,
        plan.ReopenParticipant, plan.PushHandOver, plan.PopHandOver, plan.AddLink, plan.RemoveLink,
        plan.DeleteRecord, plan.RestoreRecord, plan.Reposition, plan.AssignNumber, plan.GiveVoice,
        plan.ClearVoices, plan.CopyFiles, plan.AttachFiles, plan.RenderPrint, plan.Migrate,
    )
}  # fmt: skip


def encode(value: object) -> Any:
    """Write a value, or a data class of the engine, as JSON."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return {"datetime": moment_text(value)}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, timedelta):
        return {"duration": duration_text(value)}
    if isinstance(value, tuple | list):
        return [encode(part) for part in value]
    if isinstance(value, Mapping):
        return {str(name): encode(part) for name, part in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
    raise TypeError(f"{type(value).__name__} cannot stand in a history")


def decode_value(data: Any) -> Value:
    """Read a value back."""
    if isinstance(data, list):
        return tuple(decode_value(part) for part in data)
    if isinstance(data, dict):
        if "datetime" in data:
            return datetime.fromisoformat(data["datetime"])
        if "date" in data:
            return date.fromisoformat(data["date"])
        return parse_duration(data["duration"])
    return data  # type: ignore[no-any-return]


def _decode_values(data: Any) -> Mapping[str, Value]:
    return {name: decode_value(part) for name, part in data.items()}


def _decode_holder(data: Any) -> Holder:
    return Holder(HolderKind(data["kind"]), data["id"])


def _decode_hand_over(data: Any) -> HandOver:
    return HandOver(**{name: decode_value(part) for name, part in data.items()})  # type: ignore[arg-type]


def _decode_voice(data: Any) -> Voice:
    return Voice(**{name: decode_value(part) for name, part in data.items()})  # type: ignore[arg-type]


_PARTS: Mapping[str, Callable[[Any], object]] = {
    "holder": _decode_holder,
    "hand_over": _decode_hand_over,
    "voice": _decode_voice,
    "voices": lambda data: tuple(_decode_voice(part) for part in data),
}
_VALUES = {"SetValues": frozenset({"before", "after"}), "Migrate": frozenset({"fields", "roles"})}


def decode_change(kind: str, data: Mapping[str, Any]) -> plan.Change:
    """Read a change back."""
    mappings = _VALUES.get(kind, frozenset())
    parts = {
        name: _decode_values(part) if name in mappings else _PARTS.get(name, decode_value)(part)
        for name, part in data.items()
    }
    change: plan.Change = KEPT[kind](**parts)
    return change


def encode_texts(texts: tuple[Text, ...]) -> Any:
    """Write texts in both languages."""
    return [{"vi": text.vi, "en": text.en} for text in texts]


def decode_texts(data: Any) -> tuple[Text, ...]:
    """Read texts back."""
    return tuple(Text(part["vi"], part["en"]) for part in data or ())
