"""Plugins: found, given their settings, started or refused with words."""

from __future__ import annotations

from pathlib import Path

import pytest

from luongviec.plugins import PluginProblem, load_plugins, plugin_settings

SHIPPED = Path(__file__).parents[2] / "plugins"
MANIFEST = "code: {code}\nname: {{vi: Thử, en: Trial}}\nversion: '1'\nneeds: [{needs}]\n"
START = """
from luongviec.engine.text import Text
from luongviec.plugins import PluginParts

class Method:
    code, label, icon = "trial", Text("Thử", "Trial"), "key"

def start(settings):
    settings["secret"]
    return PluginParts(sign_in_methods=(Method(),))
"""


def write_plugin(folder: Path, code: str, body: str = START, needs: str = "") -> None:
    place = folder / code
    place.mkdir()
    (place / "__init__.py").write_text(body, encoding="utf-8")
    (place / "plugin.yaml").write_text(MANIFEST.format(code=code, needs=needs), encoding="utf-8")


def test_a_plugin_of_the_folder_starts_with_its_settings(tmp_path: Path) -> None:
    write_plugin(tmp_path, "first_trial")
    plugins = load_plugins(["first_trial"], tmp_path, {"LUONGVIEC_FIRST_TRIAL_SECRET": "x"})
    assert [one.code for one in plugins.manifests] == ["first_trial"]
    assert set(plugins.sign_in_methods) == {"trial"}


@pytest.mark.parametrize(
    ("body", "needs", "settings", "why"),
    [
        (START, "", {}, "secret"),
        (START, "no_such_package", {"SECRET": "x"}, "no_such_package"),
        ("import no_such_module", "", {"SECRET": "x"}, "no_such_module"),
        ("", "", {"SECRET": "x"}, "no function start"),
        ("def start(settings):\n    return None", "", {"SECRET": "x"}, "PluginParts"),
    ],
)
def test_a_plugin_that_cannot_start_says_why(
    tmp_path: Path, request: pytest.FixtureRequest, body: str, needs: str, settings: dict[str, str], why: str
) -> None:
    code = f"trial_{abs(hash(request.node.name))}"
    write_plugin(tmp_path, code, body, needs)
    environment = {f"LUONGVIEC_{code.upper()}_{name}": value for name, value in settings.items()}
    with pytest.raises(PluginProblem) as caught:
        load_plugins([code], tmp_path, environment)
    assert why in (caught.value.message.en or "")


def test_two_plugins_cannot_add_the_same_method(tmp_path: Path) -> None:
    write_plugin(tmp_path, "one_trial")
    write_plugin(tmp_path, "other_trial")
    environment = {"LUONGVIEC_ONE_TRIAL_SECRET": "x", "LUONGVIEC_OTHER_TRIAL_SECRET": "x"}
    with pytest.raises(PluginProblem):
        load_plugins(["one_trial", "other_trial"], tmp_path, environment)
    with pytest.raises(PluginProblem):
        load_plugins(["missing_trial"], tmp_path, {})


def test_a_file_says_what_the_environment_says_and_is_overruled_by_it(tmp_path: Path) -> None:
    path = tmp_path / "openid.yaml"
    path.write_text(
        "providers: [a, b]\na: {issuer: https://a.example, match: {email: mail}}\n", encoding="utf-8"
    )
    found = plugin_settings(
        "openid_connect",
        {
            "LUONGVIEC_OPENID_CONNECT_FILE": str(path),
            "LUONGVIEC_OPENID_CONNECT_A_ISSUER": "https://b.example",
        },
    )
    assert found == {"providers": "a,b", "a_issuer": "https://b.example", "a_match_email": "mail"}


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("PROVIDERS", "", "providers"),
        ("PROVIDERS", "Văn phòng", "providers"),
        ("A_ISSUER", "http://far.example", "https"),
        ("A_CLIENT_SECRET", "", "a_client_secret"),
    ],
)
def test_providers_are_checked_when_the_process_starts(name: str, value: str, why: str) -> None:
    settings = {
        "PROVIDERS": "a", "A_ISSUER": "https://a.example", "A_CLIENT_ID": "x", "A_CLIENT_SECRET": "y",
        "A_LABEL": "A",
    } | {name: value}  # fmt: skip
    environment = {f"LUONGVIEC_OPENID_CONNECT_{key}": text for key, text in settings.items()}
    with pytest.raises(PluginProblem) as caught:
        load_plugins(["openid_connect"], SHIPPED, environment)
    assert why in (caught.value.message.en or "")
