"""Whether what is worked out for somebody depends on who he is, and not only on what he may do.

Whoever wants to give several people the same answer notes, while it is worked out for one of them, what
asked about the person himself. A condition that did (`holds(actor, 'chair')`) is a question that the
others can be asked too; anything else (voices, forms that carry his session) makes the answer his alone.
What he may do is compared by `engine.deciding.likeness`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from luongviec.engine.world import Actor, World

#: Names and functions of expressions whose value depends on who asks.
PERSONAL_NAMES = frozenset({"actor", "acting_for", "viewer", "recipient", "holds", "people"})

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Question:
    """A condition that reads who asks: how to ask it of another, and what came out."""

    ask: Callable[[World, Actor], object]
    answer: object

    def fits(self, world: World, actor: Actor) -> bool:
        """Whether the same comes out for another."""
        return self.ask(world, actor) == self.answer


@dataclass(slots=True)
class Noted:
    """What was noted: questions about the person, and whether the answer is his alone in any case."""

    is_personal: bool = False
    questions: list[Question] = field(default_factory=list)


_noted: ContextVar[Noted | None] = ContextVar("luongviec_noted", default=None)


@contextmanager
def noting_persons() -> Iterator[Noted]:
    """Note what is asked about the person by anything that is worked out inside."""
    noted = Noted()
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)


def note_person() -> None:
    """Say that what is being worked out is for one person alone."""
    noted = _noted.get()
    if noted is not None:
        noted.is_personal = True


def answered(answer: Callable[[], Found], ask: Callable[[World, Actor], Found]) -> Found:
    """Give an answer; where it asked about the person and somebody notes, others may be asked by `ask`."""
    outer = _noted.get()
    if outer is None:
        return answer()
    with noting_persons() as noted:
        found = answer()
    outer.questions += noted.questions
    if noted.is_personal:
        outer.questions.append(Question(ask, found))
    return found
