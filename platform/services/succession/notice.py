"""Telling successors once of all the records that came to them, in place of a message for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from luongviec.engine.messages import APP
from luongviec.engine.planning.plan import SUCCESSION
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, Holder, HolderKind
from luongviec.services.platform import Work
from luongviec.services.succession.handing_over import Succession, name_of
from luongviec.store import outbox as rows


def tell_successors(
    work: Work, actor: Actor, succession: Succession, handed: Mapping[int, int], record_id: int | None
) -> None:
    """Write one message for each successor, in the application; for units to those who speak for them.

    Args:
        work: the transaction; told twice would be two messages, so it also closes the job.
        actor: who decided it.
        succession: what was handed over.
        handed: successor → how many records; may lack what a killed run had done.
        record_id: any of the records: an occurrence is of a record.
    """
    if not succession.tell or record_id is None:
        return
    people = {
        user_id: successor
        for successor in dict.fromkeys((*succession.successors.values(), *handed))
        for user_id in _people(work, Holder(succession.kind, successor))
        if user_id != actor.user_id
    }
    if not people:
        return
    occurrence = rows.add_told_occurrence(
        work.session, record_id, SUCCESSION, actor.user_id, list(people), succession.reason, work.now
    )
    givers = ", ".join(name_of(work, holder) for holder in succession.holders)
    rows.add_notifications(
        work.session,
        [
            {
                "occurrence_id": occurrence, "user_id": user_id, "channel": APP, "record_id": None,
                "recipient": "", **_words(work, user_id, succession, givers, handed.get(successor, 0)),
                "at": work.now, "due_at": work.now, "state": rows.SENT, "sent_at": work.now, "attempts": 0,
            }
            for user_id, successor in people.items()
        ],
    )  # fmt: skip


def _people(work: Work, successor: Holder) -> Iterable[int]:
    if successor.kind is HolderKind.USER:
        return (successor.id,)
    speaking = {
        (role.side, slot)
        for module in work.workspace.modules.values()
        for role in module.roles.values()
        if role.side is not None
        for slot in role.speaks
    }
    return dict.fromkeys(
        holding.user_id
        for side in sorted({side for side, _ in speaking})
        for holding in work.world.holders_of(successor.id, side)
        if (side, holding.slot) in speaking
    )


def _words(work: Work, user_id: int, succession: Succession, givers: str, count: int) -> dict[str, str]:
    person = work.world.person(user_id)
    language = "vi" if person is None else person.language
    yours = succession.kind is HolderKind.USER
    if count:
        subject = Text(
            f"{'Bạn' if yours else 'Đơn vị của bạn'} được bàn giao {count} hồ sơ từ {givers}",
            f"{count} records of {givers} were handed over to {'you' if yours else 'your unit'}",
        )
    else:
        subject = Text(
            f"{'Bạn' if yours else 'Đơn vị của bạn'} được bàn giao hồ sơ từ {givers}",
            f"Records of {givers} were handed over to {'you' if yours else 'your unit'}",
        )
    why = Text(f"Lý do: {succession.reason}", f"Reason: {succession.reason}")
    return {"subject": subject.in_language(language), "text": why.in_language(language)}
