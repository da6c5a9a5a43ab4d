"""What the checker finds: a stable code at a place, with what is wrong and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from luongviec.engine.text import Text


class Severity(StrEnum):
    """E blocks publishing, W warns, I informs; the first letter of every problem code."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a value stands: a file and its line and column, counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about a definition.

    `code` is stable (`E207`); `message` says what is wrong with the names filled in, `hint` what to
    do, including "did you mean" where a near name exists.
    """

    place: Place
    code: str
    message: Text
    hint: Text

    @property
    def severity(self) -> Severity:
        """The severity that the code's first letter stands for."""
        return {"E": Severity.ERROR, "W": Severity.WARNING, "I": Severity.INFORMATION}[self.code[0]]

    def in_language(self, language: str) -> str:
        """Give the line that a compiler prints."""
        return (
            f"{self.place}: {self.code} {self.message.in_language(language)}"
            f" {self.hint.in_language(language)}".rstrip()
        )

    def __str__(self) -> str:
        return self.in_language("en")
