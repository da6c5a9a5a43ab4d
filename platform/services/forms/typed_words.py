"""What somebody typed into a form, in words: for when the form itself can no longer be shown (T-136)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from luongviec.engine.model import Field, FieldType, Module
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, HolderKind
from luongviec.services.platform import Platform
from luongviec.services.showing import Showing

LONGEST = 20_000
CONTENT = Text("Nội dung", "Content")


@dataclass(frozen=True, slots=True)
class TypedWords:
    """One thing that was typed: its label and what stood there."""

    label: Text
    text: str


def typed_words(
    platform: Platform, actor: Actor, module: str, action: str, raw: Mapping[str, object]
) -> tuple[TypedWords, ...]:
    """Give what was typed for an action, names instead of numbers; empty controls are left out.

    Args:
        platform: the platform.
        actor: who typed.
        module: of the record; empty where it is not known, then texts come without their labels.
        action: what was wanted.
        raw: what was typed.
    """
    with platform.reading() as work:
        found = work.workspace.modules.get(module)
        if found is None:
            return tuple(_unlabelled(raw))
        return tuple(_words(Showing(work, actor), found, action, raw))


def _unlabelled(raw: Mapping[str, object]) -> Iterator[TypedWords]:
    """Give the texts alone, where it is not known what they were for."""
    for value in raw.values():
        for part in value if isinstance(value, list | tuple) else (value,):
            if isinstance(part, str) and part.strip() and not part.isdecimal():
                yield TypedWords(CONTENT, part[:LONGEST])


def _words(showing: Showing, module: Module, action: str, raw: Mapping[str, object]) -> Iterator[TypedWords]:
    asked = {one.name: one.field for one in module.actions[action].input} if action in module.actions else {}
    for name, value in raw.items():
        field = asked.get(name) or module.fields.get(name)
        role = module.roles.get(name)
        kind = None if field is None else field.type
        if role is not None and field is None:
            kind = FieldType.USER if role.of is HolderKind.USER else FieldType.UNIT
        label = field.label if field is not None else role.label if role is not None else Text(name, name)
        parts = value if isinstance(value, list | tuple) else (value,)
        texts = [
            _word(showing, field, kind, part) for part in parts if isinstance(part, str) and part.strip()
        ]
        if texts:
            yield TypedWords(label, ", ".join(texts)[:LONGEST])


def _word(showing: Showing, field: Field | None, kind: object, text: str) -> str:
    if field is not None and kind == FieldType.CHOICE:
        option = field.option(text)
        return text if option is None else option.label.in_language(showing.language)
    if not text.isdecimal() or len(text) > 12:
        return text
    if kind == FieldType.USER:
        person = showing.person(int(text))
        return text if person is None else person.name
    if kind == FieldType.UNIT:
        return showing.unit(int(text)).name if showing.world.unit(int(text)) is not None else text
    if kind == FieldType.RECORD:
        link = showing.visible_link(int(text))
        return text if link is None else link.title
    if kind == FieldType.FILES:
        file = showing.file(int(text))
        is_own = file is not None and file.added_by is not None and file.added_by.id == showing.actor.user_id
        return file.name if file is not None and is_own else text
    return text
