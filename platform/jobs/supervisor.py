"""Everything in one command: starts the processes, restarts one that dies, stops all together."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

log = logging.getLogger(__name__)

STOP_SECONDS = 10.0
RESTART_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
STABLE_SECONDS = 30.0


@dataclass(slots=True)
class Child:
    """A process that is kept running."""

    name: str
    arguments: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = RESTART_PAUSE_SECONDS
    wake_at: float = 0.0


@dataclass(slots=True)
class Supervisor:
    """Keeps child processes of this program running until it is told to stop."""

    environment: Mapping[str, str]
    children: list[Child] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def add(self, name: str, *arguments: str) -> None:
        """Keep `luongviec ARGUMENTS` running."""
        self.children.append(Child(name, arguments))

    def run(self, *, meanwhile: Callable[[], None] | None = None) -> None:
        """Start all, watch them, and stop them when a signal comes.

        Args:
            meanwhile: called about four times a second, in this thread.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stopping.set())
        try:
            while not self.stopping.wait(0.25):
                for child in self.children:
                    self._keep(child)
                if meanwhile is not None:
                    meanwhile()
        finally:
            self.stop()

    def _keep(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.wake_at:
                self._start(child)
            return
        code = child.process.poll()
        if code is None:
            return
        # A child that dies at once again and again is given longer and longer pauses.
        child.pause = (
            RESTART_PAUSE_SECONDS
            if now - child.started > STABLE_SECONDS
            else min(child.pause * 2, LONGEST_PAUSE_SECONDS)
        )
        log.warning("%s ended with %s; it starts again in %.0f s", child.name, code, child.pause)
        child.process, child.wake_at = None, now + child.pause

    def _start(self, child: Child) -> None:
        child.started = time.monotonic()
        child.process = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-m", "luongviec.cli", *child.arguments],
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # the terminal's Ctrl-C reaches us alone; we stop them in order
        )

    def stop(self) -> None:
        """Ask every child to stop, and make those that do not."""
        running = [child for child in self.children if child.process is not None]
        for child in running:
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in running:
            process, child.process = child.process, None
            if process is None:
                continue
            try:
                process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
