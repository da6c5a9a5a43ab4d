"""What extends, breaks and depends; names that do not exist; the people notation."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luongviec.engine.compiler import compile_workspace, laid_over
from luongviec.engine.deciding.columns import NotationError, PeopleNames, SideNames, parse_column
from luongviec.engine.errors import DefinitionError
from luongviec.engine.expressions.compiled import Context, Expression
from luongviec.engine.model import EffectKind, Level, PeopleKind
from luongviec.engine.people_notation import parse_candidates, parse_people, parse_who
from tests.definitions import small

VARIANT = """\
status_group: letter_office
format: 1
extends: letter
name: {vi: Thư nội bộ, en: Internal letter}
statuses:
  sent: {name: {vi: Đã phát, en: Issued}}
  read: {name: {vi: Đã đọc, en: Read}, category: done, final: true}
transitions:
  draft: {creator: [sent, read]}
"""


def compiled(**changed: str):
    return compile_workspace(small.definitions(**changed))


def codes(result) -> list[str]:
    return [f"{found.place} {found.code}" for found in result.problems]


def test_the_small_set_is_sound():
    assert compiled().problems == ()


def test_extends_lays_over_key_by_key():
    result = compiled(**{"statuses/letter_office.yaml": VARIANT})
    group = result.workspace.status_groups["letter_office"]
    assert codes(result) == []
    assert list(group.statuses) == ["draft", "sent", "read"]
    assert (group.statuses["sent"].name.en, group.statuses["sent"].is_final) == ("Issued", True)
    assert group.transitions["draft"]["creator"] == ("sent", "read")


def test_null_removes_what_the_base_has():
    assert laid_over({"a": 1, "b": {"c": 1, "d": 2}}, {"a": None, "b": {"c": None}}) == {"b": {"d": 2}}


def test_problems_of_inherited_parts_point_at_the_base():
    variant = VARIANT.partition("statuses:")[0] + "statuses: {sent: null}\n"
    result = compiled(**{"statuses/letter_office.yaml": variant})
    assert codes(result) == ["statuses/letter.yaml:9:21 E115"]


@pytest.mark.parametrize(
    ("base", "code"), [("letter_office", "E115"), ("nothing", "E115"), ("letter_second", "E122")]
)
def test_extending_what_cannot_be_extended(base, code):
    second = VARIANT.replace("letter_office", "letter_second")
    result = compiled(**{
        "statuses/letter_office.yaml": VARIANT.replace("extends: letter", f"extends: {base}"),
        "statuses/letter_second.yaml": second,
    })  # fmt: skip
    assert codes(result) == [f"statuses/letter_office.yaml:3:10 {code}"]


def test_a_broken_definition_gives_its_dependants_one_problem_each():
    result = compiled(**{"modules/letter.yaml": small.MODULE.replace("home: unit", "hoem: unit")})
    assert codes(result) == [
        "modules/letter.yaml:5:1 E111",
        "permissions/letter.yaml:3:1 E123",
        "statuses/letter.yaml:3:1 E123",
    ]
    assert set(result.workspace.modules) == set()
    assert set(result.workspace.sides) == {"office"}


def test_two_definitions_of_one_code():
    result = compiled(**{"modules/other.yaml": small.MODULE})
    assert codes(result) == ["modules/other.yaml:1:1 E114"]
    assert "modules/letter.yaml:1:1" in result.problems[0].message.en


def test_entries_of_collections_may_not_stand_twice():
    result = compiled(**{"categories/more.yaml": small.CATEGORIES})
    assert [found.code for found in result.problems] == ["E114", "E114"]


def test_errors_refuse_the_workspace():
    with pytest.raises(DefinitionError) as caught:
        compiled(**{"modules/other.yaml": small.MODULE}).require_workspace()
    assert [found.code for found in caught.value.problems] == ["E114"]


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("modules/letter.yaml", "move: sent", "move: snet", "modules/letter.yaml:13:55 E115 'sent'"),
        ("modules/letter.yaml", "side: office", "side: ofice", "modules/letter.yaml:11:26 E115 'office'"),
        ("modules/letter.yaml", "home: unit", "home: creator", "modules/letter.yaml:5:7 E115 "),
        (
            "modules/letter.yaml",
            "status_groups: [letter]",
            "status_groups: [lettre]",
            "modules/letter.yaml:6:17 E115 'letter'",
        ),
        ("modules/letter.yaml", "record.subject }}", "record.subject }", "modules/letter.yaml:4:9 E125 "),
        ("modules/letter.yaml", "effects:", "when: '1 +', effects:", "modules/letter.yaml:13:45 E116 "),
        ("modules/letter.yaml", "creator: {fill", "subject: {fill", "modules/letter.yaml:10:3 E124 "),
        (
            "modules/letter.yaml",
            "{fill: actor",
            "{from: 'unit.haed', fill: actor",
            "modules/letter.yaml:10:25 E117 'head'",
        ),
        ("statuses/letter.yaml", "category: open", "category: opne", "statuses/letter.yaml:6:50 E115 'open'"),
        (
            "statuses/letter.yaml",
            "{creator: [sent]}",
            "{creater: [sent]}",
            "statuses/letter.yaml:9:11 E115 'creator'",
        ),
        (
            "permissions/letter.yaml",
            "[edit, send]",
            "[edit, sned]",
            "permissions/letter.yaml:6:27 E115 'send'",
        ),
        ("permissions/letter.yaml", "unit.head", "group:x", "permissions/letter.yaml:8:9 E115 "),
        ("permissions/letter.yaml", "draft:", "drfat:", "permissions/letter.yaml:6:3 E115 'draft'"),
    ],
)
def test_names_and_expressions_are_judged_at_their_place(file, old, new, expected):
    assert old in small.FILES[file]
    result = compiled(**{file: small.FILES[file].replace(old, new, 1)})
    found = [one for one in result.problems if one.code not in ("E123",)]
    place, code, name = expected.split(" ")
    assert (str(found[0].place), found[0].code) == (place, code)
    assert name in found[0].hint.en + found[0].message.en


RULES = """\
rules:
  - {for: [send], when: true, level: warn, otherwise: x}
  - {for: '*', when: record.subject, level: "'refuse' if actor else 'allow'", otherwise: x}
"""


def test_levels_and_literals_are_compiled():
    module = compiled(**{"modules/letter.yaml": small.MODULE + RULES}).workspace.modules["letter"]
    assert (module.rules[0].level, module.rules[0].when) == (Level.WARN, Expression("true", Context.RULE))
    assert isinstance(module.rules[1].level, Expression)
    assert module.rules[1].actions is None


def test_read_only_defaults_of_built_in_actions():
    module = compiled().workspace.modules["letter"]
    assert [effect.kind for effect in module.actions["restore"].effects] == [EffectKind.RESTORE]
    assert module.actions["delete"].confirm is not None
    assert module.actions["create"].label.vi == "Tạo mới"


# --- People notation ----------------------------------------------------------------------------------

NAMES = PeopleNames(
    roles=frozenset({"creator", "unit", "person"}),
    unit_sides={"unit": SideNames(frozenset({"head", "clerk"}), frozenset({"follow"}))},
    derived={"child": frozenset({"creator", "unit.head"})},
    groups=frozenset({"admins"}),
    sides={"office": SideNames(frozenset({"head"}))},
    user_fields=frozenset({"signer"}),
    owner_permissions=frozenset({"view"}),
    abilities=frozenset({"follow"}),
)


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("creator", PeopleKind.ROLE),
        ("person", PeopleKind.ROLE),
        ("row", PeopleKind.ROW),
        ("child.creator", PeopleKind.DERIVED),
        ("child.unit.head", PeopleKind.DERIVED_SLOT),
        ("unit.head", PeopleKind.SLOT),
        ("unit.*", PeopleKind.SLOT),
        ("unit:follow", PeopleKind.ABILITY),
        ("unit^.head", PeopleKind.SLOT),
        ("actor", PeopleKind.ACTOR),
        ("acting_for", PeopleKind.ACTING_FOR),
        ("event.people", PeopleKind.EVENT_PEOPLE),
        ("record.signer", PeopleKind.FIELD),
        ("input.to", PeopleKind.INPUT),
        ("row.who", PeopleKind.ROW_VALUE),
        ("manager of creator", PeopleKind.MANAGER),
        ("group:admins", PeopleKind.GROUP),
        ("side:office.head", PeopleKind.SIDE),
        ("everyone", PeopleKind.EVERYONE),
    ],
)
def test_forms_of_people(source, kind):
    (form,) = parse_people(source, NAMES).any
    assert (form.kind, form.source) == (kind, source)


def test_a_form_above_and_the_form_that_managers_are_of():
    assert parse_people("unit^.head", NAMES).any[0].above
    assert parse_people("manager of manager of creator", NAMES).any[0].of.of.role == "creator"


@pytest.mark.parametrize(
    ("source", "offset", "near"),
    [
        ("craetor", 0, "creator"),
        ("unit.haed", 5, "head"),
        ("unti.head", 0, "unit"),
        ("unit:folow", 5, "follow"),
        ("group:admin", 6, "admins"),
        ("side:ofice.head", 5, "office"),
        ("child.creater", 6, "creator"),
        ("record.sinner", 7, "signer"),
        ("Somebody", 0, None),
        ("", 0, None),
    ],
)
def test_forms_that_name_nobody(source, offset, near):
    with pytest.raises(NotationError) as caught:
        parse_people(source, NAMES)
    assert caught.value.offset == offset
    assert near is None or near in caught.value.known


@pytest.mark.parametrize("source", ["below unit", "within unit", "mine:follow", "side:office"])
def test_sets_of_units(source):
    assert parse_candidates(source, NAMES, "").kind in ("below", "within", "mine", "side")


def test_lists_as_candidates():
    found = parse_candidates("list:usable", NAMES, "room")
    assert (found.module, found.list) == ("room", "usable")


def test_what_the_owner_has_as_candidates():
    assert parse_candidates("owner.papers", NAMES, "paper").relation == "papers"
    with pytest.raises(NotationError):  # people are not chosen so
        parse_candidates("owner.papers", NAMES, "")


@pytest.mark.parametrize(
    "source", ["record.unit", "input.to", "row", "row.unit", "made.one.creator", "owner.unit"]
)
def test_values_are_expressions_where_effects_name_people(source):
    assert parse_who(source, NAMES, Context.GUARD) == Expression(source, Context.GUARD)


@given(st.text(max_size=40))
def test_the_notation_is_total(source):
    for read in (parse_people, lambda value, names: parse_candidates(value, names, "x")):
        with suppress(NotationError):
            read(source, NAMES)


@given(st.text(alphabet="abcdehlnortuv.:*^ ", max_size=20))
def test_columns_are_total(source):
    with suppress(NotationError):
        assert parse_column(source, NAMES, system=True).code == source
