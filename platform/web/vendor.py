"""Bring third-party assets into `static/vendor/`, with licences and a manifest; or check them.

No page loads anything from elsewhere, so what browsers get is kept in the repository. This tool is
for developers: `python -m luongviec.web.vendor` downloads the versions that `wanted.json` names
through `npm pack`, copies the few files we use, builds one icon sprite and writes `manifest.json`
(version, licence and SHA-256 of each file). `--check` only compares files and manifest.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).parent / "static" / "vendor"
WANTED = VENDOR / "wanted.json"
MANIFEST = VENDOR / "manifest.json"
ICON_PACKAGE = "@tabler/icons"
SPRITE = "icons.svg"


def main(arguments: list[str] | None = None) -> int:
    """Run the tool; 1 when `--check` finds a difference."""
    parser = argparse.ArgumentParser(prog="luongviec.web.vendor", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare the files with the manifest")
    if parser.parse_args(arguments).check:
        differences = check_manifest()
        sys.stdout.writelines(f"{difference}\n" for difference in differences)
        return 1 if differences else 0
    refresh(json.loads(WANTED.read_text("utf-8")))
    return 0


def check_manifest() -> list[str]:
    """Say which vendored files are missing, changed or not in the manifest."""
    listed = {name: entry["sha256"] for name, entry in _manifest_files().items()}
    present = {name: sha256(VENDOR / name) for name in _vendored_names()}
    return [
        f"{name}: {'missing' if name not in present else 'not listed' if name not in listed else 'changed'}"
        for name in sorted(listed.keys() | present.keys())
        if listed.get(name) != present.get(name)
    ]


def refresh(wanted: Mapping[str, Any]) -> None:
    """Download every package anew and write files, sprite and manifest."""
    files: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for package, entry in wanted["packages"].items():
            root = _download(package, entry["version"], Path(folder))
            for source, target in entry["files"].items():
                (VENDOR / target).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(root / source, VENDOR / target)
                files[target] = _origin(package, entry)
            if package == ICON_PACKAGE:
                (VENDOR / SPRITE).write_text(
                    build_sprite(root, wanted["icons"], wanted["icons_filled"]), "utf-8"
                )
                files[SPRITE] = _origin(package, entry)
    manifest = {name: {**files[name], "sha256": sha256(VENDOR / name)} for name in sorted(files)}
    MANIFEST.write_text(json.dumps({"files": manifest}, indent=1) + "\n", "utf-8")


def build_sprite(root: Path, outline: Iterable[str], filled: Iterable[str]) -> str:
    """Put icons into one file of `<symbol>`s; filled ones get the suffix `-filled`."""
    symbols = [_symbol(root / "icons" / "outline" / f"{name}.svg", name) for name in sorted(outline)]
    symbols += [
        _symbol(root / "icons" / "filled" / f"{name}.svg", f"{name}-filled") for name in sorted(filled)
    ]
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def sha256(path: Path) -> str:
    """Give the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _symbol(path: Path, name: str) -> str:
    body = re.sub(r"^.*?<svg.*?>|</svg>\s*$", "", path.read_text("utf-8"), flags=re.DOTALL)
    body = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>', "", body)
    paint = (
        'fill="currentColor"'
        if name.endswith("-filled")
        else 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round"'
        ' stroke-linejoin="round"'
    )
    return f'<symbol id="{name}" viewBox="0 0 24 24" {paint}>{" ".join(body.split())}</symbol>'


def _download(package: str, version: str, folder: Path) -> Path:
    target = folder / package.replace("/", "-").lstrip("@")
    target.mkdir()
    packed = (
        subprocess.run(  # noqa: S603 (names and versions are ours, from wanted.json)
            ["npm", "pack", "--silent", f"{package}@{version}"],  # noqa: S607
            cwd=target,
            check=True,
            capture_output=True,
            text=True,
        )
        .stdout.strip()
        .splitlines()[-1]
    )
    with tarfile.open(target / packed) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def _origin(package: str, entry: Mapping[str, Any]) -> dict[str, str]:
    return {"package": package, "version": entry["version"], "licence": entry["licence"]}


def _manifest_files() -> dict[str, dict[str, str]]:
    files: dict[str, dict[str, str]] = json.loads(MANIFEST.read_text("utf-8"))["files"]
    return files


def _vendored_names() -> list[str]:
    return [
        path.relative_to(VENDOR).as_posix()
        for path in VENDOR.rglob("*")
        if path.is_file() and path not in (WANTED, MANIFEST)
    ]


if __name__ == "__main__":
    sys.exit(main())
