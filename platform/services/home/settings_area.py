"""The frame of the settings area: who, what waits, and the sizes that its menu shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from luongviec.engine.errors import NotFound
from luongviec.engine.messages import APP
from luongviec.engine.model.workspace import LOCAL_FUNCTIONS
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.directory import check_administers
from luongviec.services.home.launcher import administration_apps
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import has_function, reach
from luongviec.services.showing import Showing
from luongviec.services.views import Launcher, Shell
from luongviec.store.outbox import count_unread


@dataclass(frozen=True, slots=True)
class SettingsFrame:
    """What the frame of a settings page needs. `counts`: key of a menu entry → its size.

    `everywhere`: the function permissions that are held in every unit, not only on a branch.
    `absences`: code, name and icon of the modules in which somebody lets others stand in for him.
    """

    shell: Shell
    counts: Mapping[str, int]
    everywhere: frozenset[str] = frozenset()
    absences: tuple[tuple[str, Text, str], ...] = ()


def settings_frame(platform: Platform, actor: Actor) -> SettingsFrame:
    """Give the frame's data in two statements: everything of the organisation is at hand.

    Raises:
        Refused: the actor administers nothing.
    """
    with platform.reading() as work:
        check_administers(work, actor)
        person = Showing(work, actor).person(actor.user_id)
        if person is None or actor.user_id is None:
            raise NotFound()
        functions = work.world.functions(actor.user_id)
        shell = Shell(
            person=person, units=(), menu=(), create=(),
            unread=count_unread(work.session, actor.user_id, APP),
            functions=functions, apps=Launcher((), administration_apps(work.workspace, functions)),
        )  # fmt: skip
        return SettingsFrame(
            shell, _counts(work, actor), _everywhere(work, actor, functions), _absences(work, functions)
        )


def _everywhere(work: Work, actor: Actor, functions: frozenset[str]) -> frozenset[str]:
    return frozenset(one for one in functions if one not in LOCAL_FUNCTIONS or has_function(work, actor, one))


def _absences(work: Work, functions: frozenset[str]) -> tuple[tuple[str, Text, str], ...]:
    if "admin.users" not in functions:
        return ()
    return tuple(
        (module.code, module.name, module.icon)
        for module in work.workspace.modules.values()
        if module.stands_in is not None and module.stands_in.is_general
    )


def _counts(work: Work, actor: Actor) -> dict[str, int]:
    organisation = work.world.organisation
    reached = reach(work, actor, "admin.units")
    counts = {"units": sum(unit.active for unit in organisation.units.values())}
    if reached is not None:
        counts["units"] = sum(organisation.units[one].active for one in reached if one in organisation.units)
    if reach(work, actor, "admin.users") is None:
        counts["accounts"] = sum(person.active for person in organisation.people.values())
    return counts
