"""What is worked out once for each object."""

from __future__ import annotations

import threading
from pathlib import Path

import luongviec
from luongviec.engine.lazily import cached_property


class Slow:
    """Computes only when it may."""

    def __init__(self) -> None:
        self.begun, self.may_end, self.times = threading.Event(), threading.Event(), 0

    @cached_property
    def answer(self) -> int:
        """What all wait for."""
        self.begun.set()
        assert self.may_end.wait(5)
        self.times += 1
        return 42


def test_one_object_does_not_wait_for_another() -> None:
    slow, quick = Slow(), Slow()
    quick.may_end.set()
    thread = threading.Thread(target=lambda: slow.answer)
    thread.start()
    assert slow.begun.wait(5)
    found: list[int] = []
    other = threading.Thread(target=lambda: found.append(quick.answer), daemon=True)
    other.start()
    other.join(2)
    assert found == [42]
    slow.may_end.set()
    thread.join(5)


def test_it_is_computed_once_and_can_be_forgotten() -> None:
    one = Slow()
    one.may_end.set()
    assert [one.answer, one.answer, one.times] == [42, 42, 1]
    del one.__dict__["answer"]
    assert [one.answer, one.times] == [42, 2]
    assert Slow.answer.__doc__ == "What all wait for."


def test_nothing_uses_the_one_whose_objects_wait_for_each_other() -> None:
    for path in Path(luongviec.__path__[0]).rglob("*.py"):
        taken = [line for line in path.read_text("utf-8").splitlines() if line.startswith("from functools")]
        assert "cached_property" not in " ".join(taken), path
