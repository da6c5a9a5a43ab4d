"""The functions and filters of the expression language: what they take and give, as data.

The pure ones are implemented in `moments` and `filters`; those that ask about records, people or the
organisation are put into the scope by `scope` under the same names. The checker, the editor's help
and the documentation read these signatures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What an argument or a result is. `ANY` fits everything."""

    ANY = "any"
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    MOMENT = "moment"  # a date or a datetime
    DURATION = "duration"
    PERSON = "person"
    PEOPLE = "people"
    UNIT = "unit"
    RECORD = "record"
    LIST = "list"
    # Arguments that must be written out, because the checker resolves them:
    RELATION = "relation"
    FIELD = "field"
    ROLE = "role"
    STATUS = "status"
    FILES_FIELD = "files_field"
    UNIT_OF_TIME = "unit_of_time"
    PEOPLE_NOTATION = "people_notation"
    WORD = "word"


#: Argument kinds that only a literal text can fill.
LITERAL_KINDS = frozenset(
    {
        Kind.RELATION, Kind.FIELD, Kind.ROLE, Kind.STATUS, Kind.FILES_FIELD, Kind.UNIT_OF_TIME,
        Kind.PEOPLE_NOTATION, Kind.WORD,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    kind: Kind
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """One function or filter. `narrows`: takes `status=`, `category=`, `open=`, `by=`, `of=` and
    comparisons with fields and roles of the counted records as keywords. `pure`: needs no world."""

    name: str
    parameters: tuple[Parameter, ...]
    result: Kind
    pure: bool = False
    narrows: bool = False

    @property
    def least(self) -> int:
        """The number of arguments that must be given."""
        return sum(1 for parameter in self.parameters if not parameter.optional)


#: Keywords of the functions that look at related records.
NARROWING = ("status", "category", "open", "by", "of")

#: What `start_of` and `end_of` know.
UNITS_OF_TIME = ("hour", "day", "week", "month", "quarter", "year")


def _signature(name: str, result: Kind, *parameters: tuple[str, Kind] | tuple[str, Kind, bool],
               pure: bool = False, narrows: bool = False) -> Signature:  # fmt: skip
    return Signature(name, tuple(Parameter(*one) for one in parameters), result, pure, narrows)


def _table(*signatures: Signature) -> Mapping[str, Signature]:
    return {signature.name: signature for signature in signatures}


FUNCTIONS: Mapping[str, Signature] = _table(
    _signature("days", Kind.DURATION, ("n", Kind.NUMBER), pure=True),
    _signature("hours", Kind.DURATION, ("n", Kind.NUMBER), pure=True),
    _signature("minutes", Kind.DURATION, ("n", Kind.NUMBER), pure=True),
    _signature("add_workdays", Kind.MOMENT, ("t", Kind.MOMENT), ("n", Kind.NUMBER), pure=True),
    _signature("workdays_between", Kind.NUMBER, ("a", Kind.MOMENT), ("b", Kind.MOMENT), pure=True),
    _signature("start_of", Kind.DATETIME, ("t", Kind.MOMENT), ("unit", Kind.UNIT_OF_TIME), pure=True),
    _signature("end_of", Kind.DATETIME, ("t", Kind.MOMENT), ("unit", Kind.UNIT_OF_TIME), pure=True),
    _signature(
        "series", Kind.LIST, ("t", Kind.DATETIME), ("every", Kind.ANY), ("times", Kind.NUMBER), pure=True
    ),
    _signature("count", Kind.NUMBER, ("relation", Kind.RELATION), narrows=True),
    _signature("sum", Kind.NUMBER, ("relation", Kind.RELATION), ("field", Kind.FIELD), narrows=True),
    _signature("latest", Kind.RECORD, ("relation", Kind.RELATION), narrows=True),
    _signature("related", Kind.LIST, ("relation", Kind.RELATION), narrows=True),
    _signature("holds", Kind.BOOLEAN, ("person", Kind.PERSON), ("role", Kind.ROLE)),
    _signature("people", Kind.PEOPLE, ("notation", Kind.PEOPLE_NOTATION)),
    _signature("people_above", Kind.PEOPLE, ("notation", Kind.PEOPLE_NOTATION), ("levels", Kind.NUMBER)),
    _signature("chain", Kind.PEOPLE, ("role", Kind.ROLE)),
    _signature("opened", Kind.BOOLEAN, ("person", Kind.PERSON)),
    _signature("opened_file", Kind.BOOLEAN, ("field", Kind.FILES_FIELD), ("person", Kind.PERSON)),
    _signature("entered", Kind.DATETIME, ("status", Kind.STATUS)),
    _signature("time_in", Kind.DURATION, ("status", Kind.STATUS)),
    _signature("within", Kind.BOOLEAN, ("unit", Kind.UNIT), ("ancestor", Kind.UNIT)),
    _signature("manager", Kind.PEOPLE, ("person", Kind.PERSON)),
    _signature(
        "clashes", Kind.NUMBER, ("field", Kind.FIELD), ("start", Kind.FIELD), ("until", Kind.FIELD)
    ),
    _signature(
        "outcome", Kind.TEXT, ("rule", Kind.ANY), ("yes_voices", Kind.NUMBER), ("no_voices", Kind.NUMBER),
        ("total", Kind.NUMBER), pure=True,
    ),
)  # fmt: skip

FILTERS: Mapping[str, Signature] = _table(
    _signature("date", Kind.TEXT, ("value", Kind.MOMENT), pure=True),
    _signature("datetime", Kind.TEXT, ("value", Kind.MOMENT), pure=True),
    _signature("number", Kind.TEXT, ("value", Kind.NUMBER), ("places", Kind.NUMBER, True), pure=True),
    _signature("pad", Kind.TEXT, ("value", Kind.ANY), ("width", Kind.NUMBER), pure=True),
    _signature("label", Kind.TEXT, ("value", Kind.ANY), pure=True),
    _signature("join", Kind.TEXT, ("value", Kind.ANY), ("separator", Kind.TEXT, True), pure=True),
    _signature("default", Kind.ANY, ("value", Kind.ANY), ("otherwise", Kind.ANY), pure=True),
    _signature("length", Kind.NUMBER, ("value", Kind.ANY), pure=True),
    _signature("upper", Kind.TEXT, ("value", Kind.ANY), pure=True),
    _signature("lower", Kind.TEXT, ("value", Kind.ANY), pure=True),
    _signature("truncate", Kind.TEXT, ("value", Kind.ANY), ("length", Kind.NUMBER), pure=True),
    _signature("plain", Kind.TEXT, ("value", Kind.ANY), pure=True),
)
