"""Doing one thing to many records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from luongviec.engine.errors import InvalidInput, LuongViecError, NeedsAnswer
from luongviec.engine.plan import Answers
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.platform import Platform
from luongviec.services.records import NO_ANSWERS, act


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of one row of a bulk action; `refusal` says in words why not."""

    record_id: int
    done: bool
    refusal: Text | None = None


def act_on_many(
    platform: Platform, actor: Actor, record_ids: Sequence[int], action: str, raw: Mapping[str, object], *,
    answers: Answers = NO_ANSWERS, whole: bool = False,
) -> tuple[BulkResult, ...]:  # fmt: skip
    """Run one action on several records, each in a transaction and with a result of its own."""
    results = []
    for record_id in dict.fromkeys(record_ids):
        try:
            act(platform, actor, record_id, action, raw, answers=answers, whole=whole)
            results.append(BulkResult(record_id, done=True))
        except LuongViecError as error:
            results.append(BulkResult(record_id, done=False, refusal=_words(error)))
    return tuple(results)


def _words(error: LuongViecError) -> Text:
    if isinstance(error, InvalidInput):
        return next((texts[0] for texts in error.errors.values() if texts), error.message)
    if isinstance(error, NeedsAnswer):
        texts = (getattr(question, "text", None) for question in error.questions)
        return next((text for text in texts if isinstance(text, Text)), error.message)
    return error.message
