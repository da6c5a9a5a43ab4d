"""From the rows of a file to the plan of an import: sheet by sheet, each referring to those before."""

from __future__ import annotations

from collections.abc import Callable

from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.exchange.cells import Level, Problem, Problems, RawBook
from luongviec.services.exchange.check_holdings import ToBe, check_posts, check_roles
from luongviec.services.exchange.check_people import check_everybody_belongs, check_people
from luongviec.services.exchange.check_units import check_units
from luongviec.services.exchange.plan import ImportPlan
from luongviec.services.exchange.sheets import SheetCode
from luongviec.services.exchange.standing import standing_of
from luongviec.services.platform import Work


def plan_import(
    work: Work, actor: Actor, raw: RawBook, tell: Callable[[], None] = lambda: None
) -> ImportPlan:
    """Compare a file with what stands in the database, for an actor who administers some of it.

    Args:
        tell: called after each sheet; may raise to stop.

    Raises:
        Refused: the actor administers neither units nor people.
    """
    standing = standing_of(work, actor)
    plan = ImportPlan(problems=list(raw.problems))
    problems = Problems({code: sheet.letters for code, sheet in raw.sheets.items()})
    sheets = dict(raw.sheets)
    for code in SheetCode:
        found = None if code in standing.sheets else sheets.pop(code, None)
        if found is not None and found.rows:
            plan.problems.append(_not_yours(code))
    units = check_units(standing, sheets.get(SheetCode.UNITS), problems, plan)
    tell()
    people = check_people(standing, sheets.get(SheetCode.PEOPLE), problems, plan)
    tell()
    to_be = ToBe(units, people)
    check_posts(standing, sheets.get(SheetCode.POSTS), to_be, problems, plan)
    tell()
    check_roles(standing, sheets.get(SheetCode.ROLES), to_be, problems, plan)
    check_everybody_belongs(people, units, problems, plan)
    plan.problems += sorted(problems.found, key=_place)
    return plan


_ORDER = {code: index for index, code in enumerate(SheetCode)}


def _place(one: Problem) -> tuple[int, int, int, str]:
    """Give where a problem stands when one reads the file from its beginning."""
    return (-1 if one.sheet is None else _ORDER[one.sheet], one.row, len(one.letter), one.letter)


def _not_yours(sheet: SheetCode) -> Problem:
    return Problem(
        sheet, 0, "", Text("Bạn không có quyền nhập trang tính này.", "You may not import this sheet."),
        Text("Hãy bỏ các dòng của trang này.", "Take the rows of this sheet away."), Level.ERROR,
    )  # fmt: skip
