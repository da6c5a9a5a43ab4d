"""Damaged definitions never crash compiler or checker: they end in problems or in something that runs.

`LUONGVIEC_MUTATIONS=100000 pytest tests/engine/checker/test_mutations.py` tries as many as that.
"""

from __future__ import annotations

import os
import random
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luongviec.engine.checker.check import check_workspace
from luongviec.engine.compiler import compile_workspace
from tests.engine.checker.mutating import (
    Damage,
    checked,
    damaged,
    damaged_text,
    has_errors,
    module_of,
    walk,
)
from tests.engine.random_workspaces import definitions as random_definitions

MUTATIONS = int(os.environ.get("LUONGVIEC_MUTATIONS", "250"))
#: The quick run is the same every time; the long one looks further each time.
SETTINGS = settings(
    deadline=None,
    database=None,
    derandomize="LUONGVIEC_MUTATIONS" not in os.environ,
    suppress_health_check=list(HealthCheck),
)


def run(damage: Damage, chance: random.Random) -> None:
    """Check what was damaged, and walk what is still sound."""
    problems, workspace = checked(damage)
    assert workspace is not None or has_errors(problems), damage.done
    for problem in problems:
        assert problem.place.line >= 1
        assert problem.message.vi
    if workspace is not None and not has_errors(problems):
        module = module_of(damage, workspace)
        if module is not None:
            walk(workspace, module, chance)


@settings(SETTINGS, max_examples=MUTATIONS)
@given(seed=st.integers(0, 2**48))
def test_damaged_definitions_end_in_problems_or_in_a_workspace_that_runs(seed):
    run(damaged(seed), random.Random(seed))


@settings(SETTINGS, max_examples=MUTATIONS // 5)
@given(seed=st.integers(0, 2**48))
def test_damaged_text_ends_in_problems_or_in_a_workspace_that_runs(seed):
    run(damaged_text(seed), random.Random(seed))


@settings(SETTINGS, max_examples=60)
@given(definitions=random_definitions())
def test_random_definitions_are_checked_in_a_stable_order(definitions):
    compiled = compile_workspace(definitions)
    found = check_workspace(compiled)
    backwards = dict(reversed(compiled.definitions.items()))
    assert found == check_workspace(replace(compiled, definitions=backwards))
    ranks = ["EWI".index(problem.code[0]) for problem in found]
    assert ranks == sorted(ranks)
