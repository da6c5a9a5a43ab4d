"""Which records read which: whose computed fields, timers and titles may change with another record.

Nothing is kept: from the expressions of a module follows over which relations its records read, and
from a touched record those relations lead back to its readers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from luongviec.engine.expressions.compiled import Expression, Template
from luongviec.engine.expressions.syntax import Call, Literal
from luongviec.engine.model import Field, FieldType, Module, Relation, RelationKind
from luongviec.engine.related import OWNER, related_ids
from luongviec.engine.world import RecordState, World

Reads = Callable[[Module], frozenset[str]]

#: Functions whose first argument names a relation, and those whose arguments name people.
_OF_RELATIONS = frozenset({"count", "sum", "latest"})
_OF_PEOPLE = frozenset({"people", "people_above", "holds"})


def readers_of(
    world: World, before: World, record: RecordState, reads: Reads | None = None
) -> tuple[int, ...]:
    """Give the records whose computed fields or timers may read this one.

    Args:
        world: the world after the changes.
        before: the world before them, for records that the touched one pointed to until now.
        record: the touched record, as it is after.
        reads: gives over which relations a module's records read others; `titles_read` for titles.
    """
    reads = reads or relations_read
    module = world.in_force(record).module
    found: dict[int, None] = {}
    if record.owner_id is not None and record.owner_relation is not None:
        owner = world.record(record.owner_id)
        if owner is not None and record.owner_relation in reads(world.in_force(owner).module):
            found[owner.id] = None
    for relation in module.relations.values():
        if _reads_back(world, relation, reads):
            found.update(dict.fromkeys(related_ids(world, record, relation.code)))
    for code, name in _fields_that_lead_to(world, record.module, reads):
        found.update(dict.fromkeys(world.referring(record.id, code, name)))
    for field in module.fields.values():
        if field.type == FieldType.RECORD and _is_counted(world, module, field, reads):
            found.update(dict.fromkeys(_pointed_to(world, before, record, field.code)))
    return tuple(found)


def _fields_that_lead_to(world: World, target: str, reads: Reads) -> Iterator[tuple[str, str]]:
    """Give the record fields, by module, over which records read those of a module."""
    for module in world.workspace.modules.values():
        for name in reads(module):
            field = module.fields.get(name)
            if field is not None and field.type == FieldType.RECORD and field.record_of == target:
                yield module.code, name


def _reads_back(world: World, relation: Relation, reads: Reads) -> bool:
    """Whether records at the other end of a relation read the ones at this end."""
    target = world.workspace.modules.get(relation.target)
    if target is None or (relation.kind is RelationKind.OWNS and not relation.forward):
        return False  # the owner was asked by the record's own relation
    names = reads(target)
    if relation.kind is RelationKind.REFERRED_BY:
        return False  # found by the field that refers
    return relation.inverse in names or (relation.kind is RelationKind.OWNS and OWNER in names)


def _is_counted(world: World, module: Module, field: Field, reads: Reads) -> bool:
    """Whether the record that a field points to reads those that point to it."""
    target = world.workspace.modules.get(field.record_of or "")
    if target is None:
        return False
    names = reads(target)
    return any(
        relation.kind is RelationKind.REFERRED_BY
        and (relation.target, relation.field) == (module.code, field.code)
        and relation.code in names
        for relation in target.relations.values()
    )


def _pointed_to(world: World, before: World, record: RecordState, field: str) -> Iterator[int]:
    yield from related_ids(world, record, field)
    earlier = before.record(record.id) if record.id > 0 else None
    if earlier is not None:
        yield from related_ids(before, earlier, field)


#: Found once for each compiled module, which is kept beside so that its identity stays its own.
_READ: dict[int, tuple[Module, frozenset[str], frozenset[str]]] = {}
_MAX_READ = 1_000


def relations_read(module: Module) -> frozenset[str]:
    """Give the relations, record fields and `owner` over which a module's records read others."""
    return _read(module)[1]


def titles_read(module: Module) -> frozenset[str]:
    """Give the relations, record fields and `owner` over which a module's titles read other records."""
    return _read(module)[2]


def _read(module: Module) -> tuple[Module, frozenset[str], frozenset[str]]:
    kept = _READ.get(id(module))
    if kept is None:
        if len(_READ) >= _MAX_READ:
            _READ.clear()
        names = frozenset(name for one in _expressions(module) for name in _names_in(module, one))
        kept = _READ[id(module)] = (module, names, frozenset(_names_in(module, module.title)))
    return kept


def _expressions(module: Module) -> Iterable[Expression]:
    yield from (field.computed for field in module.fields.values() if field.computed is not None)
    for timer in module.timers.values():
        yield timer.at
        if timer.unless is not None:
            yield timer.unless


def _names_in(module: Module, expression: Expression | Template) -> Iterator[str]:
    for path in expression.paths:
        if path[0] == OWNER:
            yield OWNER
        elif path[0] == "record" and len(path) > 1 and _leads_on(module, path[1]):
            yield path[1]
    for call in expression.calls:
        yield from _names_of_call(module, call)


def _leads_on(module: Module, name: str) -> bool:
    field = module.fields.get(name)
    is_record = field is not None and field.type == FieldType.RECORD
    return name == OWNER or name in module.relations or is_record


def _names_of_call(module: Module, call: Call) -> Iterator[str]:
    literals = [argument.value for argument in call.arguments if isinstance(argument, Literal)]
    texts = [value for value in literals if isinstance(value, str)]
    if call.function in _OF_RELATIONS:
        yield from texts[:1]
    elif call.function in _OF_PEOPLE:
        for text in texts:
            derived = module.derived_roles.get(text.partition(".")[0])
            if derived is not None:
                yield derived.via
