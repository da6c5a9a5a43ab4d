"""Fields: what forms ask, matrices grant and conditions read must fit together. E301 to W307."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from luongviec.engine.checker.codes import register
from luongviec.engine.checker.graphs import cycle
from luongviec.engine.checker.subject import Subject
from luongviec.engine.expressions.compiled import Expression
from luongviec.engine.model import (
    EVERY_STATUS,
    Access,
    Action,
    Field,
    InputKind,
    Matrix,
    Module,
    StatusGroup,
)
from luongviec.engine.sources.reading import Steps
from luongviec.engine.text import Text

register(
    "E301",
    Text("Bắt buộc nhưng bị ẩn", "Required but hidden"),
    Text(
        "“{field}” bắt buộc trong “{action}” nhưng cột “{column}” không thấy nó ở “{status}”.",
        "'{field}' is required in '{action}', but hidden from '{column}' in '{status}'.",
    ),
    Text("Cho cột đó edit, hoặc bỏ bắt buộc.", "Give that column edit, or do not require it."),
)
register(
    "E302",
    Text("Bắt buộc nhưng không sửa được", "Required but read-only without default"),
    Text(
        "“{field}” bắt buộc trong “{action}” nhưng cột “{column}” chỉ đọc nó ở “{status}”.",
        "'{field}' is required in '{action}', but '{column}' may only read it in '{status}'.",
    ),
    Text("Cho cột đó edit, hoặc thêm default.", "Give that column edit, or add a default."),
)
register(
    "E303",
    Text("Bắt buộc trước khi được thấy", "Required by a step but shown only after it"),
    Text(
        "“{action}” bắt buộc “{field}”, nhưng cột “{column}” chỉ thấy nó sau khi chuyển khỏi “{status}”.",
        "'{action}' requires '{field}', but '{column}' sees it only after leaving '{status}'.",
    ),
    Text("Cho cột đó edit ngay ở trạng thái trước.", "Give that column edit in the status before."),
)
register(
    "E304",
    Text(
        "Điều kiện đọc trường mà người xem không thấy", "A condition reads a field that its reader cannot see"
    ),
    Text(
        "“{field}” phụ thuộc “{read}”, mà cột “{column}” không thấy “{read}” ở “{status}”: suy ra được.",
        "'{field}' depends on '{read}', which is hidden from '{column}' in '{status}': it can be inferred.",
    ),
    Text("Ẩn cả hai với cột đó, hoặc cho đọc cả hai.", "Hide both from that column, or let it read both."),
)
register(
    "E305",
    Text("Mặc định không hợp với chính trường", "A default that its own field refuses"),
    Text("Mặc định của “{field}” không hợp: {detail}.", "The default of '{field}' does not fit: {detail}."),
    Text("Sửa mặc định hoặc giới hạn.", "Mend the default or the limit."),
)
register(
    "E306",
    Text("Điều kiện hoặc phép tính vòng tròn", "Conditions or computed values in a circle"),
    Text("Các trường phụ thuộc lẫn nhau: {circle}.", "These fields depend on each other: {circle}."),
    Text("Bỏ một phụ thuộc.", "Remove one dependency."),
)
register(
    "W307",
    Text("Trường không ai điền được", "A field that nothing can ever fill"),
    Text(
        "Không biểu mẫu, tác vụ hay phép tính nào điền “{field}”.",
        "No form, action or computation fills '{field}'.",
    ),
    Text(
        "Thêm vào input của tác vụ, cho quyền edit, hoặc bỏ trường.",
        "Ask for it in an action, grant edit, or remove it.",
    ),
)


def check_fields(subject: Subject) -> None:
    """Check fields, forms and what is kept about them, module by module."""
    for module in subject.workspace.modules.values():
        for group, matrix in subject.tables_of(module):
            _check_asked(subject, module, group, matrix)
            _check_inference(subject, module, matrix)
        _check_defaults(subject, module)
        _check_circles(subject, module)
        _check_filled(subject, module)


# --- Access ---------------------------------------------------------------------------------------


def access_of(matrix: Matrix, status: str, column: str, field: str) -> Access | None:
    """Give what a cell says of a field: the row's own word before `"*"`'s; None without a word."""
    for row in (status, EVERY_STATUS):
        said = matrix.fields.get(row, {}).get(column, {}).get(field)
        if said is not None:
            return said
    return None


def _check_asked(subject: Subject, module: Module, group: StatusGroup, matrix: Matrix) -> None:
    """What an action requires must be editable for every column that may run it."""
    for action in module.actions.values():
        for field in _required_fields(module, action):
            for status in group.statuses:
                for column in matrix.columns_with(action.permission, status):
                    _check_one_asked(subject, matrix, action, field=field, status=status, column=column)


def _required_fields(module: Module, action: Action) -> Iterator[Field]:
    if action.code == "edit":
        return  # what an editor may not write he is not asked for
    for one in action.input:
        if one.kind is InputKind.FIELD and one.field is not None and (one.required or one.field.required):
            yield module.fields.get(one.field.code, one.field)


def _check_one_asked(
    subject: Subject, matrix: Matrix, action: Action, *, field: Field, status: str, column: str
) -> None:
    said = access_of(matrix, status, column, field.code)
    if said not in (Access.HIDDEN, Access.READ):
        return
    number = "E302"
    if said is Access.HIDDEN:
        after = [access_of(matrix, target, column, field.code) for target in action.moves]
        number = "E303" if any(one is not Access.HIDDEN for one in after) else "E301"
    elif field.default is not None or field.computed is not None:
        return
    row = status if field.code in matrix.fields.get(status, {}).get(column, {}) else EVERY_STATUS
    subject.report(
        number, "matrix", matrix.code, ("fields", row, column, field.code),
        field=field.code, action=action.code, column=column, status=status,
    )  # fmt: skip


def _check_inference(subject: Subject, module: Module, matrix: Matrix) -> None:
    """A field that shows itself by another's value tells that value, and the title tells its own."""
    for path in sorted(module.title.paths):
        read = path[1] if path[0] == "record" and len(path) > 1 else ""
        for status, columns in matrix.fields.items():
            for column, cells in columns.items():
                if cells.get(read) is Access.HIDDEN:
                    subject.report(
                        "E304", "module", module.code, ("title",),
                        value=True, field="title", read=read, column=column, status=status,
                    )  # fmt: skip
    for field in module.fields.values():
        for word, read in _read_by(field):
            if read not in module.fields:
                continue
            for status, columns in matrix.fields.items():
                for column, cells in columns.items():
                    hides = cells.get(read) is Access.HIDDEN
                    if hides and access_of(matrix, status, column, field.code) is not Access.HIDDEN:
                        subject.report(
                            "E304", "module", module.code, ("fields", field.code, word),
                            value=True, field=field.code, read=read, column=column, status=status,
                        )  # fmt: skip


def _read_by(field: Field) -> Iterator[tuple[str, str]]:
    words = {
        "shown_when": field.shown_when,
        "required_when": field.required_when,
        "locked_when": field.locked_when,
        "computed": field.computed,
    }
    for word, expression in words.items():
        for path in sorted(expression.paths) if expression is not None else ():
            if path[0] in ("record", "input") and len(path) > 1:
                yield word, path[1]


# --- Defaults, circles ----------------------------------------------------------------------------


def _check_defaults(subject: Subject, module: Module) -> None:
    for code, field in module.fields.items():
        _check_default(subject, module, field, ("fields", code, "default"))
    for action in module.actions.values():
        for index, one in enumerate(action.input):
            if one.kind is InputKind.OWN and one.field is not None:
                path: Steps = ("actions", action.code, "input", index, "default")
                _check_default(subject, module, one.field, path)


def _check_default(subject: Subject, module: Module, field: Field, path: Steps) -> None:
    if field.default is None or not field.default.is_literal:
        return
    detail = refusal_of(field, field.default.evaluate({}))
    if detail is not None:
        subject.report("E305", "module", module.code, path, value=True, field=field.code, detail=detail)


def refusal_of(field: Field, value: object) -> Text | None:
    """Say why a field would refuse a value that is written out; None if it would take it."""
    if value is None:
        return None
    if not _fits_type(field, value):
        return Text(f"{value!r} không phải {field.type}", f"{value!r} is no {field.type}")
    if field.options and field.option(value) is None:
        return Text(f"không có lựa chọn “{value}”", f"there is no option '{value}'")
    if isinstance(value, str):
        if field.length is not None and len(value) > field.length:
            return Text(f"dài hơn {field.length} ký tự", f"longer than {field.length} characters")
        if field.pattern is not None and re.fullmatch(field.pattern, value) is None:
            return Text("không khớp pattern", "it does not match the pattern")
    if isinstance(value, int | float) and not isinstance(value, bool):
        least, most = _limit(field.min), _limit(field.max)
        if (least is not None and value < least) or (most is not None and value > most):
            return Text("ngoài giới hạn min, max", "outside min and max")
    return None


def _limit(expression: Expression | None) -> float | None:
    if expression is None or not expression.is_literal:
        return None
    value = expression.evaluate({})
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _fits_type(field: Field, value: object) -> bool:
    match field.type:
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "text" | "multiline" | "choice":
            return isinstance(value, str)
        case "date" | "datetime":
            return isinstance(value, str) and _is_moment(value, field.type)
        case "duration" | "user" | "unit" | "record" | "files":
            return False
        case _:
            return True


def _is_moment(value: str, type_: str) -> bool:
    try:
        (date if type_ == "date" else datetime).fromisoformat(value)
    except ValueError:
        return False
    return True


def _check_circles(subject: Subject, module: Module) -> None:
    """Computed values and visibility must not wait for each other."""
    for words in (("computed",), ("shown_when", "required_when", "locked_when")):
        graph = {
            code: [read for word, read in _read_by(field) if word in words and read in module.fields]
            for code, field in module.fields.items()
        }
        if words[0] != "computed":  # its own value may decide whether it is required or locked
            graph = {code: [one for one in reads if one != code] for code, reads in graph.items()}
        found = cycle(graph)
        if found:
            word = next(w for w, read in _read_by(module.fields[found[0]]) if w in words)
            subject.report(
                "E306", "module", module.code, ("fields", found[0], word), value=True,
                circle=" → ".join(found),
            )  # fmt: skip


# --- What can be filled ---------------------------------------------------------------------------


def _check_filled(subject: Subject, module: Module) -> None:
    filled = filled_fields(subject, module)
    for code in module.fields:
        if code not in filled:
            subject.report("W307", "module", module.code, ("fields", code), field=code)


def filled_fields(subject: Subject, module: Module) -> set[str]:
    """Give the fields that some form, action, number or computation can give a value."""
    filled = {code for code, field in module.fields.items() if field.computed or field.default}
    if module.numbering is not None:
        filled.add(module.numbering.field)
    for action in module.actions.values():
        if action.code == "create" and not action.input:
            return set(module.fields)
        for one in action.input:
            filled.update(_asked_by(one.field) if one.kind is not InputKind.ROLE else ())
    if _may_edit(subject, module):
        return set(module.fields)
    for other in subject.workspace.modules.values():
        filled.update(_set_in(other, module))
    return filled


def _asked_by(field: Field | None) -> Iterator[str]:
    if field is not None:
        yield field.code
        yield from (column.name for column in field.columns)


def _may_edit(subject: Subject, module: Module) -> bool:
    return any(
        "edit" in given
        for _, m in subject.tables_of(module)
        for c in m.cells.values()
        for given in c.values()
    )


def _set_in(other: Module, module: Module) -> Iterator[str]:
    effects = [effect for action in other.actions.values() for effect in action.effects]
    effects += [effect for reaction in other.reactions for effect in reaction.effects]
    effects += [effect for timer in other.timers.values() for effect in timer.effects]
    for effect in effects:
        if other.code == module.code or effect.kind == "create":
            yield from effect.values
        if effect.into is not None and other.code == module.code:
            yield effect.into
    for relation in other.relations.values():
        if relation.target == module.code:
            yield from relation.prefill
            if relation.field is not None:
                yield relation.field


__all__ = ["access_of", "check_fields", "filled_fields", "refusal_of"]
