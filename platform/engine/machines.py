"""State machines: one shared, immutable `transitions.Machine` for each revision of a status group.

The event that moves to a status bears its code. Records are never added to a machine: a light
`StatusModel` goes through it and out again. Lists and pages use the table (`tables.Table.moves`),
which says the same; a test holds the two and the definition together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from transitions import EventData, Machine, MachineError

from luongviec.engine.model import StatusGroup


class StatusModel:
    """What goes through a machine: a status and nothing else."""

    __slots__ = ("status",)

    def __init__(self, status: str) -> None:
        self.status = status


_MACHINES: dict[int, tuple[StatusGroup, Machine]] = {}
_MAX_MACHINES = 1_000


def machine_for(group: StatusGroup) -> Machine:
    """Give the machine of a status group, shared by all records and threads."""
    kept = _MACHINES.get(id(group))
    if kept is None:
        if len(_MACHINES) >= _MAX_MACHINES:
            _MACHINES.clear()
        # The group is kept beside its machine, so that its identity stays its own.
        kept = _MACHINES[id(group)] = (group, _new_machine(group))
    return kept[1]


def _new_machine(group: StatusGroup) -> Machine:
    # Automatic transitions would open a way past every rule; a model given here would be held for ever.
    machine = Machine(
        model=None,
        states=list(group.statuses),
        initial=group.initial.code,
        auto_transitions=False,
        send_event=True,
        model_attribute="status",
    )
    for status in group.statuses:
        by_target: dict[str, set[str]] = {}
        for column, targets in group.transitions.get(status, {}).items():
            for to in targets:
                by_target.setdefault(to, set()).add(column)
        for to, columns in by_target.items():
            # Compiled callables only: a condition given by name could be looked up and called.
            machine.add_transition(to, status, to, conditions=[_held_by(frozenset(columns))])
    return machine


def _held_by(columns: frozenset[str]) -> Callable[[EventData], bool]:
    def is_held(event: Any) -> bool:
        return not columns.isdisjoint(event.kwargs["columns"])

    return is_held


def move(group: StatusGroup, status: str, columns: Iterable[str], to: str) -> str | None:
    """Move through the machine and give the status reached, None where the move is refused."""
    machine = machine_for(group)
    event = machine.events.get(to)
    if event is None:
        return None
    model = StatusModel(status)
    try:
        moved = event.trigger(model, columns=frozenset(columns))
    except MachineError:
        return None
    return model.status if moved else None


def may_move(group: StatusGroup, status: str, columns: Iterable[str], to: str) -> bool:
    """Whether holders of columns may move from a status to another."""
    return move(group, status, columns, to) is not None
