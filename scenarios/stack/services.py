"""Real servers for a system under test: PostgreSQL and Valkey on free ports of 127.0.0.1, gone at the end."""

import os
import secrets
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Self
from urllib.parse import quote

from .binaries import PostgresBinaries, postgres_binaries, valkey_binary
from .child import Child
from .errors import StackError
from .scratch import Scratch

HOST = "127.0.0.1"
READY_S = 60.0  # a guard against hanging: ten times what it takes on a machine that does nothing else
PORT_TRIES = 5
ROLE = "harness"
# Nothing here outlives the run, so nothing is worth the wait for a disk; what was committed is handed to the system
# all the same, so that it outlives the death of the server's processes. Shared memory lives in files of the
# data directory, where it is removed with it even after a crash.
POSTGRES_OPTIONS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "on",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
    "dynamic_shared_memory_type": "mmap",
    "io_method": "sync",
    "jit": "off",
}


def free_port() -> int:
    """A port of 127.0.0.1 that was free a moment ago; whoever takes it must be ready to lose the race."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def plain_environment(scratch: Path) -> dict[str, str]:
    """An environment in which the servers speak English and see nothing of the user's own settings."""
    return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(scratch), "LC_ALL": "C", "TZ": "UTC"}


class PostgresServer:
    """PostgreSQL with an empty data directory; `start` and `stop`, or a context manager."""

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch
        self._environment = plain_environment(scratch.path)
        self._password = secrets.token_urlsafe(16)
        self._binaries: PostgresBinaries
        self._child: Child
        self._data: Path
        self.port = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()

    def start(self) -> None:
        """Make the data directory and serve it; StackError with the server's own words when that fails."""
        self._binaries = postgres_binaries(self._scratch)
        self._data = self._make_data()
        self.port, self._child = _serve_on_free_port(lambda port: self._serve(self._data, port))

    def stop(self) -> None:
        """End the server at once; its data is thrown away."""
        self._child.stop()

    @property
    def child(self) -> Child:
        """The server's process."""
        return self._child

    def start_again(self) -> None:
        """Serve the same data on the same port; StackError when that fails."""
        self._child = _again(lambda: self._serve(self._data, self.port))

    def create_database(self, name: str) -> str:
        """A new, empty database and the URL to it."""
        command = [self._binaries.program("createdb"), "-h", HOST, "-p", str(self.port), "-U", ROLE, name]
        done = subprocess.run(  # noqa: S603  our own binary
            command,
            check=False,
            capture_output=True,
            text=True,
            env={**self._environment, "PGPASSWORD": self._password},
            timeout=READY_S,
        )
        if done.returncode:
            raise StackError(f"cannot create database '{name}': {done.stderr.strip()}")
        return f"postgresql://{ROLE}:{quote(self._password)}@{HOST}:{self.port}/{name}"

    def _make_data(self) -> Path:
        home = self._scratch.directory("postgres")
        secret = home / "password"
        secret.touch(mode=0o600)
        secret.write_text(self._password)
        self._scratch.hand_over(home)
        child = self._scratch.spawn(
            [
                *(
                    self._binaries.program("initdb"),
                    "-D",
                    str(home / "data"),
                    "-U",
                    ROLE,
                    "--pwfile",
                    str(secret),
                ),
                # A plain password is enough on loopback, and costs a tenth of a SCRAM handshake.
                *("--auth=password", "--encoding=UTF8", "--locale=C", "--no-sync"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            ],
            name="initdb",
            account=self._scratch.account,
            env=self._environment,
            cwd=home if self._scratch.account is None else Path("/"),
        )
        if not child.wait_exit(READY_S) or child.exit_code:
            child.stop()
            raise StackError("PostgreSQL could not make its data directory", log_tail=child.tail())
        return home / "data"

    def _serve(self, data: Path, port: int) -> Child:
        options = {**POSTGRES_OPTIONS, "port": str(port)}
        settings = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        return self._scratch.spawn(
            [self._binaries.program("postgres"), "-D", str(data), *settings],
            name="PostgreSQL",
            account=self._scratch.account,
            env=self._environment,
            cwd=Path("/"),
            stop_signal=signal.SIGQUIT,  # "immediate shutdown"
            ready=lambda line: "ready to accept connections" in line,
        )


class ValkeyServer:
    """Valkey (the Redis protocol), all in memory; `start` and `stop`, or a context manager."""

    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch
        self._password = secrets.token_urlsafe(16)
        self._child: Child
        self._home: Path
        self.port = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The URL of database 0."""
        return f"redis://:{quote(self._password)}@{HOST}:{self.port}/0"

    def start(self) -> None:
        """Serve; StackError with the server's own words when that fails."""
        self._home = self._scratch.directory("valkey")
        self.port, self._child = _serve_on_free_port(lambda port: self._serve(self._home, port))

    def stop(self) -> None:
        """End the server at once; its data is thrown away."""
        self._child.stop()

    @property
    def child(self) -> Child:
        """The server's process."""
        return self._child

    def start_again(self) -> None:
        """Serve on the same port, with nothing in it; StackError when that fails."""
        self._child = _again(lambda: self._serve(self._home, self.port))

    def _serve(self, home: Path, port: int) -> Child:
        # The password goes by file: a command line can be read by every user of the machine.
        settings = home / "valkey.conf"
        settings.touch(mode=0o600)
        lines = (
            f"bind {HOST}",
            f"port {port}",
            f'dir "{home}"',
            'save ""',
            f"requirepass {self._password}",
        )
        settings.write_text("\n".join(lines) + "\n")
        return self._scratch.spawn(
            [valkey_binary(), str(settings)],
            name="Valkey",
            env=plain_environment(home),
            cwd=home,
            ready=lambda line: "Ready to accept connections" in line,
        )


def _again(serve: Callable[[], Child]) -> Child:
    """Start a server where it was; its clients know the port, so there is no other."""
    child = serve()
    if not child.wait_ready(READY_S):
        exit_code = child.exit_code
        child.stop()
        found = "was not ready" if exit_code is None else f"ended with exit code {exit_code}"
        raise StackError(f"{child.name} did not come back: it {found} within {READY_S:g} s", log_tail=child.tail())
    return child


def _serve_on_free_port(serve: Callable[[int], Child]) -> tuple[int, Child]:
    """Start a server on a free port, and on another one when somebody else was quicker."""
    for _ in range(PORT_TRIES):
        port = free_port()
        child = serve(port)
        if child.wait_ready(READY_S):
            return port, child
        exit_code = child.exit_code
        child.stop()
        if not any("already in use" in line for line in child.tail()):
            break
    found = "was not ready" if exit_code is None else f"ended with exit code {exit_code}"
    raise StackError(f"{child.name} cannot be used: it {found} within {READY_S:g} s", log_tail=child.tail())
