"""What sending a create form would do, before it is sent: records, people, notices, errors (W-28).

The very plan that would be applied is made and thrown away; nothing is written. Errors and questions
are those that sending would bring.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from luongviec.engine.errors import InvalidInput, LuongViecError
from luongviec.engine.expressions.views import EventFacts
from luongviec.engine.messages import CHANNELS, Happening, Message, messages_for
from luongviec.engine.planning.inputs import TEXT_REQUIRED
from luongviec.engine.planning.plan import Answers, CreateRecord, Occur, Plan
from luongviec.engine.planning.planner import rehearse_create
from luongviec.engine.text import Text
from luongviec.engine.world import Actor, HolderKind, World
from luongviec.forms import messages
from luongviec.forms.casting import Casting, castings, clashes
from luongviec.forms.form import Control
from luongviec.forms.model import Clash, control_id
from luongviec.forms.opening import OpenForm, open_create
from luongviec.services.files.keeping import file_finder
from luongviec.services.platform import Platform, Work
from luongviec.services.records.changing import check_may_create

#: Whoever looks on has seen what there is to confirm.
_ALL_ANSWERED = Answers(confirmed=True, reason="-")
_EMPTY = frozenset(
    {
        messages.REQUIRED,
        messages.REQUIRED_CHOICE,
        messages.REQUIRED_ROWS,
        messages.REQUIRED_FILES,
        TEXT_REQUIRED,
    }
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing to mend before sending: in which control, what, and whether it is just still empty."""

    label: Text | None
    text: Text
    control: str
    is_gap: bool


@dataclass(frozen=True, slots=True)
class RoleCount:
    """How many different people or units would hold a role."""

    label: Text
    count: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What sending would do. `channels` and `told` are empty where there is still trouble."""

    records: int
    roles: tuple[RoleCount, ...]
    channels: tuple[tuple[str, int], ...]
    told: tuple[str, ...]  # by name, in order
    troubles: tuple[Trouble, ...]
    clashes: tuple[Clash, ...]
    questions: tuple[Text, ...]
    process: Text
    module: Text


def preview_create(
    platform: Platform, actor: Actor, module: str, raw: Mapping[str, object], *, owner_id: int | None = None,
    relation: str | None = None,
) -> Preview:  # fmt: skip
    """Say what sending a form would do; nothing happens.

    Raises:
        NotFound, Refused: the actor may not make such a record here.
    """
    with platform.reading() as work:
        acting = check_may_create(work, actor, module, owner_id=owner_id, relation=relation)
        form = open_create(work.world, acting, module, owner_id=owner_id, relation=relation)
        cast = castings(form, raw)
        plan: tuple[Plan, World] | None = None
        troubles: tuple[Trouble, ...] = ()
        try:
            typed = form.read(raw, whole=True, find_file=file_finder(work, actor, None))
            plan = rehearse_create(
                work.world, actor, module, typed, owner_id=owner_id, relation=relation, answers=_ALL_ANSWERED
            )
        except InvalidInput as error:
            troubles = _troubles(form, error)
        except LuongViecError as error:
            troubles = (Trouble(None, error.message, "", is_gap=False),)
        blank = Preview(
            len(cast), _role_counts(form, cast), (), (), troubles, clashes(form.desk, cast), (),
            work.workspace.status_groups[form.desk.state.status_group].name, form.desk.module.name,
        )  # fmt: skip
        return blank if plan is None else _planned(work, blank, module, *plan)


def _planned(work: Work, blank: Preview, module: str, plan: Plan, world: World) -> Preview:
    """Give what only a whole plan can tell: copies made by effects, messages, questions, the process."""
    made = [one for one in plan.changes if isinstance(one, CreateRecord) and one.module == module]
    questions = tuple(dict.fromkeys(text for entry in plan.entries for text in entry.confirmed))
    messages = _messages(work, plan, world)
    counts = Counter(message.channel for message in messages)
    people = {person.id: person for one in messages if (person := world.person(one.user_id)) is not None}
    return replace(
        blank, records=len(made), questions=questions,
        channels=tuple((channel, counts[channel]) for channel in CHANNELS if counts[channel]),
        told=tuple(one.name for one in sorted(people.values(), key=lambda one: one.sort_key)),
        process=work.workspace.status_groups[made[0].status_group].name if made else blank.process,
    )  # fmt: skip


def _role_counts(form: OpenForm, cast: tuple[Casting, ...]) -> tuple[RoleCount, ...]:
    """Count holders of the roles that differ from record to record, units first."""
    holders: dict[str, set[int]] = defaultdict(set)
    for one in cast:
        for name, (path, ids) in one.roles.items():
            if "." in path:
                holders[name] |= set(ids)
    roles = [form.desk.module.roles[name] for name in holders]
    ordered = sorted(roles, key=lambda role: role.of is not HolderKind.UNIT)
    return tuple(RoleCount(role.label, len(holders[role.code])) for role in ordered)


def _messages(work: Work, plan: Plan, world: World) -> list[Message]:
    """Give the messages that the plan would send, as delivery would write them."""
    happenings: dict[tuple[int, int], list[Happening]] = defaultdict(list)
    entry_of = {index: place for place, entry in enumerate(plan.entries) for index in entry.changes}
    for index, change in enumerate(plan.changes):
        if isinstance(change, Occur):
            place = entry_of.get(index, 0)
            entry = plan.entries[place]
            facts = EventFacts(
                name=change.event, actor=entry.actor, at=work.now, data=change.data, reason=change.reason,
                people=change.people,
            )  # fmt: skip
            happenings[_root(plan, place), change.record_id].append(Happening(index, change.record_id, facts))
    return [message for group in happenings.values() for message in messages_for(world, group, "")]


def _root(plan: Plan, place: int) -> int:
    """Give the entry from which everything came that led to one."""
    cause = plan.entries[place].caused_by
    while cause is not None:
        place = cause
        cause = plan.entries[place].caused_by
    return place


def _troubles(form: OpenForm, error: InvalidInput) -> tuple[Trouble, ...]:
    labels = dict(_labels(form.form.controls, ""))
    found = []
    for path, texts in error.errors.items():
        plain = ".".join(part for part in path.split(".") if not part.isdigit() and part != "new")
        label = labels.get(plain)
        named = None if label is None else _placed(form, path, label)
        found += [Trouble(named, text, control_id(path) if label else "", text in _EMPTY) for text in texts]
    return tuple(found)


def _placed(form: OpenForm, path: str, label: Text) -> Text:
    """Name a control with the block and the row it stands in."""
    vi, en = [], []
    again = form.desk.module.actions["create"].repeats
    name = form.desk.module.name
    for before, part in pairwise(path.split(".")):
        if not part.isdigit():
            continue
        if again is not None and before == again.name:
            vi.append(f"{name.vi} {int(part) + 2}")
            en.append(f"{name.in_language('en')} {int(part) + 2}")
        else:
            vi.append(f"dòng {int(part) + 1}")
            en.append(f"row {int(part) + 1}")
    return Text(", ".join((*vi, label.vi)), ", ".join((*en, label.in_language("en"))))


def _labels(controls: Sequence[Control], prefix: str) -> Iterator[tuple[str, Text]]:
    for control in controls:
        yield prefix + control.name, control.field.label
        yield from _labels(control.columns, f"{prefix}{control.name}.")
        yield from _labels(control.inline, f"{prefix}{control.name}.")
