"""Who is told what: precedence, first kind of recipient, the actor, who may see, words by channel."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from luongviec.engine.expressions.scope import EventFacts
from luongviec.engine.memory_apply import Applied
from luongviec.engine.messages import Happening, Message, messages_for
from luongviec.engine.planning.plan import Occur
from luongviec.engine.world import Actor
from tests.engine import worlds
from tests.engine.planning.cases import Cases, definitions

GO = {
    "go": {
        "effects": [{"add": {"role": "doer", "who": "input.who"}}, {"move": "going"}, {"emit": "rang"}],
        "input": [{"name": "who", "type": "user", "many": True, "label": "Ai"}],
    },
    "quiet": {
        "effects": [{"add": {"role": "doer", "who": "input.who"}}, {"move": "going"}],
        "input": [{"name": "who", "type": "user", "many": True, "label": "Ai"}],
    },
}
RECIPIENTS = {
    "doer": {"label": "Làm", "people": ["doer"]},
    "watcher": {"label": "Xem", "people": ["watcher"]},
    "concerned": {"label": "Liên quan", "people": ["event.people"]},
}
APP = {"app": True}


def _desk(
    events: Mapping[str, object],
    *,
    templates: Mapping[str, object] | None = None,
    hidden: bool = False,
    only: tuple[str, ...] = (),
) -> Cases:
    own = definitions(
        roles={"doer": {"label": "Làm"}, "watcher": {"label": "Xem"}},
        fields={"secret": {"type": "text", "label": "Mật"}},
        events={"rang": {"label": "Chuông"}},
        actions=GO,
    )
    notified = worlds.definition(
        "notification_set",
        "case",
        {
            "module": "case",
            "name": "Thường",
            "recipients": RECIPIENTS,
            "events": events,
            "templates": templates or {},
        },
    )
    module, group, _ = own
    everything = ["view", "edit", "go", "quiet"]
    columns = dict.fromkeys(only or ("creator", "doer", "watcher"), everything)
    words: dict[str, object] = {"participants": {"*": columns}, "groups": {"new": {"everyone": ["create"]}}}
    if hidden:
        words["fields"] = {"*": {"watcher": {"secret": "hidden"}}}
    matrix = worlds.matrix("case", **words)
    workspace = worlds.workspace_of(worlds.CATEGORIES, worlds.desk(), module, group, matrix, notified)
    return Cases(worlds.office(workspace))


def _messages(desk: Cases, applied: Applied, who: int | None = None) -> list[Message]:
    actor = Actor(who or desk.office.an)
    happened = [
        Happening(place, one.record_id, _facts(desk, one, actor))
        for place, one in enumerate(applied.occurrences)
    ]
    return list(messages_for(desk.world, happened, "https://lv/r/1"))


def _facts(desk: Cases, one: Occur, actor: Actor) -> EventFacts:
    return EventFacts(one.event, actor, desk.world.now, one.data, one.reason, one.people)


def _told(messages: list[Message]) -> set[tuple[int, str, str]]:
    return {(one.user_id, one.channel, one.event) for one in messages}


ALL = {
    "rang": {"doer": APP, "watcher": {"app": True, "email": True}},
    "entered.going": {"watcher": {"sms": True}, "doer": {"email": True}},
    "joined.doer": {"concerned": {"app": True, "sms": True}},
    "edited": {"doer": APP},
}


@pytest.mark.requirement("C-34", "C-81")
def test_what_is_emitted_wins_then_the_status_then_the_people() -> None:
    desk = _desk(ALL)
    binh, chi = desk.office.binh, desk.office.chi
    case = desk.add(roles={"watcher": chi})
    assert _told(_messages(desk, desk.act(case, "go", {"who": (binh,)}))) == {
        (binh, "app", "rang"),
        (binh, "email", "entered.going"),
        (binh, "sms", "joined.doer"),
        (chi, "app", "rang"),
        (chi, "email", "rang"),
        (chi, "sms", "entered.going"),
    }


def test_without_an_emission_the_weaker_events_speak() -> None:
    desk = _desk({**ALL, "entered.going": {"doer": APP}})
    case = desk.add()
    told = _told(_messages(desk, desk.act(case, "quiet", {"who": (desk.office.binh,)})))
    assert told == {(desk.office.binh, "app", "entered.going"), (desk.office.binh, "sms", "joined.doer")}


def test_the_actor_is_not_told_unless_the_set_says_so() -> None:
    an = worlds.office(worlds.shipped()).an
    silent = _desk({"rang": {"doer": APP}})
    assert _messages(silent, silent.act(silent.add(), "go", {"who": (an,)})) == []
    loud = _desk({"rang": {"doer": {"app": True, "tell_actor": True}}})
    assert len(_messages(loud, loud.act(loud.add(), "go", {"who": (loud.office.an,)}))) == 1


def test_the_first_kind_of_recipient_decides() -> None:
    desk = _desk({"rang": {"watcher": APP, "doer": {"app": True, "sms": True}}})
    binh = desk.office.binh
    case = desk.add(roles={"watcher": binh})
    (message,) = _messages(desk, desk.act(case, "go", {"who": (binh,)}))
    assert (message.recipient, message.channel) == ("watcher", "app")


@pytest.mark.requirement("T-128")
def test_who_may_not_see_the_record_hears_nothing() -> None:
    desk = _desk({"rang": {"doer": APP}}, only=("creator",))
    assert _messages(desk, desk.act(desk.add(), "go", {"who": (desk.office.binh,)})) == []


def test_a_condition_narrows() -> None:
    desk = _desk({"rang": {"doer": {"app": True, "when": "record.secret == 'x'"}}})
    case = desk.add(values={"secret": "y"})
    assert _messages(desk, desk.act(case, "go", {"who": (desk.office.binh,)})) == []


TEMPLATES = {
    "rang": {
        "subject": {"vi": "Chuông {{ record.title }}", "en": "Bell {{ record.title }}"},
        "text": {
            "vi": "{{ event.actor.name }} gọi {{ recipient.name }} {{ record.secret }} {{ link }}",
            "en": "called",
        },
        "email": {"vi": "thư", "en": "letter"},
        "sms": {"vi": "{{ ('Đến ' ~ record.name) | plain }}"},
        "for": {"watcher": {"text": {"vi": "riêng {{ record.secret }}", "en": "own"}}},
    }
}


@pytest.mark.requirement("C-37", "W-16")
def test_each_channel_and_recipient_has_its_words() -> None:
    everything = {"app": True, "email": True, "sms": True}
    desk = _desk({"rang": {"doer": everything, "watcher": APP}}, templates=TEMPLATES, hidden=True)
    office = desk.office
    case = desk.add(values={"name": "việc", "secret": "kín"}, roles={"watcher": office.chi})
    desk.world.change(case, title="việc")
    texts = {
        (one.user_id, one.channel): (one.subject, one.text)
        for one in _messages(desk, desk.act(case, "go", {"who": (office.binh,)}))
    }
    assert texts == {
        (office.binh, "app"): ("Chuông việc", "Nguyễn Văn An gọi Trần Thị Bình kín https://lv/r/1"),
        (office.binh, "email"): ("Chuông việc", "thư"),
        (office.binh, "sms"): ("Chuông việc", "Den viec"),
        (office.chi, "app"): ("Chuông việc", "riêng"),  # what is hidden prints empty
    }


def test_each_person_reads_his_language() -> None:
    desk = _desk({"rang": {"doer": APP}}, templates=TEMPLATES)
    english = desk.world.add_person("Ellen", language="en")
    (message,) = _messages(desk, desk.act(desk.add(), "go", {"who": (english,)}))
    assert (message.subject, message.text) == ("Bell", "called")


def test_a_broken_text_does_not_keep_the_news_back(caplog: pytest.LogCaptureFixture) -> None:
    broken = {"rang": {"subject": "{{ record.name + 1 }}", "text": "x"}}
    desk = _desk({"rang": {"doer": APP}}, templates=broken)
    case = desk.add(values={"name": "việc"})
    (message,) = _messages(desk, desk.act(case, "go", {"who": (desk.office.binh,)}))
    assert message.subject == "việc"
    assert caplog.records
