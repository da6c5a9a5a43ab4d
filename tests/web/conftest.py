"""The town behind the pages: a client for each person, signed in by the form."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from luongviec.services.accounts.sessions import open_session
from luongviec.services.accounts.visitor import NOWHERE
from luongviec.store.models import User
from luongviec.web.api.entrance import LIMITS
from luongviec.web.api.limits import RateLimits
from luongviec.web.application import create_app
from luongviec.web.sessions import SESSION_COOKIE

ROOT = str(Path(__file__).parents[2])
if ROOT not in sys.path:
    sys.path.append(ROOT)

from tests.hashing import hash_cheaply  # noqa: E402
from tests.web.town import Town, town_of  # noqa: E402

hash_cheaply()

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Reader:
    """One person at the pages."""

    client: FlaskClient

    def get(self, address: str, **headers: str) -> TestResponse:
        """Open a page."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(address, headers=sent, buffered=True)

    def token(self, address: str = "/preferences/password") -> str:
        """Give the forgery token that a page holds."""
        found = _TOKEN.search(self.get(address).text)
        assert found is not None
        return found.group(1)

    def post(self, address: str, *, token: str | None = None, **typed: object) -> TestResponse:
        """Send a form, with the token of the session."""
        sent = {"csrf_token": self.token() if token is None else token, **typed}
        return self.client.post(address, data=sent, buffered=True)

    def send(self, address: str, pairs: dict[str, object]) -> TestResponse:
        """Send a form whose names are dotted."""
        return self.client.post(address, data={"csrf_token": self.token(), **pairs})


@dataclass
class Pages:
    """The application over a town of its own."""

    town: Town
    app: Flask

    def visitor(self) -> Reader:
        """Give somebody who is not signed in."""
        return Reader(self.app.test_client())

    def as_(self, user_name: str) -> Reader:
        """Give somebody signed in; the form itself has tests of its own."""
        reader = self.visitor()
        with self.platform.transaction() as work:
            user = work.session.scalars(select(User).where(User.user_name == user_name)).one()
            secret, _ = open_session(work, user, NOWHERE)
        reader.client.set_cookie(SESSION_COOKIE, secret)
        return reader

    @property
    def platform(self):
        return self.app.extensions["luongviec"]


@pytest.fixture(scope="session")
def built_town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """The town, made once; tests work on copies."""
    return town_of(tmp_path_factory)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates compiled once for all tests."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session")
def standing(
    built_town: Town, compiled_templates: FileSystemBytecodeCache, tmp_path_factory: pytest.TempPathFactory
) -> Pages:
    """The application, made once: its addresses, templates and statements stay ready from test to test."""
    town = built_town.copied_to(tmp_path_factory.mktemp("standing") / "town")
    app = create_app(town.platform())
    app.jinja_env.bytecode_cache = compiled_templates
    return Pages(town, app)


@pytest.fixture
def town(built_town: Town, standing: Pages) -> Town:
    """The town as it was built, in the place where the application stands."""
    return built_town.copied_to(standing.town.folder)


@pytest.fixture
def pages(town: Town, standing: Pages) -> Iterator[Pages]:
    """The application over the test's town."""
    known = standing.platform
    standing.app.extensions["luongviec"] = replace(known, workspaces=town.workspaces())
    standing.app.extensions[LIMITS] = RateLimits()
    yield standing
    known.sessions().get_bind().dispose()
    standing.app.extensions["luongviec"] = known


@pytest.fixture
def count_statements(pages: Pages) -> Callable[[Callable[[], object]], int]:
    """Count the SQL statements that something takes."""

    def count(do: Callable[[], object]) -> int:
        engine = pages.platform.sessions().get_bind()
        seen: list[str] = []

        def hear(connection, cursor, statement, parameters, context, many) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", hear)
        try:
            do()
        finally:
            event.remove(engine, "before_cursor_execute", hear)
        return len(seen)

    return count
