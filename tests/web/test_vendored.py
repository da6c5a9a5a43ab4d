"""Vendored files are those of the manifest, and every icon that anybody names is in the sprite."""

from __future__ import annotations

import re
from pathlib import Path

from luongviec.web.assets import FALLBACK_ICON, icon_name, sprite_names
from luongviec.web.vendor import VENDOR, build_sprite, check_manifest

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "platform" / "web" / "templates"


def test_vendored_files_are_those_of_the_manifest() -> None:
    assert check_manifest() == []
    assert (VENDOR / "licences").is_dir()


def test_icons_of_definitions_and_templates_are_there() -> None:
    named = {
        name
        for path in (ROOT / "definitions").rglob("*.yaml")
        for name in re.findall(r"\bicon: *([a-z0-9-]+)", path.read_text("utf-8"))
    }
    named |= {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r'\bicon\("([a-z0-9-]+)"', path.read_text("utf-8"))
    }
    assert sorted(named - sprite_names()) == []


def test_an_unknown_icon_falls_back() -> None:
    assert icon_name("no-such-icon") == FALLBACK_ICON
    assert icon_name(None) == FALLBACK_ICON
    assert icon_name("flag", filled=True) == "flag-filled"
    assert icon_name("beach", filled=True) == "beach"


def test_the_sprite_keeps_shapes_only(tmp_path: Path) -> None:
    for kind in ("outline", "filled"):
        (tmp_path / "icons" / kind).mkdir(parents=True)
        (tmp_path / "icons" / kind / "dot.svg").write_text('<svg class="x"><path d="M0 0"/></svg>\n')
    sprite = build_sprite(tmp_path, ["dot"], ["dot"])
    assert '<symbol id="dot"' in sprite
    assert '<symbol id="dot-filled"' in sprite
    assert "class=" not in sprite


def test_nothing_is_loaded_from_elsewhere() -> None:
    for path in [*TEMPLATES.rglob("*.html"), *(VENDOR.parent / "app").glob("*.css")]:
        assert not re.search(r"(src|href|url\()=?[\"'(]?https?://", path.read_text("utf-8")), path
