"""What came of a long job, and how its row keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from luongviec.engine.errors import InvalidInput, LuongViecError
from luongviec.engine.text import LANGUAGES, Text

MOST_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class JobFact:
    """One line of a result: what, and how much or which."""

    label: Text
    value: str | int


@dataclass(frozen=True, slots=True)
class JobResult:
    """What came of a job.

    `address` is a page of ours where to go on, `address_label` the words of its button; `goes_on`: who
    waits is taken there when the job ends. `file_id` is an upload of the owner's; `data` what the kind's
    own pages read, in values that JSON knows.
    """

    message: Text
    facts: tuple[JobFact, ...] = ()
    problems: tuple[Text, ...] = ()
    file_id: int | None = None
    address: str = ""
    address_label: Text | None = None
    goes_on: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)


def result_json(result: JobResult) -> dict[str, Any]:
    """Give a result as it is kept."""
    return {
        "message": _text_json(result.message),
        "facts": [[_text_json(fact.label), fact.value] for fact in result.facts],
        "problems": [_text_json(one) for one in result.problems[:MOST_PROBLEMS]],
        "file_id": result.file_id, "address": result.address, "goes_on": result.goes_on,
        "address_label": None if result.address_label is None else _text_json(result.address_label),
        "data": dict(result.data),
    }  # fmt: skip


def result_from(kept: Mapping[str, Any]) -> JobResult:
    """Give a result that was kept."""
    label = kept.get("address_label")
    return JobResult(
        message=text_from(kept["message"]),
        facts=tuple(JobFact(text_from(label), value) for label, value in kept["facts"]),
        problems=tuple(text_from(one) for one in kept["problems"]), file_id=kept["file_id"],
        address=kept["address"], address_label=None if label is None else text_from(label),
        goes_on=bool(kept.get("goes_on")), data=kept["data"],
    )  # fmt: skip


def error_json(error: Exception, code: str = "") -> dict[str, Any]:
    """Give why a job failed, in words; of an unexpected error only a code that the log knows."""
    if isinstance(error, InvalidInput):
        problems = [one for texts in error.errors.values() for one in texts]
        return {"error": {lang: " ".join(one.in_language(lang) for one in problems) for lang in LANGUAGES}}
    if isinstance(error, LuongViecError):
        return {"error": _text_json(error.message)}
    unexpected = Text(
        "Có lỗi ở phía hệ thống, chưa có gì của bước này được lưu. Hãy thử lại; nếu vẫn lỗi,"
        " báo mã này cho bộ phận hỗ trợ.",
        "Something went wrong on our side; nothing of this step was saved. Try again; if it fails again,"
        " give support this code.",
    )
    return {"error": _text_json(unexpected), "code": code}


def _text_json(text: Text) -> dict[str, str | None]:
    return {"vi": text.vi, "en": text.en}


def text_from(kept: Mapping[str, str | None]) -> Text:
    """Give a text that was kept."""
    return Text(kept["vi"] or "", kept["en"])
