"""Conditions in set form, asked of one record: what a query of the store asks of many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from luongviec.engine.expressions.compiled import Expression
from luongviec.engine.expressions.scope import Scope
from luongviec.engine.expressions.setform import Operand, OperandKind, bind, compile_set, holds
from luongviec.engine.related import zone_of
from luongviec.engine.world import RecordState

if TYPE_CHECKING:
    from luongviec.engine.world import World


def holds_in_set(world: World, expression: Expression, record: RecordState, scope: Scope) -> bool:
    """Whether a record belongs to the set that an expression describes.

    Args:
        world: where the record lives.
        expression: in set form: the `where` of a list or of `act`, the `when` of a bucket.
        record: the record in question.
        scope: what the constants read (`viewer`, `source`, `parameters`, `now` …).
    """
    in_force = world.in_force(record)
    condition = bind(compile_set(expression, in_force.module), scope)
    status = in_force.group.statuses[record.status]

    def get(operand: Operand) -> object:
        match operand.kind:
            case OperandKind.FIELD:
                return record.values.get(operand.name)
            case OperandKind.ROLE:
                return tuple(holder.id for holder in record.holders(operand.name))
            case OperandKind.STATUS_CODE:
                return status.code
            case OperandKind.STATUS_CATEGORY:
                return status.category
            case OperandKind.STATUS_FINAL:
                return status.is_final
            case _:
                return getattr(record, operand.name)

    return holds(condition, get, zone_of(world.workspace))
