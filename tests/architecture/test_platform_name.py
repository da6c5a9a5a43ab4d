"""The folder `platform/` is the package `luongviec` and shadows nothing of Python's own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PROBE = "import platform; assert platform.system(); assert 'luongviec' not in platform.__file__"

PYTEST_PROBE = f"""
def test_standard_platform():
    {PROBE}
"""


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, **environment},
    )


def test_no_init_file_turns_the_folder_into_a_package() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()


def test_python_from_the_root() -> None:
    done = run(sys.executable, "-c", PROBE + "; import luongviec.engine")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("launcher", [[str(BIN / "pytest")], [sys.executable, "-m", "pytest"]])
def test_under_pytest(launcher: list[str], tmp_path: Path) -> None:
    probe = tmp_path / "test_probe.py"
    probe.write_text(PYTEST_PROBE, encoding="utf-8")
    done = run(*launcher, "-q", "-p", "no:cacheprovider", "-p", "no:xdist", f"--rootdir={ROOT}", str(probe))
    assert done.returncode == 0, done.stdout + done.stderr


def test_under_flask(tmp_path: Path) -> None:
    application = tmp_path / "probe_application.py"
    application.write_text(f"{PROBE}\nfrom flask import Flask\napp = Flask(__name__)\n", encoding="utf-8")
    done = run(str(BIN / "flask"), "--app", str(application), "routes")
    assert done.returncode == 0, done.stderr
    assert "static" in done.stdout


def test_under_the_job_worker() -> None:
    worker = (BIN / "rq").read_text(encoding="utf-8")
    script = worker.replace("sys.exit(", f"exec({PROBE!r}); sys.exit(", 1)
    done = run(sys.executable, "-c", script, "--help")
    assert done.returncode == 0, done.stderr
