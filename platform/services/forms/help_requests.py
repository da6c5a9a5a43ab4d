"""Asking the right administrator: a picker has nobody to offer, and one press tells who can mend it (T-105).

The request says who asks, in which unit and what for; it leads its reader to the unit's people. One
person asks for one thing once a day.
"""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from luongviec.engine.errors import NotFound
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.accounts.sessions import person_id
from luongviec.services.forms.candidate_reasons import Lack, lack_of
from luongviec.services.forms.candidates import CandidateRequest, question_of
from luongviec.services.platform import Platform, Work
from luongviec.services.telling.notices import tell
from luongviec.store.idempotency import key_of
from luongviec.store.models import IdempotencyKey

SUBJECT = Text("Đề nghị bổ sung người", "A request to fill a place")
ASKED = Text("Đã gửi đề nghị tới {names}.", "The request was sent to {names}.")
ASKED_BEFORE = Text(
    "Hôm nay bạn đã gửi đề nghị này tới {names}. Họ sẽ thấy trong thông báo.",
    "You have sent this request to {names} today. They see it among their notifications.",
)


def ask_for_candidates(platform: Platform, actor: Actor, request: CandidateRequest) -> Text:
    """Tell those who can mend it that a picker has nobody to offer, and say who was told.

    Raises:
        NotFound: there is no such control, it has candidates, or nobody can be asked.
        Refused: the actor may not do what the form is for.
    """
    with platform.transaction() as work:
        user_id = person_id(actor)
        question = question_of(work, actor, request)
        lack = lack_of(
            work.workspace, question.desk.module, question.control, question.state, work=work,
            actor=question.actor,
        )  # fmt: skip
        if not lack.helpers:
            raise NotFound()
        names = ", ".join(one.name for one in lack.helpers)
        key = f"ask:{request.module}:{question.control.name}:{lack.unit_ids[0]}:{work.now:%Y-%m-%d}"
        if not _is_first(work, user_id, key):
            return ASKED_BEFORE.filled({"names": names})
        for helper in lack.helpers:
            tell(
                work,
                helper.user_id,
                _words(work, user_id, question.desk.module.name, lack),
                SUBJECT,
                _page(lack),
            )
        return ASKED.filled({"names": names})


def _is_first(work: Work, user_id: int, key: str) -> bool:
    if key_of(work.session, user_id, key) is not None:
        return False
    try:
        with work.session.begin_nested():
            work.session.add(IdempotencyKey(user_id=user_id, key=key, request_hash="", at=work.now))
    except IntegrityError:  # two windows at once
        return False
    return True


def _words(work: Work, user_id: int, module: Text, lack: Lack) -> Text:
    person = work.world.person(user_id)
    unit = work.world.unit(lack.unit_ids[0])
    name, place = (person.name if person else f"#{user_id}"), (unit.name if unit else "")
    return Text(
        f"{name} cần bổ sung người ở “{place}” cho “{module.vi}”: {lack.reason.vi}",
        f"{name} needs somebody in “{place}” for “{module.in_language('en')}”:"
        f" {lack.reason.in_language('en')}",
    )


def _page(lack: Lack) -> str:
    return f"/settings/units/{lack.unit_ids[0]}"
