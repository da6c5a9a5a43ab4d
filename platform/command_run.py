"""`luongviec run`: web server, worker, scheduler and embedded Redis under one hand."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
from collections.abc import Iterator

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from rich.console import Console

from luongviec.bootstrap import build_platform
from luongviec.command_demo import print_accounts
from luongviec.jobs.embedded import EmbeddedRedis
from luongviec.jobs.scheduler import run_scheduler
from luongviec.jobs.supervisor import Supervisor
from luongviec.jobs.worker import LONG, SHORT
from luongviec.services.platform import Platform
from luongviec.settings import Settings
from luongviec.wsgi import THREADS

APPLICATION = "luongviec.wsgi:make_app"


def serve(settings: Settings) -> None:
    """Serve the pages in this process until it is told to stop."""
    os.environ.update(environment_of(settings))
    Granian(
        APPLICATION,
        factory=True,
        interface=Interfaces.WSGI,
        address=settings.host,
        port=settings.port,
        workers=settings.web_processes,
        blocking_threads=THREADS,
        log_level=LogLevels.error,  # more threads than processors are meant: streams rest in them
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    ).serve()


def run_all(out: Console, settings: Settings) -> None:
    """Start everything, say where, and stop everything when a signal comes."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if is_taken(settings.host, settings.port):
        out.print(f"[red]Port {settings.port} is taken.[/] Choose another with --port.")
        raise SystemExit(1)
    supervisor = Supervisor(environment_of(settings))
    supervisor.add("web", "run", "--only", "web")
    supervisor.add("worker", "worker", "--only", SHORT)
    supervisor.add("long worker", "worker", "--only", LONG)
    with redis_for(settings), scheduling(build_platform(settings)):
        out.print(f"\nLuồng Việc: [bold link={settings.base_url}]{settings.base_url}[/]")
        print_accounts(out, settings)
        out.print("Ctrl-C stops everything.\n")
        supervisor.run()
    out.print("Stopped.")


def environment_of(settings: Settings) -> dict[str, str]:
    """Give what child processes must know beside our own environment."""
    return {
        "LUONGVIEC_HOME": str(settings.home),
        "LUONGVIEC_PORT": str(settings.port),
        "LUONGVIEC_BASE_URL": settings.base_url,
        "LUONGVIEC_DEFINITIONS": str(settings.definitions),
        "LUONGVIEC_FILES": str(settings.files),
    }


@contextlib.contextmanager
def redis_for(settings: Settings) -> Iterator[None]:
    """Have a Redis: the named one, or an embedded one that stops with us."""
    if settings.redis_url:
        yield
        return
    with EmbeddedRedis(settings.redis_socket):
        yield


@contextlib.contextmanager
def scheduling(platform: Platform) -> Iterator[None]:
    """Run the scheduler beside, in a thread of this process."""
    stop = threading.Event()
    thread = threading.Thread(target=run_scheduler, args=(platform, stop), name="scheduler", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=10)


def is_taken(host: str, port: int) -> bool:
    """Whether somebody listens on a port already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False
