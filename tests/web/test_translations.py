"""Every string of the pages speaks both languages, and no template says one outside of the catalogue."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

WEB = Path(__file__).parents[2] / "platform" / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true"}
VIETNAMESE = re.compile(
    r"[ăâđêôơưàáạảãằắặẳẵầấậẩẫèéẹẻẽềếệểễìíịỉĩòóọỏõồốộổỗờớợởỡùúụủũừứựửữỳýỵỷỹ]", re.IGNORECASE
)
PLACE = re.compile(r"\{(\w+)\}")


def messages_used() -> set[str]:
    """Give every message that templates and modules pass to `_`."""
    found: set[str] = set()
    for path in TEMPLATES:
        for _, _, message, _ in babel_extract(io.BytesIO(path.read_bytes()), ["_"], [], OPTIONS):
            found.add(message if isinstance(message, str) else message[0])
    for path in WEB.rglob("*.py"):
        with path.open("rb") as file:
            found |= {str(message) for _, message, _, _ in extract("python", file, {"_": None})}
    return found


def english() -> dict[str, str]:
    """Give the English catalogue."""
    with (WEB / "translations" / "en.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale="en") if m.id}


@pytest.mark.requirement("W-49")
def test_every_message_has_its_english() -> None:
    catalogue = english()
    assert [message for message in sorted(messages_used()) if not catalogue.get(message)] == []


def test_no_message_is_left_over() -> None:
    assert sorted(set(english()) - messages_used()) == []


def test_english_keeps_the_places_and_no_vietnamese() -> None:
    for message, translation in english().items():
        for part in translation.split("|"):
            assert set(PLACE.findall(part)) == set(PLACE.findall(message)), message
        assert not VIETNAMESE.search(translation), translation


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_say_nothing_outside_of_the_catalogue(path: Path) -> None:
    text = path.read_text("utf-8")
    text = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.DOTALL)
    text = text.replace("Tiếng Việt", "")  # a language calls itself by its own name
    assert VIETNAMESE.findall(text) == []
