"""Errors as problem+json (RFC 9457), in the caller's language, from the table that pages share.

`type` and `code` are stable; `detail` says what is wrong and what to do. What a program can act upon
travels beside it: field errors, questions to answer, the actions to choose from.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Mapping

from flask import Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from luongviec.engine.errors import DefinitionError, InvalidInput, LuongViecError, NeedsAnswer, Refused
from luongviec.engine.planning.errors import SeveralActions
from luongviec.engine.planning.plan import Question
from luongviec.engine.text import Text
from luongviec.engine.values import Json
from luongviec.web.api.faults import BodyTooLarge, MalformedRequest
from luongviec.web.errors import status_of
from luongviec.web.language import current_language, in_language

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
UNEXPECTED = Text(
    "Có lỗi ở phía hệ thống, chưa có gì được lưu. Hãy thử lại; nếu vẫn lỗi, báo mã {incident}.",
    "Something went wrong on our side; nothing was saved. Try again; if it fails again, report {incident}.",
)


def answer_our_error(error: LuongViecError) -> Response:
    """Answer one of our errors."""
    status = status_of(error)
    answer = problem(status, error.code, error.message, _members(error))
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="luongviec"'
    wait = error.parameters.get("retry_after_seconds")
    if wait is not None:
        answer.headers["Retry-After"] = str(wait)
    allowed = error.parameters.get("allowed")
    if status == 405 and allowed is not None:
        answer.headers["Allow"] = str(allowed)
    return answer


def answer_http_error(error: HTTPException) -> Response:
    """Answer an error that Flask raises while it reads the request."""
    if isinstance(error, RequestEntityTooLarge):
        return answer_our_error(BodyTooLarge(limit=_limit()))
    if error.code is not None and error.code < 500:
        return problem(error.code, MalformedRequest.code, MalformedRequest.template, {})
    return answer_unexpected(error)


def answer_unexpected(error: Exception) -> Response:
    """Log an unexpected error under a code and tell nothing but that code."""
    incident = secrets.token_hex(4).upper()
    log.error("unexpected error %s at %s %s", incident, request.method, request.path, exc_info=error)
    return problem(500, "unexpected", UNEXPECTED.filled({"incident": incident}), {"incident": incident})


def problem(status: int, code: str, detail: Text, members: Mapping[str, Json]) -> Response:
    """Make a problem+json answer."""
    body = {
        "type": f"/problems/{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "code": code,
        "detail": in_language(detail),
        **members,
    }
    answer = Response(json.dumps(body, ensure_ascii=False), status, mimetype=MEDIA_TYPE)
    answer.headers["Content-Language"] = current_language()
    return answer


def _members(error: LuongViecError) -> dict[str, Json]:
    """Give what a program can act upon."""
    if isinstance(error, InvalidInput):
        return {
            "errors": [
                {"path": path, "messages": [in_language(text) for text in texts]}
                for path, texts in error.errors.items()
            ]
        }
    if isinstance(error, NeedsAnswer):
        return {"questions": [_question(one) for one in error.questions if isinstance(one, Question)]}
    if isinstance(error, SeveralActions):
        return {"actions": list(error.actions)}
    if isinstance(error, DefinitionError):
        return {"problems": [one.in_language(current_language()) for one in error.problems[:200]]}
    if isinstance(error, Refused):
        reason = getattr(error.decision, "reason", None)
        return {"reason": in_language(reason)} if isinstance(reason, Text) else {}
    return {}


def _question(question: Question) -> Json:
    return {
        "code": question.code,
        "kind": question.kind,
        "text": in_language(question.text),
        "marks": question.marks,
    }


def _limit() -> str:
    limit = request.max_content_length
    return f"{limit // (1024 * 1024)} MB" if limit else "?"
