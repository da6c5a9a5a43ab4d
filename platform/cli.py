"""`luongviec …`: everything that is done from a terminal.

Commands read the settings, build the platform once and call services; what they print is for people
(rich), exit codes are for programs. What one command runs in other processes is in `jobs`.
"""

from __future__ import annotations

import dataclasses
import json
import secrets
import sys
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from luongviec.bootstrap import build_engine, build_platform, build_queue, opened_mailbox
from luongviec.command_accounts import reset_users, switch
from luongviec.command_demo import DEMO_SIZES, load_demo, print_accounts
from luongviec.command_organisation import export_file, import_file
from luongviec.command_run import run_all, serve
from luongviec.engine.errors import DefinitionError, InvalidInput, LuongViecError
from luongviec.engine.sources.problems import Problem, Severity
from luongviec.engine.world import SYSTEM
from luongviec.jobs.scheduler import run_scheduler
from luongviec.jobs.worker import LONG, SHORT, run_worker
from luongviec.services import accounts, definitions, health
from luongviec.services.exchange.standing import PEOPLE_SHEETS, UNIT_SHEETS
from luongviec.services.platform import Platform
from luongviec.services.records.moving import MoveProgress
from luongviec.services.rights import groups
from luongviec.services.telling.calendar_replies import read_replies
from luongviec.services.users import making as users
from luongviec.services.users import safety as account_safety
from luongviec.settings import Settings, load_settings
from luongviec.store.definitions.routes import SCOPES
from luongviec.store.migrating import needs_upgrade, upgrade

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

OK, PROBLEMS, UNUSABLE = 0, 1, 2
TONES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFORMATION: "blue"}


class Commands(click.Group):
    """A group whose commands tell our errors in words instead of a trace."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; an error of ours is said and gives exit code 1."""
        try:
            return super().invoke(ctx)
        except DefinitionError as error:
            print_problems(error.problems)
            err.print(f"[red]{escape(say(error))}[/]")
            sys.exit(PROBLEMS)
        except InvalidInput as error:
            for field, texts in error.errors.items():
                err.print(f"[red]{escape(field)}[/] " + escape(" ".join(say_text(text) for text in texts)))
            sys.exit(PROBLEMS)
        except LuongViecError as error:
            err.print(f"[red]{escape(say(error))}[/]")
            sys.exit(PROBLEMS)


def language() -> str:
    """Give the language of the terminal's messages: that of the installation."""
    return load_settings().language


def say(error: LuongViecError) -> str:
    """Give an error's message."""
    return error.message.in_language(language())


def say_text(text: object) -> str:
    """Give a text in the language of the terminal."""
    return text.in_language(language()) if hasattr(text, "in_language") else str(text)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="luongviec")
def main() -> None:
    """Luồng Việc: a rule-configurable workflow platform."""


def platform_of(settings: Settings | None = None) -> Platform:
    """Give the platform, or stop where the database is not up to date."""
    settings = settings or load_settings()
    if needs_upgrade(build_engine(settings)):
        err.print("[red]The database is not up to date.[/] Run [bold]luongviec db upgrade[/] first.")
        sys.exit(UNUSABLE)
    return build_platform(settings)


# --- Running ----------------------------------------------------------------------------------------


@main.command()
@click.option("--demo", is_flag=True, help="Load the demonstration first, if there is nobody yet.")
@click.option("--demo-size", type=click.Choice(DEMO_SIZES), default="full", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), help="Instead of LUONGVIEC_PORT.")
@click.option("--only", type=click.Choice(["web"]), help="Only this process, for several machines.")
def run(demo: bool, demo_size: str, port: int | None, only: str | None) -> None:
    """Start web, worker, scheduler and (without REDIS_URL) an embedded Redis; Ctrl-C stops all."""
    settings = load_settings()
    if port is not None:
        ours = settings.base_url == f"http://127.0.0.1:{settings.port}"
        base_url = f"http://127.0.0.1:{port}" if ours else settings.base_url
        settings = dataclasses.replace(settings, port=port, base_url=base_url)
    if only == "web":
        serve(settings)
        return
    prepare(settings)
    if demo:
        load_demo(out, settings, size=demo_size, only_if_empty=True)
    run_all(out, settings)


def prepare(settings: Settings) -> None:
    """Bring the database up to date and publish the shipped definitions at the first start."""
    upgrade(build_engine(settings))
    platform = build_platform(settings)
    if not definitions.revisions(platform, limit=1):
        report = definitions.load_definitions(platform, settings.definitions, note="first start")
        out.print(f"Published [bold]{len(report.published)}[/] definitions.")


@main.command()
@click.option("--burst", is_flag=True, help="Stop when nothing is left to do.")
@click.option("--only", type=click.Choice([SHORT, LONG]), help="Only short or only long jobs (imports, …).")
def worker(burst: bool, only: str | None) -> None:
    """Run jobs: tell of what happened, send mails, fire timers, import and export."""
    run_worker(load_settings(), burst=burst, only=only)


@main.command()
def scheduler() -> None:
    """Queue what waits: due timers, messages, and what a dead worker left."""
    platform = platform_of()
    run_scheduler(platform, threading.Event())


@main.command("read-replies")
def read_replies_() -> None:
    """Read the answers to invitations that came by mail, as the scheduler does each minute."""
    settings = load_settings()
    if not settings.replies.address:
        err.print("REPLY_ADDRESS names no address: no mail is read.")
        sys.exit(UNUSABLE)
    platform = platform_of(settings)
    with opened_mailbox(settings) as incoming:
        counts = read_replies(platform, incoming)
    out.print(", ".join(f"{outcome.value}: {count}" for outcome, count in counts.items()))


@main.command()
@click.option("--records", type=click.IntRange(0, 1_000_000), help="How many main records to make.")
@click.option("--size", type=click.Choice(DEMO_SIZES), default="full", show_default=True)
def demo(records: int | None, size: str) -> None:
    """Load the demonstration: a province, its people, and their work of the last months."""
    settings = load_settings()
    prepare(settings)
    load_demo(out, settings, size=size, records=records, only_if_empty=False)
    print_accounts(out, settings)


@main.command()
def doctor() -> None:
    """Look whether everything works, and say what to do where it does not."""
    settings = load_settings()
    findings = health.examine(settings, build_engine(settings), build_queue(settings).connection)
    for finding in findings:
        mark = "[green]✓[/]" if finding.well else "[red]✗[/]"
        out.print(f"{mark} {escape(say_text(finding.subject))}: {escape(say_text(finding.state))}")
        if not finding.well and finding.advice is not None:
            out.print(f"  → {escape(say_text(finding.advice))}")
    sys.exit(OK if all(finding.well for finding in findings) else PROBLEMS)


# --- Database ---------------------------------------------------------------------------------------


@main.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database up to date; doing it again does nothing."""
    before, after = upgrade(build_engine(load_settings()))
    out.print(
        f"Database at [bold]{after}[/]."
        if before == after
        else f"Database: {before or 'new'} → [bold]{after}[/]."
    )


# --- Definitions ------------------------------------------------------------------------------------


@main.group("definitions")
def definitions_() -> None:
    """Definitions: check files, publish them, read what is published."""


def folders(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Give the folders named, else the installation's."""
    return tuple(paths) or (load_settings().definitions,)


PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))


@definitions_.command("check")
@PATHS
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
def definitions_check(paths: tuple[Path, ...], format_: str) -> None:
    """Check files; exit code 0 without errors or warnings, 1 with problems, 2 when they cannot be used."""
    report = definitions.check_files(*folders(paths))
    if format_ == "json":
        click.echo(json.dumps([problem_json(one) for one in report.problems], ensure_ascii=False, indent=2))
    else:
        print_problems(report.problems)
        counted = {level: sum(p.severity is level for p in report.problems) for level in Severity}
        out.print(
            f"{report.definitions} definitions: {counted[Severity.ERROR]} errors,"
            f" {counted[Severity.WARNING]} warnings, {counted[Severity.INFORMATION]} notes."
        )
    if not report.definitions or report.has_errors:
        sys.exit(UNUSABLE)
    sys.exit(PROBLEMS if any(p.severity is Severity.WARNING for p in report.problems) else OK)


@definitions_.command("load")
@PATHS
@click.option("--note", default="", help="Why, for the list of revisions.")
@click.option(
    "--scope",
    type=click.Choice(SCOPES),
    help="Which existing records move to the new revisions: those that may still run (open, the default),"
    " all, or none (new). Given, it also moves records that an earlier publication left.",
)
@click.option("--background", is_flag=True, help="Leave it to the workers to move the records.")
def definitions_load(paths: tuple[Path, ...], note: str, scope: str | None, background: bool) -> None:
    """Publish what has changed; running processes take it up within two seconds."""
    platform = platform_of()
    with out.status("…") as status:
        report = definitions.load_definitions(
            platform, *folders(paths), note=note, scope=scope, wait=not background,
            tell=lambda moves: status.update(" · ".join(move_line(one) for one in moves if not one.is_done)),
        )  # fmt: skip
    print_problems(report.problems)
    if report.generation is None:
        out.print("Nothing has changed.")
    for name in report.published:
        out.print(f"[green]published[/] {name}")
    if report.at_once:
        out.print(f"[green]moved[/] {report.at_once} records at once: nothing of them changes.")
    for one in report.moves:
        mark = "[green]moved[/]" if one.is_done else "[yellow]waits for a worker[/]"
        out.print(f"{mark} {escape(move_line(one))}")


def move_line(one: MoveProgress) -> str:
    """Say how far the records of a module are."""
    parts = [f"{one.moved} of {one.total} records"] if one.total else []
    parts += [f"{one.settled} computed anew"] if one.settled else []
    parts += [f"{one.failed} stay as they were, see the log"] if one.failed else []
    return f"{one.module}: {', '.join(parts) or 'nothing to do'}"


@definitions_.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def definitions_export(folder: Path) -> None:
    """Write what is published into a folder."""
    written = definitions.export_definitions(platform_of(), folder)
    out.print(f"Wrote [bold]{len(written)}[/] files into {folder}.")


@definitions_.command("diff")
@PATHS
def definitions_diff(paths: tuple[Path, ...]) -> None:
    """Compare what is published with files; exit code 1 where they differ."""
    found = definitions.diff_definitions(platform_of(), *folders(paths))
    for one in found:
        out.print(f"[bold]{one.change}[/] {one.kind}/{one.code}")
        for line in one.lines:
            tone = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "default")
            out.print(f"[{tone}]{escape(line)}[/]")
    sys.exit(PROBLEMS if found else OK)


@definitions_.command("explain")
@click.argument("code", required=False)
def definitions_explain(code: str | None) -> None:
    """Say what a problem's code means, or what stands at a path of the definitions, as
    `task.assigned.assignee`; without either list all codes."""
    codes = definitions.problem_codes()
    if code is not None and code.upper() not in codes:
        explain_path(code)
        return
    for name, known in codes.items():
        if code is None or name == code.upper():
            out.print(f"[bold]{name}[/] {escape(say_text(known.title))}")
            if code is not None:
                out.print(escape(say_text(known.message)))
                out.print(escape(say_text(known.hint)))


def explain_path(dotted: str) -> None:
    """Say what stands at a dotted path of the installation's definition files, step by step."""
    found = definitions.explain_path(load_settings().definitions, dotted)
    if not found:
        err.print(
            f"[red]There is no code and no path {escape(dotted)}.[/]"
            " A path names a definition and steps within it, as in task.statuses.assigned."
        )
        sys.exit(UNUSABLE)
    for one in found:
        place = one.definition.place(one.path)
        steps = ".".join(str(step) for step in one.path)
        out.print(
            f"[bold]{escape(str(place))}[/] {one.definition.kind} {one.definition.code}: {escape(steps)}"
        )
        for step, meaning in one.meanings:
            out.print(f"  {escape(step)}: {escape(say_text(meaning))}")
        out.print(escape(f"  = {definitions.written_value(one.value)}"))


def print_problems(problems: Iterable[Problem]) -> None:
    """Print problems, one a line, worst first."""
    for one in problems:
        words = f"{say_text(one.message)} {say_text(one.hint)}"
        out.print(f"{escape(str(one.place))}: [{TONES[one.severity]}]{one.code}[/] {escape(words)}")


def problem_json(one: Problem) -> dict[str, object]:
    """Give a problem for tools."""
    return {
        "file": one.place.file, "line": one.place.line, "column": one.place.column, "code": one.code,
        "severity": one.severity.value, "message": {"vi": one.message.vi, "en": one.message.en},
        "hint": {"vi": one.hint.vi, "en": one.hint.en},
    }  # fmt: skip


# --- People -----------------------------------------------------------------------------------------


@main.group()
def user() -> None:
    """Accounts."""


@user.command("create")
@click.argument("user_name")
@click.argument("name")
@click.option("--email")
@click.option("--group", "group_names", multiple=True, help="Put into this user group; may be repeated.")
@click.option("--password", help="Asked for, or made up, when not given.")
def user_create(
    user_name: str, name: str, email: str | None, group_names: tuple[str, ...], password: str | None
) -> None:
    """Make an account."""
    platform = platform_of()
    made_up = password is None
    password = password or secrets.token_urlsafe(9)
    new = users.NewUser(user_name, name, password=password, email=email, must_change_password=made_up)
    with platform.transaction():
        user_id = users.create_user(platform, SYSTEM, new)
        for group in group_names:
            groups.add_to_group(platform, SYSTEM, group, (user_id,))
    out.print(f"Account [bold]{escape(user_name)}[/] made.")
    if made_up:
        out.print(f"Password (to be changed at the first sign-in): [bold]{escape(password)}[/]")


@user.command("list")
@click.argument("words", nargs=-1)
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
def user_list(words: tuple[str, ...], limit: int) -> None:
    """List accounts whose names hold the words."""
    table = Table("user name", "name", "e-mail", "active")
    for person in users.list_users(platform_of(), SYSTEM, q=" ".join(words), limit=limit):
        table.add_row(person.user_name, person.name, person.email or "", "yes" if person.active else "no")
    out.print(table)


@user.command("password")
@click.argument("user_name")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
def user_password(user_name: str, password: str) -> None:
    """Set somebody's password and end his sessions."""
    users.set_password(platform_of(), SYSTEM, user_name, password)
    out.print(f"Password of [bold]{escape(user_name)}[/] set.")


USER_NAMES = click.argument("user_names", nargs=-1, required=True)


@user.command("reset")
@USER_NAMES
@click.option("--sheet", type=click.Path(dir_okay=False, path_type=Path), help="Write them as .pdf or .xlsx.")
@click.option("--email", "by_email", is_flag=True, help="Send a link to each person instead.")
def user_reset(user_names: tuple[str, ...], sheet: Path | None, by_email: bool) -> None:
    """Give people a one-time first password; their present passwords and sessions end."""
    reset_users(out, platform_of(), user_names, sheet=sheet, by_email=by_email)


@user.command("second-step-off")
@click.argument("user_name")
def user_second_step_off(user_name: str) -> None:
    """Take somebody's second step away, who has lost phone and recovery codes; his sessions end."""
    platform = platform_of()
    account_safety.drop_second_factor(platform, SYSTEM, users.user_named(platform, user_name).id)
    out.print(f"Two-step sign-in of [bold]{escape(user_name)}[/] is off.")


@user.command("off")
@USER_NAMES
def user_off(user_names: tuple[str, ...]) -> None:
    """Switch accounts off; they are out at once. Exit code 1 where one cannot be."""
    sys.exit(OK if switch(out, platform_of(), user_names, active=False) else PROBLEMS)


@user.command("on")
@USER_NAMES
def user_on(user_names: tuple[str, ...]) -> None:
    """Switch accounts on again."""
    sys.exit(OK if switch(out, platform_of(), user_names, active=True) else PROBLEMS)


IMPORTED = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
EXPORTED = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
DRY_RUN = click.option("--dry-run", is_flag=True, help="Only say what would happen.")
SURE = click.option("--yes", is_flag=True, help="Do not ask.")
TEMPLATE = click.option("--template", is_flag=True, help="Write an empty file to fill in.")


@user.command("import")
@IMPORTED
@DRY_RUN
@SURE
def user_import(file: Path, dry_run: bool, yes: bool) -> None:
    """Make and update accounts and posts from a workbook, all or nothing; so are units and roles in it.

    Exit code 0: done; 1: the file has problems, or was not confirmed; 2: it cannot be read.
    """
    sys.exit(import_file(out, platform_of(), file, dry_run=dry_run, sure=yes))


@user.command("export")
@EXPORTED
@TEMPLATE
def user_export(file: Path, template: bool) -> None:
    """Write accounts and posts into a workbook (or accounts alone into a .csv)."""
    sys.exit(export_file(out, platform_of(), file, PEOPLE_SHEETS, template=template))


@main.group()
def unit() -> None:
    """The unit tree."""


@unit.command("import")
@IMPORTED
@DRY_RUN
@SURE
def unit_import(file: Path, dry_run: bool, yes: bool) -> None:
    """Make and update units from a workbook, or from a tree in YAML; all or nothing, repeatable.

    Exit code 0: done; 1: the file has problems, or was not confirmed; 2: it cannot be read.
    """
    sys.exit(import_file(out, platform_of(), file, dry_run=dry_run, sure=yes))


@unit.command("export")
@EXPORTED
@TEMPLATE
def unit_export(file: Path, template: bool) -> None:
    """Write units and roles into a workbook (or units alone into a .csv)."""
    sys.exit(export_file(out, platform_of(), file, UNIT_SHEETS, template=template))


@main.group()
def token() -> None:
    """Tokens for the HTTP interface."""


@token.command("create")
@click.argument("user_name")
@click.option("--name", default="command line", show_default=True)
def token_create(user_name: str, name: str) -> None:
    """Make a token that acts as a person; it is shown only now."""
    platform = platform_of()
    person = users.user_named(platform, user_name)
    secret, _ = accounts.create_token(platform, users.actor_of(person), name)
    click.echo(secret)


if __name__ == "__main__":
    main()
