"""Houses that are built once on each database of a worker, and brought back for whoever wants one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.databases import Database
from tests.services.house import House, build_house, moved_into

#: By the database's name and the house's. Nobody changes them: each test gets a copy.
_built: dict[tuple[str, str], House] = {}


def standing_house(
    database: Database,
    folder: Path,
    name: str = "house",
    build: Callable[[Database, Path], House] | None = None,
) -> House:
    """Give a house of one's own, in place of what stood in the database.

    Args:
        name: of the kind of house; one name, one way to build.
        build: makes it in the empty database; by default with the modules of the tests.
    """
    built = _built.get((database.name, name))
    if built is None:
        database.empty()
        built = (build or _with_modules)(database, folder / "built")
        database.keep(name)
        _built[database.name, name] = built
    else:
        database.bring_back(name)
    return moved_into(built, folder)


def shipped_house(database: Database, folder: Path) -> House:
    """Build a house that knows the shipped definitions alone."""
    return build_house(database.engine, database.url, folder, modules=None)


def _with_modules(database: Database, folder: Path) -> House:
    return build_house(database.engine, database.url, folder)
