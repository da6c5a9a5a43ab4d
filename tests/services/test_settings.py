"""Settings: read from what they are given, refused where they cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from luongviec.settings import LONGEST_SOCKET_PATH, InvalidSetting, load_settings


def test_nothing_given_is_enough(tmp_path: Path) -> None:
    settings = load_settings({}, folder=tmp_path)
    assert settings.home == tmp_path / "var"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/luongviec.db"
    assert settings.base_url == "http://127.0.0.1:8080"
    assert not settings.secure_cookies


def test_the_secret_key_is_made_once_and_kept_to_oneself(tmp_path: Path) -> None:
    first, second = (load_settings({}, folder=tmp_path).secret_key for _ in range(2))
    assert first == second
    assert len(first) > 40
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o077 == 0
    assert first not in repr(load_settings({}, folder=tmp_path))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LUONGVIEC_PORT", "0"), ("LUONGVIEC_PORT", "eighty"), ("LUONGVIEC_PORT", "٨٠"),
        ("SMTP_SECURITY", "ssl3"), ("LUONGVIEC_LANGUAGE", "fr"), ("LUONGVIEC_SECURE_COOKIES", "maybe"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(InvalidSetting) as caught:
        load_settings({name: value}, folder=tmp_path)
    assert name in str(caught.value)


def test_https_can_be_forced_only_where_the_address_is_https(tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting) as caught:
        load_settings({"LUONGVIEC_FORCE_HTTPS": "1"}, folder=tmp_path)
    assert "LUONGVIEC_BASE_URL" in str(caught.value)
    both = {"LUONGVIEC_FORCE_HTTPS": "1", "LUONGVIEC_BASE_URL": "https://tinh.example"}
    assert load_settings(both, folder=tmp_path).force_https


def test_a_plugin_is_given_its_own_variables_only(tmp_path: Path) -> None:
    values = {"LUONGVIEC_PLUGINS": "a, b", "LUONGVIEC_A_KEY": "1", "LUONGVIEC_C_KEY": "2", "SECRET_KEY": "3"}
    settings = load_settings(values, folder=tmp_path)
    assert settings.plugins == ("a", "b")
    assert dict(settings.plugin_environment) == {"LUONGVIEC_A_KEY": "1"}
    assert settings.plugin_folder == tmp_path / "plugins"


def test_https_makes_cookies_secure_unless_told_otherwise(tmp_path: Path) -> None:
    address = {"LUONGVIEC_BASE_URL": "https://tinh.example/"}
    assert load_settings(address, folder=tmp_path).secure_cookies
    assert load_settings(address, folder=tmp_path).base_url == "https://tinh.example"
    assert not load_settings({**address, "LUONGVIEC_SECURE_COOKIES": "0"}, folder=tmp_path).secure_cookies


def test_short_names_of_postgresql_mean_our_driver(tmp_path: Path) -> None:
    for name in ("postgres", "postgresql"):
        settings = load_settings({"DATABASE_URL": f"{name}://u:p@h/d"}, folder=tmp_path)
        assert settings.database_url == "postgresql+psycopg://u:p@h/d"


def test_a_socket_stays_short_in_a_deep_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("thư-mục-sâu-" * 12)
    settings = load_settings({"LUONGVIEC_HOME": str(deep)}, folder=tmp_path)
    assert len(str(settings.redis_socket).encode()) <= LONGEST_SOCKET_PATH
