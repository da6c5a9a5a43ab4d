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

from luongviec.engine.deciding.offers import OfferKind
from luongviec.engine.errors import InvalidInput, LuongViecError, NeedsAnswer, NotFound
from luongviec.engine.model import Shown
from luongviec.engine.planning.plan import Answers
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, RecordState
from luongviec.services.lists.reading import Asked, ListRequest
from luongviec.services.long_jobs.running import (
    JobFact,
    JobKind,
    JobResult,
    Kinds,
    RunningJob,
    start,
    start_at_once,
)
from luongviec.services.platform import Platform
from luongviec.services.record_page.offering import action_offers
from luongviec.services.records.changing import NO_ANSWERS, act, check_input
from luongviec.services.showing import Showing
from luongviec.services.tags.changing import may_tag
from luongviec.services.views import ActionOffer, RecordLink
from luongviec.store.lists.reading import select_page

BULK_ACTION = "bulk_action"
#: So many are done while the person waits; more are left to a worker.
AT_ONCE_RECORDS = 20
#: So many can be chosen one by one; more are chosen as a whole list.
MOST_CHOSEN = 200
#: So many of a list are taken by one job; whoever wants more narrows the list, and is told so.
MOST_OF_LIST = 5_000
#: So many of a list are looked at before the question; the others are decided when their turn comes.
LOOKED_AT = 1_000
#: So many of the chosen are named on the page.
NAMED = 50
PART = 200
BULK_SHOWN = (Shown.BUTTON, Shown.MENU, Shown.ROW)


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
    """What can be done to the chosen records.

    `total` of them were chosen, `looked_at` decided already; `records` names the first, `ids` all.
    """

    ids: tuple[int, ...]
    records: tuple[RecordLink, ...]
    choices: tuple[BulkChoice, ...]
    total: int
    looked_at: int
    taggable: int = 0  # of those looked at, how many let the actor change their tags

    def choice(self, action: str) -> BulkChoice:
        """Give what an action allows.

        Raises:
            NotFound: no record allows it.
        """
        for one in self.choices:
            if one.offer.code == action:
                return one
        raise NotFound()


@dataclass(frozen=True, slots=True)
class Chosen:
    """Records chosen one by one, or everything that a list holds as it is narrowed."""

    ids: tuple[int, ...] = ()
    request: ListRequest | None = None


def bulk_choices(platform: Platform, actor: Actor, chosen: Chosen) -> BulkPage:
    """Say which actions the chosen records allow; ids that may not be seen are left out.

    Raises:
        NotFound: none of the records may be seen.
        InvalidInput: too many of them.
    """
    ids, tally = _chosen_ids(platform, actor, chosen), _Tally()
    for first in range(0, min(len(ids), LOOKED_AT), PART):
        with platform.reading() as work:
            tally.add(Showing(work, actor), ids[first : min(first + PART, LOOKED_AT)])
    if not tally.seen:
        raise NotFound()
    unseen = min(len(ids), LOOKED_AT) - tally.seen
    return BulkPage(ids, tuple(tally.named), tally.choices(), len(ids) - unseen, tally.seen, tally.taggable)


class _Tally:
    """Counts, action by action, which records are ready for it and why others are not."""

    def __init__(self) -> None:
        self.seen = self.taggable = 0
        self.named: list[RecordLink] = []
        self._first: dict[str, tuple[int, ActionOffer]] = {}
        self._ready: dict[str, int] = defaultdict(int)
        self._offered: dict[str, int] = defaultdict(int)
        self._reasons: dict[str, dict[Text, int]] = defaultdict(lambda: defaultdict(int))

    def add(self, showing: Showing, ids: Sequence[int]) -> None:
        """Look at some records."""
        world = showing.work.world
        world.preload(ids)
        for record in (found for one in ids if (found := world.record(one)) is not None):
            if showing.may_view(record):
                self._add(showing, record)

    def _add(self, showing: Showing, record: RecordState) -> None:
        self.seen += 1
        if len(self.named) < NAMED:
            self.named.append(showing.record_link(record))
        self.taggable += may_tag(showing, record)
        actions = showing.module(record).actions
        for offer in action_offers(showing, record, kinds=(OfferKind.ACTION,), shown=BULK_SHOWN):
            if offer.code in actions and actions[offer.code].bulk:
                self._offered[offer.code] += 1
                if offer.enabled:
                    self._first.setdefault(offer.code, (record.id, offer))
                    self._ready[offer.code] += 1
                elif offer.reason is not None:
                    self._reasons[offer.code][offer.reason] += 1

    def choices(self) -> tuple[BulkChoice, ...]:
        """Give what at least one record allows."""
        return tuple(
            BulkChoice(offer, self._ready[code], tuple(self._reasons_of(code).items()), record_id)
            for code, (record_id, offer) in self._first.items()
        )

    def _reasons_of(self, code: str) -> dict[Text, int]:
        without = self.seen - self._offered[code]
        return {**self._reasons[code], **({NOT_OFFERED: without} if without else {})}


NOT_OFFERED = Text(
    "Vai trò của bạn hoặc trạng thái hồ sơ không cho phép.",
    "Your roles or the record's status do not allow it.",
)
TOO_MANY = Text(
    "Chỉ chọn được tối đa {most} hồ sơ một lần. Hãy chọn cả danh sách hoặc chọn ít hơn.",
    "At most {most} records can be chosen at once. Choose the whole list, or fewer.",
)


TOO_LONG = Text(
    "Danh sách có hơn {most} hồ sơ. Hãy lọc cho hẹp lại rồi chọn cả danh sách.",
    "The list holds more than {most} records. Narrow it, then choose the whole list.",
)


def _chosen_ids(platform: Platform, actor: Actor, chosen: Chosen) -> tuple[int, ...]:
    """Give the ids of what was chosen, a list's as it stands now.

    Raises:
        NotFound: there is no such list.
        InvalidInput: too many, or a filter that says nothing.
    """
    if chosen.request is None:
        ids = tuple(dict.fromkeys(chosen.ids))
        if len(ids) > MOST_CHOSEN:
            raise InvalidInput({"records": (TOO_MANY.filled({"most": MOST_CHOSEN}),)})
        return ids
    found: list[int] = []
    cursor: str | None = ""
    while cursor is not None and len(found) <= MOST_OF_LIST:
        with platform.reading() as work:
            selection = Asked.of(work, actor, chosen.request).selection()
            page = select_page(work.world, actor.user_id, selection, size=PART, cursor=cursor)
        found += page.ids
        cursor = page.next_cursor
    if len(found) > MOST_OF_LIST:
        raise InvalidInput({"records": (TOO_LONG.filled({"most": MOST_OF_LIST}),)})
    return tuple(found)


def start_bulk(
    platform: Platform,
    kinds: Kinds,
    actor: Actor,
    page: BulkPage,
    action: str,
    raw: Mapping[str, object],
    *,
    answers: Answers = NO_ANSWERS,
    back: str = "",
) -> int:
    """Do an action to the chosen records and give the job's id; a few are done at once.

    What was typed is checked on the first record that allows the action, so that a mistake comes back
    to the form and not once for each record. The job keeps the ids, so a list that grows meanwhile
    changes nothing; every record is decided again when its turn comes.

    Args:
        page: what `bulk_choices` found for the actor.

    Raises:
        InvalidInput: what was typed.
        NotFound: no record allows the action.
    """
    choice = page.choice(action)
    check_input(platform, actor, choice.record_id, action, raw)
    parameters: dict[str, Any] = {"action": action, "raw": dict(raw), "back": back}
    confirmed = answers.confirmed if isinstance(answers.confirmed, bool) else sorted(answers.confirmed)
    parameters |= {"confirmed": confirmed, "reason": answers.reason}
    parameters["label"] = [choice.offer.label.vi, choice.offer.label.en]
    return start_for_each(platform, kinds, actor, BULK_ACTION, page.ids, parameters)


def start_for_each(
    platform: Platform, kinds: Kinds, actor: Actor, kind: str, ids: Sequence[int],
    parameters: Mapping[str, Any],
) -> int:  # fmt: skip
    """Start a job about records and give its id; a few are done while the person waits."""
    asked = {**parameters, "records": list(ids)}
    if len(ids) <= AT_ONCE_RECORDS:
        return start_at_once(platform, kinds, actor, kind, asked)
    return start(platform, actor, kind, asked, total=len(ids))


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
            results.append(BulkResult(record_id, done=False, refusal=words_of(error)))
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
    label = Text(*asked["label"])
    refused = [one for one in results if not one.done]
    done = len(results) - len(refused)
    told = Text(
        f"{label.vi}: đã làm với {done}/{len(results)} hồ sơ.",
        f"{label.in_language('en')}: done for {done} of {len(results)} records.",
    )
    return result_of_each(platform, job, told, refused)


def result_of_each(
    platform: Platform, job: RunningJob, told: Text, refused: Sequence[BulkResult]
) -> JobResult:
    """Give what a job about records came to.

    Args:
        told: what is said of it.
        refused: the records that did not take it, with their reasons.
    """
    done = len(job.parameters["records"]) - len(refused)
    return JobResult(
        told,
        facts=(
            JobFact(Text("Đã làm", "Done"), done),
            JobFact(Text("Không làm được", "Refused"), len(refused)),
        ),
        problems=tuple(_problems_of(platform, job.actor, refused)),
        address=str(job.parameters["back"]),
    )


def _problems_of(platform: Platform, actor: Actor, refused: Sequence[BulkResult]) -> Iterable[Text]:
    """Say of each record why not; one that may not be seen is not named."""
    with platform.reading() as work:
        showing = Showing(work, actor)
        for one in refused:
            link = showing.visible_link(one.record_id)
            name = f"“{link.title}”" if link is not None else f"#{one.record_id}"
            reason = one.refusal or NOT_OFFERED
            yield Text(f"{name}: {reason.vi}", f"{name}: {reason.in_language('en')}")


BULK_KIND = JobKind(BULK_ACTION, Text("Làm với nhiều hồ sơ", "Doing to many records"), run_bulk)


def words_of(error: LuongViecError) -> Text:
    """Say in a line why one record refused."""
    if isinstance(error, InvalidInput):
        return next((texts[0] for texts in error.errors.values() if texts), error.message)
    if isinstance(error, NeedsAnswer):
        texts = (getattr(question, "text", None) for question in error.questions)
        return next((text for text in texts if isinstance(text, Text)), error.message)
    return error.message
