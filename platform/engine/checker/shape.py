"""Shape of status groups and of what moves records: E101 to E107, W110, W112, E126."""

from __future__ import annotations

from collections.abc import Iterator

from luongviec.engine.checker.codes import register
from luongviec.engine.checker.graphs import reachable, reversed_graph
from luongviec.engine.checker.logic import disjoint, never_holds
from luongviec.engine.checker.places import Placed, module_places
from luongviec.engine.checker.subject import Subject
from luongviec.engine.expressions.compiled import Expression
from luongviec.engine.expressions.syntax import Node
from luongviec.engine.model import Effect, EffectKind, Final, Module, StatusGroup
from luongviec.engine.sources.reading import Steps
from luongviec.engine.text import Text

register(
    "E101",
    Text("Không có hoặc có nhiều trạng thái đầu", "No or several initial statuses"),
    Text("Nhóm trạng thái có {count} trạng thái đầu.", "The status group has {count} initial statuses."),
    Text("Ghi initial: true ở đúng một trạng thái.", "Write initial: true at exactly one status."),
)
register(
    "E102",
    Text("Trạng thái không tới được", "A status that cannot be reached"),
    Text(
        "Không có đường nào từ đầu tới trạng thái “{status}”.", "Nothing leads from the start to '{status}'."
    ),
    Text("Thêm bước chuyển tới đó hoặc bỏ trạng thái.", "Add a transition to it or remove the status."),
)
register(
    "E103",
    Text("Trạng thái chưa kết thúc mà không có lối ra", "A status that is not final and has no exit"),
    Text("Không ai chuyển được hồ sơ ra khỏi “{status}”.", "Nothing leads out of '{status}'."),
    Text(
        "Thêm dòng transitions cho trạng thái, hoặc ghi final: true.",
        "Add its row in transitions, or write final: true.",
    ),
)
register(
    "E104",
    Text("Trạng thái kết thúc mà còn lối ra", "A final status with an exit"),
    Text("“{status}” là kết thúc nhưng vẫn chuyển đi được.", "'{status}' is final but can be left."),
    Text("Bỏ bước chuyển, hoặc ghi final: reopenable.", "Remove the transition, or write final: reopenable."),
)
register(
    "E105",
    Text("Vòng trạng thái không bao giờ kết thúc", "Statuses from which nothing ends"),
    Text(
        "Từ “{status}” không thể tới trạng thái kết thúc nào.",
        "No final status can be reached from '{status}'.",
    ),
    Text(
        "Thêm bước chuyển dẫn tới một trạng thái kết thúc.", "Add a transition that leads to a final status."
    ),
)
register(
    "E107",
    Text("Hai bước chuyển có thể cùng xảy ra", "Two moves that may both fire"),
    Text(
        "Tác vụ có thể chuyển tới cả “{first}” và “{second}”.",
        "This may move to both '{first}' and '{second}'.",
    ),
    Text(
        "Cho mỗi bước chuyển một điều kiện if loại trừ nhau.",
        "Give each move an if that excludes the other, such as x and not x.",
    ),
)
register(
    "W110",
    Text("Điều kiện không bao giờ đúng", "A condition that never holds"),
    Text(
        "Điều kiện “{source}” tự mâu thuẫn, không bao giờ đúng.",
        "The condition '{source}' contradicts itself.",
    ),
    Text("Sửa điều kiện.", "Mend the condition."),
)
register(
    "W112",
    Text("Luồng không có trạng thái kết thúc", "A status group without a final status"),
    Text("Không trạng thái nào của nhóm là kết thúc.", "No status of the group is final."),
    Text(
        "Ghi final: true hoặc reopenable ở trạng thái xong việc.",
        "Write final: true or reopenable at the status where work is done.",
    ),
)


def check_shape(subject: Subject) -> None:
    """Check every status group, and the moves and conditions of every module."""
    for group in subject.workspace.status_groups.values():
        _check_group(subject, group)
        if not list(subject.matrices_of(group.code)):
            _report_missing(subject, "status_group", group.code, Text("bảng quyền", "matrix"))
    for module in subject.workspace.modules.values():
        if not module.status_groups:
            _report_missing(subject, "module", module.code, Text("nhóm trạng thái", "status group"))
        _check_moves(subject, module)
        _check_conditions(subject, module)


def _report_missing(subject: Subject, kind: str, code: str, missing: Text) -> None:
    words = {"module": Text("Phân hệ", "module"), "status_group": Text("Nhóm trạng thái", "status group")}
    subject.report("E126", kind, code, (kind,), kind=words[kind], name=code, missing=missing)


def edges_of(group: StatusGroup) -> dict[str, set[str]]:
    """Give the statuses that each status leads to, for anybody."""
    edges: dict[str, set[str]] = {status: set() for status in group.statuses}
    for source, columns in group.transitions.items():
        for targets in columns.values():
            edges.setdefault(source, set()).update(targets)
    return edges


def _check_group(subject: Subject, group: StatusGroup) -> None:
    kind, code = "status_group", group.code
    starts = [status.code for status in group.statuses.values() if status.initial]
    if len(starts) != 1:
        path: Steps = ("statuses", starts[1], "initial") if starts else ("statuses",)
        subject.report("E101", kind, code, path, count=len(starts))
    edges = edges_of(group)
    reached = reachable(edges, starts)
    finals = [status.code for status in group.statuses.values() if status.is_final]
    ending = reachable(reversed_graph(edges), finals)
    if not finals and len(group.statuses) > 1:
        subject.report("W112", kind, code, ("statuses",))
    for status in group.statuses.values():
        path = ("statuses", status.code)
        leads_out = bool(edges[status.code] - {status.code})
        if starts and status.code not in reached:
            subject.report("E102", kind, code, path, status=status.code)
        if not leads_out and not status.is_final and len(group.statuses) > 1:
            subject.report("E103", kind, code, path, status=status.code)
        elif finals and status.code not in ending:
            subject.report("E105", kind, code, path, status=status.code)
        if status.final is Final.FINAL and edges[status.code]:
            subject.report("E104", kind, code, ("transitions", status.code), status=status.code)


def effect_lists(module: Module) -> Iterator[tuple[Steps, tuple[Effect, ...]]]:
    """Give every list of effects of a module with its path."""
    for action in module.actions.values():
        yield ("actions", action.code, "effects"), action.effects
    for index, reaction in enumerate(module.reactions):
        yield ("reactions", index, "do"), reaction.effects
    for code, timer in module.timers.items():
        yield ("timers", code, "do"), timer.effects


def _check_moves(subject: Subject, module: Module) -> None:
    for path, effects in effect_lists(module):
        moves = [(index, one) for index, one in enumerate(effects) if one.kind == EffectKind.MOVE]
        for position, (_, first) in enumerate(moves):
            for index, second in moves[position + 1 :]:
                if not disjoint(_tree(first.condition), _tree(second.condition)):
                    subject.report(
                        "E107",
                        "module",
                        module.code,
                        (*path, index, "move"),
                        first=first.status,
                        second=second.status,
                    )


def _tree(expression: Expression | None) -> Node | None:
    return None if expression is None else expression.tree


_CONDITION_WORDS = frozenset({"when", "if", "shown_when", "required_when", "locked_when", "where"})


def _check_conditions(subject: Subject, module: Module) -> None:
    for placed in module_places(subject, module):
        if placed.path[-1] in _CONDITION_WORDS and _contradicts(placed):
            source = placed.source.source
            subject.report("W110", "module", module.code, placed.path, value=True, source=source)


def _contradicts(placed: Placed) -> bool:
    expression = placed.source
    return isinstance(expression, Expression) and not expression.is_literal and never_holds(expression.tree)
