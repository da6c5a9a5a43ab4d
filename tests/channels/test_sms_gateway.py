"""Text messages leave through the gateway plugin, as settings say, to a real HTTP server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask, jsonify, request
from werkzeug.serving import make_server

from luongviec.bootstrap import build_channels
from luongviec.channels.messages import Channel, ChannelUnavailable, OutsideMessage, UnusableAddress
from luongviec.plugins import PluginProblem, load_plugins
from luongviec.settings import load_settings

PLUGINS = Path(__file__).parents[2] / "plugins"
PREFIX = "LUONGVIEC_SMS_GATEWAY_"


@dataclass
class Gateway:
    """What the telephone company's machine took, and what it answers."""

    taken: list[dict[str, str]] = field(default_factory=list)
    status: int = 200
    result: str = "0"

    def __post_init__(self) -> None:
        app = Flask("gateway")
        app.add_url_rule("/send", view_func=self._take, methods=["GET", "POST"])
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}/send"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def _take(self) -> object:
        values = request.get_json(silent=True) or request.values.to_dict()
        self.taken.append(values | {"token": request.headers.get("X-Api-Key", ""), "method": request.method})
        return jsonify(result={"code": self.result}), self.status

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)


@pytest.fixture(scope="module")
def running() -> Iterator[Gateway]:
    gateway = Gateway()
    yield gateway
    gateway.close()


@pytest.fixture
def gateway(running: Gateway) -> Gateway:
    running.taken.clear()
    running.status, running.result = 200, "0"
    return running


def channel(gateway: Gateway, **settings: str) -> Channel:
    environment = {
        f"{PREFIX}{name.upper()}": value for name, value in {"url": gateway.url, **settings}.items()
    }
    return load_plugins(["sms_gateway"], PLUGINS, environment).channels["sms"]


def message(address: str = "0912 345.678", text: str = "Qua han: Sua cau {to}") -> OutsideMessage:
    return OutsideMessage(key="1:2:sms", address=address, subject="Quá hạn", text=text)


@pytest.mark.requirement("C-34", "T-137")
def test_a_message_is_put_as_the_gateway_wants_it(gateway: Gateway) -> None:
    channel(gateway).send(message())
    own = {
        "field_phone": "{to}", "field_content": "{sender}: {text}", "field_id": "{key}",
        "header_x_api_key": "mot-khoa", "sender": "UBND", "plus": "true",
    }  # fmt: skip
    for form in ("json", "form", "query"):
        channel(gateway, form=form, **own).send(message())
    first, *rest = gateway.taken
    assert (first["to"], first["text"]) == ("84912345678", "Qua han: Sua cau {to}")
    for taken in rest:
        assert (taken["phone"], taken["id"], taken["token"]) == ("+84912345678", "1:2:sms", "mot-khoa")
        assert taken["content"] == "UBND: Qua han: Sua cau {to}"  # what people wrote names no place
    assert [taken["method"] for taken in gateway.taken] == ["POST", "POST", "POST", "GET"]


def test_a_long_text_is_cut_and_a_number_that_is_none_refused(gateway: Gateway) -> None:
    channel(gateway, longest="40").send(message(text="Nhiem vu " * 20))
    assert len(gateway.taken[0]["text"]) <= 40
    assert gateway.taken[0]["text"].endswith("...")
    for nonsense in ("", "máy bàn", "0", "0912345678901234"):
        with pytest.raises(UnusableAddress):
            channel(gateway).send(message(nonsense))
    assert len(gateway.taken) == 1


@pytest.mark.requirement("C-82")
def test_what_the_gateway_answers_decides_whether_it_is_tried_again(gateway: Gateway) -> None:
    confirmed = channel(gateway, success_field="result.code", success_value="0")
    confirmed.send(message())
    gateway.result = "99"
    with pytest.raises(ChannelUnavailable):
        confirmed.send(message())
    for status, outcome in ((422, UnusableAddress), (401, ChannelUnavailable), (429, ChannelUnavailable),
                            (503, ChannelUnavailable), (302, ChannelUnavailable)):  # fmt: skip
        gateway.status = status
        with pytest.raises(outcome):
            channel(gateway).send(message())
    with pytest.raises(ChannelUnavailable):  # nobody listens on that port
        channel(gateway, url="http://127.0.0.1:9/send", timeout="1").send(message())


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("url", "", "url"),
        ("url", "http://sms.example.vn/send", "https"),
        ("form", "xml", "form"),
        ("field_phone", "{to}", "{text}"),
        ("field_text", "{words}", "words"),
        ("country", "vn", "country"),
        ("longest", "5", "longest"),
    ],
)
def test_settings_that_cannot_be_used_are_named(gateway: Gateway, name: str, value: str, why: str) -> None:
    with pytest.raises(PluginProblem) as caught:
        channel(gateway, **{name: value})
    assert why in str(caught.value.message.en)


def test_the_plugin_takes_the_place_of_the_log(gateway: Gateway, tmp_path: Path) -> None:
    settings = load_settings({"LUONGVIEC_HOME": str(tmp_path)}, folder=tmp_path)
    plugins = load_plugins(["sms_gateway"], PLUGINS, {f"{PREFIX}URL": gateway.url})
    build_channels(settings, plugins)["sms"].send(message())
    assert len(gateway.taken) == 1
    assert set(build_channels(settings, plugins)) == {"email", "sms"}
