"""What expressions and templates name and compare: E207, E310 to E315, E402."""

from __future__ import annotations

from luongviec.engine.checker.codes import register
from luongviec.engine.checker.places import Placed, places
from luongviec.engine.checker.subject import Subject
from luongviec.engine.checker.typed import (
    Finding,
    FindingKind,
    check_expression,
    check_template,
    family,
    result_type,
)
from luongviec.engine.expressions import setform
from luongviec.engine.expressions.compiled import Expression, Template
from luongviec.engine.expressions.types import ValueKind
from luongviec.engine.text import Text

register(
    "E207",
    Text("Biểu thức gọi tên không có", "An expression names what does not exist"),
    Text("{detail}", "{detail}"),
    Text("Sửa tên, hoặc xem các tên dùng được ở chỗ này.", "Mend the name, or see the names of this place."),
)
register(
    "E310",
    Text("Giá trị không hợp nhau", "Values that do not fit together"),
    Text("{detail}", "{detail}"),
    Text("So sánh và tính toán với giá trị cùng loại.", "Compare and reckon with values of one kind."),
)
register(
    "E311",
    Text("Mã không có trong lựa chọn hay trạng thái", "A code that no option or status has"),
    Text("{detail}", "{detail}"),
    Text("Sửa mã.", "Mend the code."),
)
register(
    "E312",
    Text("Gọi hàm sai đối số", "A function called with wrong arguments"),
    Text("{detail}", "{detail}"),
    Text(
        "Xem hàm trong docs/language.md, Expressions.", "See the function in docs/language.md, Expressions."
    ),
)
register(
    "E313",
    Text("Không đổi được thành một truy vấn", "A condition that cannot become one query"),
    Text("{detail}", "{detail}"),
    Text(
        "So sánh record.TRƯỜNG hoặc status.code với giá trị chung cho mọi hồ sơ.",
        "Compare record.FIELD or status.code with what is the same for every record.",
    ),
)
register(
    "W314",
    Text("So sánh với none", "A comparison with none"),
    Text("{detail}", "{detail}"),
    Text("Viết “is none” hoặc “is not none”.", "Write 'is none' or 'is not none'."),
)
register(
    "E402",
    Text("Mẫu chữ gọi tên không có", "A template names what does not exist"),
    Text("{detail}", "{detail}"),
    Text("Sửa tên, hoặc xem các tên dùng được ở chỗ này.", "Mend the name, or see the names of this place."),
)

_CODES = {
    FindingKind.NAME: "E207",
    FindingKind.ROLE: "E207",
    FindingKind.TYPE: "E310",
    FindingKind.CODE: "E311",
    FindingKind.CALL: "E312",
    FindingKind.NOTHING: "W314",
}


def check_names(subject: Subject) -> None:
    """Check every expression and template against the names and types of its place."""
    for placed in places(subject):
        if isinstance(placed.source, Template):
            findings = check_template(placed.source, placed.environment)
        else:
            findings = check_expression(placed.source, placed.environment)
        for finding in findings:
            _report(subject, placed, finding)
        if not findings and isinstance(placed.source, Expression):
            _check_result(subject, placed, placed.source)
            _check_set_form(subject, placed, placed.source)


def _report(subject: Subject, placed: Placed, finding: Finding) -> None:
    code = _CODES[finding.kind]
    if finding.kind is FindingKind.NAME and placed.environment.template:
        code = "E402"
    subject.report(
        code, placed.kind, placed.code, placed.path,
        offset=finding.offset, hint=finding.hint, detail=finding.message,
    )  # fmt: skip


def _check_result(subject: Subject, placed: Placed, expression: Expression) -> None:
    """Whether the value fits what takes it: a default its field, `set` its field, a timer's `at`."""
    wanted = placed.wanted
    if wanted is None:
        return
    found = result_type(expression, placed.environment)
    first, second = family(wanted), family(found)
    if placed.path[-1] == "default":
        return  # E305 says what a field refuses
    if wanted.kind is ValueKind.CHOICE and expression.is_literal and wanted.options:
        value = expression.evaluate({})
        if isinstance(value, str) and value not in wanted.options:
            detail = Text(f"Không có lựa chọn “{value}”.", f"There is no option '{value}'.")
            subject.report("E311", placed.kind, placed.code, placed.path, value=True, detail=detail)
        return
    if first is None or second is None or first == second:
        return
    detail = Text(f"Chỗ này cần {first}, không phải {second}.", f"This takes a {first}, not a {second}.")
    subject.report("E310", placed.kind, placed.code, placed.path, value=True, detail=detail)


def _check_set_form(subject: Subject, placed: Placed, expression: Expression) -> None:
    if placed.set_form is None:
        return
    try:
        setform.compile_set(expression, placed.set_form)
    except setform.SetFormError as error:
        subject.report(
            "E313", placed.kind, placed.code, placed.path, offset=error.offset, detail=error.message
        )
