"""Doing one thing to many records: what the chosen ones allow, and what became of each.

Every record is decided and changed on its own, as if somebody had opened it; there is no way around
`decide`, and nothing is left out in silence. The work is a long job: its page says how far it is, and
in the end which records refused and why. Run twice (a worker died) nothing happens twice, since each
record's change carries a key made of the job and the record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from luongviec.engine.errors import InvalidInput, LuongViecError, NeedsAnswer, NotFound
from luongviec.engine.model import Shown
from luongviec.engine.offers import OfferKind
from luongviec.engine.plan import Answers
from luongviec.engine.text import Text
from luongviec.engine.world import Actor
from luongviec.services.lists import Asked, ListRequest
from luongviec.services.long_jobs import (
    JobFact,
    JobKind,
    JobResult,
    Kinds,
    RunningJob,
    start,
    start_at_once,
)
from luongviec.services.offering import action_offers
from luongviec.services.platform import Platform
from luongviec.services.records import NO_ANSWERS, act, check_input
from luongviec.services.showing import Showing
from luongviec.services.views import ActionOffer, RecordLink
from luongviec.store.lists import select_page

BULK_ACTION = "bulk_action"
#: So many are done while the person waits; more are left to a worker.
AT_ONCE_RECORDS = 20
#: So many can be chosen one by one; more are chosen as a whole list.
MOST_CHOSEN = 200
PART = 200


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of one record; `refusal` says in words why not."""

    record_id: int
    done: bool
    refusal: Text | None = None


@dataclass(frozen=True, slots=True)
class BulkChoice:
    """An action that some of the chosen records allow now; `reasons`: why others do not, and how many."""

    offer: ActionOffer
    ready: int
    reasons: tuple[tuple[Text, int], ...]
    record_id: int  # the first that allows it: its form is the form of all


@dataclass(frozen=True, slots=True)
class BulkPage:
    """What can be done to the chosen records."""

    records: tuple[RecordLink, ...]
    choices: tuple[BulkChoice, ...]


def bulk_choices(platform: Platform, actor: Actor, record_ids: Sequence[int]) -> BulkPage:
    """Say which actions the chosen records allow; ids that may not be seen are left out.

    Raises:
        NotFound: none of the records may be seen.
        InvalidInput: too many of them.
    """
    ids = _known(record_ids)
    with platform.reading() as work:
        showing = Showing(work, actor)
        work.world.preload(ids)
        records = [r for one in ids if (r := work.world.record(one)) is not None and showing.may_view(r)]
        if not records:
            raise NotFound()
        ready: dict[str, list[tuple[int, ActionOffer]]] = defaultdict(list)
        refused: dict[str, dict[Text, int]] = defaultdict(lambda: defaultdict(int))
        offered: dict[str, int] = defaultdict(int)
        for record in records:
            actions = showing.module(record).actions
            shown = (Shown.BUTTON, Shown.MENU, Shown.ROW)
            for offer in action_offers(showing, record, kinds=(OfferKind.ACTION,), shown=shown):
                if offer.code in actions and actions[offer.code].bulk:
                    offered[offer.code] += 1
                    if offer.enabled:
                        ready[offer.code].append((record.id, offer))
                    elif offer.reason is not None:
                        refused[offer.code][offer.reason] += 1
        choices = []
        for code, found in ready.items():
            reasons = dict(refused[code])
            without = len(records) - offered[code]
            if without:
                reasons[NOT_OFFERED] = without
            first_id, offer = found[0]
            choices.append(BulkChoice(offer, len(found), tuple(reasons.items()), first_id))
        return BulkPage(tuple(showing.record_link(record) for record in records), tuple(choices))


NOT_OFFERED = Text(
    "Vai trò của bạn hoặc trạng thái hồ sơ không cho phép.",
    "Your roles or the record's status do not allow it.",
)
TOO_MANY = Text(
    "Chỉ chọn được tối đa {most} hồ sơ một lần. Hãy chọn cả danh sách hoặc chọn ít hơn.",
    "At most {most} records can be chosen at once. Choose the whole list, or fewer.",
)


def _known(record_ids: Sequence[int]) -> list[int]:
    ids = list(dict.fromkeys(record_ids))
    if len(ids) > MOST_CHOSEN:
        raise InvalidInput({"records": (TOO_MANY.filled({"most": MOST_CHOSEN}),)})
    return ids


def start_bulk(
    platform: Platform,
    kinds: Kinds,
    actor: Actor,
    record_ids: Sequence[int],
    action: str,
    raw: Mapping[str, object],
    *,
    answers: Answers = NO_ANSWERS,
    back: str = "",
) -> int:
    """Do an action to the chosen records and give the job's id; a few are done at once.

    What was typed is checked on the first record that allows the action, so that a mistake comes back
    to the form and not once for each record.

    Raises:
        InvalidInput: what was typed, or too many records.
        NotFound: no record allows the action.
    """
    ids = _known(record_ids)
    choices = bulk_choices(platform, actor, ids).choices
    choice = next((one for one in choices if one.offer.code == action), None)
    if choice is None:
        raise NotFound()
    check_input(platform, actor, choice.record_id, action, raw)
    parameters: dict[str, Any] = {"records": ids, "action": action, "raw": dict(raw), "back": back}
    confirmed = answers.confirmed if isinstance(answers.confirmed, bool) else sorted(answers.confirmed)
    parameters |= {"confirmed": confirmed, "reason": answers.reason}
    parameters["label"] = [choice.offer.label.vi, choice.offer.label.en]
    if len(ids) <= AT_ONCE_RECORDS:
        return start_at_once(platform, kinds, actor, BULK_ACTION, parameters)
    return start(platform, actor, BULK_ACTION, parameters, total=len(ids))


def ids_of_list(
    platform: Platform, actor: Actor, request: ListRequest, *, most: int = MOST_CHOSEN
) -> list[int]:
    """Give the records of a whole list, in parts, at most so many."""
    found: list[int] = []
    cursor = ""
    while len(found) < most:
        with platform.reading() as work:
            selection = Asked.of(work, actor, request).selection()
            page = select_page(work.world, actor.user_id, selection, size=PART, cursor=cursor)
        found += page.ids
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    return found[:most]


def act_on_many(
    platform: Platform, actor: Actor, record_ids: Iterable[int], action: str, raw: Mapping[str, object], *,
    answers: Answers = NO_ANSWERS, whole: bool = False, job: RunningJob | None = None, total: int = 0,
) -> tuple[BulkResult, ...]:  # fmt: skip
    """Run one action on several records, each in a transaction and with a result of its own."""
    results: list[BulkResult] = []
    for record_id in dict.fromkeys(record_ids):
        key = None if job is None else f"bulk:{job.id}:{record_id}"
        try:
            act(platform, actor, record_id, action, raw, answers=answers, whole=whole, idempotency_key=key)
            results.append(BulkResult(record_id, done=True))
        except LuongViecError as error:
            results.append(BulkResult(record_id, done=False, refusal=_words(error)))
        if job is not None:
            job.advance(len(results), total)
    return tuple(results)


def run_bulk(platform: Platform, job: RunningJob) -> JobResult:
    """Do a job of the kind `BULK_ACTION`."""
    asked = job.parameters
    ids = [int(one) for one in asked["records"]]
    confirmed = asked["confirmed"]
    answers = Answers(confirmed if isinstance(confirmed, bool) else frozenset(confirmed), asked["reason"])
    results = act_on_many(
        platform, job.actor, ids, str(asked["action"]), asked["raw"], answers=answers, whole=True, job=job,
        total=len(ids),
    )  # fmt: skip
    refused = [one for one in results if not one.done]
    label = Text(*asked["label"])
    done = len(results) - len(refused)
    return JobResult(
        Text(
            f"{label.vi}: đã làm với {done}/{len(results)} hồ sơ.",
            f"{label.in_language('en')}: done for {done} of {len(results)} records.",
        ),
        facts=(
            JobFact(Text("Đã làm", "Done"), done),
            JobFact(Text("Không làm được", "Refused"), len(refused)),
        ),
        problems=tuple(_problems(platform, job.actor, refused)),
        address=str(asked["back"]),
    )


def _problems(platform: Platform, actor: Actor, refused: Sequence[BulkResult]) -> Iterable[Text]:
    """Say of each record why not; one that may not be seen is not named."""
    with platform.reading() as work:
        showing = Showing(work, actor)
        for one in refused:
            link = showing.visible_link(one.record_id)
            name = f"“{link.title}”" if link is not None else f"#{one.record_id}"
            reason = one.refusal or NOT_OFFERED
            yield Text(f"{name}: {reason.vi}", f"{name}: {reason.in_language('en')}")


BULK_KIND = JobKind(BULK_ACTION, Text("Làm với nhiều hồ sơ", "Doing to many records"), run_bulk)


def _words(error: LuongViecError) -> Text:
    if isinstance(error, InvalidInput):
        return next((texts[0] for texts in error.errors.values() if texts), error.message)
    if isinstance(error, NeedsAnswer):
        texts = (getattr(question, "text", None) for question in error.questions)
        return next((text for text in texts if isinstance(text, Text)), error.message)
    return error.message
