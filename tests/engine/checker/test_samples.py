"""Every problem code has its smallest broken sample, and is found exactly where the author went wrong."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from luongviec.engine.checker.check import all_codes, check_workspace, in_order, needs_organisation
from luongviec.engine.compiler import compile_workspace
from luongviec.engine.sources.problems import Problem
from luongviec.engine.sources.reading import Definition, load_sources

SAMPLES = Path(__file__).parent / "samples"
BASE = SAMPLES / "base"
CODES = sorted(path.name for path in SAMPLES.iterdir() if path.is_dir() and path != BASE)


@cache
def problems_of_sample(folder: Path) -> tuple[Problem, ...]:
    """Check the sound definitions with the sample's files laid over them."""
    broken = load_sources(folder)
    replaced = {path.relative_to(folder).as_posix() for path in folder.rglob("*.yaml")}
    sound = [one for one in load_sources(BASE).definitions if one.file not in replaced]
    definitions: list[Definition] = sorted([*sound, *broken.definitions], key=lambda one: one.file)
    found = check_workspace(compile_workspace(definitions))
    return in_order([*broken.problems, *found])


def test_the_base_of_the_samples_is_sound():
    sources = load_sources(BASE)
    assert check_workspace(compile_workspace(sources.definitions)) == ()
    assert sources.problems == ()


@pytest.mark.parametrize("code", CODES)
def test_sample_gives_exactly_the_expected_problems(code):
    expected = (SAMPLES / code / "expected").read_text(encoding="utf-8").splitlines()
    found = [f"{problem.place} {problem.code}" for problem in problems_of_sample(SAMPLES / code)]
    assert found == expected
    assert code in {line.rpartition(" ")[2] for line in found}


@pytest.mark.parametrize("code", CODES)
def test_messages_are_whole_in_both_languages(code):
    for problem in problems_of_sample(SAMPLES / code):
        for text in (problem.message, problem.hint):
            assert text.vi
            assert text.en
            assert "{" not in text.vi.replace("{{ … }}", "").replace("{vi", "")


@pytest.mark.parametrize("code", all_codes())
def test_every_code_has_a_sample_or_needs_the_organisation(code):
    assert (code in CODES) is not needs_organisation(code)
