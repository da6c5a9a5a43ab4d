"""What comes back in a form becomes typed values, or errors at the very fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from luongviec.engine.deciding.decide import decide
from luongviec.engine.errors import InvalidInput, NotFound
from luongviec.engine.world import Holder
from luongviec.forms.compiling import form_for_action, form_for_create, form_for_edit, form_model
from luongviec.forms.model import FileFact, FormField
from luongviec.forms.opening import open_action, open_create, open_edit, open_move
from luongviec.forms.schema import json_schema, values_to_json

from .conftest import Office

MEGABYTE = 1024 * 1024
GOOD = {"subject": "Hỏi", "answerer": [2]}


def refused(opened: Any, raw: object, **how: Any) -> Mapping[str, list[str]]:
    with pytest.raises(InvalidInput) as caught:
        opened.read(raw, **how)
    for texts in caught.value.errors.values():
        assert all(text.vi and text.en for text in texts)
    return {path: [text.vi for text in texts] for path, texts in caught.value.errors.items()}


def test_strings_of_a_page_and_values_of_json_mean_the_same(office: Office) -> None:
    opened = open_create(office.world, office.asker, "inquiry")
    typed = {
        "subject": " Hỏi  gấp ",
        "amount": "1,5",
        "urgent": "true",
        "day": "27/11",
        "at": "27/11 14:30",
        "length": "90 phút",
        "kind": "plain",
        "kinds": ["", "red"],
        "friend": "3",
        "friends": ["2", "3"],
        "place": "1",
        "unit": "2",
        "answerer": ["", "2"],
        "reader": "",
        "folder": {"id": ""},
    }
    sent = {
        "subject": "Hỏi gấp",
        "amount": 1.5,
        "urgent": True,
        "day": "2026-11-27",
        "at": "2026-11-27T07:30:00Z",
        "length": "PT1H30M",
        "kind": "plain",
        "kinds": ["red"],
        "friend": 3,
        "friends": [2, 3],
        "place": 1,
        "unit": 2,
        "answerer": [2],
        "reader": [],
        "folder": None,
    }
    values = opened.read(typed, whole=True)
    assert values == opened.read(sent) | {"code": None, "papers": (), "note": None}
    assert values["at"] == datetime(2026, 11, 27, 7, 30, tzinfo=UTC)
    assert (values["unit"], values["answerer"], values["reader"]) == ((2,), (2,), ())
    assert (values["length"], values["day"]) == (timedelta(minutes=90), date(2026, 11, 27))


def test_what_is_not_sent_gets_its_default(office: Office) -> None:
    values = open_create(office.world, office.asker, "inquiry").read(GOOD)
    assert values["kind"] == "plain"
    assert values["reader"] == (office.head,)  # default: whoever asks
    assert values["unit"] == (office.unit,)  # the only unit for which the actor may ask


@pytest.mark.requirement("T-46")
def test_everything_wrong_is_said_at_once_at_its_field(office: Office) -> None:
    errors = refused(
        open_create(office.world, office.asker, "inquiry"),
        {
            "subject": "x" * 41,
            "code": "a1",
            "amount": "900",
            "day": "1/10",
            "at": "mai mốt",
            "length": "lâu",
            "kind": "loud",
            "kinds": ["green"],
            "friend": "99",
            "place": "99",
            "answerer": [office.stranger],
            "folder": 12345,
            "papers": ["x"],
            "boo": 1,
        },
    )
    assert set(errors) == {
        "subject",
        "code",
        "amount",
        "day",
        "at",
        "length",
        "kind",
        "kinds",
        "friend",
        "place",
        "answerer",
        "folder",
        "papers",
        "boo",
    }
    assert errors["subject"] == ["Dài 41 ký tự, tối đa 40. Hãy rút ngắn."]
    assert errors["amount"] == ["Lớn nhất là 600."]
    assert errors["day"] == ["Sớm nhất là 23/11/2026."]
    assert errors["answerer"] == ["Không chọn được “Đỗ Dũng” ở đây."]
    assert "boo" in errors["boo"][0]


def test_required_ones_are_named(office: Office) -> None:
    errors = refused(open_create(office.world, office.asker, "inquiry"), {}, whole=True)
    assert set(errors) == {"subject", "answerer", "unit"}


@pytest.mark.parametrize("raw", [None, [], "x", 3])
def test_what_is_no_form(raw: object, office: Office) -> None:
    assert set(refused(open_create(office.world, office.asker, "inquiry"), raw)) == {""}


def test_what_was_typed_comes_back(office: Office) -> None:
    opened = open_create(office.world, office.asker, "inquiry")
    with pytest.raises(InvalidInput) as caught:
        opened.read({"subject": "", "amount": "nhiều", "body": "Dài"}, whole=True)
    model = form_model(opened, typed=caught.value.typed, errors=caught.value.errors)
    by_name = {one.name: one for one in model.fields}
    assert by_name["amount"].text == "nhiều"
    assert by_name["amount"].errors
    assert [text.vi for text in model.errors] == ["Biểu mẫu này không có mục “body”. Hãy bỏ mục đó."]


def test_a_title_of_ten_megabytes_is_refused_and_not_sent_back_whole(office: Office) -> None:
    opened = open_create(office.world, office.asker, "inquiry")
    with pytest.raises(InvalidInput) as caught:
        opened.read(GOOD | {"subject": "x" * 10 * MEGABYTE})
    assert set(caught.value.errors) == {"subject"}
    assert len(str(caught.value.typed["subject"])) <= 100_000


@pytest.mark.parametrize(
    "text",
    ["'; DROP TABLE records; --", "{{ 7 * 7 }}", "<script>alert(1)</script>", "{subject}", "%s", "\u202eabc"],
)
def test_injections_are_only_text(text: str, office: Office) -> None:
    opened = open_create(office.world, office.asker, "inquiry")
    assert opened.read(GOOD | {"subject": text})["subject"] == text.replace("\u202e", "")
    for name in (
        "code",
        "amount",
        "day",
        "kind",
        "friend",
        "place",
        "folder",
        "papers",
        "answerer",
        "unit",
        text,
    ):
        refused(opened, GOOD | {name: text})


class TestConditions:
    def test_hidden_is_dropped_with_its_errors(self, office: Office) -> None:
        opened = open_create(office.world, office.asker, "inquiry")
        values = opened.read(GOOD | {"kind": "plain", "reason": "x" * 99_999})
        assert "reason" not in values

    def test_shown_and_required_by_others(self, office: Office) -> None:
        opened = open_create(office.world, office.asker, "inquiry")
        assert opened.read(GOOD | {"kind": "secret"})["reason"] is None
        assert set(refused(opened, GOOD | {"kind": "secret", "urgent": True})) == {"reason"}
        assert "reason" not in opened.read(GOOD | {"urgent": True})  # hidden is never required

    def test_locked_keeps_its_value(self, office: Office) -> None:
        world = office.world
        record = world.records[office.inquiry(amount=200, note="cũ")]
        opened = open_edit(world, office.asker, record)
        assert set(refused(opened, {"note": "mới"})) == {"note"}
        assert opened.read({"note": "cũ", "amount": 150}) == {"amount": 150}
        assert opened.read({"note": "mới", "amount": 5}) == {"note": "mới", "amount": 5}

    def test_trees_travel_with_what_they_read(self, office: Office) -> None:
        record = office.world.records[office.inquiry(kind="secret")]
        model = form_for_edit(office.world, office.asker, record)
        reason = next(one for one in model.fields if one.name == "reason")
        assert reason.conditions["shown"] == [
            "compare",
            "==",
            ["path", "record", "kind"],
            ["literal", "secret"],
        ]
        assert not reason.hidden


def test_an_action_on_a_record_begins_with_its_defaults(office: Office) -> None:
    record = office.world.records[office.inquiry()]
    model = form_for_action(office.world, office.asker, record, "put_off")
    assert [(one.value, one.hidden) for one in model.fields] == [
        (2, False),
        ("Hỏi", False),
        ("Hỏi", False),
    ]
    assert open_action(office.world, office.asker, record, "put_off").read({"weeks": 1}) == {
        "weeks": 1,
        "why": "Hỏi",
    }  # asked where the action says so
    held = office.world.records[office.inquiry(body="Đã ghi")]
    assert form_for_action(office.world, office.asker, held, "put_off").fields[2].value == "Đã ghi"


class TestRows:
    def test_rows_are_read_and_blank_ones_dropped(self, office: Office) -> None:
        opened = open_action(office.world, office.asker, office.world.records[office.inquiry()], "ask_more")
        raw = {
            "question": "Sao?",
            "people": [{"answerer": ["", "2"], "until": "+1"}, {"answerer": "", "until": ""}],
        }
        values = opened.read(raw, whole=True)
        assert values["people"] == ({"answerer": (2,), "until": date(2026, 11, 24), "hurry": False},)

    def test_errors_name_the_row(self, office: Office) -> None:
        opened = open_action(office.world, office.asker, office.world.records[office.inquiry()], "ask_more")
        rows = [{"answerer": [2]}, {"answerer": [office.stranger], "hurry": True}, {"until": "x"}, 7]
        errors = refused(opened, {"question": "Sao?", "people": rows})
        assert set(errors) == {
            "people.1.answerer",
            "people.1.until",
            "people.2.answerer",
            "people.2.until",
            "people.3",
        }

    @pytest.mark.parametrize("people", [None, [], "x", {"0": {}}, [{}] * 501])
    def test_there_must_be_rows(self, people: object, office: Office) -> None:
        opened = open_action(office.world, office.asker, office.world.records[office.inquiry()], "ask_more")
        assert any(
            path.startswith("people") for path in refused(opened, {"question": "Sao?", "people": people})
        )

    def test_a_row_of_the_model_is_there_for_scripts(self, office: Office) -> None:
        model = form_for_action(
            office.world, office.asker, office.world.records[office.inquiry()], "ask_more"
        )
        people = model.fields[1]
        assert [one.name for one in people.columns] == [
            "people.__0__.answerer",
            "people.__0__.until",
            "people.__0__.hurry",
        ]
        assert [one.name for one in people.rows[0]] == [
            "people.0.answerer",
            "people.0.until",
            "people.0.hurry",
        ]


class TestInPlace:
    @pytest.mark.requirement("T-22")
    def test_a_record_is_made_in_place(self, office: Office) -> None:
        opened = open_create(office.world, office.asker, "inquiry")
        values = opened.read(GOOD | {"folder": {"new": {"label": "Mới"}}})
        assert values["folder"] == {"label": "Mới", "year": None, "unit": (office.unit,)}

    def test_its_errors_name_it(self, office: Office) -> None:
        opened = open_create(office.world, office.asker, "inquiry")
        errors = refused(opened, GOOD | {"folder": {"new": {"year": 1, "boo": 1}, "x": 1}})
        assert set(errors) == {"folder.new.label", "folder.new.year", "folder.new.boo", "folder.x"}

    def test_one_left_as_offered_is_not_made(self, office: Office) -> None:
        opened = open_create(office.world, office.asker, "inquiry")
        untouched = {"id": ["", ""], "new": {"label": "", "year": "", "unit": str(office.unit)}}
        raw = GOOD | {"folder": untouched, "unit": str(office.unit)}
        assert opened.read(raw, whole=True)["folder"] is None
        assert opened.read(raw)["folder"] is None

    def test_one_that_may_not_be_seen_cannot_be_chosen(self, office: Office) -> None:
        world = office.world
        hidden = world.add_record("inquiry", values={"subject": "Của ai đó"})
        errors = refused(open_create(world, office.asker, "inquiry"), GOOD | {"folder": hidden})
        assert (
            errors["folder"]
            == refused(open_create(world, office.asker, "inquiry"), GOOD | {"folder": 777})["folder"]
        )


class TestFiles:
    FACTS: ClassVar = {
        1: FileFact(1, "a.pdf", MEGABYTE, "application/pdf"),
        2: FileFact(2, "b.PNG", 2 * MEGABYTE, "image/png"),
        3: FileFact(3, "c.exe", 10, "application/x-dosexec"),
        4: FileFact(4, "d.pdf", 2 * MEGABYTE + 1, "application/pdf"),
    }

    def read(self, office: Office, *ids: int) -> Mapping[str, object]:
        opened = open_create(office.world, office.asker, "inquiry")
        return opened.read(GOOD | {"papers": list(ids)}, find_file=self.FACTS.get)

    @pytest.mark.requirement("W-34")
    def test_limits_are_inclusive(self, office: Office) -> None:
        assert self.read(office, 1, 2)["papers"] == (1, 2)

    @pytest.mark.parametrize(
        ("ids", "words"),
        [((4,), "tối đa 2 MB"), ((3,), "c.exe"), ((9,), "tải tệp lên lại"), ((1, 2, 3), "c.exe")],
    )
    def test_what_is_too_large_or_of_another_kind(
        self, ids: tuple[int, ...], words: str, office: Office
    ) -> None:
        with pytest.raises(InvalidInput) as caught:
            self.read(office, *ids)
        assert any(words in text.vi for text in caught.value.errors["papers"])


class TestSteps:
    @pytest.mark.requirement("C-17", "C-18", "W-07", "W-08")
    def test_a_status_asks_for_what_it_requires(self, office: Office) -> None:
        record = office.world.records[office.inquiry()]
        for opened in (
            open_action(office.world, office.asker, record, "close"),
            open_move(office.world, office.asker, record, "closed"),
        ):
            assert set(refused(opened, {})) == {"reason", "files"}
            facts = {1: FileFact(1, "a", 1, "text/plain")}
            assert opened.read({"reason": "Xong", "files": [1]}, find_file=facts.get) == {
                "reason": "Xong",
                "files": (1,),
            }

    def test_there_is_no_such_thing(self, office: Office) -> None:
        record = office.world.records[office.inquiry()]
        for opening in (
            lambda: open_action(office.world, office.asker, record, "nothing"),
            lambda: open_move(office.world, office.asker, record, "nothing"),
            lambda: open_create(office.world, office.asker, "nothing"),
            lambda: open_create(office.world, office.asker, "inquiry", owner_id=99, relation="x"),
        ):
            with pytest.raises(NotFound):
                opening()


class TestEditing:
    def test_only_what_is_named_is_read(self, office: Office) -> None:
        record = office.world.records[office.inquiry(amount=5)]
        opened = open_edit(office.world, office.asker, record)
        assert opened.read({"amount": "7"}) == {"amount": 7}
        assert set(refused(opened, {"subject": ""})) == {"subject"}
        assert set(refused(opened, {"answerer": []})) == {"answerer"}

    def test_what_may_only_be_read_is_shown_locked(self, office: Office) -> None:
        record = office.world.records[office.inquiry(body="Chữ")]
        model = form_for_edit(office.world, office.asker, record)
        body = next(one for one in model.fields if one.name == "body")
        assert (body.locked, body.text) == (True, "Chữ")
        assert set(refused(open_edit(office.world, office.asker, record), {"body": "Khác"})) == {"body"}

    def test_seconds_that_a_control_does_not_show_are_kept(self, office: Office) -> None:
        at = datetime(2026, 11, 27, 7, 30, 12, 345, tzinfo=UTC)
        record = office.world.records[office.inquiry(at=at)]
        opened = open_edit(office.world, office.asker, record)
        shown = next(one for one in form_model(opened).fields if one.name == "at").text
        assert shown == "27/11/2026 14:30"
        assert opened.read({"at": shown})["at"] == at

    def test_people_once_chosen_may_stay(self, office: Office) -> None:
        world = office.world
        record = world.records[office.inquiry()]
        world.change(
            record.id,
            participations=tuple(
                p if p.role != "answerer" else replace(p, holder=Holder(p.holder.kind, office.stranger))
                for p in record.participations
            ),
        )
        opened = open_edit(world, office.asker, world.records[record.id])
        assert opened.read({"answerer": [office.stranger]}) == {"answerer": (office.stranger,)}
        assert set(refused(opened, {"answerer": [office.stranger, office.head + 90]})) == {"answerer"}


class TestSchema:
    def test_it_is_a_schema_and_takes_what_is_read(self, office: Office) -> None:
        opened = open_create(office.world, office.asker, "inquiry")
        schema = json_schema(opened.form)
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema)
        values = opened.read(GOOD | {"folder": {"new": {"label": "Mới"}}, "at": "+1", "kinds": ["red"]})
        validator.validate(values_to_json(opened.form.controls, values))
        assert not validator.is_valid({"subject": 3, "answerer": [2]})
        assert not validator.is_valid({"boo": 1, "subject": "x", "answerer": [2]})
        assert schema["required"] == ["subject"]  # one candidate alone is chosen for people and units

    def test_every_module_and_language(self, office: Office) -> None:
        for module in ("inquiry", "folder"):
            for language in ("vi", "en"):
                Draft202012Validator.check_schema(
                    json_schema(open_create(office.world, office.asker, module).form, language)
                )


def all_fields(fields: tuple[FormField, ...]) -> list[FormField]:
    return [inner for one in fields for inner in (one, *(f for row in one.rows for f in all_fields(row)))]


filled = st.fixed_dictionaries(
    {
        "subject": st.text("ab đư", min_size=1, max_size=20).filter(lambda text: text.strip()),
        "answerer": st.lists(st.sampled_from([1, 2, 3]), min_size=1, unique=True),
        "unit": st.just(2),
    },
    optional={
        "code": st.from_regex(r"\A[A-Z]{2}[0-9]{1,5}\Z"),
        "amount": st.one_of(st.integers(1, 100), st.floats(1, 100)),
        "urgent": st.booleans(),
        "day": st.dates(date(2026, 11, 23), date(2199, 1, 1)).map(date.isoformat),
        "at": st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001
            lambda moment: moment.strftime("%Y-%m-%dT%H:%M:00Z")
        ),
        "length": st.integers(0, 10**6).map(lambda minutes: f"PT{minutes}M"),
        "kind": st.sampled_from(["plain", "secret"]),
        "kinds": st.lists(st.sampled_from(["red", "blue"]), unique=True),
        "friend": st.sampled_from([1, 2, 3, 4]),
        "friends": st.lists(st.sampled_from([1, 2, 3, 4]), unique=True),
        "place": st.sampled_from([1, 2, 3]),
        "reason": st.text("ab\n", min_size=1, max_size=9).filter(lambda text: text.strip()),
        "note": st.text("xy", max_size=5),
        "reader": st.lists(st.sampled_from([1, 2]), unique=True),
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filled)
def test_a_form_filled_in_gives_its_values_back(office: Office, raw: dict[str, object]) -> None:
    """As JSON, and as the texts that the page shows when it comes back."""
    opened = open_create(office.world, office.asker, "inquiry")
    raw = {"reason": "vì"} | raw
    values = opened.read(raw)
    assert opened.read(values_to_json(opened.form.controls, values)) == values
    model = form_model(opened, typed=values_to_json(opened.form.controls, values))
    posted: dict[str, object] = {}
    for one in model.fields:
        many = one.many or one.kind == "role"
        posted[one.name] = list(one.chosen) if many else (one.text or "".join(one.chosen))
    unticked = {} if raw.get("urgent") else {"urgent": False}  # a page cannot leave a tick open
    assert opened.read(posted, whole=True) == {"code": None, "papers": ()} | values | unticked


junk = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["new", "id", "0", "answerer", "until", "label"]), inner, max_size=3),
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "subject",
                "code",
                "amount",
                "day",
                "at",
                "kind",
                "kinds",
                "friend",
                "friends",
                "place",
                "folder",
                "papers",
                "reason",
                "note",
                "unit",
                "answerer",
                "question",
                "people",
                "files",
                "x",
                "",
            ]
        ),
        junk,
        max_size=6,
    ),
    st.booleans(),
)
def test_nothing_but_typed_errors_and_the_form_can_always_be_shown_again(
    office: Office, raw: dict[str, object], whole: bool
) -> None:
    record = office.world.records[office.inquiry()]
    for opened in (
        open_create(office.world, office.asker, "inquiry"),
        open_edit(office.world, office.asker, record),
        open_action(office.world, office.asker, record, "ask_more"),
    ):
        try:
            opened.read(raw, whole=whole, find_file=TestFiles.FACTS.get)
        except InvalidInput as error:
            all_fields(form_model(opened, typed=error.typed, errors=error.errors).fields)


def test_the_form_for_create_is_one_call(office: Office) -> None:
    model = form_for_create(office.world, office.asker, "inquiry", prefill={"subject": "Sẵn"})
    assert next(one for one in model.fields if one.name == "subject").text == "Sẵn"
    assert model.sections[0].label is not None
    assert decide(office.world, office.asker, "view", office.world.records[office.inquiry()]).allowed
