"""The frame around every page: who, where, menu with counters, what may be created, unread count."""

from __future__ import annotations

from luongviec.engine.deciding.decide_create import decide_create
from luongviec.engine.errors import NotFound
from luongviec.engine.messages import APP
from luongviec.engine.world import Actor
from luongviec.services.home.choices import choices_of
from luongviec.services.home.launcher import launcher
from luongviec.services.home.menu import menu_of, unhidden_lists
from luongviec.services.platform import Platform, Work
from luongviec.services.reports.offers import has_reports
from luongviec.services.rights.module_access import opens
from luongviec.services.showing import Showing
from luongviec.services.views import CreateOffer, Shell
from luongviec.store.outbox import count_unread

MOST_UNITS = 12


def shell(platform: Platform, actor: Actor) -> Shell:
    """Give the frame's data in a bounded number of queries."""
    with platform.reading() as work:
        showing = Showing(work, actor)
        person = showing.person(actor.user_id)
        if person is None or actor.user_id is None:
            raise NotFound()
        unit_ids = dict.fromkeys(holding.unit_id for holding in work.world.holdings(actor.user_id))
        choices, functions = choices_of(work, actor.user_id), work.world.functions(actor.user_id)
        menu = menu_of(work, actor, choices)
        lists = [item for section in menu for item in section.items]
        lists += unhidden_lists(work, actor, choices) if choices.menus else ()
        return Shell(
            person=person,
            units=tuple(showing.unit(unit_id) for unit_id in list(unit_ids)[:MOST_UNITS]),
            menu=menu,
            create=_create(work, showing),
            unread=count_unread(work.session, actor.user_id, APP),
            functions=functions,
            apps=launcher(work.workspace, lists, functions),
            has_reports=bool(lists) and has_reports(work, actor),
        )


def _create(work: Work, showing: Showing) -> tuple[CreateOffer, ...]:
    found = []
    for module in work.workspace.modules.values():
        if (module.owners and not module.owner_optional) or not opens(work, showing.actor, module):
            continue
        decision = decide_create(work.world, showing.actor, module.code, standing=showing.standing)
        if decision.allowed:
            action = module.actions["create"]
            found.append(CreateOffer(module.code, action.label, action.icon or module.icon))
    return tuple(found)
