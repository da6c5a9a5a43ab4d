"""What is wrong in an expression, as plain data, before it gets a code and a place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from luongviec.engine.text import Text


class FindingKind(StrEnum):
    """What is wrong in an expression."""

    NAME = "name"  # an unknown name or attribute
    TYPE = "type"  # values that do not fit together
    CALL = "call"  # wrong arguments
    CODE = "code"  # a status or option that does not exist
    ROLE = "role"  # a role, relation or field named in a call that does not exist
    NOTHING = "nothing"  # a comparison with none, which never holds


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; `word` is where to look in the source."""

    kind: FindingKind
    message: Text
    hint: Text
    offset: int = 0
