"""What ships as a plugin keeps to the public interface and has a manifest."""

import ast
from pathlib import Path

import pytest

from luongviec.plugins import MANIFEST, load_plugins, read_manifest

FOLDER = Path(__file__).resolve().parents[2] / "plugins"
SHIPPED = sorted(path.parent for path in FOLDER.glob(f"*/{MANIFEST}"))
PUBLIC = ("luongviec.plugins", "luongviec.engine.text", "luongviec.engine.errors")


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(str(node.module))
    return found


@pytest.mark.parametrize("plugin", SHIPPED, ids=lambda path: path.name)
def test_a_plugin_imports_the_public_interface_only(plugin: Path) -> None:
    manifest = read_manifest(plugin / MANIFEST)
    assert manifest.code == plugin.name
    assert (plugin / "README.md").is_file()
    names = {name for path in plugin.rglob("*.py") for name in imported(path)}
    assert {name for name in names if name.partition(".")[0] == "luongviec"} <= set(PUBLIC)


def test_nothing_is_started_that_is_not_named(tmp_path: Path) -> None:
    assert SHIPPED
    assert load_plugins((), FOLDER, {}).sign_in_methods == {}
