"""The kinds of effects that this process can plan: the built-in ones and those of plugins.

An effect is a function that works on the draft through its step. Plugins register theirs in the same
way as the built-in ones, before the application starts; afterwards the registry is closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from luongviec.engine.planning.errors import UnknownEffect
from luongviec.engine.planning.run import EffectStep


class EffectFunction(Protocol):
    """Plans one step: reads `step.run`, changes the draft through `step.session`, tells events."""

    def __call__(self, step: EffectStep, /) -> None: ...


class EffectRegistry:
    """Effects by the word that names them in a definition."""

    def __init__(self, effects: Mapping[str, EffectFunction]) -> None:
        self._effects = dict(effects)
        self._closed = False

    @property
    def kinds(self) -> frozenset[str]:
        """The words that may stand in a definition."""
        return frozenset(self._effects)

    def register(self, kind: str, effect: EffectFunction) -> None:
        """Add an effect of a plugin.

        Raises:
            ValueError: the word is taken, or the application has started.
        """
        if self._closed:
            raise ValueError(f"effect '{kind}' comes too late: the application has started")
        if kind in self._effects:
            raise ValueError(f"there is an effect '{kind}' already")
        self._effects[kind] = effect

    def close(self) -> None:
        """Take no further effects: the application starts."""
        self._closed = True

    def apply(self, step: EffectStep) -> None:
        """Plan one step.

        Raises:
            UnknownEffect: no plugin of this installation brings it.
        """
        effect = self._effects.get(step.effect.kind)
        if effect is None:
            raise UnknownEffect(kind=step.effect.kind)
        effect(step)
