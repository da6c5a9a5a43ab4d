"""Text that a person reads, in the languages of the installation.

Definitions, errors and problems all carry `Text`; the edge (page, API, command line) chooses the
language. Vietnamese is the source and always there, English may be missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One text in Vietnamese and, where somebody wrote it, in English."""

    vi: str
    en: str | None = None

    def in_language(self, language: str) -> str:
        """Give the text in a language, Vietnamese where the other is missing."""
        return self.en if language == "en" and self.en is not None else self.vi

    def filled(self, parameters: Mapping[str, object]) -> Text:
        """Put values into the `{name}` places of both languages."""
        return Text(
            self.vi.format_map(parameters),
            None if self.en is None else self.en.format_map(parameters),
        )
