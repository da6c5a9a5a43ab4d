"""Lists and buckets: what is filtered, sorted or split must be indexed. E315, W323."""

from __future__ import annotations

from collections.abc import Iterator

from luongviec.engine.checker.codes import register
from luongviec.engine.checker.places import Placed, module_places
from luongviec.engine.checker.subject import Subject
from luongviec.engine.expressions import setform
from luongviec.engine.expressions.compiled import Expression
from luongviec.engine.expressions.syntax import Literal
from luongviec.engine.model import FieldType, List, Module
from luongviec.engine.sources.reading import Steps
from luongviec.engine.text import Text

register(
    "E315",
    Text("Lọc, sắp xếp theo trường không có index", "A filter or order over a field that is not indexed"),
    Text(
        "“{field}” được {use} nhưng không có index: true.",
        "'{field}' is used to {use}, but is not index: true.",
    ),
    Text("Thêm index: true cho trường.", "Write index: true at the field."),
)
register(
    "W323",
    Text("Lịch thiếu ngày", "A calendar without a date"),
    Text(
        "Danh sách “{list}” hiện dạng lịch nhưng không có date.",
        "The list '{list}' is shown as a calendar, but has no date.",
    ),
    Text("Thêm date: TRƯỜNG.", "Add date: FIELD."),
)

_FILTER = Text("lọc", "filter")
_SORT = Text("sắp xếp", "sort")
_SPLIT = Text("chia nhóm", "split")
_CALENDAR = Text("xếp lịch", "lay out a calendar")
_CLASH = Text("tìm hồ sơ trùng", "find clashes")
_BUCKET = Text("chia khoảng", "divide into buckets")


def check_lists(subject: Subject) -> None:
    """Check the lists and buckets of every module."""
    for module in subject.workspace.modules.values():
        for one in module.lists.values():
            _check_list(subject, module, one)
        for code, bucket in module.buckets.items():
            path: Steps = ("buckets", code)
            _require_index(subject, module, bucket.over, (*path, "over"), _BUCKET)
            for part in bucket.parts:
                _check_condition(subject, module, part.when, (*path, "parts", part.code, "when"))
        for placed in module_places(subject, module):
            _check_clashes(subject, module, placed)


def _check_list(subject: Subject, module: Module, one: List) -> None:
    path: Steps = ("lists", one.code)
    if one.where is not None:
        _check_condition(subject, module, one.where, (*path, "where"))
    for index, key in enumerate(one.sort):
        _require_index(subject, module, key.field, (*path, "sort", index), _SORT)
    words = (("split", one.split, _SPLIT), ("group_by", one.group_by, _SPLIT), ("date", one.date, _CALENDAR),
             ("until", one.until, _CALENDAR))  # fmt: skip
    for word, field, use in words:
        if field is not None:
            _require_index(subject, module, field, (*path, word), use)
    if "calendar" in one.views and one.date is None:
        subject.report("W323", "module", module.code, (*path, "as"), list=one.code)


def _check_clashes(subject: Subject, module: Module, placed: Placed) -> None:
    """Check that a field by which clashes are looked for can be looked up; roles and records always can."""
    for call in placed.source.calls:
        name = call.arguments[0] if call.function == "clashes" and call.arguments else None
        if isinstance(name, Literal) and isinstance(name.value, str):
            field = module.fields.get(name.value)
            if field is not None and field.type != FieldType.RECORD:
                _require_index(subject, module, field.code, placed.path, _CLASH)


def _check_condition(subject: Subject, module: Module, expression: Expression, path: Steps) -> None:
    for operand in _operands(expression, module):
        if operand.kind is setform.OperandKind.FIELD:
            _require_index(subject, module, operand.name, path, _FILTER)


def _operands(expression: Expression, module: Module) -> Iterator[setform.Operand]:
    try:
        yield from setform.operands(setform.compile_set(expression, module))
    except setform.SetFormError:
        return  # E313 says so


def _require_index(subject: Subject, module: Module, name: str, path: Steps, use: Text) -> None:
    field = module.fields.get(name)
    if field is not None and not field.index:
        subject.report("E315", "module", module.code, path, value=True, field=name, use=use)
