"""Naming people in a comment: whom one may name, and who hears of it.

Only who may see the record can be named, so a mention never tells of a record to somebody from whom it
is hidden. Whoever is named hears by the event `mentioned` where the record's notification set knows it,
else by a plain notice.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from luongviec.engine.deciding.decide import VIEW, decide
from luongviec.engine.errors import InvalidInput
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, HolderKind, Person, RecordState
from luongviec.services.forms.name_index import RANKS, index_of
from luongviec.services.platform import Platform, Work
from luongviec.services.records.access import access_record, check_may
from luongviec.services.showing import Showing
from luongviec.services.telling.notices import tell
from luongviec.services.views import PersonView
from luongviec.store.folding import fold

COMMENT, MENTIONED = "comment", "mentioned"
OFFERED = 8
MOST_MENTIONS = 20
#: How many people are asked whether they may see the record before the search gives up.
MOST_ASKED = 60
LONGEST_QUESTION = 60
_USER_NAME = re.compile(r"(?<![\w@.])@([A-Za-z0-9][A-Za-z0-9._-]{1,63})")
_SUBJECT = Text("Bạn được nhắc đến: {title}", "You were mentioned: {title}")
_TEXT = Text("{name} nhắc đến bạn trong trao đổi về “{title}”.", "{name} mentioned you in “{title}”.")


def mentionable(platform: Platform, actor: Actor, record_id: int, q: str) -> tuple[PersonView, ...]:
    """Give a few people whom the actor may name under a record: those who take part first.

    Raises:
        NotFound: no such record, or not the actor's to see.
        Refused: he may not comment on it.
    """
    with platform.reading() as work:
        record = access_record(work, actor, record_id)
        check_may(work, actor, COMMENT, record)
        showing = Showing(work, actor)
        found = (showing.person(one) for one in _offered(work, actor, record, q[:LONGEST_QUESTION]))
        return tuple(person for person in found if person is not None)


def named_in(
    work: Work, record: RecordState, text: str, chosen: Collection[int]
) -> tuple[str, tuple[int, ...]]:
    """Give a comment's text with `@user.name` written out as names, and whom it names.

    Args:
        work: the transaction of the comment.
        record: the record that it is about.
        text: what was typed.
        chosen: whom a picker put into the text, by `@Name`; who was deleted from it again is not named.

    Raises:
        InvalidInput: somebody named may not see the record, or too many are named (field `text`).
    """
    people = work.world.organisation.people
    named = {
        one: None for one in chosen if one in people and people[one].active and f"@{people[one].name}" in text
    }
    for user_name in _USER_NAME.findall(text):
        person = _by_user_name(work, user_name)
        if person is not None:
            text = re.sub(rf"@{re.escape(user_name)}(?![\w-])", f"@{person.name}", text)
            named[person.id] = None
    if len(named) > MOST_MENTIONS:
        fault = Text(f"Nhắc nhiều nhất {MOST_MENTIONS} người.", f"Name at most {MOST_MENTIONS} people.")
        raise InvalidInput({"text": (fault,)}, {"text": text})
    blind = [people[one].name for one in named if not _sees(work, one, record)]
    if blind:
        names = ", ".join(blind)
        fault = Text(
            f"Không nhắc được {names}: không được xem hồ sơ này. Hãy bỏ dấu @ trước tên đó.",
            f"{names} cannot be mentioned: the record is not theirs to see. Take the @ before the name away.",
        )
        raise InvalidInput({"text": (fault,)}, {"text": text})
    return text, tuple(named)


def notice_mentions(
    work: Work, actor: Actor, record: RecordState, comment_id: int, people: Sequence[int]
) -> None:
    """Tell those who are named where the record's notification set has no words for it."""
    person = None if actor.user_id is None else work.world.person(actor.user_id)
    for one in people:
        if person is not None and one != person.id:
            words = {"name": person.name, "title": record.title}
            tell(
                work, one, _filled(_TEXT, words), _filled(_SUBJECT, words),
                f"/r/{record.id}#comment-{comment_id}",
            )  # fmt: skip


def set_tells(work: Work, record: RecordState) -> bool:
    """Whether the record's notification set says who hears of a mention."""
    chosen = work.world.in_force(record).notification_set
    return chosen is not None and MENTIONED in chosen.events


def _filled(text: Text, words: dict[str, str]) -> Text:
    return Text(text.vi.format(**words), text.in_language("en").format(**words))


def _offered(work: Work, actor: Actor, record: RecordState, q: str) -> Iterator[int]:
    index, words = index_of(work.world.organisation), fold(q).split()

    def rank(one: int) -> int:
        found = index.rank(one, words)
        return RANKS if found is None else found

    near = sorted((one for one in _around(work, record) if rank(one) < RANKS), key=rank)
    others = sorted(index.people_with(words), key=rank) if words else ()
    given = 0
    for asked, one in enumerate(dict.fromkeys((*near, *others))):
        if given >= OFFERED or asked >= MOST_ASKED:
            return
        if one != actor.user_id and _sees(work, one, record):
            given += 1
            yield one


def _around(work: Work, record: RecordState) -> Iterator[int]:
    """Give who takes part in a record, then who fills a slot in its units."""
    holders = [holder for role in work.world.in_force(record).module.roles for holder in record.holders(role)]
    for holder in holders:
        if holder.kind is HolderKind.USER:
            yield holder.id
    units = {holder.id for holder in holders if holder.kind is HolderKind.UNIT}
    for (unit_id, _), holdings in work.world.organisation.holders.items():
        if unit_id in units:
            yield from (holding.user_id for holding in holdings)


def _by_user_name(work: Work, user_name: str) -> Person | None:
    wanted = user_name.rstrip(".-_").casefold()
    people = work.world.organisation.people.values()
    return next((one for one in people if one.active and one.user_name.casefold() == wanted), None)


def _sees(work: Work, user_id: int, record: RecordState) -> bool:
    person = work.world.person(user_id)
    return person is not None and person.active and decide(work.world, Actor(user_id), VIEW, record).allowed
