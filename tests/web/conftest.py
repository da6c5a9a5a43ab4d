"""The town behind the pages: a client for each person, signed in by the form."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event
from werkzeug.test import TestResponse

from luongviec.web.application import create_app

ROOT = str(Path(__file__).parents[2])
if ROOT not in sys.path:
    sys.path.append(ROOT)

from tests.web.town import PASSWORD, Town, build_town  # noqa: E402

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
        """Give somebody signed in."""
        reader = self.visitor()
        token = reader.token("/sign-in")
        answer = reader.client.post(
            "/sign-in", data={"csrf_token": token, "user_name": user_name, "password": PASSWORD}
        )
        assert answer.status_code == 303, answer.text
        return reader

    @property
    def platform(self):
        return self.app.extensions["luongviec"]


@pytest.fixture(scope="session")
def built_town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """The town, made once; tests work on copies."""
    return build_town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates compiled once for all tests."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def town(built_town: Town, tmp_path: Path) -> Town:
    """A town for one test alone."""
    return built_town.copied_to(tmp_path / "town")


@pytest.fixture
def pages(town: Town, compiled_templates: FileSystemBytecodeCache) -> Iterator[Pages]:
    """The application over the test's town."""
    app = create_app(town.platform())
    app.jinja_env.bytecode_cache = compiled_templates
    yield Pages(town, app)
    app.extensions["luongviec"].sessions().get_bind().dispose()


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
