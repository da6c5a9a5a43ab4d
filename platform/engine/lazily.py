"""What is worked out once for each object, by whoever asks first.

`functools.cached_property` of Python 3.11 holds one lock for all objects of a class while it computes:
requests wait for each other, and two that need the database meanwhile can wait for ever. Here nobody
waits; should two threads ask one object at the same moment, both compute and the last answer stays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Found = TypeVar("Found")


class cached_property(Generic[Found]):  # noqa: N801 (in place of the one that everybody knows)
    """A property that is computed once for each object and kept in its `__dict__`."""

    def __init__(self, compute: Callable[[Any], Found]) -> None:
        self.compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, one: None, owner: type) -> cached_property[Found]: ...

    @overload
    def __get__(self, one: object, owner: type) -> Found: ...

    def __get__(self, one: object | None, owner: type) -> Found | cached_property[Found]:
        if one is None:
            return self
        found = one.__dict__[self.name] = self.compute(one)
        return found
