"""Imports point one way, and importing a module does nothing but define."""

import pkgutil
import subprocess
import sys
from pathlib import Path

import luongviec

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def module_names() -> list[str]:
    found = pkgutil.walk_packages(luongviec.__path__, "luongviec.")
    return sorted(
        module.name
        for module in found
        if ".migrations" not in module.name and not module.name.endswith("__main__")
    )


def test_imports_point_downwards() -> None:
    done = subprocess.run(
        [BIN / "lint-imports"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout


def test_importing_every_module_opens_nothing_and_writes_nothing(tmp_path: Path) -> None:
    script = f"""
import importlib, sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.bind", "sqlite3.connect", "subprocess.Popen", "os.mkdir"):
        raise RuntimeError(f"import did {{event}} {{arguments}}")
    if event == "open" and isinstance(arguments[1], str) and any(c in arguments[1] for c in "wax+"):
        raise RuntimeError(f"import wrote {{arguments}}")
sys.dont_write_bytecode = True
sys.addaudithook(refuse)
for name in {module_names()!r}:
    importlib.import_module(name)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_every_package_is_in_the_wheel() -> None:
    import tomllib

    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    found = {"luongviec"} | {
        "luongviec." + ".".join(path.parent.relative_to(ROOT / "platform").parts)
        for path in (ROOT / "platform").rglob("__init__.py")
    }
    assert found == listed
