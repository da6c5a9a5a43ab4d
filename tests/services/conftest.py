"""Fixtures of the services' tests: a house with units, people and definitions, on each database.

One house serves a module's tests (publishing definitions takes a second); tests make records of their
own and look at nothing else, so their order does not matter.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = str(Path(__file__).parents[2])
if ROOT not in sys.path:
    sys.path.append(ROOT)

from tests.databases import BACKENDS, Databases, databases  # noqa: E402
from tests.hashing import hash_cheaply  # noqa: E402
from tests.services.house import House  # noqa: E402
from tests.services.standing import standing_house  # noqa: E402

__all__ = ["databases"]

hash_cheaply()


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(name, marks=pytest.mark.postgresql if name == "postgresql" else ()) for name in BACKENDS
    ],
)
def whole_house(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """The house that a module's tests share; it is built once, then brought back."""
    database = databases.raw(request.param)
    house = standing_house(database, tmp_path_factory.mktemp("house"))
    yield house
    database.close()


@pytest.fixture
def house(whole_house: House) -> House:
    """The house, its clock put back to the beginning and nothing queued."""
    whole_house.rest()
    return whole_house
