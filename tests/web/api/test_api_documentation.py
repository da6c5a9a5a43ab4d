"""The guide names every address and every code that a caller may meet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from luongviec.engine.errors import LuongViecError
from luongviec.web.errors import STATUSES

from .conftest import Api

GUIDE = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")


def test_every_address_is_in_the_guide(shared: Api) -> None:
    for rule in shared.app.url_map.iter_rules():
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.nowhere":
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1"))
            assert f"{path}`" in GUIDE, path


#: Only pages and the command line meet these.
ELSEWHERE = {
    "error", "sign_in_refused", "sign_in_expired", "sign_in_failed", "no_account_here", "secret_spent",
    "too_many_attempts", "definition_error",
}  # fmt: skip


@pytest.mark.parametrize("error", [one for one in STATUSES if one.code not in ELSEWHERE])
def test_every_code_is_in_the_guide(error: type[LuongViecError]) -> None:
    row = next(
        (line for line in GUIDE.splitlines() if f"`{error.code}`" in line and line.startswith("| ")), ""
    )
    assert f"| {STATUSES[error]} |" in row, error.code
