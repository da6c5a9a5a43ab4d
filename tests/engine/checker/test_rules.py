"""Where the rules draw the line: small changes of the sound samples and what they are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from luongviec.engine.checker.check import check_workspace, problems_of
from luongviec.engine.compiler import compile_workspace
from luongviec.engine.sources.reading import load_sources, read_definition

ROOT = Path(__file__).parents[3]
SAMPLES = Path(__file__).parent / "samples"
BASE = SAMPLES / "base"
MODULE, STATUSES, MATRIX = "modules/thing.yaml", "statuses/thing.yaml", "permissions/thing.yaml"
MESSAGES = "notifications/thing.yaml"


def codes(*changes: tuple[str, str, str]) -> list[str]:
    """Check the sound definitions after replacing texts in files."""
    texts = {one.file: one.text for one in load_sources(BASE).definitions}
    for file, old, new in changes:
        assert old in texts[file], f"{file} has no {old!r}"
        texts[file] = texts[file].replace(old, new, 1)
    definitions = []
    for file, text in texts.items():
        definition, problems = read_definition(text, file)
        assert definition is not None
        assert problems == ()
        definitions.append(definition)
    return [problem.code for problem in check_workspace(compile_workspace(definitions))]


def test_the_shipped_definitions_have_no_errors():
    sources = load_sources(ROOT / "definitions")
    problems = check_workspace(compile_workspace(sources.definitions))
    assert [str(problem) for problem in (*sources.problems, *problems) if problem.code.startswith("E")] == []


def test_a_workspace_is_checked_without_its_files_too():
    definitions = load_sources(SAMPLES / "W209").definitions
    sound = [one for one in load_sources(BASE).definitions if one.file != MATRIX]
    compiled = compile_workspace([*sound, *definitions])
    found = [problem for problem in problems_of((), compiled.require_workspace()) if problem.code == "W209"]
    assert [str(problem.place) for problem in found] == ["matrix/thing:1:1"]


# --- E106 --------------------------------------------------------------------------------------------

REACTIONS = "reactions:\n"


@pytest.mark.parametrize(
    ("reaction", "expected"),
    [
        ('{upon: edited, do: [{set: {amount: "1"}}]}', True),
        ('{upon: edited, if: "record.amount > 1", do: [{set: {amount: "1"}}]}', False),
        ('{upon: edited, do: [{set: {amount: "1"}, if: "record.amount > 1"}]}', False),
        ("{upon: [edited, waited], do: [{emit: waited}]}", True),
        ("{upon: edited, do: [{emit: waited}]}", False),
        ("{upon: entered.stopped, do: [{act: {to: owner, action: stop, as: system}}]}", True),
        ("{upon: entered.stopped, do: [{act: {to: children, action: stop, as: system}}]}", False),
        ("{upon: children.entered.stopped, do: [{act: {to: children, action: stop, as: system}}]}", False),
        ("{upon: joined.helper, do: [{replace: {role: helper, who: actor}}]}", True),
        ("{upon: created, do: [{create: {relation: children}}]}", True),
        ("{upon: created, do: [{create: {relation: children, for_each: record.helper}}]}", False),
        (
            "{upon: created, do: [{create: {relation: children, for_each: actor, set: {name: actor.name}}}]}",
            True,
        ),
    ],
)
def test_only_circles_without_an_end_are_found(reaction, expected):
    assert ("E106" in codes((MODULE, REACTIONS, f"{REACTIONS}  - {reaction}\n"))) is expected


# --- E107, E201 --------------------------------------------------------------------------------------

FINISH = "{move: done}]"


@pytest.mark.parametrize(
    ("effects", "expected"),
    [
        ('{move: done, if: "input.amount > 1"}, {move: stopped, if: "input.amount <= 1"}]', False),
        ('{move: done, if: "record.due"}, {move: stopped, if: "not record.due"}]', False),
        ('{move: done, if: "record.due"}, {move: stopped, if: "record.kind == \'small\'"}]', True),
        ('{move: done, if: "record.due"}, {move: stopped}]', True),
    ],
)
def test_moves_must_exclude_each_other(effects, expected):
    assert ("E107" in codes((MODULE, FINISH, effects))) is expected


def test_a_move_that_does_not_fire_in_a_status_is_not_asked_of_it():
    only_fresh = (MODULE, FINISH, "{move: done, if: \"status.code == 'fresh'\"}]")
    no_way = (STATUSES, "  stopped: {creator: [done]}\n", "")
    assert "E201" not in codes(only_fresh, no_way)
    assert "E201" in codes(no_way)


def test_a_permission_for_every_status_needs_one_in_which_it_works():
    everywhere = (MATRIX, "helper: [view], checker", "helper: [view, stop], checker")
    assert "E201" in codes(everywhere)
    assert "E201" not in codes(
        everywhere, (STATUSES, "checker: [done]", "checker: [done], helper: [stopped]")
    )


def test_a_transition_needs_a_permission_of_anybody():
    unused = (STATUSES, "checker: [done]}", "checker: [done]}\n  done: {checker: [fresh]}")
    reopened = (STATUSES, "category: shut, final: true", "category: shut, final: reopenable")
    assert "E201" in codes(unused, reopened)
    granted = (MATRIX, "  stopped:", "  done: {checker: [change_status]}\n  stopped:")
    assert "E201" not in codes(unused, reopened, granted)


# --- People --------------------------------------------------------------------------------------------


def test_who_may_not_approve_his_own_needs_somebody_else():
    rule = (MODULE, "not holds(actor, 'helper')", "record.due and not holds(actor, 'checker')")
    assert "E203" not in codes(rule)
    alone = (MATRIX, "[edit, finish, stop]", "[edit, stop]")
    stopped = (MATRIX, "  stopped: {creator: [finish]}\n", "")
    assert "E203" in codes(rule, alone, stopped)


def test_the_owners_people_are_no_circle_unless_they_come_back():
    assert codes() == []  # part asks thing, thing asks nobody
    assert "E213" in codes(
        (MATRIX, "helper: [view], checker", '"owner:view": [view], helper: [view], checker')
    )
    assert "E213" not in codes(
        (MATRIX, "helper: [view], checker", '"owner:stop": [view], helper: [view], checker')
    )


# --- Fields --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("default", "number"),
    [
        ("5", []),
        ("500", ["E305"]),
        ("-1", ["E305"]),
        ("\"'x'\"", ["E305"]),
        ("true", ["E305"]),
        ('"parameters.limit"', []),
    ],
)
def test_defaults_fit_their_field(default, number):
    assert codes((MODULE, "amount: {type: number,", f"amount: {{type: number, default: {default},")) == number


def test_conditions_may_read_their_own_field_but_not_in_a_circle():
    own = (MODULE, "amount: {type: number,", 'amount: {type: number, required_when: "record.amount is none",')
    assert "E306" not in codes(own)
    circle = (MODULE, "due: {type: date,", 'due: {type: date, shown_when: "record.amount > 1",')
    back = (MODULE, "amount: {type: number,", 'amount: {type: number, shown_when: "record.due is none",')
    assert "E306" in codes(circle, back)
    assert "E306" not in codes(circle)


def test_a_field_hidden_with_its_condition_tells_nothing():
    shown = (MODULE, "amount: {type: number,", 'amount: {type: number, shown_when: "record.due is none",')
    leak = (MATRIX, "{helper: {amount: read}}", "{past: {due: hidden}}")
    tight = (MATRIX, "{helper: {amount: read}}", "{past: {due: hidden, amount: hidden}}")
    assert "E304" in codes(shown, leak)
    assert "E304" not in codes(shown, tight)


# --- Messages ------------------------------------------------------------------------------------------


def test_a_recipient_who_may_look_through_one_of_his_forms_is_told():
    blind = (MATRIX, ", checker: [view], past", ", past")
    acting = (MATRIX, ", checker: [finish]}", "}")
    assert "W405" in codes(blind, acting)
    both = (MESSAGES, "people: checker", "people: [checker, creator]")
    assert "W405" not in codes(blind, acting, both)


def test_two_recipients_of_one_channel_may_differ_by_a_condition():
    twice = (MESSAGES, "people: checker", "people: helper")
    assert "W404" in codes(twice)
    assert "W404" not in codes(
        twice, (MESSAGES, "checker: {app: true}", 'checker: {app: true, when: "record.due"}')
    )
    assert "W404" not in codes(twice, (MESSAGES, "checker: {app: true}", "checker: {sms: true}"))


def test_a_timer_is_heard_by_a_reaction_too():
    silent = (MESSAGES, "  waited: {helper", "  created: {helper")
    text = (MESSAGES, "  waited: {subject", "  created: {subject")
    assert "E408" in codes(silent, text)
    heard = (MODULE, REACTIONS, f'{REACTIONS}  - {{upon: waited, do: [{{set: {{amount: "1"}}}}]}}\n')
    assert "E408" not in codes(silent, text, heard)


def test_a_text_does_not_tell_what_its_recipient_may_not_see():
    reads = (MESSAGES, 'text: {vi: "{{ link }}"', 'text: {vi: "{{ record.amount }}"')
    hidden = (MATRIX, "{helper: {amount: read}}", "{helper: {amount: hidden}}")
    assert "E402" in codes(reads, hidden)
    assert "E402" not in codes(reads)
    assert "E402" not in codes(hidden)


# --- E315: clashes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("index", "expected"), [("", True), ("index: true, ", False)])
def test_clashes_need_an_index(index: str, expected: bool) -> None:
    plain = "fields:\n"
    fields = (
        f"fields:\n  seat: {{type: text, {index}label: {{vi: Ghế, en: Seat}}}}\n"
        "  starts: {type: date, label: {vi: Từ, en: From}}\n  ends: {type: date, label: {vi: Đến, en: To}}\n"
    )
    when = "clashes('seat', 'starts', 'ends') == 0"
    rule = f'{{for: [create], when: "{when}", otherwise: {{vi: Trùng., en: Taken.}}}}'
    found = codes(
        ("modules/thing.yaml", plain, fields), ("modules/thing.yaml", "rules:\n", f"rules:\n  - {rule}\n")
    )
    assert ("E315" in found) is expected


# --- extends ------------------------------------------------------------------------------------------


def test_what_is_inherited_is_found_where_it_was_written() -> None:
    definitions = list(load_sources(SAMPLES / "W209").definitions)
    definitions += [one for one in load_sources(BASE).definitions if one.file != MATRIX]
    variant = "status_group: thing_b\nformat: 1\nextends: thing\nname: {vi: B, en: B}\n"
    rights = "matrix: thing_b\nformat: 1\nextends: thing\nstatus_group: thing_b\n"
    for file, text in (("statuses/thing_b.yaml", variant), ("permissions/thing_b.yaml", rights)):
        definition, problems = read_definition(text, file)
        assert definition is not None
        assert problems == ()
        definitions.append(definition)
    found = [one for one in check_workspace(compile_workspace(definitions)) if one.code == "W209"]
    assert {one.place.file for one in found} == {MATRIX}
