"""Shared: the shipped definitions, and a way to write small ones."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from luongviec.engine.compiler import Compiled, compile_workspace
from luongviec.engine.sources.reading import Definition, Sources, load_sources, read_definition

ROOT = Path(__file__).parents[2]
if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))

TEST_MODULES = (ROOT / "tests/modules/leave_request", ROOT / "tests/modules/incoming_document")


@pytest.fixture(scope="session")
def shipped() -> Sources:
    return load_sources(ROOT / "definitions")


@pytest.fixture(scope="session")
def all_sources() -> Sources:
    """The shipped definitions with the modules of the tests."""
    return load_sources(ROOT / "definitions", *TEST_MODULES)


@pytest.fixture(scope="session")
def compiled(all_sources: Sources) -> Compiled:
    return compile_workspace(all_sources.definitions)


def definition(text: str, file: str = "modules/sample.yaml") -> Definition:
    """Read a definition that is expected to be readable."""
    found, problems = read_definition(text, file)
    assert found is not None, problems
    assert problems == ()
    return found
