"""People: who may use what the matrices and transitions promise. E201 to E222, W208, W209."""

from __future__ import annotations

from collections.abc import Iterator

from luongviec.engine.checker.codes import register
from luongviec.engine.checker.graphs import cycle
from luongviec.engine.checker.logic import holds_in_status
from luongviec.engine.checker.subject import Subject
from luongviec.engine.expressions import syntax
from luongviec.engine.model import (
    EVERY_STATUS,
    NEW,
    Action,
    ClashAnswer,
    Column,
    ColumnKind,
    EffectKind,
    Matrix,
    Module,
    People,
    PeopleKind,
    Role,
    Rule,
    StatusGroup,
    UnitSet,
    UnitSetKind,
)
from luongviec.engine.sources.reading import Steps
from luongviec.engine.text import Text
from luongviec.engine.world import HolderKind

MAX_COLUMNS = 31

register(
    "E201",
    Text("Không ai dùng được bước chuyển", "A move that nobody may make"),
    Text(
        "Cột “{column}” không chuyển được từ “{status}” tới “{target}” bằng “{permission}”.",
        "The column '{column}' cannot move from '{status}' to '{target}' by '{permission}'.",
    ),
    Text(
        "Cho bước chuyển vào transitions, hoặc quyền vào bảng quyền, của cùng một cột.",
        "Give the same column the transition (transitions) and the permission (matrix).",
    ),
)
register(
    "E203",
    Text("Chỉ người bị cấm mới có quyền", "Only those whom a rule forbids hold the permission"),
    Text(
        "Quy tắc cấm “{role}” làm “{action}”, nhưng không ai khác có quyền đó.",
        "A rule forbids '{role}' to '{action}', and nobody else holds that permission.",
    ),
    Text("Cho một vai trò khác quyền “{action}”.", "Give another role the permission '{action}'."),
)
register(
    "W208",
    Text("Được tạo nhưng không được xem", "May create but not view the result"),
    Text(
        "Người tạo “{module}” không xem được hồ sơ vừa tạo.", "Who creates a '{module}' may not view it then."
    ),
    Text(
        "Cho vai trò fill: actor hoặc cột đó quyền view ở trạng thái đầu.",
        "Give the role with fill: actor, or that column, view in the initial status.",
    ),
)
register(
    "W209",
    Text("Được làm nhưng không được xem", "May act but not view the record"),
    Text(
        "Cột “{column}” có quyền ở “{status}” nhưng không có view.",
        "The column '{column}' has permissions in '{status}' but no view.",
    ),
    Text("Thêm view.", "Add view."),
)
register(
    "E213",
    Text("Cột owner: tạo thành vòng", "Columns of owner: in a circle"),
    Text(
        "Các cột owner: hỏi lẫn nhau thành vòng: {circle}.",
        "The columns of owner: ask each other in a circle: {circle}.",
    ),
    Text("Bỏ cột owner: ở một trong các phân hệ.", "Remove the owner: column of one of these modules."),
)
register(
    "E214",
    Text("Hai vai trò cùng nhường nhau", "Two roles that both give way"),
    Text(
        "“{role}” và “{other}” loại trừ nhau và cùng ghi on_clash: give_way.",
        "'{role}' and '{other}' exclude each other and both say on_clash: give_way.",
    ),
    Text("Để một bên on_clash: refuse.", "Let one of them say on_clash: refuse."),
)
register(
    "E215",
    Text("keeps cần vai trò không do người chọn", "keeps needs a role that only effects fill"),
    Text(
        "“{role}” giữ người cũ ở “{kept}”, nhưng “{kept}” không phải fill: none.",
        "'{role}' keeps people as '{kept}', but '{kept}' does not say fill: none.",
    ),
    Text("Ghi fill: none cho “{kept}”.", "Write fill: none at '{kept}'."),
)
register(
    "E216",
    Text("Vai trò bắt buộc mà không ai điền được", "A needed role that nobody can fill"),
    Text(
        "“{role}” cần ít nhất {needs} nhưng fill: none thì biểu mẫu không hỏi.",
        "'{role}' needs at least {needs}, but with fill: none no form asks for it.",
    ),
    Text("Bỏ needs, hoặc bỏ fill: none.", "Remove needs, or remove fill: none."),
)
register(
    "E217",
    Text("Không vị trí nào có khả năng này", "No slot carries the ability"),
    Text(
        "“{source}”: không vị trí nào của phía đó có khả năng này.",
        "'{source}': no slot of that side carries it.",
    ),
    Text("Thêm abilities cho một vị trí của phía.", "Give a slot of the side the ability."),
)
register(
    "E218",
    Text("Người làm thay không thể giữ vai trò", "A deputy who may not hold the role"),
    Text(
        "stands_in: “{role}” không đúng: {why}.",
        "stands_in: '{role}' cannot be: {why}.",
    ),
    Text(
        "person và deputy là hai vai trò khác nhau, dành cho người.",
        "person and deputy are two different roles of people.",
    ),
)
register(
    "E222",
    Text("Làm thay: tên không có ở phân hệ nào", "Standing in names what no module has"),
    Text(
        "stands_in.{word}: không phân hệ nào có “{name}”.",
        "stands_in.{word}: no module has '{name}'.",
    ),
    Text(
        "may và person_keeps ghi quyền, roles ghi vai trò của một phân hệ.",
        "may and person_keeps name permissions, roles the roles of some module.",
    ),
)
register(
    "E220",
    Text("Quá nhiều cột quyền", "Too many columns"),
    Text(
        "Phân hệ có {count} cột quyền; nhiều nhất là {most}.",
        "The module has {count} columns; {most} is the most.",
    ),
    Text("Gộp các vai trò cùng quyền.", "Join roles that have the same rights."),
)


def check_people(subject: Subject) -> None:
    """Check matrices, roles and rules of every module."""
    for module, group, matrix in subject.tables():
        _check_moves(subject, module, group, matrix)
        _check_view(subject, matrix)
        _check_transitions(subject, module, group, matrix)
    for module in subject.workspace.modules.values():
        _check_roles(subject, module)
        _check_rules(subject, module)
        _check_creating(subject, module)
        _check_abilities(subject, module)
        _check_column_count(subject, module)
    _check_owner_columns(subject)


# --- Moves ----------------------------------------------------------------------------------------


def _cells(matrix: Matrix) -> Iterator[tuple[str, str, str, Steps]]:
    """Give (status, column, permission, path) of every cell."""
    for status, columns in matrix.cells.items():
        for column, permissions in columns.items():
            for permission in sorted(permissions):
                yield status, column, permission, (matrix.tabs[column], status, column)


def _check_moves(subject: Subject, module: Module, group: StatusGroup, matrix: Matrix) -> None:
    """A permission of an action whose move its column can never make."""
    by_permission: dict[str, list[Action]] = {}
    for action in module.actions.values():
        if action.moves and action.voices is None:
            by_permission.setdefault(action.permission, []).append(action)
    for status, column, permission, path in _cells(matrix):
        actions = by_permission.get(permission, ())
        if status == NEW or not actions or not _is_judged(matrix.columns[column]):
            continue
        statuses = tuple(group.statuses) if status == EVERY_STATUS else (status,)
        stuck = [_stuck_move(group, column, one, action) for one in statuses for action in actions]
        if stuck and all(stuck):
            subject.report(
                "E201", "matrix", matrix.code, path,
                column=column, status=status, target=stuck[0], permission=permission,
            )  # fmt: skip


def _is_judged(column: Column) -> bool:
    """Groups, everybody and the owner's people act through other columns that they hold as well."""
    return column.kind in (
        ColumnKind.ROLE,
        ColumnKind.DERIVED,
        ColumnKind.SLOT,
        ColumnKind.DERIVED_SLOT,
    )


def _stuck_move(group: StatusGroup, column: str, status: str, action: Action) -> str | None:
    """Give the status that an action moves to although its column may not; None if it can run."""
    allowed = group.transitions.get(status, {}).get(column, ())
    for effect in action.effects:
        if effect.kind != EffectKind.MOVE or effect.status is None or effect.status not in group.statuses:
            continue
        condition = None if effect.condition is None else effect.condition.tree
        if effect.status not in allowed and holds_in_status(condition, status) is True:
            return effect.status
    return None


def _check_transitions(subject: Subject, module: Module, group: StatusGroup, matrix: Matrix) -> None:
    """A transition of a column that holds no permission to make it."""
    for status, columns in group.transitions.items():
        for column, targets in columns.items():
            if column == ColumnKind.SYSTEM:
                continue
            for target in targets:
                if not _may_move(module, matrix, status, column, target):
                    permission = _permission_to(module, target)
                    path = ("transitions", status, column)
                    subject.report(
                        "E201", "status_group", group.code, path,
                        column=column, status=status, target=target, permission=permission,
                    )  # fmt: skip


def _may_move(module: Module, matrix: Matrix, status: str, column: str, target: str) -> bool:
    """Whether some column holds a permission that makes the move: roles of one person add up."""
    permissions = {"change_status"}
    permissions.update(action.permission for action in module.actions.values() if target in action.moves)
    held = (*matrix.cells.get(status, {}).items(), *matrix.cells.get(EVERY_STATUS, {}).items())
    return any(permissions & given for _, given in held) or _runs_by_itself(module, target)


def _runs_by_itself(module: Module, target: str) -> bool:
    """Whether only rules call the action that moves there (`shown: never`)."""
    return any(target in action.moves and action.shown == "never" for action in module.actions.values())


def _permission_to(module: Module, target: str) -> str:
    moving = [action.permission for action in module.actions.values() if target in action.moves]
    return moving[0] if moving else "change_status"


# --- View and create ------------------------------------------------------------------------------


def _check_view(subject: Subject, matrix: Matrix) -> None:
    every = matrix.cells.get(EVERY_STATUS, {})
    for status, columns in matrix.cells.items():
        if status == NEW:
            continue
        for column, permissions in columns.items():
            if permissions and "view" not in permissions | every.get(column, frozenset()):
                path = (matrix.tabs[column], status, column)
                subject.report("W209", "matrix", matrix.code, path, column=column, status=status)


def _check_creating(subject: Subject, module: Module) -> None:
    """Whoever may create must be able to view what he made."""
    makers = [role.code for role in module.roles.values() if _is_maker(role)]
    for group, matrix in subject.tables_of(module):
        starts = [status.code for status in group.statuses.values() if status.initial]
        new = [column for column, given in matrix.cells.get(NEW, {}).items() if "create" in given]
        creates = bool(new) or bool(module.owners)
        if not starts or not creates:
            continue
        viewers = set(matrix.columns_with("view", starts[0]))
        seen_by_all = any(matrix.columns[column].kind in _WIDE for column in viewers)
        unseen = [column for column in new if column not in viewers]
        if not seen_by_all and not viewers & set(makers) and (unseen or not new):
            path = (matrix.tabs[unseen[0]], NEW, unseen[0]) if unseen else ("matrix",)
            subject.report("W208", "matrix", matrix.code, path, module=module.code)


def _is_maker(role: Role) -> bool:
    """Whether the creator holds the role, always or unless he fills in somebody else."""
    if isinstance(role.default, People):
        return any(form.kind is PeopleKind.ACTOR for form in role.default.any)
    return role.fill == "actor"


_WIDE = frozenset({ColumnKind.EVERYONE, ColumnKind.OWNER_PERMISSION, ColumnKind.DERIVED})


def _check_column_count(subject: Subject, module: Module) -> None:
    columns = {code for _, matrix in subject.tables_of(module) for code in matrix.columns}
    if len(columns) > MAX_COLUMNS:
        first = next(matrix for _, matrix in subject.tables_of(module))
        subject.report("E220", "matrix", first.code, ("matrix",), count=len(columns), most=MAX_COLUMNS)


def _check_owner_columns(subject: Subject) -> None:
    """The column `owner:P` of a module asks the owner's matrix, which may ask its owner's in turn."""
    graph: dict[tuple[str, str], set[tuple[str, str]]] = {}
    places: dict[tuple[str, str], tuple[str, Steps]] = {}
    for module, _, matrix in subject.tables():
        for status, column, permission, path in _cells(matrix):
            taken = matrix.columns[column]
            if taken.kind is not ColumnKind.OWNER_PERMISSION or status == NEW:
                continue
            source = (module.code, permission)
            places.setdefault(source, (matrix.code, path))
            graph.setdefault(source, set()).update((owner, taken.name or "view") for owner in module.owners)
    found = cycle(graph)
    if found:
        code, path = places[found[0]]
        circle = " → ".join(f"{module}:{permission}" for module, permission in found)
        subject.report("E213", "matrix", code, path, circle=circle)


# --- Roles and rules ------------------------------------------------------------------------------


def _check_roles(subject: Subject, module: Module) -> None:
    for role in module.roles.values():
        path: Steps = ("roles", role.code)
        for other in role.excludes:
            twin = module.roles.get(other)
            both_give_way = twin is not None and ClashAnswer.GIVE_WAY is role.on_clash is twin.on_clash
            if twin is not None and both_give_way and role.code in twin.excludes and role.code < other:
                subject.report(
                    "E214",
                    "module",
                    module.code,
                    (*path, "on_clash"),
                    value=True,
                    role=role.code,
                    other=other,
                )
        kept = module.roles.get(role.keeps) if role.keeps is not None else None
        if kept is not None and kept.fill != "none":
            subject.report(
                "E215", "module", module.code, (*path, "keeps"), value=True, role=role.code, kept=kept.code
            )
        if role.fill == "none" and role.needs > 0:
            subject.report(
                "E216", "module", module.code, (*path, "needs"), value=True, role=role.code, needs=role.needs
            )
    _check_standing_in(subject, module)


def _check_standing_in(subject: Subject, module: Module) -> None:
    stands = module.stands_in
    if stands is None:
        return
    path: Steps = ("stands_in", "deputy")
    for word, code in (("person", stands.person), ("deputy", stands.deputy)):
        role = module.roles.get(code)
        if role is not None and role.of is HolderKind.UNIT:
            why = Text("vai trò của đơn vị", "it is a role of units")
            subject.report("E218", "module", module.code, ("stands_in", word), value=True, role=code, why=why)
    if stands.person == stands.deputy:
        why = Text("person và deputy là một", "person and deputy are the same")
        subject.report("E218", "module", module.code, path, value=True, role=stands.deputy, why=why)
    modules = subject.workspace.modules.values()
    permissions = frozenset(one for other in modules for one in other.permissions)
    roles = frozenset(role for other in modules for role in other.roles)
    named = (("may", stands.may, permissions), ("person_keeps", stands.person_keeps, permissions))
    for word, names, known in (*named, ("roles", stands.roles, roles)):
        for index, name in enumerate(names or ()):
            if name not in known:
                place = ("stands_in", word, index)
                subject.report("E222", "module", module.code, place, value=True, word=word, name=name)


def _check_rules(subject: Subject, module: Module) -> None:
    for index, rule in enumerate(module.rules):
        for role in _forbidden_roles(rule):
            for action in rule.actions or ():
                permission = module.actions[action].permission if action in module.actions else action
                if _only_held_by(subject, module, permission, role):
                    path = ("rules", index, "when")
                    subject.report("E203", "module", module.code, path, value=True, role=role, action=action)


def _forbidden_roles(rule: Rule) -> Iterator[str]:
    """Give the roles R for which a rule demands `not holds(actor, 'R')`."""
    tree = rule.when.tree
    parts = tree.operands if isinstance(tree, syntax.And) else (tree,)
    for part in parts:
        if not (isinstance(part, syntax.Not) and isinstance(part.operand, syntax.Call)):
            continue
        call = part.operand
        if call.function == "holds" and len(call.arguments) == 2:
            person, role = call.arguments
            if person == syntax.Name("actor") and isinstance(role, syntax.Literal):
                yield str(role.value)


def _only_held_by(subject: Subject, module: Module, permission: str, role: str) -> bool:
    columns = {
        column
        for _, matrix in subject.tables_of(module)
        for _, column, given, _ in _cells(matrix)
        if given == permission
    }
    return columns == {role}


def _check_abilities(subject: Subject, module: Module) -> None:
    """An ability in the candidates of a role or field that no slot of the side carries."""
    for path, ability in _own_abilities(module):
        sides = subject.workspace.sides.values()
        if not any(ability in slot.abilities for side in sides for slot in side.slots.values()):
            subject.report("E217", "module", module.code, path, value=True, source=f"mine:{ability}")
    for path, people in subject.people_of(module):
        for form in (*people.any, *people.excepts):
            role = module.roles.get(form.role or "")
            side = role.side if role is not None else None
            known = subject.workspace.sides.get(side or "")
            if form.ability is None or known is None:
                continue
            if not any(form.ability in slot.abilities for slot in known.slots.values()):
                subject.report("E217", "module", module.code, path, value=True, source=form.source)


def _own_abilities(module: Module) -> Iterator[tuple[Steps, str]]:
    """Give the abilities by which units are offered: those where the actor fills a slot with it."""
    for code, role in module.roles.items():
        if isinstance(role.candidates, UnitSet) and role.candidates.kind is UnitSetKind.MINE:
            yield ("roles", code, "from"), role.candidates.name
    for code, field in module.fields.items():
        if isinstance(field.candidates, UnitSet) and field.candidates.kind is UnitSetKind.MINE:
            yield ("fields", code, "from"), field.candidates.name
