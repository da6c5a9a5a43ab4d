"""The shipped definitions, and those of the tests: without a problem, and compiled to what they say."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from luongviec.engine.checker.check import check_workspace
from luongviec.engine.compiler import compile_workspace
from luongviec.engine.model import (
    ColumnKind,
    EffectKind,
    PeopleKind,
    RelationKind,
    Tone,
    UnitSet,
    UnitSetKind,
)
from luongviec.engine.sources.reading import load_sources


def test_shipped_definitions_have_no_problem(shipped):
    compiled = compile_workspace(shipped.definitions)
    assert shipped.problems == ()
    assert check_workspace(compiled) == ()


def test_definitions_of_the_tests_have_no_problem(all_sources, compiled):
    assert check_workspace(compiled) == ()
    assert {"leave_request", "incoming_document"} <= set(compiled.workspace.modules)


def test_every_definition_lies_where_its_kind_and_code_say(shipped):
    assert [one.file for one in shipped.definitions if one.file != one.path] == []


def test_every_text_of_the_shipped_definitions_has_english(compiled):
    assert [found for found in compiled.problems if found.code == "W119"] == []


@pytest.mark.requirement("T-29", "T-33", "T-34")
def test_candidates_are_taken_apart(compiled):
    roles = compiled.workspace.modules["task"].roles
    assert roles["executing"].candidates == UnitSet(UnitSetKind.BELOW, "assigning")
    form = roles["assignee"].candidates.any[0]
    assert (form.kind, form.role, form.ability) == (PeopleKind.ABILITY, "executing", "receive")
    assert roles["follower"].default.any[0].kind is PeopleKind.ACTOR


def test_columns_are_taken_apart(compiled):
    columns = compiled.workspace.matrices["task"].columns
    assert columns["assignee"].kind is ColumnKind.ROLE
    assert (columns["executing.head"].role, columns["executing.head"].slot) == ("executing", "head")
    assert (columns["child.assignee"].prefix, columns["child.assignee"].role) == ("child", "assignee")
    document = compiled.workspace.matrices["source_document"].columns["task.executing.head"]
    assert (document.kind, document.prefix, document.slot) == (ColumnKind.DERIVED_SLOT, "task", "head")
    progress = compiled.workspace.matrices["progress_entry"].columns["owner:view"]
    assert (progress.kind, progress.name) == (ColumnKind.OWNER_PERMISSION, "view")


def test_inverse_relations_stand_in_the_target(compiled):
    task, entry = compiled.workspace.modules["task"], compiled.workspace.modules["progress_entry"]
    assert (entry.relations["task"].kind, entry.relations["task"].forward) == (RelationKind.OWNS, False)
    assert (entry.relations["task"].target, entry.relations["task"].home_code) == ("task", "progress")
    assert task.relations["predecessors"].home_code == "successors"
    assert task.relations["predecessors"].label.en == "Predecessors"
    assert "add_parent" not in task.permissions
    assert {"add_children", "link_successors", "link_predecessors"} <= task.permissions


def test_built_in_actions_are_always_there(compiled):
    for module in compiled.workspace.modules.values():
        assert {"create", "edit", "delete", "restore"} <= set(module.actions)
        assert [effect.kind for effect in module.actions["delete"].effects] == [EffectKind.DELETE]
    assert compiled.workspace.modules["task"].actions["delete"].undo_minutes == 10


def test_statuses_take_the_tone_of_their_category(compiled):
    statuses = compiled.workspace.status_groups["task"].statuses
    assert (statuses["doing"].tone, statuses["sent_back"].tone) == (Tone.BLUE, Tone.ORANGE)
    assert statuses["completed"].requires == {"attachment"}


def test_leaders_count_in_the_branch_below(compiled):
    sides = compiled.workspace.sides
    branch = {
        f"{side.code}.{slot.code}" for side in sides.values() for slot in side.slots.values() if slot.branch
    }
    assert branch >= {
        "assigning.head", "assigning.leader", "assigning.admin", "executing.head", "executing.leader",
    }  # fmt: skip


def test_collections_of_several_files_add_up(compiled):
    assert {"task_file_mb", "leave_remind_days"} <= set(compiled.workspace.parameters)


def test_compiled_definitions_cannot_be_changed(compiled):
    module = compiled.workspace.modules["task"]
    assert isinstance(module.fields, MappingProxyType)
    with pytest.raises(AttributeError):
        module.code = "other"
    with pytest.raises(TypeError):
        compiled.workspace.modules["other"] = module


def test_digest_depends_on_content_alone(shipped, compiled):
    again = compile_workspace(reversed(load_sources_again(shipped)))
    assert again.workspace.digest == compile_workspace(shipped.definitions).workspace.digest
    assert again.workspace.digest != compiled.workspace.digest


def load_sources_again(shipped):
    from tests.definitions.conftest import ROOT

    return load_sources(ROOT / "definitions").definitions
