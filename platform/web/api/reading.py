"""Read requests: JSON bodies, versions, keys and parameters, each strictly.

What is not understood is refused by name, never ignored: a misspelt parameter would otherwise give
everything where something was asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask import request

from luongviec.engine.errors import InvalidInput
from luongviec.engine.planning.plan import Answers
from luongviec.engine.text import Text
from luongviec.web.api.faults import MalformedRequest, UnknownQuery, VersionNeeded, WrongMediaType

JSON = "application/json"
GREATEST_ID = 2**63 - 1
_VERSION = re.compile(r'(?:W/)?"?(\d{1,9})"?', re.ASCII)

NOT_AN_OBJECT = Text("Nội dung gửi lên cần là một đối tượng JSON.", "The body must be a JSON object.")
UNKNOWN_MEMBER = Text("Không có mục “{name}” ở đây. Hãy bỏ đi.", "There is no “{name}” here. Leave it out.")
WRONG_MEMBER = Text("Giá trị không đúng dạng.", "This value has the wrong form.")


@dataclass(frozen=True, slots=True)
class Written:
    """What a change of a record sends: the input of its form, and answers to questions."""

    input: Mapping[str, object]
    answers: Answers
    owner_id: int | None = None
    relation: str | None = None


def read_object(*, empty: bool = False) -> dict[str, object]:
    """Read the body as a JSON object; `empty` takes no body at all as an empty one.

    Raises:
        WrongMediaType: the body is of another type.
        MalformedRequest: it is not JSON, or no object.
    """
    body = request.get_data(cache=False)
    if empty and not body.strip():
        return {}
    if request.mimetype != JSON:
        raise WrongMediaType(wanted=JSON)
    try:
        data = json.loads(body, parse_constant=_no_constant, object_pairs_hook=_without_twins)
    except (ValueError, RecursionError):
        raise MalformedRequest from None
    if not isinstance(data, dict):
        raise MalformedRequest(NOT_AN_OBJECT)
    return data


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def read_written(*, empty: bool = False, may_belong: bool = False) -> Written:
    """Read the body of a change.

    Args:
        empty: take no body at all.
        may_belong: whether `owner_id` and `relation` may be said.
    """
    body = read_object(empty=empty)
    known = {"input", "confirmed", "reason"} | ({"owner_id", "relation"} if may_belong else set())
    check_members(body, known)
    given = body.get("input", {})
    reason, owner_id, relation = body.get("reason"), body.get("owner_id"), body.get("relation")
    errors = {
        "input": not isinstance(given, dict),
        "reason": not (reason is None or (isinstance(reason, str) and len(reason) <= 5_000)),
        "owner_id": not (owner_id is None or _is_id(owner_id)),
        "relation": not (relation is None or isinstance(relation, str)),
        "confirmed": _confirmed(body.get("confirmed")) is None,
    }
    if any(errors.values()):
        raise InvalidInput({name: (WRONG_MEMBER,) for name, wrong in errors.items() if wrong})
    confirmed = _confirmed(body.get("confirmed")) or False
    answers = Answers(confirmed, reason.strip() or None if isinstance(reason, str) else None)
    return Written(
        given if isinstance(given, dict) else {},
        answers,
        owner_id if isinstance(owner_id, int) else None,
        relation if isinstance(relation, str) else None,
    )


def _confirmed(value: object) -> bool | frozenset[str] | None:
    """Give what was confirmed: everything, nothing, or questions by code; `None` if it is unreadable."""
    if value is None:
        return False
    if isinstance(value, bool):
        return value
    if isinstance(value, list) and len(value) <= 100 and all(isinstance(one, str) for one in value):
        return frozenset(value)
    return None


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= GREATEST_ID


def read_ids(body: Mapping[str, object], name: str, *, most: int = 500) -> tuple[int, ...]:
    """Read a list of ids from a body.

    Raises:
        InvalidInput
    """
    given = body.get(name, [])
    if not isinstance(given, list) or len(given) > most or not all(_is_id(one) for one in given):
        raise InvalidInput({name: (WRONG_MEMBER,)})
    return tuple(one for one in given if isinstance(one, int))


def check_members(body: Mapping[str, object], known: Collection[str]) -> None:
    """Refuse members of a body that the address does not take.

    Raises:
        InvalidInput
    """
    unknown = [name for name in body if name not in known]
    if unknown:
        raise InvalidInput({name[:100]: (UNKNOWN_MEMBER.filled({"name": name[:100]}),) for name in unknown})


def read_version() -> int | None:
    """Give the version that the caller saw, from `If-Match`; `*` means whichever.

    Raises:
        VersionNeeded: there is none, or it is unreadable.
    """
    header = request.headers.get("If-Match", "").strip()
    if header == "*":
        return None
    match = _VERSION.fullmatch(header)
    if match is None:
        raise VersionNeeded
    return int(match[1])


def read_key() -> str | None:
    """Give the key under which the same change is done only once."""
    return request.headers.get("Idempotency-Key")


def check_query(*known: str, prefixes: tuple[str, ...] = ()) -> None:
    """Refuse parameters of the address that are not known.

    Raises:
        UnknownQuery
    """
    unknown = [name for name in request.args if name not in known and not name.startswith(prefixes or "\0")]
    if unknown:
        raise UnknownQuery(names=", ".join(name[:50] for name in unknown[:10]))


def query_number(name: str, *, least: int = 1, most: int = GREATEST_ID) -> int | None:
    """Give a number of the address, `None` where it is not given.

    Raises:
        UnknownQuery: it is no number within its bounds.
    """
    text = request.args.get(name)
    if text is None:
        return None
    if text.isascii() and text.isdigit() and len(text) <= 19 and least <= int(text) <= most:
        return int(text)
    raise UnknownQuery(names=name)


def query_words(name: str) -> tuple[str, ...]:
    """Give the words of a parameter, separated by commas."""
    return tuple(word for word in request.args.get(name, "").split(",") if word)
