"""Numbers, features, buckets and parameters of modules: E316 to E322."""

from __future__ import annotations

from luongviec.engine.checker.codes import register
from luongviec.engine.checker.subject import Subject
from luongviec.engine.model import InputKind, Module
from luongviec.engine.sources.reading import Steps
from luongviec.engine.text import Text

register(
    "E316",
    Text("Trường số hiệu phải là text chỉ đọc", "The number's field must be a read-only text"),
    Text("“{field}” giữ số hiệu nhưng {why}.", "'{field}' holds the number but {why}."),
    Text("Dùng một trường text mà chỉ hệ thống điền.", "Use a text field that only the system fills."),
)
register(
    "E317",
    Text("Phần của bucket không bao giờ tới lượt", "A part of a bucket that is never reached"),
    Text(
        "Phần “{part}” đứng sau một phần luôn đúng.", "The part '{part}' stands after one that always holds."
    ),
    Text("Đặt phần luôn đúng ở cuối.", "Put the part that always holds last."),
)
register(
    "W320",
    Text("Bật tính năng nhưng không ai có quyền", "A feature without anybody who may use it"),
    Text(
        "Phân hệ có “{feature}” nhưng không cột nào có quyền “{permission}”.",
        "The module has '{feature}', but no column holds '{permission}'.",
    ),
    Text(
        "Thêm quyền vào bảng quyền, hoặc bỏ tính năng.",
        "Grant the permission in the matrix, or remove the feature.",
    ),
)
register(
    "W321",
    Text("Có quyền nhưng tính năng chưa bật", "A permission for a feature that the module lacks"),
    Text(
        "Quyền “{permission}” cần has: [{feature}].", "The permission '{permission}' needs has: [{feature}]."
    ),
    Text(
        "Thêm vào has của phân hệ, hoặc bỏ quyền.", "Add it to has of the module, or remove the permission."
    ),
)
register(
    "E322",
    Text("Cây cần cùng phân hệ", "A tree needs its own module"),
    Text(
        "Quan hệ “{relation}” ghi tree nhưng tới “{target}”.",
        "The relation '{relation}' is a tree but leads to '{target}'.",
    ),
    Text(
        "tree: true chỉ dùng khi quan hệ trỏ về chính phân hệ.",
        "tree: true goes with a relation to the module itself.",
    ),
)


def check_features(subject: Subject) -> None:
    """Check what each module switches on, and the parameters."""
    for module in subject.workspace.modules.values():
        _check_numbering(subject, module)
        _check_features(subject, module)
        _check_relations(subject, module)
        _check_buckets(subject, module)
    _check_parameters(subject)


def _check_numbering(subject: Subject, module: Module) -> None:
    if module.numbering is None:
        return
    field = module.fields.get(module.numbering.field)
    if field is None:
        return
    why: Text | None = None
    asked = {
        one.field.code
        for action in module.actions.values()
        for one in action.input
        if one.kind is InputKind.FIELD and one.field is not None
    }
    if field.type != "text":
        why = Text("không phải text", "it is no text")
    elif field.required or field.computed is not None:
        why = Text("bắt buộc hoặc tự tính", "it is required or computed")
    elif field.code in asked:
        why = Text("một tác vụ hỏi nó", "an action asks for it")
    if why is not None:
        subject.report(
            "E316", "module", module.code, ("number", "field"), value=True, field=field.code, why=why
        )


_FEATURES = {"comments": "comment", "attachments": "attach", "tags": "tag"}


def _check_features(subject: Subject, module: Module) -> None:
    tables = list(subject.tables_of(module))
    given = {
        p for _, matrix in tables for columns in matrix.cells.values() for c in columns.values() for p in c
    }
    wanted = {feature: word for feature, word in _FEATURES.items() if feature in module.has}
    if module.receipts.record or module.receipts.fields:
        wanted["receipts"] = "receipts"
    if module.download_by_right:
        wanted["download"] = "download"
    for feature, permission in wanted.items():
        if tables and permission not in given:
            path: Steps = ("has",) if feature in _FEATURES else (feature,)
            subject.report("W320", "module", module.code, path, feature=feature, permission=permission)
    for _, matrix in tables:
        for status, columns in matrix.cells.items():
            for column, permissions in columns.items():
                for feature, permission in _FEATURES.items():
                    if permission in permissions and feature not in module.has:
                        path = (matrix.tabs[column], status, column)
                        subject.report(
                            "W321", "matrix", matrix.code, path, permission=permission, feature=feature
                        )


def _check_relations(subject: Subject, module: Module) -> None:
    for code, relation in module.relations.items():
        if relation.tree and relation.forward and relation.target != module.code:
            path: Steps = ("relations", code, "tree")
            subject.report("E322", "module", module.code, path, relation=code, target=relation.target)


def _check_buckets(subject: Subject, module: Module) -> None:
    for code, bucket in module.buckets.items():
        open_part = False
        for part in bucket.parts:
            path: Steps = ("buckets", code, "parts", part.code)
            if open_part:
                subject.report("E317", "module", module.code, path, part=part.code)
            open_part = open_part or (part.when.is_literal and part.when.source == "true")


def _check_parameters(subject: Subject) -> None:
    for code, parameter in subject.workspace.parameters.items():
        default = parameter.default
        detail: Text | None = None
        if isinstance(default, int | float) and not isinstance(default, bool):
            too_small = parameter.min is not None and default < parameter.min
            too_large = parameter.max is not None and default > parameter.max
            detail = (
                Text("ngoài giới hạn min, max", "outside min and max") if too_small or too_large else None
            )
        elif parameter.options and default is not None and default not in parameter.options:
            detail = Text(f"không có lựa chọn “{default}”", f"there is no option '{default}'")
        if detail is not None:
            path: Steps = ("parameters", code, "default")
            subject.report("E305", "parameters", "parameters", path, value=True, field=code, detail=detail)
