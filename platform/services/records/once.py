"""Writes that come again under the same key are done once (`Idempotency-Key`).

The key and the answer are written in the same transaction as the change. A second request with the
key gets the first answer; one that asks for something else under it is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from luongviec.engine.errors import Conflict, InvalidInput
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.platform import Platform, Work
from luongviec.services.views import ActionResult
from luongviec.store.database import AnySession
from luongviec.store.idempotency import key_of
from luongviec.store.models import IdempotencyKey

LONGEST_KEY = 200
#: How often a write that came second by an instant is done again before its caller is told.
RETRIES = 2
TEXT_OTHER_REQUEST = Text(
    "Khóa này đã dùng cho một yêu cầu khác. Hãy dùng khóa mới.",
    "This key was used for another request. Use a new one.",
)
TEXT_BAD_KEY = Text("Khóa dài từ 1 đến 200 ký tự.", "A key has 1 to 200 characters.")

Request = tuple[object, ...]


def once(
    platform: Platform, actor: Actor, key: str | None, request: Request, do: Callable[[Work], ActionResult]
) -> ActionResult:
    """Do something in one transaction, or give what the same key did before.

    Two who change one record at the same instant need not be told, where both read it anew and may
    still go on: each does its whole work again. Who named a version of before is refused again.

    Raises:
        InvalidInput: the key is unusable, or was used for another request.
        Conflict: somebody was first, again and again, or the version named is an old one.
    """
    for _ in range(RETRIES):
        try:
            return _once(platform, actor, key, request, do)
        except Conflict:
            if platform.is_working:
                raise  # a part of a larger transaction, which alone can begin anew
    return _once(platform, actor, key, request, do)


def _once(
    platform: Platform, actor: Actor, key: str | None, request: Request, do: Callable[[Work], ActionResult]
) -> ActionResult:
    if key is None or actor.user_id is None:
        with platform.transaction() as work:
            return do(work)
    if not 1 <= len(key) <= LONGEST_KEY:
        raise InvalidInput({"idempotency_key": (TEXT_BAD_KEY,)})
    wanted = _hash(request if actor.acting_for is None else (*request, actor.acting_for))
    try:
        with platform.transaction() as work:
            known = _known(work.session, actor.user_id, key, wanted)
            if known is not None:
                return known
            row = IdempotencyKey(user_id=actor.user_id, key=key, request_hash=wanted, at=work.now)
            work.session.add(row)
            work.session.flush()  # a second request with the key waits here, or fails
            result = do(work)
            row.result = _to_json(result)
            return result
    except IntegrityError:
        with platform.reading() as work:
            known = _known(work.session, actor.user_id, key, wanted)
        if known is None:
            raise
        return known


def _known(session: AnySession, user_id: int, key: str, wanted: str) -> ActionResult | None:
    row = key_of(session, user_id, key)
    if row is None:
        return None
    if row.request_hash != wanted:
        raise InvalidInput({"idempotency_key": (TEXT_OTHER_REQUEST,)})
    return _from_json(row.result)


def _hash(request: Request) -> str:
    text = json.dumps(request, default=str, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _to_json(result: ActionResult) -> Mapping[str, Any]:
    return {
        "record_id": result.record_id,
        "made": list(result.made),
        "made_alone": list(result.made_alone),
        "entry_id": result.entry_id,
        "comment_id": result.comment_id,
        "undo_until": None if result.undo_until is None else result.undo_until.isoformat(),
        "warnings": [[text.vi, text.en] for text in result.warnings],
        "notes": [[text.vi, text.en] for text in result.notes],
    }


def _from_json(data: Mapping[str, Any]) -> ActionResult:
    until = data["undo_until"]
    return ActionResult(
        record_id=data["record_id"],
        made=tuple(data["made"]),
        entry_id=data["entry_id"],
        undo_until=None if until is None else datetime.fromisoformat(until),
        warnings=tuple(Text(vi, en) for vi, en in data["warnings"]),
        notes=tuple(Text(vi, en) for vi, en in data["notes"]),
        comment_id=data["comment_id"],
        made_alone=tuple(data.get("made_alone", ())),
    )
