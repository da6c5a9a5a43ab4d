"""Random damage to definitions, and a short walk of the engine over what survives it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from luongviec.engine.checker.check import check_workspace, in_order
from luongviec.engine.compiler import compile_workspace
from luongviec.engine.deciding.offers import offers
from luongviec.engine.errors import LuongViecError
from luongviec.engine.memory import MemoryWorld
from luongviec.engine.model import Action, Field, Module, RelationKind, Workspace
from luongviec.engine.planning.plan import Answers
from luongviec.engine.planning.planner import plan_action, plan_create
from luongviec.engine.sources.problems import Problem, Severity
from luongviec.engine.sources.reading import (
    COLLECTIONS,
    Definition,
    Steps,
    definition_of_bytes,
    frozen,
    load_sources,
    plain,
)
from luongviec.engine.world import Actor, Holder, HolderKind

DEFINITIONS = Path(__file__).parents[3] / "definitions"
THROUGH_TEXT = 0.02

ODD_VALUES: tuple[object, ...] = (
    None, True, False, 0, -1, 7, 10**30, 2.5, "", " ", "none", "true", "*", "new", "owner", "actor", "row",
    "x" * 3000, "đường", "{{", "{{ record }}", "{% for a in record %}{{ a }}{% endfor %}", "record.", "a.b.c",
    "record.title", "not", "count('x')", "1/0", "'a' * 99", "((((1))))", "group:nobody", "everyone",
    "manager of", "manager of actor", "side:x.y", "owner:view", "a^.b", "a:b", "below x", "mine:", [], {},
    [[]], [{}], {"a": None}, {"vi": 1}, {"any": [], "except": []}, {"vi": "a", "en": "b"}, [None],
    "entered.x", "status.code == 'x'", "2020-01-01", "input.rows", "after.x", ["a", "a"],
    "\u0000", "\U0001f600", -2**63,
)  # fmt: skip
ODD_KEYS = (
    "x",
    "*",
    "new",
    "on",
    "name",
    "if",
    "any",
    "where",
    "extends",
    "",
    "a b",
    "system",
    "owner:view",
    "é",
)


@dataclass(frozen=True)
class Damage:
    """A definition after mutation, and what was done to it."""

    definition: Definition | None
    problems: tuple[Problem, ...]
    original: Definition
    done: tuple[str, ...]


@cache
def shipped() -> tuple[Definition, ...]:
    """Give the definitions of the repository."""
    return load_sources(DEFINITIONS).definitions


@cache
def pool() -> tuple[tuple[str, object], ...]:
    """Give every (key, value) pair of the definitions, to graft elsewhere."""
    return tuple(pair for one in shipped() for pair in _pairs(plain(one.data)))


def _pairs(data: object) -> Iterator[tuple[str, object]]:
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield key, value
            yield from _pairs(value)
    elif isinstance(data, list):
        for value in data:
            yield from _pairs(value)


def _paths(data: object, path: Steps = ()) -> Iterator[Steps]:
    items = data.items() if isinstance(data, Mapping) else enumerate(data) if isinstance(data, list) else ()
    for step, value in items:
        yield (*path, step)
        yield from _paths(value, (*path, step))


def _at(data: object, path: Steps) -> object:
    for step in path:
        data = data[step]  # type: ignore[index]
    return data


def damaged(seed: int) -> Damage:
    """Damage one of the shipped definitions in one to three places."""
    chance = random.Random(seed)
    original = chance.choice(shipped())
    data = plain(original.data)
    done = []
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        mutation = chance.choice(MUTATIONS)
        paths = [path for path in _paths(data) if path != (original.kind,) or original.kind in COLLECTIONS]
        if not paths:
            break
        path = chance.choice(paths)
        mutation(chance, data, path)
        done.append(f"{mutation.__name__} {path}")
    if chance.random() < THROUGH_TEXT:
        text = json.dumps(data, ensure_ascii=False)
        definition, problems = definition_of_bytes(text.encode("utf-8", "surrogatepass"), original.file)
        return Damage(definition, problems, original, tuple(done))
    return Damage(replace(original, data=frozen(data), base=None), (), original, tuple(done))


def damaged_text(seed: int) -> Damage:
    """Damage the text of a short definition, letter by letter or line by line."""
    chance = random.Random(seed)
    original = chance.choice([one for one in shipped() if len(one.text) < 3000])
    text = original.text
    for _ in range(chance.choice((1, 1, 2, 5))):
        lines = text.split("\n")
        at = chance.randrange(len(lines))
        match chance.randrange(4):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, chance.choice(lines))
            case 2:
                lines[at] = (
                    chance.choice(("  ", "\t", "- ", "? ", "&a ", "*a ", "!!x ", "<<: ", "%")) + lines[at]
                )
            case _:
                lines[at] = _typo(chance, lines[at])
        text = "\n".join(lines) or "x"
    definition, problems = definition_of_bytes(text.encode(), original.file)
    return Damage(definition, problems, original, ("text",))


# --- Mutations: each changes the data at a path -------------------------------------------------------


def delete(chance: random.Random, data: object, path: Steps) -> None:
    del _at(data, path[:-1])[path[-1]]  # type: ignore[attr-defined]


def replace_value(chance: random.Random, data: object, path: Steps) -> None:
    value = chance.choice(ODD_VALUES) if chance.random() < 0.5 else chance.choice(pool())[1]
    _at(data, path[:-1])[path[-1]] = plain(frozen(value))  # type: ignore[index]


def replace_alike(chance: random.Random, data: object, path: Steps) -> None:
    alike = [value for key, value in pool() if key == path[-1]]
    value = chance.choice(alike) if alike else chance.choice(ODD_VALUES)
    _at(data, path[:-1])[path[-1]] = plain(frozen(value))  # type: ignore[index]


def rename_key(chance: random.Random, data: object, path: Steps) -> None:
    parent = _at(data, path[:-1])
    if isinstance(parent, dict):
        name = chance.choice(ODD_KEYS) if chance.random() < 0.3 else chance.choice(pool())[0]
        name = _typo(chance, str(path[-1])) if chance.random() < 0.4 else name
        renamed = {name if key == path[-1] else key: value for key, value in parent.items()}
        parent.clear()
        parent.update(renamed)


def duplicate(chance: random.Random, data: object, path: Steps) -> None:
    parent, value = _at(data, path[:-1]), plain(frozen(_at(data, path)))
    if isinstance(parent, list):
        parent.insert(int(path[-1]), value)
    elif isinstance(parent, dict):
        parent[f"{path[-1]}_2"] = value


def swap(chance: random.Random, data: object, path: Steps) -> None:
    other = chance.choice(list(_paths(data)))
    shorter = min(len(path), len(other))
    if path[:shorter] == other[:shorter]:
        return
    first, second = _at(data, path), _at(data, other)
    _at(data, path[:-1])[path[-1]] = second  # type: ignore[index]
    _at(data, other[:-1])[other[-1]] = first  # type: ignore[index]


def change_type(chance: random.Random, data: object, path: Steps) -> None:
    value = _at(data, path)
    changed: object = (
        [value] if chance.random() < 0.4 else {"x": value} if chance.random() < 0.5 else str(value)
    )
    if isinstance(value, list) and value:
        changed = value[0] if chance.random() < 0.5 else {str(i): one for i, one in enumerate(value)}
    _at(data, path[:-1])[path[-1]] = changed  # type: ignore[index]


def misspell(chance: random.Random, data: object, path: Steps) -> None:
    value = _at(data, path)
    if isinstance(value, str):
        _at(data, path[:-1])[path[-1]] = _typo(chance, value)  # type: ignore[index]
    elif isinstance(value, int | float):
        _at(data, path[:-1])[path[-1]] = -value  # type: ignore[index]


def graft(chance: random.Random, data: object, path: Steps) -> None:
    target = _at(data, path)
    key, value = chance.choice(pool())
    if isinstance(target, dict):
        target[key] = plain(frozen(value))
    elif isinstance(target, list):
        target.append(plain(frozen(value)))


def _typo(chance: random.Random, text: str) -> str:
    if not text:
        return "x"
    at = chance.randrange(len(text))
    letter = chance.choice("aeiouxyz_.'(){}[]|:=<>! \"0\n")
    return chance.choice(
        (text[:at] + text[at + 1 :], text[:at] + letter + text[at:], text[:at] + letter + text[at + 1 :])
    )


MUTATIONS: tuple[Callable[[random.Random, object, Steps], None], ...] = (
    delete, replace_value, replace_alike, rename_key, duplicate, swap, change_type, misspell, misspell, graft,
)  # fmt: skip


# --- Check, then run what is sound --------------------------------------------------------------------


def checked(damage: Damage) -> tuple[tuple[Problem, ...], Workspace | None]:
    """Compile and check the definitions with the damaged one among them."""
    definitions = [one for one in shipped() if one is not damage.original]
    if damage.definition is not None:
        definitions.append(damage.definition)
    compiled = compile_workspace(definitions)
    problems = in_order([*damage.problems, *check_workspace(compiled)])
    return problems, compiled.workspace


def has_errors(problems: tuple[Problem, ...]) -> bool:
    """Whether the definitions may not be published."""
    return any(problem.severity is Severity.ERROR for problem in problems)


def module_of(damage: Damage, workspace: Workspace) -> str | None:
    """Give the module that a damaged definition is about."""
    data = damage.original.data
    code = data.get("module") or data.get("status_group") or damage.original.code
    if damage.original.kind == "matrix" and code in workspace.status_groups:
        code = workspace.status_groups[str(code)].module
    return str(code) if code in workspace.modules else None


def walk(workspace: Workspace, module_code: str, chance: random.Random) -> int:
    """Make records, take every step that is offered and apply it; count the steps.

    Refusals, questions and bad input are no failures; any other exception is.
    """
    world = MemoryWorld(workspace)
    unit = world.add_unit("Gốc", sides=tuple(workspace.sides))
    below = world.add_unit("Phòng", unit, sides=tuple(workspace.sides))
    people = [world.add_person(name, groups=tuple(workspace.user_groups)) for name in ("An", "Bình")]
    for side in workspace.sides.values():
        for slot in side.slots:
            for person in people:
                world.fill_slot(unit, side.code, slot, person)
    module = workspace.modules[module_code]
    group = workspace.status_groups[module.status_groups[0]]
    roles = {
        role.code: Holder(HolderKind.UNIT, below)
        if role.of is HolderKind.UNIT
        else Holder(HolderKind.USER, people[chance.random() < 0.2])
        for role in module.roles.values()
    }
    with suppress(LuongViecError):
        action = module.actions["create"]
        given = {**typed_input(module, action, roles), **_values(module.fields.values())}
        world.apply(plan_create(world, Actor(people[0]), module_code, given))
    for status in {group.initial.code, chance.choice(list(group.statuses))}:
        owner, relation = _owner(world, workspace, module, people[0], unit)
        values = _values(module.fields.values())
        world.add_record(
            module_code, status=status, roles=roles, values=values, owner=owner, relation=relation,
            created_by=people[0],
        )  # fmt: skip
    return sum(_steps(world, Actor(people[0]), record, module, roles) for record in list(world.records))


def _owner(
    world: MemoryWorld, workspace: Workspace, module: Module, person: int, unit: int
) -> tuple[int | None, str | None]:
    """Make an owner for a record of a module that needs one."""
    for code in module.owners:
        for relation in workspace.modules[code].relations.values():
            if relation.kind is RelationKind.OWNS and relation.forward and relation.target == module.code:
                held = {
                    role.code: Holder(role.of, unit if role.of is HolderKind.UNIT else person)
                    for role in workspace.modules[code].roles.values()
                }
                return world.add_record(code, roles=held), relation.code
    return None, None


def _steps(world: MemoryWorld, actor: Actor, record: int, module: Module, roles: Mapping[str, Holder]) -> int:
    state = world.record(record)
    if state is None or state.module != module.code:
        return 0
    steps = 0
    for offer in offers(world, actor, state):
        if offer.action not in module.actions:
            continue
        steps += 1
        with suppress(LuongViecError):
            given = typed_input(module, module.actions[offer.action], roles)
            plan = plan_action(
                world,
                actor,
                record,
                offer.action,
                given,
                reason="vì thế",
                answers=Answers(confirmed=True, reason="vì thế"),
            )
            world.copied().apply(plan)
    return steps


def typed_input(module: Module, action: Action, roles: Mapping[str, Holder]) -> dict[str, object]:
    """Give something of the right type for everything that an action asks."""
    given: dict[str, object] = {}
    for one in action.input:
        if one.role is not None and one.role in roles:
            given[one.name] = (roles[one.role].id,)
        elif one.field is not None and one.field.type == "rows":
            row = {c.name: _value(c.field) for c in one.field.columns if c.field is not None}
            given[one.name] = (row,)
        elif one.field is not None:
            given[one.name] = _value(one.field)
    return {name: value for name, value in given.items() if value is not None}


def _values(fields: Iterable[Field]) -> dict[str, object]:
    return {one.code: _value(one) for one in fields if one.computed is None and _value(one) is not None}


def _value(field: Field) -> object:
    value = _SAMPLES.get(field.type)
    if field.type == "choice" and field.options:
        value = field.options[0].code
    return (value,) if field.many and value is not None else value


_SAMPLES: Mapping[str, object] = {
    "text": "chữ",
    "multiline": "nhiều dòng",
    "number": 1,
    "boolean": True,
    "date": date(2026, 3, 9),
    "datetime": datetime(2026, 3, 9, 3, 0, tzinfo=UTC),
    "duration": timedelta(hours=1),
    "user": 1,
    "unit": 1,
    "files": (1,),
}
