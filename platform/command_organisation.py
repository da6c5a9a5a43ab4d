"""`luongviec user import|export` and `luongviec unit import|export`: the organisation as files."""

from __future__ import annotations

import io
from collections.abc import Collection
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from luongviec.engine.world import SYSTEM
from luongviec.services.exchange import importing
from luongviec.services.exchange.cells import Level, RawBook
from luongviec.services.exchange.exporting import rows_of
from luongviec.services.exchange.plan import ImportPlan, Outcome
from luongviec.services.exchange.sheets import SheetCode
from luongviec.services.exchange.tree import read_tree
from luongviec.services.exchange.writing import write_csv, write_export, write_template
from luongviec.services.files.opening import UnusableFile, check_size
from luongviec.services.platform import Platform

OK, PROBLEMS, UNUSABLE = 0, 1, 2
TREES = (".yaml", ".yml")
MOST_PRINTED = 200


def import_file(out: Console, platform: Platform, path: Path, *, dry_run: bool, sure: bool) -> int:
    """Check a file, print what it would do and, if it may, import it; gives the exit code.

    0: done, or nothing to do; 1: it has problems, or was not confirmed; 2: it cannot be read.
    """
    language = platform.settings.language
    try:
        raw = _read(out, platform, path)
    except UnusableFile as error:
        for texts in error.errors.values():
            out.print(f"[red]{escape(' '.join(text.in_language(language) for text in texts))}[/]")
        return UNUSABLE
    plan = importing.check(platform, SYSTEM, raw)
    _print_problems(out, plan, language)
    _print_counts(out, plan, language)
    if plan.errors:
        out.print(f"[red]{plan.errors} errors: nothing was imported.[/]")
        return PROBLEMS
    if not plan.changes_something:
        out.print("Nothing to import: everything is there already.")
        return OK
    if dry_run:
        out.print("Only checked: nothing was imported.")
        return OK
    if not sure and not click.confirm("Import?"):
        return PROBLEMS
    with out.status("…"):
        importing.write(platform, SYSTEM, raw, digest=plan.digest(), note=path.name)
    hint = " Print first-password sheets from the list of accounts." if plan.new_people else ""
    out.print(f"[green]Imported.[/]{hint}")
    return OK


def export_file(
    out: Console, platform: Platform, path: Path, sheets: Collection[SheetCode], *, template: bool = False
) -> int:
    """Write sheets of the organisation into a file, `.xlsx` or (the first of them) `.csv`."""
    language = platform.settings.language
    with platform.reading() as work:
        parts = [(sheet, rows) for sheet, rows in rows_of(work, SYSTEM) if sheet.code in sheets]
    if template:
        content = write_template([sheet for sheet, _ in parts], language)
    elif path.suffix.lower() == ".csv":
        content = write_csv(*parts[0], language)
    else:
        content = write_export(parts, language)
    path.write_bytes(content)
    count = 0 if template else sum(len(rows) for _, rows in parts)
    out.print(f"Wrote [bold]{count}[/] rows into {escape(str(path))}.")
    return OK


def _read(out: Console, platform: Platform, path: Path) -> RawBook:
    with path.open("rb") as content:
        if path.suffix.lower() in TREES:
            check_size(content, importing.limits_of(platform))
            return read_tree(platform, SYSTEM, content.read().decode("utf-8", errors="replace"))
        columns = (
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        )  # fmt: skip
        with Progress(*columns, console=out, transient=True) as progress:
            task = progress.add_task(path.name, total=None)
            check_size(content, importing.limits_of(platform))
            return importing.read_file(
                platform, SYSTEM, io.BytesIO(content.read()),
                lambda done, total: progress.update(task, completed=done, total=total),
            )  # fmt: skip


def _print_problems(out: Console, plan: ImportPlan, language: str) -> None:
    tones = {Level.ERROR: "red", Level.WARNING: "yellow"}
    for one in plan.problems[:MOST_PRINTED]:
        place = f"{one.sheet.value if one.sheet else ''}!{one.letter}{one.row or ''}"
        words = f"{one.text.in_language(language)} {one.remedy.in_language(language)}"
        out.print(f"[{tones[one.level]}]{escape(place)}[/] {escape(words)}")
    if len(plan.problems) > MOST_PRINTED:
        out.print(f"… and {len(plan.problems) - MOST_PRINTED} more.")


def _print_counts(out: Console, plan: ImportPlan, language: str) -> None:
    table = Table("sheet", "new", "changed", "same")
    for code, counter in plan.counts.items():
        table.add_row(code.value, *(str(counter[outcome]) for outcome in Outcome))
    if plan.counts:
        out.print(table)
