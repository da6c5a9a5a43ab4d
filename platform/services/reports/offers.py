"""Which reports a person may open."""

from __future__ import annotations

from luongviec.engine.model import Report
from luongviec.engine.world import Actor
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import has_function
from luongviec.services.reports.views import ReportOffer
from luongviec.services.rights.module_access import opens
from luongviec.store.lists.terms import Grant, terms_for


def list_reports(platform: Platform, actor: Actor) -> tuple[ReportOffer, ...]:
    """Give the reports that a person may open."""
    with platform.reading() as work:
        return tuple(
            offer_of(work, report)
            for report in work.workspace.reports.values()
            if may_open(work, actor, report)
        )


def has_reports(work: Work, actor: Actor) -> bool:
    """Whether any report is offered to a person."""
    return any(may_open(work, actor, report) for report in work.workspace.reports.values())


def offer_of(work: Work, report: Report) -> ReportOffer:
    """Give a report as it is offered."""
    module = work.workspace.modules[report.module]
    return ReportOffer(report.code, report.module, report.name, module.name, report.note)


def may_open(work: Work, actor: Actor, report: Report) -> bool:
    """Whether a report is offered: he may open the module, see records of it, and holds what it needs."""
    if not opens(work, actor, work.workspace.modules[report.module]):
        return False
    if report.needs is not None and not has_function(work, actor, report.needs):
        return False
    terms = terms_for(work.world, actor.user_id, report.module, Grant(permission="view"))
    return not terms.is_empty
