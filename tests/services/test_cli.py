"""The command line: exit codes, friendly words, one start of everything."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from luongviec.cli import main
from tests.services.house import SHIPPED


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own, over the shipped definitions."""
    folder = tmp_path / "var"
    for name in list(os.environ):
        if name.startswith(("LUONGVIEC_", "SMTP_")) or name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LUONGVIEC_HOME", str(folder))
    monkeypatch.setenv("LUONGVIEC_DEFINITIONS", str(SHIPPED))
    return folder


@pytest.fixture
def run(home: Path) -> Callable[..., Result]:
    """Run a command in this process."""

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments), catch_exceptions=False)

    return invoke


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    folder = tmp_path / "definitions"
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("schema"))
    path = folder / "modules" / "task.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("- move: doing", "- move: doign"), encoding="utf-8"
    )
    return folder


def test_check_tells_by_its_exit_code(run: Callable[..., Result], broken: Path, tmp_path: Path) -> None:
    assert run("definitions", "check").exit_code == 0
    found = run("definitions", "check", str(broken))
    assert found.exit_code == 2
    assert "modules/task.yaml:" in found.output
    assert "doing" in found.output
    assert run("definitions", "check", str(tmp_path / "nowhere")).exit_code == 2


def test_check_speaks_json_to_tools(run: Callable[..., Result], broken: Path) -> None:
    problems = json.loads(run("definitions", "check", str(broken), "--format", "json").output)
    worst = problems[0]
    assert worst["severity"] == "error"
    assert worst["file"].endswith("task.yaml")
    assert {"line", "column", "code", "message", "hint"} <= set(worst)


def test_an_installation_is_set_up_step_by_step(run: Callable[..., Result], home: Path, broken: Path) -> None:
    refused = run("user", "list")
    assert refused.exit_code == 2
    assert run("db", "upgrade").exit_code == 0
    assert run("db", "upgrade").exit_code == 0
    loaded = run("definitions", "load")
    assert (loaded.exit_code, "module/task" in loaded.output) == (0, True)
    assert "Nothing has changed" in run("definitions", "load").output
    assert run("definitions", "load", str(broken)).exit_code == 1
    assert run("definitions", "diff").exit_code == 0
    changed = run("definitions", "diff", str(broken))
    assert (changed.exit_code, "+          - move: doign" in changed.output or "doign" in changed.output) == (
        1,
        True,
    )
    assert run("definitions", "export", str(home / "out")).exit_code == 0
    assert (home / "out" / "modules" / "task.yaml").is_file()
    assert "E501" in run("definitions", "explain", "e501").output
    assert run("definitions", "explain", "E999").exit_code == 2
    stands = run("definitions", "explain", "task.transitions.assigned.assignee").output
    assert "statuses/task.yaml:" in stands
    assert "doing" in stands
    created = run("user", "create", "lan.nt", "Nguyễn Thị Lan", "--group", "system_admin")
    assert created.exit_code == 0
    assert run("user", "create", "lan.nt", "Nguyễn Thị Lan").exit_code == 1
    assert "lan.nt" in run("user", "list", "lan").output
    assert run("user", "password", "lan.nt", "--password", "mot-mat-khau-moi").exit_code == 0
    assert run("user", "password", "lan.nt", "--password", "ngan").exit_code == 1
    assert run("token", "create", "lan.nt").output.startswith("lv_")
    assert run("token", "create", "khong.co").exit_code == 1


@pytest.mark.requirement("U-23", "U-26", "U-39")
def test_accounts_are_reset_and_switched_from_a_terminal(run: Callable[..., Result], tmp_path: Path) -> None:
    run("db", "upgrade")
    run("definitions", "load")
    run("user", "create", "lan.nt", "Nguyễn Thị Lan", "--group", "system_admin")
    run("user", "create", "minh", "Trần Minh", "--email", "minh@thu.example")
    printed = run("user", "reset", "minh")
    assert re.search(r"minh: [0-9A-Z]{4}(-[0-9A-Z]{4}){3}", printed.output)
    assert run("user", "reset", "minh", "--email").exit_code == 0
    for form, begins in ((".pdf", b"%PDF"), (".xlsx", b"PK")):
        sheet = tmp_path / f"phieu{form}"
        assert run("user", "reset", "minh", "lan.nt", "--sheet", str(sheet)).exit_code == 0
        assert sheet.read_bytes().startswith(begins)
        assert sheet.stat().st_mode & 0o077 == 0
    assert run("user", "reset", "minh", "--sheet", str(tmp_path / "phieu.txt")).exit_code == 1
    assert run("user", "off", "minh").exit_code == 0
    assert run("user", "on", "minh").exit_code == 0
    assert run("user", "off", "lan.nt").exit_code == 1  # the last administrator
    assert run("user", "reset", "khong.co").exit_code == 1
    assert run("user", "second-step-off", "lan.nt").exit_code == 0


def test_the_doctor_says_what_to_do(run: Callable[..., Result]) -> None:
    found = run("doctor")
    assert found.exit_code == 1
    assert "luongviec db upgrade" in found.output


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def processes_of(home: Path) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if str(home).encode() in path.read_bytes():
                found.append((path.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes by /proc")
def test_run_starts_everything_and_ctrl_c_stops_everything(home: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "luongviec.cli", "run", "--port", str(port)]
    started = subprocess.Popen(
        command, env={**os.environ, "LUONGVIEC_HOME": str(home)}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not answers(f"http://127.0.0.1:{port}/health"):
            assert time.monotonic() < deadline, "it did not start"
            assert started.poll() is None
            time.sleep(0.1)
        running = " ".join(processes_of(home))
        for part in ("run --only web", " worker"):
            assert part in running
        started.send_signal(signal.SIGINT)
        output, _ = started.communicate(timeout=30)
    finally:
        if started.poll() is None:
            started.kill()
    assert started.returncode == 0
    assert f"http://127.0.0.1:{port}" in output
    assert processes_of(home) == []
