"""Function permissions: what each person holds, through what, and where (E-15: they add up).

Given to the person, to a group, by the definition of a group or of a slot, or on a branch of the tree.
All of it stands in the organisation's snapshot, so a change counts at the next request (U-35).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from luongviec.engine.model import Workspace
from luongviec.engine.model.workspace import LOCAL_FUNCTIONS
from luongviec.engine.world import Holding
from luongviec.store.organisation.snapshot import Organisation


class FunctionVia(StrEnum):
    """Through what somebody holds a function permission."""

    PERSON = "person"  # given to the person alone
    GROUP = "group"  # given to a group by an administrator
    GROUP_DEFINITION = "group_definition"  # what the definition of a group gives
    SLOT = "slot"  # what the definition of a side gives to holders of a slot
    BRANCH = "branch"  # given on a branch of the tree


@dataclass(frozen=True, slots=True)
class FunctionSource:
    """One reason why somebody holds a function permission. `units` None: it counts everywhere."""

    function: str
    via: FunctionVia
    group: str | None = None
    holding: Holding | None = None
    unit_id: int | None = None
    units: tuple[int, ...] | None = None


def function_sources(
    organisation: Organisation, workspace: Workspace, user_id: int
) -> Iterator[FunctionSource]:
    """Give every reason for every function permission that a person holds."""
    for function in sorted(organisation.functions.get(user_id, ())):
        yield FunctionSource(function, FunctionVia.PERSON)
    for code in sorted(organisation.groups.get(user_id, ())):
        defined = workspace.user_groups.get(code)
        for function in sorted(defined.may if defined else ()):
            yield FunctionSource(function, FunctionVia.GROUP_DEFINITION, group=code)
        for function in sorted(organisation.group_functions.get(code, ())):
            yield FunctionSource(function, FunctionVia.GROUP, group=code)
    for holding in organisation.holdings.get(user_id, ()):
        yield from _through_slot(organisation, workspace, holding)
    for unit_id, function in organisation.branch_grants.get(user_id, ()):
        units = tuple(organisation.branch.get(unit_id, ()))
        yield FunctionSource(function, FunctionVia.BRANCH, unit_id=unit_id, units=units)


def _through_slot(
    organisation: Organisation, workspace: Workspace, holding: Holding
) -> Iterator[FunctionSource]:
    side = workspace.sides.get(holding.side)
    slot = side.slots.get(holding.slot) if side else None
    if slot is None:
        return
    branch: Sequence[int] = (
        organisation.branch.get(holding.unit_id, ()) if slot.branch else (holding.unit_id,)
    )
    for function in sorted(slot.may):
        units = tuple(branch) if function in LOCAL_FUNCTIONS else None
        yield FunctionSource(function, FunctionVia.SLOT, None, holding, holding.unit_id, units)


def functions_of(organisation: Organisation, workspace: Workspace, user_id: int) -> frozenset[str]:
    """Give the function permissions that a person holds somewhere."""
    return frozenset(source.function for source in function_sources(organisation, workspace, user_id))


def units_of_function(
    organisation: Organisation, workspace: Workspace, user_id: int, function: str
) -> frozenset[int] | None:
    """Give the units in which a person holds a function permission; None: everywhere."""
    found: set[int] = set()
    for source in function_sources(organisation, workspace, user_id):
        if source.function == function:
            if source.units is None:
                return None
            found.update(source.units)
    return frozenset(found)


def holders_of_function(
    organisation: Organisation, workspace: Workspace, function: str
) -> Iterator[tuple[int, FunctionSource]]:
    """Give everybody who holds a function permission, with every reason; accounts switched off too."""
    for user_id, functions in organisation.functions.items():
        if function in functions:
            yield user_id, FunctionSource(function, FunctionVia.PERSON)
    for code, members in organisation.members.items():
        defined = workspace.user_groups.get(code)
        for via, held in (
            (FunctionVia.GROUP_DEFINITION, defined.may if defined else frozenset()),
            (FunctionVia.GROUP, organisation.group_functions.get(code, frozenset())),
        ):
            if function in held:
                source = FunctionSource(function, via, group=code)
                yield from ((user_id, source) for user_id in members)
    for side in workspace.sides.values():
        for slot in side.slots.values():
            if function in slot.may:
                yield from _holders_through_slot(organisation, workspace, function, side.code, slot.code)
    for user_id, grants in organisation.branch_grants.items():
        for unit_id, granted in grants:
            if granted == function:
                units = tuple(organisation.branch.get(unit_id, ()))
                yield user_id, FunctionSource(function, FunctionVia.BRANCH, unit_id=unit_id, units=units)


def _holders_through_slot(
    organisation: Organisation, workspace: Workspace, function: str, side: str, slot: str
) -> Iterator[tuple[int, FunctionSource]]:
    for user_id in organisation.slot_holders.get((side, slot), ()):
        for holding in organisation.holdings.get(user_id, ()):
            if (holding.side, holding.slot) == (side, slot):
                for source in _through_slot(organisation, workspace, holding):
                    if source.function == function:
                        yield user_id, source
