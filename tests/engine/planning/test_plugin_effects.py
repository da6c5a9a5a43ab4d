"""Effects of plugins register as the built-in ones do."""

from __future__ import annotations

import pytest

from luongviec.engine.effects.built_in import EFFECTS
from luongviec.engine.effects.registry import EffectRegistry
from luongviec.engine.model import Effect, EffectKind
from luongviec.engine.planning.actions import run_action
from luongviec.engine.planning.errors import UnknownEffect
from luongviec.engine.planning.finish import finish
from luongviec.engine.planning.plan import Answers
from luongviec.engine.planning.run import EffectStep
from luongviec.engine.planning.session import Session
from luongviec.engine.world import Actor
from tests.engine.planning.cases import cases


def _shout(step: EffectStep) -> None:
    run = step.run
    name = str(run.record.values["name"]).upper()
    run.edited += step.session.set_values(run.entry, run.record_id, {"name": name})


def test_every_word_of_the_language_has_its_function() -> None:
    assert EFFECTS.kinds >= set(EffectKind)


def test_a_plugin_changes_the_draft_through_its_step() -> None:
    registry = EffectRegistry({"shout": _shout})
    desk = cases(actions={"go": {"effects": []}})
    case = desk.add(values={"name": "nhỏ"})
    session = Session(desk.world, Actor(desk.office.an), Answers(), registry)
    run = run_action(session, Actor(desk.office.an), case, "go", {})
    registry.apply(EffectStep(Effect("shout"), run))
    desk.world.apply(finish(session))
    assert desk.value(case, "name") == "NHỎ"


def test_an_unknown_effect_says_so() -> None:
    desk = cases(actions={"go": {"effects": [{"set": {"name": "'x'"}}]}})
    session = Session(desk.world, Actor(desk.office.an), Answers(), EffectRegistry({}))
    with pytest.raises(UnknownEffect, match="set"):
        run_action(session, Actor(desk.office.an), desk.add(), "go", {})


def test_a_word_is_taken_once_and_in_time() -> None:
    registry = EffectRegistry({"shout": _shout})
    with pytest.raises(ValueError, match="already"):
        registry.register("shout", _shout)
    registry.close()
    with pytest.raises(ValueError, match="too late"):
        registry.register("whisper", _shout)
