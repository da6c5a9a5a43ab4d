"""The ways on which a viewer comes to the records of a selection, each as one query.

A head walks along one index: the access rows of one principal, or the records of the module where a
group, everybody or the owner grants. All heads of a selection are narrowed alike; united they give
exactly the records that the viewer may see and that the selection names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, false, literal_column, not_, or_, select, union

from luongviec.engine.expressions.setform import Condition, OperandKind, operands
from luongviec.engine.lazily import cached_property
from luongviec.engine.model import Access, Column
from luongviec.store.lists.access import (
    Carrier,
    access_carrier,
    holds,
    meets_mask,
    number,
    owner_holds,
    record_carrier,
    status_in,
)
from luongviec.store.lists.conditions import Writer
from luongviec.store.lists.light import access_row, record_row
from luongviec.store.lists.searching import words_condition
from luongviec.store.lists.terms import VIEW, Grant, Term, Terms, terms_for
from luongviec.store.world import StoreWorld

#: A query and where its conditions find what they compare.
Head = tuple[Select[Any], Carrier]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which records of a module: all parts must hold.

    `mine`: the viewer holds one of these columns. `conditions`: bound set forms. `words`: full text.
    `owner_id`, `relation`: owned by a record. `behalf`: the viewer himself, or one person in whose place he
    sees them. `tops`: a relation; records are left out that another of the selection owns through it.
    """

    module: str
    mine: tuple[Column, ...] = ()
    conditions: tuple[Condition, ...] = ()
    words: str = ""
    owner_id: int | None = None
    relation: str | None = None
    behalf: int | None = None
    tops: str | None = None


@dataclass(frozen=True)
class Listing:
    """One viewer before one selection."""

    world: StoreWorld
    viewer: int | None
    selection: Selection

    @cached_property
    def view(self) -> Terms:
        """The terms on which he sees records of the module."""
        return terms_for(self.world, self.viewer, self.selection.module, Grant(permission=VIEW))

    @cached_property
    def mine(self) -> Terms:
        """The terms on which they are his, as the selection says; those of seeing where it does not."""
        mine, behalf = self.selection.mine, self.selection.behalf
        if self.viewer is None or not (mine or behalf is not None):
            return self.view
        grant = Grant(columns=mine, behalf=behalf) if mine else Grant(permission=VIEW, behalf=behalf)
        return terms_for(self.world, self.viewer, self.selection.module, grant)

    def heads(self) -> list[Head]:
        """Give every head; none where nothing can be seen."""
        mine = self.mine
        if self.view.is_empty or mine.is_empty:
            return []
        if self.selection.owner_id is not None:
            return [self._owned()]
        heads = [self._of_term(term) for term in mine.terms]
        if mine.direct:
            heads.append(self._direct())
        return heads + [self._through_owner(permission) for permission in mine.owner]

    def ids(self, *, cap: int | None = None) -> Select[Any] | None:
        """Give the query for all ids; with a cap each head stops after one more than that."""
        heads = []
        for head, carrier in self.heads():
            query = head.with_only_columns(carrier.id.label("record_id"))
            heads.append(query if cap is None else query.limit(cap + 1))
        if not heads:
            return None
        if len(heads) == 1:
            return heads[0]
        united = union(*(select(head.subquery()) for head in heads)).subquery()
        return select(united.c.record_id)

    # --- One head -------------------------------------------------------------------------------------

    def _of_term(self, term: Term) -> Head:
        """The access rows of one principal. Where what makes them his also shows them, no more is asked."""
        row = access_row()
        carrier = access_carrier(row)
        query = (
            select(row.record_id)
            .where(row.principal == term.principal, row.module_id == number(self.mine.module_id))
            .where(meets_mask(row, self.mine, term))
        )
        if self.view is not self.mine:
            covered = _covered(self.view, term)
            if covered != frozenset(term.masks):
                shown = status_in(carrier, covered) if covered else false()
                query = query.where(or_(shown, self._visible(carrier)))
        return query.where(*self._narrowing(carrier)), carrier

    def _direct(self) -> Head:
        query, carrier = self._of_records()
        if self.mine.direct != self.mine.statuses:
            query = query.where(status_in(carrier, self.mine.direct))
        if not self.mine.direct <= self.view.direct:
            query = query.where(self._visible(carrier))
        return query.where(*self._narrowing(carrier)), carrier

    def _through_owner(self, permission: str) -> Head:
        query, carrier = self._of_records()
        statuses = self.mine.owner[permission]
        query = query.where(
            status_in(carrier, statuses),
            owner_holds(self.world, self.viewer, self.mine, permission, carrier),
        )
        if not statuses <= self.view.owner.get(permission, frozenset()):
            query = query.where(self._visible(carrier))
        return query.where(*self._narrowing(carrier)), carrier

    def _owned(self) -> Head:
        """The records of one owner are few: they are found first, then judged."""
        query, carrier = self._of_records()
        query = query.where(carrier.record.owner_id == self.selection.owner_id)
        if self.selection.relation is not None:
            query = query.where(carrier.record.owner_relation == self.selection.relation)
        query = query.where(self._visible(carrier))
        if self.mine is not self.view:
            query = query.where(holds(self.world, self.viewer, self.mine, carrier))
        return query.where(*self._narrowing(carrier)), carrier

    def _of_records(self) -> Head:
        record = record_row()
        query = select(record.id).where(
            record.module_id == number(self.mine.module_id), record.deleted_at.is_(None)
        )
        return query, record_carrier(record)

    def _visible(self, carrier: Carrier) -> ColumnElement[bool]:
        return holds(self.world, self.viewer, self.view, carrier)

    # --- What narrows every head alike ------------------------------------------------------------------

    def _narrowing(self, carrier: Carrier) -> list[ColumnElement[bool]]:
        """Give what the selection asks of every record; of trees, only the tops where that is asked."""
        parts = self._asked(carrier)
        return parts if self.selection.tops is None else [*parts, not_(self._below_another(carrier))]

    def _below_another(self, carrier: Carrier) -> ColumnElement[bool]:
        """Whether a record is owned by another of the same selection."""
        child, owner = record_row(), record_row()
        other = record_carrier(owner)
        there = [owner.module_id == number(self.mine.module_id), owner.deleted_at.is_(None)]
        there.append(self._visible(other))
        if self.mine is not self.view:
            there.append(holds(self.world, self.viewer, self.mine, other))
        return exists(
            select(literal_column("1"))
            .select_from(child.table.join(owner.table, owner.id == child.owner_id))
            .where(child.id == carrier.id, child.owner_relation == self.selection.tops)
            .where(*there, *self._asked(other))
        )

    def _asked(self, carrier: Carrier) -> list[ColumnElement[bool]]:
        """Give conditions and words; and that every field that is compared may be read."""
        selection = self.selection
        writer = Writer(self.world, self.world.workspace.modules[selection.module])
        statuses, others = writer.split(selection.conditions)
        parts = [*writer.write_statuses(statuses, carrier), *(writer.write(one, carrier) for one in others)]
        for code in self._compared_fields():
            if not may_compare(self.world, self.viewer, selection.module, code):
                readable = terms_for(self.world, self.viewer, selection.module, Grant(readable=code))
                parts.append(holds(self.world, self.viewer, readable, carrier))
        if selection.words:
            parts.append(words_condition(self.world, self.viewer, selection.module, selection.words, carrier))
        return parts

    def _compared_fields(self) -> list[str]:
        names = {
            operand.name
            for condition in self.selection.conditions
            for operand in operands(condition)
            if operand.kind is OperandKind.FIELD
        }
        return sorted(names)


def _covered(view: Terms, term: Term) -> frozenset[int]:
    """Give the statuses in which whatever meets the term's mask is visible by the same row."""
    found = set(view.direct & set(term.masks))
    for other in view.terms:
        alike = other.since in (None, term.since) and other.limits in ((), term.limits)
        if other.principal == term.principal and alike:
            found |= {
                status for status, mask in term.masks.items() if mask & other.masks.get(status, 0) == mask
            }
    return frozenset(found)


# --- Hidden fields ------------------------------------------------------------------------------------------


def may_compare(world: StoreWorld, viewer: int | None, module: str, field: str) -> bool:
    """Whether a viewer reads a field on every record that he may see, so that he may sort by it.

    It is asked of the roles that he may hold anywhere, not of the records there are.
    """
    if viewer is None or not is_ever_hidden(world, module, field):
        return True
    view = terms_for(world, viewer, module, Grant(permission=VIEW))
    readable = terms_for(world, viewer, module, Grant(readable=field))
    return view == readable


def is_ever_hidden(world: StoreWorld, module: str, field: str) -> bool:
    """Whether any matrix of a module hides a field from anybody."""
    return any(
        cells.get(field) is Access.HIDDEN
        for matrix in world.workspace.matrices.values()
        if (group := world.workspace.status_groups.get(matrix.status_group)) is not None
        and group.module == module
        for columns in matrix.fields.values()
        for cells in columns.values()
    )
