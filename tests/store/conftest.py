"""Fixtures of the store's tests: the databases, and the root on the path for shared builders."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = str(Path(__file__).parents[2])
if ROOT not in sys.path:
    sys.path.append(ROOT)

from tests.databases import database, databases, postgresql_database, sqlite_database  # noqa: E402

__all__ = ["database", "databases", "postgresql_database", "sqlite_database"]
