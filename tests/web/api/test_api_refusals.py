"""Who may do what, and everything that can be wrong with a request: a clear answer, never a 500."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luongviec.services.accounts import create_token, revoke_token, sign_in
from luongviec.web.api.entrance import LIMITS
from luongviec.web.api.limits import RateLimit, RateLimits

from .conftest import Api, Caller

MEGABYTE = 1024 * 1024


def said(answer: Any, status: int, code: str | None = None) -> dict[str, Any]:
    """Check that an answer is a problem of a status, told in words, and give it."""
    assert answer.status_code == status, answer.get_data(as_text=True)[:800]
    assert answer.mimetype == "application/problem+json"
    body: dict[str, Any] = answer.get_json(force=True)
    assert body["status"] == status
    assert body["detail"]
    assert code is None or body["code"] == code
    return body


# --- Who -------------------------------------------------------------------------------------------

#: (method, address, body, what nobody, a stranger, the assignee, the assigner get)
TABLE = [
    ("GET", "/modules", None, (401, 200, 200, 200)),
    ("GET", "/openapi.json", None, (401, 200, 200, 200)),
    ("GET", "/modules/task/schema", None, (401, 200, 200, 200)),
    ("GET", "/records/task", None, (401, 200, 200, 200)),
    ("GET", "/records/task/{id}", None, (401, 404, 200, 200)),
    ("GET", "/records/meeting/{id}", None, (401, 404, 404, 404)),
    ("GET", "/records/task/{id}/history", None, (401, 404, 200, 200)),
    ("GET", "/records/task/{id}/explain", None, (401, 404, 200, 200)),
    ("GET", "/records/task/{id}/explain?user=1", None, (401, 404, 403, 403)),
    ("GET", "/records/task/{id}/comments", None, (401, 404, 200, 200)),
    ("POST", "/records/task/{id}/comments", {"text": "x"}, (401, 404, 201, 201)),
    ("POST", "/records/task", {"input": {}}, (401, 403, 403, 422)),
    ("PATCH", "/records/task/{id}", {"input": {"name": "x"}}, (401, 404, 403, 200)),
    ("DELETE", "/records/task/{id}", None, (401, 404, 403, 428)),
    ("POST", "/records/task/{id}/actions/accept", {}, (401, 404, 200, 403)),
    ("POST", "/records/task/{id}/actions/nothing", {}, (401, 404, 403, 403)),
    ("POST", "/records/task/{id}/actions/approve_result", {}, (401, 404, 403, 403)),
    ("POST", "/records/task/{id}/transitions/approved", {}, (401, 404, 403, 403)),
    ("GET", "/definitions/module", None, (401, 403, 403, 403)),
    ("GET", "/definitions/module/task", None, (401, 403, 403, 403)),
    ("GET", "/definitions/module/task/revisions", None, (401, 403, 403, 403)),
    ("GET", "/notifications", None, (401, 200, 200, 200)),
    ("POST", "/notifications/read", {}, (401, 200, 200, 200)),
    ("GET", "/files/1", None, (401, 404, 404, 404)),
    ("GET", "/nowhere", None, (401, 404, 404, 404)),
]


@pytest.mark.parametrize("row", TABLE, ids=[f"{row[0]} {row[1]}" for row in TABLE])
def test_permissions(row: tuple[str, str, object, tuple[int, ...]], shared: Api) -> None:
    method, path, body, expected = row
    path = path.replace("{id}", str(shared.task()["id"]))
    nobody = Caller(shared.app.test_client(), {})
    for caller, status in zip(
        (nobody, shared.as_("stranger"), shared.as_("phuoc"), shared.as_("bao")), expected, strict=True
    ):
        answer = caller.send(method, path, body, version=None if method == "GET" else "*")
        assert answer.status_code == status, (caller.headers, answer.get_data(as_text=True)[:500])
        if status >= 400:
            said(answer, status)


class TestTokens:
    @pytest.mark.parametrize(
        "header", ["Bearer", "Bearer x", "bearer lv_" + "x" * 43, "Basic YTpi", "Bearer " + "x" * 9_000]
    )
    def test_a_foreign_token(self, header: str, shared: Api) -> None:
        answer = said(
            Caller(shared.app.test_client(), {"Authorization": header}).get("/modules"), 401, "token_refused"
        )
        assert "mã mới" in answer["detail"]

    def test_a_token_that_ended(self, shared: Api) -> None:
        secret, view = create_token(shared.platform, shared.town.actor("bao"), "x")
        caller = Caller(shared.app.test_client(), {"Authorization": f"Bearer {secret}"})
        assert caller.get("/modules").status_code == 200
        revoke_token(shared.platform, shared.town.actor("bao"), view.id)
        said(caller.get("/modules"), 401, "token_refused")
        expired, _ = create_token(
            shared.platform, shared.town.actor("bao"), "y", lifetime=timedelta(seconds=-1)
        )
        said(Caller(shared.app.test_client(), {"Authorization": f"Bearer {expired}"}).get("/modules"), 401)

    def test_a_session_needs_its_forgery_token_to_change_something(self, shared: Api) -> None:
        secret, session = sign_in(shared.platform, "bao", "Mat-khau-thu-2026")
        client = shared.app.test_client()
        client.set_cookie("luongviec", secret)
        assert Caller(client, {}).get("/modules").status_code == 200
        said(Caller(client, {}).post("/notifications/read", {}), 400, "forged_request")
        assert (
            Caller(client, {"X-CSRF-Token": session.csrf}).post("/notifications/read", {}).status_code == 200
        )
        said(Caller(client, {"Authorization": "Bearer x"}).get("/modules"), 401)  # never falls back

    def test_who_asks_too_fast_waits(self, api: Api) -> None:
        now = [0.0]
        slow = RateLimit(burst=2, per_second=0.5, clock=lambda: now[0])
        api.app.extensions[LIMITS] = RateLimits(known=slow, unknown=RateLimit(burst=1, per_second=1))
        bao, phuoc = api.as_("bao"), api.as_("phuoc")
        assert [bao.get("/modules").status_code for _ in range(3)] == [200, 200, 429]
        refused = bao.get("/modules")
        assert (said(refused, 429, "too_many_requests")["status"], refused.headers["Retry-After"]) == (
            429,
            "2",
        )
        assert phuoc.get("/modules").status_code == 200
        now[0] = 2.0
        assert bao.get("/modules").status_code == 200
        guess = Caller(api.app.test_client(), {"Authorization": "Bearer guess"})
        assert [guess.get("/modules").status_code for _ in range(2)] == [401, 429]


# --- What ------------------------------------------------------------------------------------------


class TestBodies:
    @pytest.mark.parametrize(
        "body",
        [
            "",
            "{",
            "[]",
            "null",
            '"x"',
            "{]",
            '{"a":1,"a":2}',
            "NaN",
            '{"input": NaN}',
            "\xff",
            b"\xff\xfe{}",
            "[" * 100_000,
            "9" * 5_000,
            '{"input": ' + "9" * 5_000 + "}",
        ],
    )
    def test_malformed_json(self, body: str | bytes, shared: Api) -> None:
        said(shared.as_("bao").post("/records/task", body), 400, "malformed_request")

    @pytest.mark.parametrize(
        "kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""]
    )
    def test_another_content_type(self, kind: str, shared: Api) -> None:
        answer = said(
            shared.as_("bao").post("/records/task", "{}", Content_Type=kind), 415, "wrong_media_type"
        )
        assert "application/json" in answer["detail"]

    @pytest.mark.parametrize(
        "body",
        [
            {"inputs": {}},
            {"input": []},
            {"input": {}, "reason": 3},
            {"input": {}, "confirmed": [1]},
            {"owner_id": "x"},
            {"owner_id": -1},
            {"relation": 3},
            {"reason": "x" * 5_001},
            {"owner_id": 2**70},
        ],
    )
    def test_members_that_are_wrong_or_unknown(self, body: dict[str, Any], shared: Api) -> None:
        assert said(shared.as_("bao").post("/records/task", body), 422, "invalid_input")["errors"]

    def test_a_title_of_ten_megabytes(self, shared: Api) -> None:
        body = {"input": {"name": "x" * 10 * MEGABYTE}}
        assert "2 MB" in said(shared.as_("bao").post("/records/task", body), 413, "body_too_large")["detail"]
        long = said(shared.as_("bao").post("/records/task", {"input": {"name": "x" * MEGABYTE}}), 422)
        assert "name" in {one["path"] for one in long["errors"]}

    def test_unknown_fields_are_refused(self, shared: Api) -> None:
        record = shared.task()
        answer = shared.as_("bao").send(
            "PATCH", f"/records/task/{record['id']}", {"input": {"nme": "x"}}, version="*"
        )
        assert [one["path"] for one in said(answer, 422)["errors"]] == ["nme"]

    @pytest.mark.parametrize(
        "text",
        [
            "'; DROP TABLE records; --",
            "{{ 7 * 7 }}",
            "{% for x in y %}",
            "<script>alert(1)</script>",
            "${jndi:x}",
            "\x00",
            "\u202e",
            "%s%n",
            "{0.__class__}",
            "../../etc/passwd",
            "\ud800",
        ],
    )
    def test_injections_in_every_field(self, text: str, api: Api) -> None:
        bao, record = api.as_("bao"), api.task()
        path = f"/records/task/{record['id']}"
        edit = next(one for one in record["actions"] if one["code"] == "edit")
        for name in edit["input"]["properties"]:
            answer = bao.send("PATCH", path, {"input": {name: text}, "confirmed": True}, version="*")
            assert answer.status_code in (200, 422), (name, answer.get_data(as_text=True)[:300])
        stored = bao.get(path).json
        assert "49" not in stored["title"]
        assert bao.get("/records/task").json["total"] == 1

    def test_a_missing_required_file_and_one_over_the_limit(self, shared: Api) -> None:
        phuoc, record = shared.as_("phuoc"), shared.task()
        path = f"/records/task/{record['id']}"
        assert phuoc.post(f"{path}/actions/accept", {}, version="*").status_code == 200
        missing = phuoc.post(
            f"{path}/actions/complete", {"input": {"text": "Xong"}, "confirmed": True}, version="*"
        )
        assert [one["path"] for one in said(missing, 422)["errors"]] == ["files"]
        big = (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
            + b"x" * 5 * MEGABYTE
        )
        answer = phuoc.post("/files", big + b"\r\n--x--\r\n", Content_Type="multipart/form-data; boundary=x")
        said(answer, 413, "body_too_large")
        foreign = shared.as_("bao").client.post(
            "/api/v1/files", data={"file": (io.BytesIO(b"abc"), "a.txt")}, headers=shared.as_("bao").headers
        )
        stolen = {"input": {"text": "Xong", "files": [foreign.json["id"]]}, "confirmed": True}
        said(phuoc.post(f"{path}/actions/complete", stolen, version="*"), 422)
        assert phuoc.get(path).json["status"]["code"] == "doing"

    @pytest.mark.parametrize(
        "how", [{"data": {}}, {"data": {"file": "text"}}, {"data": {"other": (io.BytesIO(b"x"), "x")}}]
    )
    def test_uploads_without_a_file(self, how: dict[str, Any], shared: Api) -> None:
        bao = shared.as_("bao")
        answer = bao.client.post("/api/v1/files", headers=bao.headers, **how)
        assert said(answer, answer.status_code)["status"] in (415, 422)
        said(bao.post("/files", {"file": "x"}), 415)
        said(bao.post("/files", b"--x", Content_Type="multipart/form-data; boundary=x"), 422)


class TestAddresses:
    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/records/nothing", 404),
            ("/records/task/0", 404),
            ("/records/task/99999999999999999999", 404),
            ("/records/task/x", 404),
            ("/records/task/999/history", 404),
            ("/modules/nothing/schema", 404),
            ("/records/task?boo=1", 400),
            ("/records/task?limit=x", 400),
            ("/records/task?limit=100000", 400),
            ("/records/task?page=-1", 400),
            ("/records/task?sort=boo", 400),
            ("/records/task?fields=boo", 400),
            ("/records/task?list=boo", 404),
            ("/records/task?split=boo", 422),
            ("/records/task?filter.boo=1", 422),
            ("/records/task?filter.priority=boo", 422),
            ("/records/task?filter.due_at__from=boo", 422),
            ("/records/task?cursor=boo", 400),
            ("/records/task?q=%00%27%22%25", 200),
            ("/records/task?q=" + "x" * 5_000, 200),
            ("/notifications?limit=0", 400),
            ("/notifications?before=x", 400),
            ("/modules?x=1", 400),
            ("/files/x", 404),
            ("/files/99999999999999999999", 404),
            ("/definitions/nothing", 403),
        ],
    )
    def test_what_leads_nowhere(self, path: str, status: int, shared: Api) -> None:
        answer = shared.as_("bao").get(path)
        assert answer.status_code == status, answer.get_data(as_text=True)[:400]
        if status >= 400:
            said(answer, status)

    def test_another_method(self, shared: Api) -> None:
        answer = shared.as_("bao").send("PUT", "/records/task", {})
        said(answer, 405, "method_refused")
        assert answer.headers["Allow"] == "GET, POST"
        said(shared.as_("bao").send("DELETE", "/modules"), 405)

    @pytest.mark.parametrize("version", ["", "x", "W/x", '"-1"', "99999999999", '"1", "2"'])
    def test_versions_that_are_none(self, version: str, shared: Api) -> None:
        record = shared.task()
        path = f"/records/task/{record['id']}"
        said(
            shared.as_("bao").send("PATCH", path, {"input": {"name": "x"}}, version=version),
            428,
            "version_needed",
        )
        said(
            shared.as_("bao").send("PATCH", path, {"input": {"name": "x"}}, version=77),
            412,
            "version_outdated",
        )

    @pytest.mark.parametrize("key", ["", "x" * 300])
    def test_keys_that_are_none(self, key: str, shared: Api) -> None:
        record = shared.task()
        answer = shared.as_("bao").send(
            "PATCH",
            f"/records/task/{record['id']}",
            {"input": {"name": "x"}},
            version="*",
            Idempotency_Key=key,
        )
        said(answer, 422, "invalid_input")

    def test_a_definition_that_asks_for_itself_in_the_wrong_module(self, shared: Api) -> None:
        record = shared.task()
        for method, path in (
            ("PATCH", "/records/meeting/{}"),
            ("DELETE", "/records/meeting/{}"),
            ("POST", "/records/meeting/{}/actions/edit"),
            ("POST", "/records/meeting/{}/transitions/closed"),
            ("POST", "/records/meeting/{}/comments"),
        ):
            body = {"text": "x"} if "comments" in path else {}
            said(shared.as_("bao").send(method, path.format(record["id"]), body, version="*"), 404)


json_values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    "input",
                    "name",
                    "recipients",
                    "document",
                    "new",
                    "id",
                    "files",
                    "due_at",
                    "executing",
                    "confirmed",
                    "reason",
                    "owner_id",
                    "relation",
                    "text",
                    "ids",
                ]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    body=st.dictionaries(
        st.sampled_from(["input", "confirmed", "reason", "owner_id", "text", "ids"]), json_values
    )
)
def test_no_body_brings_it_down(shared_api: tuple[Api, Caller, int], body: dict[str, Any]) -> None:
    _, caller, record_id = shared_api
    text = json.dumps(body)
    for method, path in (
        ("POST", "/records/task"),
        ("PATCH", f"/records/task/{record_id}"),
        ("POST", f"/records/task/{record_id}/actions/cancel"),
        ("POST", f"/records/task/{record_id}/comments"),
        ("POST", "/notifications/read"),
    ):
        answer = caller.send(method, path, text, version="*")
        assert answer.status_code < 500, answer.get_data(as_text=True)


@pytest.fixture
def shared_api(shared: Api) -> tuple[Api, Caller, int]:
    return shared, shared.as_("bao"), int(shared.task()["id"])
