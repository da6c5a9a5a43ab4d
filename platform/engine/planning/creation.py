"""Makes a record inside a session: values, people, its `create` effects, rules and reactions.

Values come, in this order, from what was typed or an effect gives, from the relation's `prefill`,
from `default`. A record field with `inline` may be given the other record's own inputs: it is made
first, by its own rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from luongviec.engine.deciding.decide import decide
from luongviec.engine.deciding.decide_create import decide_create
from luongviec.engine.deciding.field_access import field_access_for_create
from luongviec.engine.deciding.rules import check_owner_rules, check_rules
from luongviec.engine.errors import InvalidInput, NotFound, Refused
from luongviec.engine.expressions.scope import holders_in, scope_for
from luongviec.engine.model import (
    Access,
    Field,
    FieldType,
    Module,
    People,
    Relation,
    RelationKind,
    Role,
    UnitSet,
)
from luongviec.engine.people import members, units_in
from luongviec.engine.planning.actions import Cause, check_decision
from luongviec.engine.planning.draft import empty_record
from luongviec.engine.planning.edit import text_needs
from luongviec.engine.planning.errors import MAX_DEPTH, TooDeep
from luongviec.engine.planning.inputs import (
    TEXT_READ_ONLY,
    TEXT_REQUIRED,
    TEXT_UNKNOWN,
    Errors,
    check_input,
    problem_with_choice,
)
from luongviec.engine.planning.links import limit_of, tell_linked, text_full
from luongviec.engine.planning.moves import number_record
from luongviec.engine.planning.numbering import AT_CREATION
from luongviec.engine.planning.people import add_holders, check_candidates, tell_joined
from luongviec.engine.planning.reactions import react
from luongviec.engine.planning.run import Run
from luongviec.engine.planning.session import EntryDraft, Session
from luongviec.engine.planning.values import field_value, is_empty
from luongviec.engine.related import home_unit, related_ids
from luongviec.engine.world import Actor, Holder, HolderKind, RecordState, Value

_CLOSED = frozenset({Access.HIDDEN, Access.READ})

CREATE = "create"
VIEW = "view"


@dataclass(frozen=True, slots=True)
class Birth:
    """What a record is made from.

    Args:
        module: what is made.
        input: typed or given values by the names of fields, roles and inputs.
        origin: the record from which it is made, if any, and its relation to the new one.
        relation: the relation of the origin.
        as_system: skip the permission and the candidates: a rule makes it, not a person's choice.
        reason: why, for the history.
        path: stands before names of inputs in errors.
        free: any field or role may be given, not only what the form asks for.
    """

    module: str
    input: Mapping[str, object]
    origin: RecordState | None = None
    relation: Relation | None = None
    as_system: bool = False
    reason: str | None = None
    path: str = ""
    free: bool = False


def run_create(session: Session, actor: Actor, birth: Birth, cause: Cause = Cause()) -> int:  # noqa: B008
    """Plan a new record and give its id, below zero.

    Raises:
        Refused, NotFound: the actor may not make it here.
        InvalidInput: something is missing or wrong.
        TooDeep: creations call one another without an end.
    """
    if cause.depth > MAX_DEPTH:
        raise TooDeep(limit=MAX_DEPTH, action=f"{birth.module}.{CREATE}")
    module = session.draft.workspace.modules.get(birth.module)
    if module is None:
        raise NotFound()
    birth = _with_inline(session, actor, module, birth, cause)
    roles = _roles_given(session, actor, module, birth)
    if not birth.as_system:
        acting = _permitted(session, actor, module, birth, roles)
        if acting != actor:
            actor, roles = acting, _roles_given(session, acting, module, birth)
    _check_room(session, birth)
    run = _begin(session, actor, module, birth, roles, cause)
    errors: Errors = {}
    if not birth.free:
        errors.update(_unknown_names(run, module))
    _fill_values(run, module, birth, errors)
    joined = _fill_roles(run, module, roles, errors)
    _check_complete(run, module, birth, errors)
    if errors:
        raise InvalidInput(errors, birth.input)
    _tell_creation(run, birth, joined)
    action = module.actions[CREATE]
    run.before = session.draft.snapshot()
    if not birth.free:
        check_input(run, action, strict=False)
    run.apply(action.effects)
    check_rules(run, frozenset({CREATE, action.permission}), frozenset({run.record.status}))
    if birth.origin is not None and birth.relation is not None and not birth.as_system:
        check_owner_rules(run, birth.origin, f"add_{birth.relation.code}")
    react(run)
    return run.record_id


# --- Permission -------------------------------------------------------------------------------------


def _permitted(
    session: Session, actor: Actor, module: Module, birth: Birth, roles: Mapping[str, tuple[Holder, ...]]
) -> Actor:
    """Give the actor as he makes it: for himself, or on whose behalf.

    What lets somebody stand in is always given in one's own name: it is a further link of the chain.
    """
    units = {
        code: [holder.id for holder in roles.get(code, ()) if holder.kind is HolderKind.UNIT]
        for code, role in module.roles.items()
        if role.of is HolderKind.UNIT
    }
    through, origin = birth.relation, birth.origin
    if origin is not None:
        check_decision(decide(session.draft, actor, VIEW, origin))
    if through is not None and through.kind is RelationKind.REFERRED_BY:
        origin = None
    decision = decide_create(
        session.draft,
        actor,
        module.code,
        owner=origin,
        relation=None if origin is None or through is None else through.code,
        home_units=units,
        input=birth.input,
    )
    check_decision(decision)
    return decision.actor(actor) if module.stands_in is None else replace(actor, acting_for=None)


def _check_room(session: Session, birth: Birth) -> None:
    """Check that the relation takes one more record.

    Raises:
        Refused: it is full.
    """
    relation, origin = birth.relation, birth.origin
    limit = None if relation is None else limit_of(relation)
    if relation is None or origin is None or limit is None:
        return
    if len(related_ids(session.draft, origin, relation.code)) >= limit:
        raise Refused(text_full(relation, limit))


# --- Beginning --------------------------------------------------------------------------------------


def _begin(
    session: Session,
    actor: Actor,
    module: Module,
    birth: Birth,
    roles: Mapping[str, tuple[Holder, ...]],
    cause: Cause,
) -> Run:
    owner = _owner_of(birth)
    home = _home(session, module, roles, birth)
    group_code = session.draft.group_for(module.code, home)
    status = session.draft.workspace.status_groups[group_code].initial.code
    record_id = session.draft.new_id()
    reason = birth.reason if birth.reason is not None or not cause.is_person else session.answers.reason
    unborn = session.draft.snapshot()
    entry = session.create(
        EntryDraft(record_id, CREATE, actor, reason, None, cause.entry),
        module.code,
        group_code,
        status,
        owner,
        _position(session, birth),
    )
    return Run(
        session=session,
        actor=actor,
        record_id=record_id,
        action=CREATE,
        entry=entry,
        before=session.draft,
        input=birth.input,
        reason=reason,
        trusted=birth.as_system or actor.is_system,
        depth=cause.depth,
        creating=True,
        unborn=unborn,
        path=birth.path,
    )


def _owner_of(birth: Birth) -> tuple[int, str] | None:
    if birth.origin is None or birth.relation is None or birth.relation.kind is not RelationKind.OWNS:
        return None
    return birth.origin.id, birth.relation.code


def _position(session: Session, birth: Birth) -> int | None:
    owner = _owner_of(birth)
    if owner is None or birth.relation is None or not birth.relation.ordered:
        return None
    siblings = (session.record(i) for i in session.draft.children(*owner))
    return max((one.position or 0 for one in siblings), default=0) + 1


def _home(
    session: Session, module: Module, roles: Mapping[str, tuple[Holder, ...]], birth: Birth
) -> int | None:
    for holder in roles.get(module.home or "", ()):
        if holder.kind is HolderKind.UNIT:
            return holder.id
    owned = birth.relation is not None and birth.relation.kind is RelationKind.OWNS
    return home_unit(session.draft, birth.origin) if owned and birth.origin is not None else None


def _with_inline(session: Session, actor: Actor, module: Module, birth: Birth, cause: Cause) -> Birth:
    """Make the records that are given in place of a reference to them."""
    made: dict[str, object] = {}
    for name, value in birth.input.items():
        field = module.fields.get(name)
        if field is None or field.type != FieldType.RECORD or not isinstance(value, Mapping):
            continue
        if not field.inline or field.record_of is None:
            raise InvalidInput({birth.path + name: (TEXT_UNKNOWN,)}, birth.input)
        inner = Birth(field.record_of, value, as_system=birth.as_system, path=f"{birth.path}{name}.")
        made[name] = run_create(session, actor, inner, Cause(cause.entry, cause.depth + 1))
    return replace(birth, input={**birth.input, **made}) if made else birth


# --- Values -----------------------------------------------------------------------------------------


def _unknown_names(run: Run, module: Module) -> Errors:
    asked = {one.name for one in module.actions[CREATE].input}
    columns = {
        column.name for one in module.actions[CREATE].input if one.field for column in one.field.columns
    }
    if not asked:
        asked = set(module.fields) | {role.code for role in module.roles.values() if role.fill == "pick"}
    known = asked | columns
    return {run.path + name: (TEXT_UNKNOWN,) for name in run.input if name not in known}


def _fill_values(run: Run, module: Module, birth: Birth, errors: Errors) -> None:
    values: dict[str, Value] = {}
    for field in module.fields.values():
        if field.computed is not None:
            continue
        value = _value_for(run, field, birth)
        if is_empty(value):
            continue
        values[field.code] = value
        if field.code in birth.input:
            problem = problem_with_choice(run, field, value)
            if problem is not None:
                errors[run.path + field.code] = (problem,)
    run.session.set_values(run.entry, run.record_id, values)


def _value_for(run: Run, field: Field, birth: Birth) -> Value:
    if field.code in birth.input:
        return field_value(birth.input[field.code], field)
    relation, origin = birth.relation, birth.origin
    if relation is not None and origin is not None:
        if relation.kind is RelationKind.REFERRED_BY and relation.field == field.code:
            return field_value(origin.id, field)
        if field.code in relation.prefill:
            scope = scope_for(run.session.draft, origin, actor=run.actor)
            return field_value(relation.prefill[field.code].evaluate(scope), field)
    if field.default is not None:
        scope = scope_for(run.session.draft, run.record, actor=run.actor, owner=birth.origin)
        return field_value(field.default.evaluate(scope), field)
    return None


# --- People -----------------------------------------------------------------------------------------


def _roles_given(
    session: Session, actor: Actor, module: Module, birth: Birth
) -> dict[str, tuple[Holder, ...]]:
    """Give who shall hold each role, in the order of the roles: later defaults read earlier ones."""
    state = empty_record(0, module.code, module.status_groups[0], "", session.draft.now, {})
    owner = _owner_of(birth)
    state = replace(state, owner_id=owner[0] if owner else None, owner_relation=owner[1] if owner else None)
    found: dict[str, tuple[Holder, ...]] = {}
    for role in module.roles.values():
        holders = _holders_for(session, actor, role, birth, found, state)
        if holders:
            found[role.code] = holders
    return found


def _holders_for(
    session: Session,
    actor: Actor,
    role: Role,
    birth: Birth,
    found: Mapping[str, tuple[Holder, ...]],
    state: RecordState,
) -> tuple[Holder, ...]:
    if role.fill == "actor":
        principal = actor.principal
        return () if principal is None else (Holder(HolderKind.USER, principal),)
    if role.code in birth.input:
        return holders_in(birth.input[role.code], role.of)
    if birth.relation is not None and birth.origin is not None and role.code in birth.relation.prefill:
        scope = scope_for(session.draft, birth.origin, actor=actor)
        return holders_in(birth.relation.prefill[role.code].evaluate(scope), role.of)
    default = role.default
    if default is None:
        return ()
    if isinstance(default, UnitSet):
        units = units_in(session.draft, default, actor=actor)
        return tuple(Holder(HolderKind.UNIT, unit_id) for unit_id in units[:1])
    if isinstance(default, People):
        named = _roles_named(default, found)
        people = members(session.draft, default, record=None, actor=actor, input=birth.input)
        return tuple(dict.fromkeys((*named, *(Holder(HolderKind.USER, i) for i in people))))
    scope = scope_for(session.draft, None, actor=actor, owner=birth.origin, input=birth.input)
    return holders_in(default.evaluate(scope), role.of)


def _roles_named(people: People, found: Mapping[str, tuple[Holder, ...]]) -> tuple[Holder, ...]:
    """Give the holders of roles of the same new record that a default names."""
    return tuple(
        holder
        for form in people.any
        if form.role is not None and form.prefix is None and form.slot is None and form.ability is None
        for holder in found.get(form.role, ())
    )


def _fill_roles(
    run: Run, module: Module, roles: Mapping[str, tuple[Holder, ...]], errors: Errors
) -> dict[str, tuple[Holder, ...]]:
    joined: dict[str, tuple[Holder, ...]] = {}
    for code, holders in roles.items():
        try:
            joined[code] = add_holders(run, module.roles[code], holders, place=code, chosen_later=True)
        except InvalidInput as error:
            errors.update(error.errors)
    for code in roles:
        if code in run.input and run.path + code not in errors:
            messages = check_candidates(run, module.roles[code], run.record.holders(code))
            if messages:
                errors[run.path + code] = messages
    return joined


# --- Whole ------------------------------------------------------------------------------------------


def _check_complete(run: Run, module: Module, birth: Birth, errors: Errors) -> None:
    """Check what the record still lacks, and what the actor may not set while making it."""
    access = field_access_for_create(
        run.session.draft, run.actor, module, owner=birth.origin, after=run.record
    )
    for field in module.fields.values():
        word = access.get(field.code, Access.EDIT)
        path = run.path + field.code
        given = not is_empty(run.record.values.get(field.code))
        if word is Access.REQUIRED and not given:
            errors.setdefault(path, (TEXT_REQUIRED,))
        elif word in _CLOSED and given and field.code in birth.input and not run.trusted:
            if field.shown_when is not None:  # the form had it before it went out of sight
                run.session.set_values(run.entry, run.record_id, {field.code: None})
            else:
                errors.setdefault(path, (TEXT_READ_ONLY,))
    for role in module.roles.values():
        if len(run.record.holders(role.code)) < role.needs:
            errors.setdefault(run.path + role.code, (text_needs(role),))


def _tell_creation(run: Run, birth: Birth, joined: Mapping[str, tuple[Holder, ...]]) -> None:
    number_record(run, AT_CREATION)
    run.occur("created")
    run.occur(f"entered.{run.record.status}")
    number_record(run, run.record.status)
    for code, holders in joined.items():
        tell_joined(run, run.role(code), holders)
    if birth.origin is not None and birth.relation is not None and birth.relation.kind is RelationKind.LINKS:
        _link_to_origin(run, birth.origin, birth.relation)


def _link_to_origin(run: Run, origin: RecordState, relation: Relation) -> None:
    """Join the new record to the one from which it was made, as that one's relation says."""
    near, far = (origin.id, run.record_id) if relation.forward else (run.record_id, origin.id)
    run.session.link(run.entry, relation.home_module, relation.home_code or relation.code, near, far)
    tell_linked(run, relation, "linked", origin.id, run.record_id)
