"""Which presets count for a person: they choose cards and menus, and give no right (T-135).

Those that fit the person's posts count by themselves, from the first sign-in on (W-06); a person may
apply another one instead (T-02).
"""

from __future__ import annotations

from luongviec.engine.errors import LuongViecError
from luongviec.engine.model import Preset
from luongviec.engine.people import is_among
from luongviec.engine.world import Actor
from luongviec.services.home.choices import HomeChoices
from luongviec.services.platform import Work


def presets_for(work: Work, actor: Actor, choices: HomeChoices) -> tuple[Preset, ...]:
    """Give the preset that the person applied, else those that fit."""
    applied = work.workspace.presets.get(choices.preset)
    return fitting_presets(work, actor) if applied is None else (applied,)


def fitting_presets(work: Work, actor: Actor) -> tuple[Preset, ...]:
    """Give the presets made for people like the actor, in the order of their files."""
    if actor.user_id is None:
        return ()
    found = []
    for preset in work.workspace.presets.values():
        try:
            if is_among(work.world, preset.people, actor.user_id, actor=actor, person=actor.user_id):
                found.append(preset)
        except LuongViecError:  # a preset that cannot be judged fits nobody
            continue
    return tuple(found)
