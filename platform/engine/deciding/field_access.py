"""Access to fields: hidden, read, edit or required, from the matrix and the field's own conditions.

The order is the language's: over the actor's roles the widest wins (a role's own word, else `edit`
where it may edit, else `read` where it may view); then `shown_when` hides and `locked_when` closes
for everybody; then *required* counts only where the field is editable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from luongviec.engine.deciding.conditions import value_or_refusal
from luongviec.engine.deciding.decide import Case
from luongviec.engine.deciding.decide_create import probe
from luongviec.engine.deciding.standing import Standing
from luongviec.engine.deciding.tables import Table
from luongviec.engine.expressions.scope import Scope, scope_for
from luongviec.engine.model import Access, Field, InputKind, Module
from luongviec.engine.world import Actor, RecordState

if TYPE_CHECKING:
    from luongviec.engine.expressions.compiled import Expression
    from luongviec.engine.world import World

_WIDTH: Mapping[Access, int] = {access: width for width, access in enumerate(Access)}


def field_access(
    world: World,
    actor: Actor,
    record: RecordState,
    *,
    action: str | None = None,
    after: RecordState | None = None,
    standing: Standing | None = None,
    conditions: bool = True,
) -> Mapping[str, Access]:
    """Give the actor's access to every field of a record.

    Args:
        world: where the record lives.
        actor: who reads or writes.
        record: the record; its status and people decide.
        action: the action whose form is filled in: what it asks for is editable through it, unless
            the matrix says otherwise for every role that may take it.
        after: the record as typed so far, which the fields' conditions read.
        standing: the actor's standing in this world.
        conditions: whether the fields' own conditions narrow; a form judges them as it is filled in.
    """
    case = Case(standing or Standing(world, actor), record)
    module = case.held.table.module
    if not case.may_view:
        return dict.fromkeys(module.fields, Access.HIDDEN)
    scope = case.scope if after is None else scope_for(world, after, actor=actor)
    narrowed = _narrowed if conditions else _unconditional
    if case.is_system:
        return {code: narrowed(module, field, Access.EDIT, scope) for code, field in module.fields.items()}
    asked, permission = _asked(module, action)
    words = words_of(case, asked, permission)
    for other in case.others:
        theirs = words_of(other, asked, permission)
        if actor.acting_for is None:  # who acts for himself edits by his own right alone
            theirs = {code: min(word, Access.READ, key=_WIDTH.__getitem__) for code, word in theirs.items()}
        words = {code: _widest((word, theirs[code])) for code, word in words.items()}
    found: dict[str, Access] = {}
    for code, field in module.fields.items():
        access = words[code]
        if record.deleted_at is not None:
            access = min(access, Access.READ, key=_WIDTH.__getitem__)
        found[code] = narrowed(module, field, access, scope)
    return found


def words_of(case: Case, asked: frozenset[str] = frozenset(), permission: str = "") -> Mapping[str, Access]:
    """Give the matrix's word for every field by one standing: the widest of its columns.

    Args:
        case: somebody before a record; those for whom he stands in do not count.
        asked: fields that an action asks for.
        permission: of that action.
    """
    table, status = case.held.table, case.record.status
    columns = [(code, bit) for code, bit in table.bits.items() if bit & case.held.mask]
    cells = table.field_cells.get(status, {})
    may_edit, may_act = case.mask_for("edit"), case.mask_for(permission)
    defaults = {code: _default(table, status, bit, may_edit=bool(bit & may_edit)) for code, bit in columns}
    acting = frozenset(code for code, bit in columns if bit & may_act & table.granting(status, permission))
    found: dict[str, Access] = {}
    for code in table.module.fields:
        words = cells.get(code, _NO_WORDS)
        found[code] = _widest(
            words.get(column, Access.EDIT if code in asked and column in acting else defaults[column])
            for column, _ in columns
        )
    return found


def field_access_for_create(
    world: World,
    actor: Actor,
    module: Module,
    *,
    owner: RecordState | None = None,
    after: RecordState | None = None,
    home: int | None = None,
    conditions: bool = True,
) -> Mapping[str, Access]:
    """Give the access to every field while a record is made.

    Whoever creates holds the roles that creators get (`fill: actor`); their words for the initial
    status count, and without a word a field is editable.

    Args:
        world: where it happens.
        actor: who creates.
        module: what is made.
        owner: the owner of the new record.
        after: the record as typed so far.
        home: the home unit, where it is chosen.
        conditions: whether the fields' own conditions narrow; a form judges them as it is filled in.
    """
    beginning = after or probe(world, module, home)
    table = Case(Standing(world, actor), beginning).held.table
    scope = scope_for(world, beginning, actor=actor, owner=owner, home=home)
    cells = table.field_cells.get(beginning.status, {})
    columns = [role.code for role in module.roles.values() if role.fill == "actor"]
    found = {}
    for code, field in module.fields.items():
        words = cells.get(code, _NO_WORDS)
        access = _widest(words.get(column, Access.EDIT) for column in columns) if columns else Access.EDIT
        narrowed = _narrowed if conditions else _unconditional
        found[code] = narrowed(module, field, access, scope)
    return found


_NO_WORDS: Mapping[str, Access] = {}


def _asked(module: Module, action: str | None) -> tuple[frozenset[str], str]:
    defined = module.actions.get(action) if action is not None else None
    if defined is None:
        return frozenset(), ""
    codes = (one.field.code for one in defined.input if one.kind is InputKind.FIELD and one.field)
    return frozenset(codes), defined.permission


def _default(table: Table, status: str, bit: int, *, may_edit: bool = True) -> Access:
    """What a role without a word has: editable with `edit`, readable with `view`."""
    if may_edit and bit & table.granting(status, "edit"):
        return Access.EDIT
    return Access.READ if bit & table.granting(status, "view") else Access.HIDDEN


def _widest(words: Iterable[Access]) -> Access:
    return max(words, key=_WIDTH.__getitem__, default=Access.HIDDEN)


def _unconditional(module: Module, field: Field, access: Access, scope: Scope) -> Access:
    """Apply what holds whatever is filled in: computed and numbered fields are never typed."""
    written = module.numbering is not None and module.numbering.field == field.code
    if access in (Access.HIDDEN, Access.READ) or not (written or field.computed is not None):
        return access
    return Access.READ


def _narrowed(module: Module, field: Field, access: Access, scope: Scope) -> Access:
    """Apply what holds for everybody: computed, numbered, hidden, locked, then required."""
    if access is Access.HIDDEN or (field.shown_when and not _holds(field.shown_when, scope)):
        return Access.HIDDEN
    written = module.numbering is not None and module.numbering.field == field.code
    if access is Access.READ or field.computed is not None or written:
        return Access.READ
    if field.locked_when is not None and _holds(field.locked_when, scope):
        return Access.READ
    if field.required or (field.required_when is not None and _holds(field.required_when, scope)):
        return Access.REQUIRED
    return access


def _holds(condition: Expression, scope: Scope) -> bool:
    return value_or_refusal(condition, scope)[0]
