"""The people notation: one way to name somebody, used by pickers, recipients, effects and voices.

`parse_people` reads a text, a list of texts or `{any, except, where}`; `parse_candidates` also unit
sets and lists; `parse_who` takes what the notation cannot say as an expression. Every form is taken
apart here, once, so that nothing later looks at its text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from luongviec.engine.deciding.columns import (
    NotationError,
    PeopleNames,
    require_derived,
    require_group,
    require_role,
    require_slot,
    require_unit,
)
from luongviec.engine.expressions.compiled import Context, Expression, ExpressionError, parse_expression
from luongviec.engine.model import (
    Candidates,
    ListSource,
    People,
    PeopleForm,
    PeopleKind,
    RelationSource,
    UnitSet,
    UnitSetKind,
    Who,
)
from luongviec.engine.text import Text

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_WORDS = {
    "actor": PeopleKind.ACTOR,
    "acting_for": PeopleKind.ACTING_FOR,
    "event.people": PeopleKind.EVENT_PEOPLE,
    "everyone": PeopleKind.EVERYONE,
}
#: Words that give way to a role of the same name.
_WEAK_WORDS = {"person": PeopleKind.PERSON, "row": PeopleKind.ROW}
_VALUES = {"record": PeopleKind.FIELD, "input": PeopleKind.INPUT, "row": PeopleKind.ROW_VALUE}
#: What begins so is a value, not a form of people, where both may stand.
_VALUE_START = re.compile(r"(record|input|row|made|owner|source)\.|row\Z")

#: Names that no role, prefix or relation may take: the notation reads them otherwise.
RESERVED_NAMES = frozenset(
    {
        "actor",
        "acting_for",
        "everyone",
        "system",
        "record",
        "input",
        "event",
        "group",
        "side",
        "manager",
        "new",
    }
)


def parse_people(value: object, names: PeopleNames) -> People:
    """Read people notation.

    Raises:
        NotationError: it cannot be read or names what does not exist.
    """
    if isinstance(value, Mapping):
        where = value.get("where")
        return People(
            _forms(value.get("any"), names),
            _forms(value.get("except", ()), names),
            None if where is None else _where(where),
        )
    return People(_forms(value, names))


def parse_form(source: str, names: PeopleNames) -> PeopleForm:
    """Read one form.

    Raises:
        NotationError: it cannot be read or names what does not exist.
    """
    text = source.strip()
    if text.startswith("manager of "):
        inner = text.removeprefix("manager of ").strip()
        return PeopleForm(PeopleKind.MANAGER, source, of=parse_form(inner, names))
    if text in _WORDS:
        return PeopleForm(_WORDS[text], source)
    if text in _WEAK_WORDS and text not in names.roles:
        return PeopleForm(_WEAK_WORDS[text], source)
    if ":" in text:
        return _form_with_colon(source, text, names)
    if "." in text:
        return _dotted_form(source, text, names)
    if not _NAME.match(text):
        raise NotationError(Text("không phải là tên.", "it is not a name."))
    require_role(text, names, 0)
    return PeopleForm(PeopleKind.ROLE, source, role=text)


def parse_candidates(value: object, names: PeopleNames, module: str) -> Candidates:
    """Read where a picker's candidates come from: people, units, a list of `module` or what the owner has.

    Raises:
        NotationError: it cannot be read or names what does not exist.
    """
    if isinstance(value, str) and value.startswith("list:"):
        return ListSource(module, value.removeprefix("list:"))
    if module and isinstance(value, str) and value.startswith("owner."):
        return RelationSource(value.removeprefix("owner."))
    return parse_unit_set(value, names) or parse_people(value, names)


def parse_unit_set(value: object, names: PeopleNames) -> UnitSet | None:
    """Read a set of units; None where the value is none.

    Raises:
        NotationError: it names what does not exist.
    """
    if not isinstance(value, str):
        return None
    word, _, rest = value.strip().partition(" ")
    rest = rest.strip()
    if word in ("below", "within") and rest:
        require_unit(rest, names, value.find(rest))
        return UnitSet(UnitSetKind(word), rest)
    word, _, rest = value.strip().partition(":")
    if word == "mine" and rest:
        if rest not in names.abilities and not names.loose:
            raise NotationError(
                Text(f"không có khả năng “{rest}”.", f"there is no ability '{rest}'."),
                len("mine:"),
                rest,
                names.abilities,
            )
        return UnitSet(UnitSetKind.MINE, rest)
    if word == "side" and rest and "." not in rest:
        _require_side(rest, names, len("side:"))
        return UnitSet(UnitSetKind.SIDE, rest)
    return None


def parse_who(value: object, names: PeopleNames, context: Context) -> Who:
    """Read whom an effect names: the people notation where it fits, else an expression.

    `record.X`, `input.X`, `row` and the like are values (people or units) and read as expressions.

    Raises:
        NotationError, ExpressionError: it is neither.
    """
    if not isinstance(value, str):
        return parse_people(value, names)
    if _VALUE_START.match(value):
        return parse_expression(value, context)
    try:
        return parse_people(value, names)
    except NotationError as notation_error:
        if re.fullmatch(r"[a-z0-9_.:^* ]+", value):
            raise
        try:
            return parse_expression(value, context)
        except ExpressionError:
            raise notation_error from None


def _forms(value: object, names: PeopleNames) -> tuple[PeopleForm, ...]:
    sources = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, tuple | list) else ()
    forms = []
    for index, source in enumerate(sources):
        if not isinstance(source, str):
            raise NotationError(
                Text(f"mục {index + 1} không phải là chữ.", f"item {index + 1} is not a text.")
            )
        try:
            forms.append(parse_form(source, names))
        except NotationError as error:
            raise NotationError(
                error.message, error.offset if len(sources) == 1 else 0, error.word, error.known
            ) from None
        except RecursionError:
            raise NotationError(Text("lồng quá sâu.", "it nests too deep.")) from None
    if not forms and value != ():
        raise NotationError(Text("chưa chỉ ra ai.", "nobody is named."))
    return tuple(forms)


def _where(value: object) -> Expression:
    return parse_expression(value, Context.PEOPLE)  # type: ignore[arg-type]


def _form_with_colon(source: str, text: str, names: PeopleNames) -> PeopleForm:
    word, _, rest = text.partition(":")
    if word == "group":
        require_group(rest, names, len(word) + 1)
        return PeopleForm(PeopleKind.GROUP, source, name=rest)
    if word == "side":
        side, _, slot = rest.partition(".")
        _require_side(side, names, len(word) + 1)
        if slot not in names.sides[side].slots if side in names.sides else False:
            raise NotationError(
                Text(f"phía “{side}” không có vị trí “{slot}”.", f"the side '{side}' has no slot '{slot}'."),
                len(word) + len(side) + 2,
                slot,
                names.sides[side].slots,
            )
        return PeopleForm(PeopleKind.SIDE, source, side=side, slot=slot)
    role, above = word.removesuffix("^"), word.endswith("^")
    require_unit(role, names, 0)
    if rest not in names.abilities and not names.loose:
        raise NotationError(
            Text(f"không có khả năng “{rest}”.", f"there is no ability '{rest}'."),
            len(word) + 1,
            rest,
            names.abilities,
        )
    return PeopleForm(PeopleKind.ABILITY, source, role=role, ability=rest, above=above)


def _dotted_form(source: str, text: str, names: PeopleNames) -> PeopleForm:
    first, _, rest = text.partition(".")
    if first == "record" and rest in names.roles:
        return PeopleForm(PeopleKind.ROLE, source, role=rest)
    if first in _VALUES and first not in names.roles and first not in names.derived:
        if first == "record" and rest not in names.user_fields and not names.loose:
            raise NotationError(
                Text(f"“{rest}” không phải là trường người.", f"'{rest}' is not a field of people."),
                len(first) + 1,
                rest,
                names.user_fields,
            )
        return PeopleForm(_VALUES[first], source, name=rest)
    if first in names.derived:
        require_derived(text, names)
        role, _, slot = rest.partition(".")
        kind = PeopleKind.DERIVED_SLOT if slot else PeopleKind.DERIVED
        return PeopleForm(kind, source, role=role, prefix=first, slot=slot or None)
    role, above = first.removesuffix("^"), first.endswith("^")
    require_unit(role, names, 0)
    if rest != "*":
        require_slot(role, rest, names, len(first) + 1)
    return PeopleForm(PeopleKind.SLOT, source, role=role, slot=None if rest == "*" else rest, above=above)


def _require_side(side: str, names: PeopleNames, offset: int) -> None:
    if side not in names.sides and not names.loose:
        raise NotationError(
            Text(f"không có phía đơn vị “{side}”.", f"there is no side '{side}'."), offset, side, names.sides
        )
