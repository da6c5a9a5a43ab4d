"""Acting in somebody's place over HTTP: what is offered, done, listed and told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.web.api.conftest import Api


def test_a_substitute_acts_in_anothers_place(api: Api) -> None:
    task = api.task()
    path = f"/records/task/{task['id']}"
    users = api.town.users
    stranger = api.as_("stranger")
    assert stranger.get(path).status_code == 404
    today = (datetime.now(UTC) + timedelta(hours=7)).date().isoformat()
    given = {"person": [users["phuoc"]], "deputy": [users["stranger"]], "from_day": today, "to_day": today}
    made = api.as_("phuoc").post("/records/substitution", {"input": given, "confirmed": True})
    assert made.status_code == 201, made.text
    seen = stranger.get(path).json
    assert [one["id"] for one in seen["on_behalf_of"]] == [users["phuoc"]]
    offer = next(one for one in seen["actions"] if one["code"] == "accept")
    assert offer["on_behalf_of"]["id"] == users["phuoc"]
    (row,) = stranger.get("/records/task?list=assigned_to_me").json["items"]
    assert row["on_behalf_of"]["id"] == users["phuoc"]
    assert stranger.get("/records/task?list=assigned_to_me&for=me").json["items"] == []
    assert len(stranger.get(f"/records/task?for={users['phuoc']}").json["items"]) == 1
    assert stranger.get(f"/records/task?for={users['khanh']}").status_code == 422
    body = {"input": {}, "confirmed": True}
    refused = stranger.post(f"{path}/actions/accept?for={users['khanh']}", body, version="*")
    assert refused.status_code == 404
    done = stranger.post(f"{path}/actions/accept?for={users['phuoc']}", body, version="*")
    assert done.status_code == 200, done.text
    entry = api.as_("phuoc").get(f"{path}/history").json["items"][0]
    assert (entry["actor"]["id"], entry["on_behalf_of"]["id"]) == (users["stranger"], users["phuoc"])
