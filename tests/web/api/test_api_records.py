"""Records over HTTP, from making to deleting, each answer as the description promises."""

from __future__ import annotations

import io
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from .conftest import Api, Caller
from .contract import Contract

ONE = "/records/task/{record_id}"


@pytest.fixture
def contract(api: Api) -> Contract:
    return Contract(api.as_("bao").get("/openapi.json").json)


def test_a_task_from_assigning_to_approval(api: Api, contract: Contract) -> None:
    phuoc, bao = api.as_("phuoc"), api.as_("bao")
    record = api.task(follower=[api.town.users["thuha"]])
    path = f"/records/task/{record['id']}"
    body = contract.check(phuoc.get(path), "GET", ONE)
    assert body["values"]["priority"] == "high"
    assert body["roles"]["assignee"] == [
        {"kind": "user", "id": api.town.users["phuoc"], "name": "Đặng Hữu Phước"}
    ]
    accepted = contract.check(
        phuoc.post(f"{path}/actions/accept", {}, version=body["version"]), "POST", f"{ONE}/actions/accept"
    )
    doing = accepted["record"]
    complete = next(one for one in doing["actions"] if one["code"] == "complete")
    assert set(complete["input"]["required"]) == {"text", "files"}
    upload = phuoc.client.post(
        "/api/v1/files",
        data={"file": (io.BytesIO(b"%PDF-1.4 ket qua"), "kết quả.pdf")},
        headers=phuoc.headers,
    )
    file = contract.check(upload, "POST", "/files")
    done = phuoc.post(
        f"{path}/transitions/completed",
        {"input": {"text": "Đã xong", "files": [file["id"]]}, "confirmed": True},
        version=doing["version"],
    )
    completed = contract.check(done, "POST", f"{ONE}/transitions/{{status}}")["record"]
    assert completed["status"]["code"] == "completed"
    assert completed["values"]["results"] == [file["id"]]
    sent = phuoc.get(f"/files/{file['id']}")
    assert (sent.data, sent.headers["Content-Disposition"].split(";")[0]) == (
        b"%PDF-1.4 ket qua",
        "attachment",
    )
    thuha = api.as_("thuha")
    approved = thuha.post(f"{path}/actions/approve_result", {"confirmed": True}, version=completed["version"])
    assert contract.check(approved, "POST", f"{ONE}/actions/approve_result")["record"]["status"]["final"]
    history = contract.check(bao.get(f"{path}/history"), "GET", f"{ONE}/history")["items"]
    assert next(one["status_after"]["code"] for one in history if one["status_after"]) == "approved"
    reasons = contract.check(phuoc.get(f"{path}/explain?action=approve_result"), "GET", f"{ONE}/explain")
    assert [one["allowed"] for one in reasons["items"]] == [False]


def test_lists_page_filter_sort_and_search(api: Api, contract: Contract) -> None:
    for number in range(5):
        api.task(name=f"Báo cáo số {number}", priority="low" if number else "urgent")
    bao = api.as_("bao")

    def page(query: str) -> dict[str, Any]:
        return contract.check(bao.get(f"/records/task{query}"), "GET", "/records/task")  # type: ignore[no-any-return]

    assert page("")["total"] == 5
    assert [one["title"] for one in page("?filter.priority=urgent")["items"]] == ["Báo cáo số 0"]
    assert page("?q=bao+cao+so+3")["total"] == 1  # marks do not count
    seen, query = [], "?limit=2&sort=-name"
    for _ in range(3):
        found = page(query)
        seen += [one["title"] for one in found["items"]]
        query = f"?limit=2&sort=-name&cursor={found['next']}"
    assert found["next"] is None
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 5
    assert set(page("?fields=name,priority")["items"][0]["values"]) >= {"name", "priority"}
    linked = bao.get("/records/task?limit=2").headers["Link"]
    assert 'rel="next"' in linked


def test_editing_is_guarded_by_the_version(api: Api, contract: Contract) -> None:
    bao, record = api.as_("bao"), api.task()
    path = f"/records/task/{record['id']}"
    change = {"input": {"name": "Tên mới"}, "confirmed": True}
    unsaid = bao.send("PATCH", path, change)
    assert contract.check(unsaid, "PATCH", ONE)["code"] == "version_needed"
    assert unsaid.status_code == 428
    edited = bao.send("PATCH", path, change, version=record["version"])
    body = contract.check(edited, "PATCH", ONE)
    assert body["record"]["values"]["name"] == "Tên mới"
    assert edited.headers["ETag"] == f'"{body["record"]["version"]}"'
    stale = bao.send("PATCH", path, {"input": {"name": "Muộn"}, "confirmed": True}, version=record["version"])
    assert (stale.status_code, contract.check(stale, "PATCH", ONE)["code"]) == (412, "version_outdated")
    assert bao.get(path).json["values"]["name"] == "Tên mới"
    assert bao.send("PATCH", path, change, version="*").status_code == 200


def test_the_same_key_is_once(api: Api) -> None:
    bao, record = api.as_("bao"), api.task()
    body = {"input": {"name": "Hai lần"}, "confirmed": True}
    path = f"/records/task/{record['id']}"
    answers = [
        bao.send("PATCH", path, body, version=record["version"], Idempotency_Key="k1") for _ in range(2)
    ]
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].json["result"] == answers[1].json["result"]
    other = bao.send("PATCH", path, {"input": {"name": "Khác"}}, version="*", Idempotency_Key="k1")
    assert other.status_code == 422


def test_questions_are_asked_before_anything_is_done(api: Api, contract: Contract) -> None:
    bao, record = api.as_("bao"), api.task()
    path = f"/records/task/{record['id']}"
    asked = bao.send("DELETE", path, version=record["version"])
    assert asked.status_code == 428
    questions = contract.check(asked, "DELETE", ONE)["questions"]
    assert questions
    assert bao.get(path).json["version"] == record["version"]
    again = {"confirmed": [one["code"] for one in questions], "reason": "Giao nhầm"}
    gone = bao.send("DELETE", path, again, version=record["version"])
    assert contract.check(gone, "DELETE", ONE)["result"]["undo_until"]
    assert api.as_("phuoc").get(path).status_code == 404


def test_several_actions_to_one_status_must_be_named(api: Api) -> None:
    record, phuoc = api.task(), api.as_("phuoc")
    unknown = phuoc.post(f"/records/task/{record['id']}/transitions/nowhere", {}, version="*")
    assert unknown.status_code in (403, 404)


def test_comments_and_notifications(api: Api, contract: Contract) -> None:
    record, phuoc, bao = api.task(), api.as_("phuoc"), api.as_("bao")
    path = f"/records/task/{record['id']}/comments"
    text = "Đã nhận, báo @Trần Quốc Bảo"
    named = {"text": text, "mentions": [api.town.users["bao"]]}
    said = contract.check(phuoc.post(path, named), "POST", f"{ONE}/comments")
    assert [one["name"] for one in said["mentions"]] == ["Trần Quốc Bảo"]
    assert said["text"] == text
    assert [one["id"] for one in contract.check(bao.get(path), "GET", f"{ONE}/comments")["items"]] == [
        said["id"]
    ]
    assert phuoc.post(path, {"text": "  "}).status_code == 422
    found = contract.check(bao.get("/notifications?unread=1"), "GET", "/notifications")
    assert found["unread"] == len(found["items"])
    read = contract.check(bao.post("/notifications/read"), "POST", "/notifications/read")
    assert read["unread"] == 0


def test_a_record_made_in_place_and_through_a_relation(api: Api, contract: Contract) -> None:
    record = api.task(document={"new": {"symbol": "15/UBND", "abstract": "V/v"}})
    bao = api.as_("bao")
    document = bao.get(f"/records/source_document/{record['values']['document']}")
    assert (
        contract.check(document, "GET", "/records/source_document/{record_id}")["values"]["symbol"]
        == "15/UBND"
    )
    phuoc = api.as_("phuoc")
    accepted = phuoc.post(f"/records/task/{record['id']}/actions/accept", {}, version="*").json["record"]
    add = next(one for one in accepted["actions"] if one["kind"] == "add" and one["relation"] == "progress")
    assert add["enabled"]
    made = phuoc.post(
        "/records/progress_entry",
        {"input": {"text": "Một nửa", "percent": 50}, "owner_id": record["id"], "relation": "progress"},
    )
    progress = contract.check(made, "POST", "/records/progress_entry")["record"]
    assert progress["owner"]["id"] == record["id"]
    assert made.headers["Location"] == f"/api/v1/records/progress_entry/{progress['id']}"


class TestCatalogue:
    def test_modules_and_their_schemas(self, api: Api, contract: Contract) -> None:
        bao = api.as_("bao")
        found = contract.check(bao.get("/modules"), "GET", "/modules")["items"]
        assert {"task", "meeting"} <= {one["code"] for one in found}
        for one in found:
            schema = contract.check(
                bao.get(f"/modules/{one['code']}/schema"), "GET", "/modules/{module}/schema"
            )
            Draft202012Validator.check_schema(schema["record"])
            if schema["create"]:
                Draft202012Validator.check_schema(schema["create"])

    def test_the_description_is_a_description(self, api: Api, contract: Contract) -> None:
        for path, operations in contract.description["paths"].items():
            for method, operation in operations.items():
                for response in operation["responses"].values():
                    for content in response.get("content", {}).values():
                        Draft202012Validator.check_schema(content.get("schema", {}))
                if "application/json" in operation.get("requestBody", {}).get("content", {}):
                    Draft202012Validator.check_schema(contract.takes(method, path).schema)
        wanted = {f"#/components/schemas/{name}" for name in contract.description["components"]["schemas"]}
        named = set(_references(contract.description))
        assert named <= wanted | {"#/components/responses/Problem"}

    def test_every_address_is_described_and_every_description_leads_somewhere(
        self, api: Api, contract: Contract
    ) -> None:
        described = {
            (method.upper(), _general(path))
            for path, operations in contract.description["paths"].items()
            for method in operations
        }
        routed = {
            (method, _general(rule.rule.removeprefix("/api/v1").replace("<", "{").replace(">", "}")))
            for rule in api.app.url_map.iter_rules()
            if rule.endpoint.startswith("api.") and rule.endpoint not in ("api.nowhere", "api.openapi")
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        }
        assert described == routed

    def test_it_is_kept_until_definitions_change(self, api: Api) -> None:
        first = api.as_("bao").get("/openapi.json")
        again = api.as_("bao").get("/openapi.json", If_None_Match=first.headers["ETag"])
        assert (first.status_code, again.status_code) == (200, 304)
        assert api.as_("bao", "en").get("/openapi.json").headers["ETag"] != first.headers["ETag"]

    def test_definitions_are_for_those_who_keep_them(self, api: Api, contract: Contract) -> None:
        tung = api.as_("tung")
        found = contract.check(tung.get("/definitions/module"), "GET", "/definitions/{kind}")["items"]
        assert "task" in {one["code"] for one in found}
        text = contract.check(tung.get("/definitions/module/task"), "GET", "/definitions/{kind}/{code}")
        assert text["text"].startswith("module: task")
        revisions = contract.check(
            tung.get("/definitions/module/task/revisions"), "GET", "/definitions/{kind}/{code}/revisions"
        )
        assert [one["revision"] for one in revisions["items"]] == [text["revision"]]
        assert api.as_("bao").get("/definitions/module/task").status_code == 403
        for path in ("/definitions/module/nothing", "/definitions/module/task?revision=99"):
            assert tung.get(path).status_code == 404


def _references(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [found for one in value.values() for found in _references(one)]
    return [found for one in value for found in _references(one)] if isinstance(value, list) else []


def _general(path: str) -> str:
    """Give an address without the names of modules and actions."""
    parts = []
    for part in path.split("/"):
        before = parts[-1] if parts else ""
        is_name = part.startswith("{") or before in ("records", "actions")
        parts.append("*" if is_name else part)
    return "/".join(parts)


def test_languages(api: Api) -> None:
    for language, words in (("vi", "Không tìm thấy"), ("en", "Not found"), ("fr, en;q=0.5", "Not found")):
        caller: Caller = api.as_("bao", language)
        assert caller.get("/records/task/999").json["detail"].startswith(words)


def test_records_are_joined_read_and_taken_apart(api: Api, contract: Contract) -> None:
    bao = api.as_("bao")
    first, second = api.task()["id"], api.task()["id"]
    path, described = f"/records/task/{first}/relations/successors", f"{ONE}/relations/{{relation}}"
    joined = contract.check(bao.post(path, {"records": [second]}), "POST", described)
    assert [one["id"] for one in joined["items"]] == [second]
    inverse = contract.check(bao.get(f"/records/task/{second}/relations/predecessors"), "GET", described)
    assert [one["id"] for one in inverse["items"]] == [first]
    assert bao.post(path, {"records": [999_999]}).status_code == 422
    assert bao.post(f"/records/task/{first}/relations/children", {"records": [second]}).status_code == 404
    assert bao.get(f"/records/task/{first}/relations/nothing").status_code == 404
    gone = bao.send("DELETE", f"{path}/{second}")
    assert contract.check(gone, "DELETE", f"{described}/{{other}}")["items"] == []
    assert api.as_("long").post(path, {"records": [second]}).status_code == 404
