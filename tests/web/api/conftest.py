"""The town behind the HTTP API: one client for each person, by token."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from luongviec.services.accounts import create_token
from luongviec.services.platform import Platform
from luongviec.web.api.entrance import LIMITS
from luongviec.web.api.limits import RateLimit, RateLimits
from luongviec.web.application import create_app

ROOT = str(Path(__file__).parents[3])
if ROOT not in sys.path:
    sys.path.append(ROOT)

from tests.web.town import Town, town_of  # noqa: E402

API = "/api/v1"


@dataclass
class Caller:
    """One person with a token; paths are below `/api/v1`."""

    client: FlaskClient
    headers: Mapping[str, str]

    def send(
        self, method: str, path: str, body: object = None, *, version: int | str | None = None, **headers: str
    ) -> TestResponse:
        """Send a request; a body is written as JSON."""
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if version is not None:
            sent["If-Match"] = f'"{version}"' if isinstance(version, int) else version
        how: dict[str, Any] = (
            {}
            if body is None
            else {
                "data": body if isinstance(body, str | bytes) else json.dumps(body),
            }
        )
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        return self.client.open(API + path, method=method, headers=sent, **how)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: object = None, **more: Any) -> TestResponse:
        return self.send("POST", path, body, **more)


@dataclass
class Api:
    """The API over a town of its own."""

    town: Town
    platform: Platform
    app: Flask
    secrets: dict[str, str] = field(default_factory=dict)

    def as_(self, name: str, language: str = "vi") -> Caller:
        """Give a caller."""
        if name not in self.secrets:
            self.secrets[name], _ = create_token(self.platform, self.town.actor(name), "test")
        headers = {"Authorization": f"Bearer {self.secrets[name]}", "Accept-Language": language}
        return Caller(self.app.test_client(), headers)

    def task(self, **differences: object) -> dict[str, Any]:
        """Assign a task of the science department to its digital office and give its record."""
        units = self.town.units
        given = {
            "name": "Lập báo cáo chuyển đổi số", "priority": "high",
            "assigner": [self.town.users["bao"]],
            "recipients": [
                {"executing": units["digital"], "assignee": self.town.users["phuoc"], "due_at": "+9"}
            ],
            **differences,
        }  # fmt: skip
        answer = self.as_("bao").post("/records/task", {"input": given, "confirmed": True})
        assert answer.status_code == 201, answer.get_data(as_text=True)
        record = answer.json["record"]
        assert isinstance(record, dict)
        return record


@pytest.fixture(scope="session")
def built_town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Build the town once."""
    return town_of(tmp_path_factory)


@pytest.fixture(scope="session")
def standing(built_town: Town, tmp_path_factory: pytest.TempPathFactory) -> Api:
    """The application, made once: its addresses and statements stay ready from test to test."""
    return _open(built_town, tmp_path_factory.mktemp("standing") / "town")


@pytest.fixture
def api(built_town: Town, standing: Api) -> Iterator[Api]:
    """Give the API over the town as it was built."""
    known = standing.platform
    town = built_town.copied_to(standing.town.folder)
    platform = replace(known, workspaces=town.workspaces())
    standing.app.extensions.update({"luongviec": platform, LIMITS: _generous()})
    yield Api(town, platform, standing.app)
    known.sessions().get_bind().dispose()  # type: ignore[union-attr]


@pytest.fixture(scope="session")
def shared(built_town: Town, tmp_path_factory: pytest.TempPathFactory) -> Api:
    """Give one API for all tests that look only at what they made themselves."""
    return _open(built_town, tmp_path_factory.mktemp("shared") / "town")


def _open(built_town: Town, folder: Path) -> Api:
    town = built_town.copied_to(folder)
    platform = town.platform()
    app = create_app(platform)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.extensions[LIMITS] = _generous()
    return Api(town, platform, app)


def _generous() -> RateLimits:
    return RateLimits(known=RateLimit(burst=1e9), unknown=RateLimit(burst=1e9))
