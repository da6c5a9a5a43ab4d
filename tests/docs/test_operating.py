"""Every setting and every command stands in the documentation."""

from pathlib import Path

import click
import pytest

from luongviec.cli import main
from luongviec.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_setting_is_documented(setting: object) -> None:
    default = f"`{setting.default}`" if setting.default else "–"
    assert f"| `{setting.name}` | {default} | {setting.about.en} |" in OPERATING


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[str]:
    found: list[str] = []
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found += commands(command, (*path, name))
        else:
            found.append(" ".join((*path, name)))
    return found


@pytest.mark.parametrize("command", commands(main))
def test_command_is_documented(command: str) -> None:
    assert f"luongviec {command}" in OPERATING
