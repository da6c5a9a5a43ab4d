"""`luongviec demo`: runs the demonstration that lies beside the definitions.

The demonstration is data and a small program of its own (`demo/luongviec_demo`), because it names the
shipped modules; here stands only how it is found, called and reported.
"""

from __future__ import annotations

import gc
import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from luongviec.bootstrap import build_platform
from luongviec.engine.errors import LuongViecError
from luongviec.engine.text import Text
from luongviec.engine.world import SYSTEM
from luongviec.services.users import making as users
from luongviec.settings import Settings

DEMO_SIZES = ("tiny", "small", "full")
PACKAGE = "luongviec_demo"

#: Hears what is being made, how much of it stands and how much there will be.
Tell = Callable[[str, int, int], None]


class NoDemo(LuongViecError):
    """There is no demonstration beside the definitions."""

    code = "no_demo"
    template = Text("Không có thư mục trình diễn {folder}.", "There is no demonstration in {folder}.")


def demo_folder(settings: Settings) -> Path:
    """Give the folder of the demonstration: `demo` beside the definitions."""
    return settings.definitions.parent / "demo"


def load_demo(
    out: Console, settings: Settings, *, size: str = "full", records: int | None = None, only_if_empty: bool
) -> None:
    """Load the demonstration and say how far it is.

    Args:
        records: how many main records, instead of those of the size.
        only_if_empty: do nothing where there are accounts already.
    """
    platform = build_platform(settings)
    if users.list_users(platform, SYSTEM, limit=1):
        if not only_if_empty:
            out.print("There are accounts already: the demonstration needs an empty database.")
            raise SystemExit(1)
        return
    folder = demo_folder(settings)
    with importing(folder):
        runner = importlib.import_module(f"{PACKAGE}.runner")
    began = time.monotonic()
    with telling(out) as progress, few_collections():
        accounts = runner.load(platform, folder, size=size, records=records, progress=progress)
    kept = [
        {"user_name": a.user_name, "name": a.name, "password": a.password, "about": a.about} for a in accounts
    ]
    accounts_file(settings).write_text(json.dumps(kept, ensure_ascii=False, indent=2), encoding="utf-8")
    out.print(f"The demonstration stands after {time.monotonic() - began:.0f} s.")


@contextmanager
def telling(out: Console) -> Iterator[Tell]:
    """Say how far it is: bars on a terminal, elsewhere a line for every tenth."""
    if not out.is_terminal:
        told: set[tuple[str, int]] = set()

        def say(what: str, done: int, total: int) -> None:
            tenth = 10 if done >= total else done * 10 // total
            if (what, tenth) not in told:
                told.add((what, tenth))
                out.print(f"{what}: {tenth * 10} % ({done} of {total})")

        yield say
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=out, transient=False) as bars:
        tasks: dict[str, TaskID] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield show


@contextmanager
def few_collections() -> Iterator[None]:
    """Look for circular garbage more seldom while much is made: what stands by now stays anyway."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@contextmanager
def importing(folder: Path) -> Iterator[None]:
    """Make the demonstration's package importable for a moment."""
    if not (folder / PACKAGE).is_dir():
        raise NoDemo(folder=folder)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def accounts_file(settings: Settings) -> Path:
    """Give where the demonstration's accounts are kept, to be printed at every start."""
    return settings.home / "demo_accounts.json"


def print_accounts(out: Console, settings: Settings) -> None:
    """Print the demonstration's accounts, if there are any."""
    path = accounts_file(settings)
    if not path.is_file():
        return
    accounts = json.loads(path.read_text(encoding="utf-8"))
    table = Table(
        "Tài khoản / account", "Họ tên / name", "Là ai / who", title="Tài khoản trình diễn / demo accounts"
    )
    for one in accounts:
        table.add_row(one["user_name"], one["name"], one["about"])
    out.print(table)
    if accounts:
        out.print(f"Mật khẩu / password: [bold]{accounts[0]['password']}[/]")
