"""The backend as a subprocess: prepared, served, healthy; each way to fail has its own line."""

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass

from scenarios.adapters.base import Credentials

from .base import StackSettings
from .child import Child
from .coming_up import Patience, come_up
from .controls import Controls, Links
from .errors import BackendFailedError, StackError
from .scratch import Scratch
from .services import HOST, free_port

PREFIX = "CHANNEL_BACKEND_"
ADMIN_EMAIL = "admin@example.test"
LOG_NAME = "backend.log"
REFUSED = 4  # how it ends when what it was told is wrong: its environment, not its code


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the backend finds its database and its Redis, and others, where they are not where they seem."""

    database_url: str
    redis_url: str
    evolution_url: str = ""  # by which the backend reaches the provider, where it is not the provider's own
    public_url: str = ""  # by which the provider reaches the backend, where it is not the backend's own


class Backend:
    """One backend process and what is known about it."""

    def __init__(self, settings: StackSettings, scratch: Scratch, servers: Servers, *, port: int = 0) -> None:
        self.port = port or settings.port or free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.credentials = Credentials(ADMIN_EMAIL, secrets.token_urlsafe(16))
        self.version = "unknown"
        self.exited: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.controls: Controls | None = None
        self.links: Links | None = None
        self.servers = servers
        self._settings = settings
        self._scratch = scratch
        self._log = settings.run_dir / LOG_NAME
        self._env = _inherited(scratch) | self._own_env(servers) | dict(settings.backend_env)
        self._child: Child | None = None
        self._expected: set[int] = set()

    @property
    def pid(self) -> int | None:
        """The process id; None before it was started."""
        return self._child.pid if self._child else None

    @property
    def child(self) -> Child | None:
        """The process; None before it was started."""
        return self._child

    @property
    def command(self) -> tuple[str, ...]:
        """How it is started."""
        return self._settings.command

    def alive(self) -> bool:
        """Whether the process is there."""
        return self._child is not None and self._child.exit_code is None

    def log_tail(self, count: int = 20) -> list[str]:
        """The last lines it wrote."""
        return self._child.tail(count) if self._child else []

    async def start(self) -> None:
        """Make the tables and the first admin, serve, and wait until it says that it is healthy."""
        _refuse_taken(self.port)
        await self._prepare("migrate")
        await self._prepare("create-admin", "--email", self.credentials.email)
        await self.serve()

    async def serve(self) -> None:
        """Start the process on what is prepared, and wait until it says that it is healthy."""
        child = self._child = self._spawn("serve")
        _call_on_exit(child, lambda code: self._note_exit(child, code))
        await self._wait_healthy(child)

    def stop(self) -> int | None:
        """End it, within the grace time in its own way; its end is no news from here on."""
        child = self.expect_end()
        if child is not None:
            child.stop(grace_s=self._settings.stop_s_max)
        return None if child is None else child.exit_code

    def expect_end(self) -> Child | None:
        """The process; its end is no news from here on."""
        if self._child is not None:
            self._expected.add(self._child.pid)
        return self._child

    def _own_env(self, servers: Servers) -> dict[str, str]:
        own = {
            "HOST": HOST,
            "PORT": str(self.port),
            "DATABASE_URL": servers.database_url,
            "REDIS_URL": servers.redis_url,
            "JWT_SECRET": secrets.token_urlsafe(32),
            "PUBLIC_URL": servers.public_url or self.url,
            "EVOLUTION_URL": servers.evolution_url or self._settings.evolution_url,
            "EVOLUTION_API_KEY": self._settings.evolution_api_key,
            "ADMIN_PASSWORD": self.credentials.password,
        }
        # Unbuffered, so that the last lines of a process that dies are really its last.
        return {f"{PREFIX}{name}": value for name, value in own.items()} | {"PYTHONUNBUFFERED": "1"}

    def _spawn(self, *arguments: str) -> Child:
        argv = [*self.command, *arguments]
        return self._scratch.spawn(argv, name="the backend", env=self._env, log=self._log)

    async def _prepare(self, *arguments: str) -> None:
        child = self._spawn(*arguments)
        ended = asyncio.Event()
        _call_on_exit(child, lambda _code: ended.set())
        try:
            await asyncio.wait_for(ended.wait(), self._settings.prepare_s_max)
        except TimeoutError:
            limit = f"{self._settings.prepare_s_max:g} s"
            raise self._error(f"'{arguments[0]}' did not end within {limit}", child) from None
        if child.exit_code:
            raise self._error(f"'{arguments[0]}' ended with exit code {child.exit_code}", child)

    async def _wait_healthy(self, child: Child) -> None:
        try:
            version = await come_up(
                f"{self.url}{self._settings.health_path}",
                exited=self.exited,
                patience=Patience(self._settings.healthy_s_max, settle_s=0.0),
                name="it",
                log_tail=child.tail,
            )
        except BackendFailedError as failed:
            raise self._error(str(failed.args[0]), child) from None
        self.version = version or self.version

    def _note_exit(self, child: Child, code: int) -> None:
        if child.pid not in self._expected and not self.exited.done():
            self.exited.set_result(code)

    def _error(self, found: str, child: Child) -> StackError:
        """A verdict on the backend, unless it says itself that it was told something wrong."""
        command = " ".join(self.command)
        hint = f"the whole log is {self._log}"
        kind = StackError if child.exit_code == REFUSED else BackendFailedError
        return kind(f"the backend ({command}): {found}; {hint}", log_tail=child.tail())


def _call_on_exit(child: Child, callback: Callable[[int], None]) -> None:
    """Call back in the running loop when the process has ended."""
    loop = asyncio.get_running_loop()

    def tell(code: int) -> None:
        # The process may outlive the loop by a moment; then nobody is left to be told.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(callback, code)

    child.on_exit(tell)


def _inherited(scratch: Scratch) -> dict[str, str]:
    """Our own environment without settings for a backend: those come from the run, which can be repeated."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    if env.pop("PYTHONDONTWRITEBYTECODE", None):
        # Its modules are compiled once instead of for each of its three commands, and not beside its sources.
        env["PYTHONPYCACHEPREFIX"] = str(scratch.directory("bytecode"))
    return env


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            hint = "choose another, or 0 for a free one"
            raise StackError(f"the backend cannot have port {port} of {HOST}: {error.strerror}; {hint}") from error
