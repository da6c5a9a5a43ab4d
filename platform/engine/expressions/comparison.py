"""How values of the language compare and reckon, the same in every place that evaluates.

Nothing (`None`) makes every comparison false and every sum nothing, so that a guard over an empty
value refuses. A day compares with a moment as its first instant. A role is a list of people:
`record.ROLE == person` asks whether the person is among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo

from luongviec.engine.moments import DEFAULT_TIMEZONE, as_datetime

MAX_NUMBER = 10**15
MAX_TEXT = 100_000


class Readable:
    """Base of whatever expressions may read attributes of: records, people, units, statuses, events.

    `read` gives the value of a public name and raises `KeyError` for a name that it does not know;
    `identity` is what makes two of them the same (and equal to a plain id). `str()` is what a
    template prints.
    """

    __slots__ = ()

    def read(self, name: str) -> object:
        """Give what a name stands for."""
        raise KeyError(name)

    @property
    def identity(self) -> object:
        """What makes two views the same thing."""
        return self.read("id")


class Holders(tuple[object, ...]):
    """Who holds a role: a list that compares by membership."""

    __slots__ = ()


def identity_of(value: object) -> object:
    """Give what a value is compared by."""
    return value.identity if isinstance(value, Readable) else value


def compare(operator: str, left: object, right: object, timezone: tzinfo = DEFAULT_TIMEZONE) -> bool:
    """Compare two values of the language; `operator` is as written (`==`, `not in` …).

    Raises:
        TypeError: an order is asked of values that have none (a date and a text).
    """
    if left is None or right is None:
        return False
    if operator == "==":
        return _equal(left, right, timezone)
    if operator == "!=":
        return not _equal(left, right, timezone)
    if operator == "in":
        return _among(left, right, timezone)
    if operator == "not in":
        return not _among(left, right, timezone)
    return _ordered(operator, left, right, timezone)


def _equal(left: object, right: object, timezone: tzinfo) -> bool:
    left_many, right_many = isinstance(left, tuple | list), isinstance(right, tuple | list)
    if left_many and right_many:
        if isinstance(left, Holders) or isinstance(right, Holders):
            return any(_equal(one, other, timezone) for one in left for other in right)  # type: ignore[attr-defined]
        return [identity_of(one) for one in left] == [identity_of(one) for one in right]  # type: ignore[attr-defined]
    if left_many:
        return any(_equal(one, right, timezone) for one in left)  # type: ignore[attr-defined]
    if right_many:
        return any(_equal(left, one, timezone) for one in right)  # type: ignore[attr-defined]
    left, right = identity_of(left), identity_of(right)
    if isinstance(left, date) and isinstance(right, date):
        left, right = _alike(left, right, timezone)
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    return bool(left == right)


def _among(left: object, right: object, timezone: tzinfo) -> bool:
    left, right = identity_of(left), identity_of(right)
    if isinstance(right, str):
        if not isinstance(left, str):
            raise TypeError("a text can hold only a text")
        return left in right
    if isinstance(right, Mapping):
        return isinstance(left, str) and left in right
    if not isinstance(right, tuple | list | set | frozenset):
        raise TypeError("'in' needs a list")
    candidates = left if isinstance(left, Holders) else (left,)
    return any(one is not None and _equal(mine, one, timezone) for mine in candidates for one in right)


def _alike(left: date, right: date, timezone: tzinfo) -> tuple[date, date]:
    if isinstance(left, datetime) or isinstance(right, datetime):
        return as_datetime(left, timezone), as_datetime(right, timezone)
    return left, right


def _ordered(operator: str, left: object, right: object, timezone: tzinfo) -> bool:
    if isinstance(left, date) and isinstance(right, date):
        left, right = _alike(left, right, timezone)
    elif not (
        (isinstance(left, int | float) and isinstance(right, int | float))
        or (isinstance(left, str) and isinstance(right, str))
        or (isinstance(left, timedelta) and isinstance(right, timedelta))
    ):
        raise TypeError(f"{type(left).__name__} and {type(right).__name__} have no order")
    if operator == "<":
        return left < right  # type: ignore[operator]
    if operator == "<=":
        return left <= right  # type: ignore[operator]
    if operator == ">":
        return left > right  # type: ignore[operator]
    return left >= right  # type: ignore[operator]


def calculate(operator: str, left: object, right: object, timezone: tzinfo = DEFAULT_TIMEZONE) -> object:
    """Reckon with two values: numbers, moments and durations; nothing gives nothing.

    Raises:
        TypeError: these two cannot be reckoned with.
        ValueError: the result is out of bounds.
    """
    if left is None or right is None:
        return None
    if isinstance(left, date) or isinstance(right, date):
        return _moved(operator, left, right, timezone)
    if isinstance(left, timedelta) or isinstance(right, timedelta):
        return _durations(operator, left, right)
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        raise TypeError(f"'{operator}' works on numbers, dates and durations; texts are joined with '~'")
    return _numbers(operator, left, right)


def _numbers(operator: str, left: float, right: float) -> object:
    if abs(left) > MAX_NUMBER or abs(right) > MAX_NUMBER:
        raise ValueError("a number out of bounds")
    if operator in ("/", "//", "%") and right == 0:
        return None
    result: float
    match operator:
        case "+":
            result = left + right
        case "-":
            result = left - right
        case "*":
            result = left * right
        case "/":
            result = left / right
        case "//":
            result = left // right
        case "%":
            result = left % right
        case _:
            raise TypeError(f"no operator '{operator}'")
    if abs(result) > MAX_NUMBER:
        raise ValueError("a number out of bounds")
    return result


def _moved(operator: str, left: object, right: object, timezone: tzinfo) -> object:
    if isinstance(left, date) and isinstance(right, date) and operator == "-":
        first, second = _alike(left, right, timezone)
        return first - second
    if operator == "+" and isinstance(right, date):
        left, right = right, left
    if isinstance(left, date) and isinstance(right, timedelta) and operator in ("+", "-"):
        whole_days = right % timedelta(days=1) == timedelta()
        moment = left if isinstance(left, datetime) or whole_days else as_datetime(left, timezone)
        return moment + right if operator == "+" else moment - right
    raise TypeError("moments move by durations: use days(n), hours(n) or minutes(n)")


def _durations(operator: str, left: object, right: object) -> object:
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        if operator in ("+", "-"):
            return left + right if operator == "+" else left - right
        if operator == "/":
            return left / right if right else None
    if isinstance(left, timedelta) and isinstance(right, int | float) and operator in ("*", "/"):
        if operator == "/":
            return left / right if right else None
        return left * right
    if isinstance(right, timedelta) and isinstance(left, int | float) and operator == "*":
        return right * left
    raise TypeError(f"'{operator}' does not work on these durations")
