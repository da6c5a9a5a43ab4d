"""The language of a request and the words of the interface.

Vietnamese stands in the templates, English in `translations/en.po`, read once when the application
starts. Text of definitions and errors comes as `Text` with both languages in it. A count in a message
may need an English plural: write `{count} record|{count} records`, the part is chosen by `count`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from flask import g, has_request_context

from luongviec.engine.text import LANGUAGES, Text

TRANSLATIONS = Path(__file__).parent / "translations"
LANGUAGE_COOKIE = "language"


def current_language() -> str:
    """Give the language of this request; Vietnamese outside of one."""
    return getattr(g, "language", LANGUAGES[0]) if has_request_context() else LANGUAGES[0]


def translate(message: str, **values: object) -> str:
    """Give a message of the interface in the request's language, with its `{name}` places filled."""
    language = current_language()
    found = message if language == LANGUAGES[0] else _catalogue(language).get(message, message)
    if "|" in found and "count" in values:
        found = found.split("|")[0 if values["count"] in (1, "1") else -1]
    return found.format(**values) if values else found


#: The short name that message extraction looks for.
_ = translate


def in_language(text: Text | str | None) -> str:
    """Give a `Text` of a definition or an error in the request's language."""
    if text is None:
        return ""
    return text if isinstance(text, str) else text.in_language(current_language())


def is_language(code: str | None) -> bool:
    """Say whether a language is one of ours."""
    return code in LANGUAGES


@cache
def _catalogue(language: str) -> dict[str, str]:
    path = TRANSLATIONS / f"{language}.po"
    with path.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale=language) if m.id and m.string}
