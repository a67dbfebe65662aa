"""The backend's container: prepared by the image's own commands, served, watched, and believed when it stays well."""

import asyncio
import contextlib
import re
import secrets
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from scenarios.adapters.base import Credentials
from scenarios.adapters.images import ImageRecipe
from scenarios.stack.backend import ADMIN_EMAIL, LOG_NAME
from scenarios.stack.coming_up import Patience, come_up
from scenarios.stack.errors import BackendFailedError, StackError
from scenarios.stack.place import LOOPBACK
from scenarios.stack.placeholders import filled, filled_env
from scenarios.stack.services import free_port
from scenarios.stack.threads import in_thread

from .box import Box
from .servers import Setting

if TYPE_CHECKING:
    from testcontainers.core.container import DockerContainer

HOST_GATEWAY = {"host.docker.internal": "host-gateway"}
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The backend as it was asked for: the recipe with what the person chose over it."""

    image: str
    recipe: ImageRecipe
    env: Mapping[str, str]
    port: int
    init: tuple[str, ...]
    health_path: str
    patience: Patience
    prepare_s_max: float
    credentials: Credentials | None


def own_values(port: int) -> dict[str, str]:
    """What can be said of the backend itself before it is there; new secrets at every call."""
    outside = free_port()
    return {
        "backend.url": f"http://{LOOPBACK}:{outside}",
        "backend.outside": str(outside),
        "backend.port": str(port),
        "admin.email": ADMIN_EMAIL,
        "admin.password": secrets.token_urlsafe(16),
        "run.secret": secrets.token_urlsafe(32),
    }


def direct_url(values: Mapping[str, str]) -> str:
    """Where the backend answers on this machine, whatever lies between it and the fake."""
    return f"http://{LOOPBACK}:{values['backend.outside']}"


class BackendBox:
    """The backend in its container."""

    def __init__(self, setting: Setting, wanted: Wanted, values: Mapping[str, str]) -> None:
        self.url = direct_url(values)
        self.version = "unknown"
        self.exited: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.credentials = wanted.credentials
        if self.credentials is None and wanted.recipe.makes_admin:
            self.credentials = Credentials(values["admin.email"], values["admin.password"])
        self.box: Box | None = None
        self._setting = setting
        self._wanted = wanted
        self._values = values
        self._env = filled_env(wanted.env, values)
        self._loop = asyncio.get_running_loop()
        self._asked_to_end = False

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return f"the backend image {self._wanted.image}"

    def log_tail(self, count: int = 20) -> list[str]:
        """The last lines it wrote."""
        return self.box.tail(count) if self.box else []

    def alive(self) -> bool:
        """Whether its process is there; news of its end arrive by themselves."""
        return self.box is not None and not self.exited.done() and not self._asked_to_end

    async def start(self) -> None:
        """Prepare it and bring it up; BackendFailedError when it does not come up, StackError for bad input."""
        for command in self._wanted.init:
            await self._prepare(command)
        self.box = await in_thread(self._serve)
        await self._well(self.box)

    async def start_again(self) -> None:
        """Start the container that there is, and wait until it is well."""
        box = self.running
        self._asked_to_end = False
        await in_thread(lambda: _begin(box.start, self.name))
        await self._well(box)

    def expect_end(self) -> None:
        """Its next end is no news."""
        self._asked_to_end = True

    @property
    def running(self) -> Box:
        """Its container, which was started before."""
        assert self.box is not None, "it was never started"  # noqa: S101  our own bug
        return self.box

    async def _well(self, box: Box) -> None:
        url = f"{self.url}{self._wanted.health_path}"
        version = await come_up(
            url, exited=self.exited, patience=self._wanted.patience, name=self.name, log_tail=box.tail
        )
        self.version = version or self.version

    @property
    def _log(self) -> Path:
        return self._setting.run_dir / LOG_NAME

    def _note_exit(self, code: int) -> None:
        # The container may outlive the loop by a moment; then nobody is left to be told.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._set_exit, code)

    def _set_exit(self, code: int) -> None:
        if not self.exited.done():
            self.exited.set_result(code)

    async def _prepare(self, command: str) -> None:
        """One of the image's own commands, in a container of its own: like a shell, without needing one."""
        words = _words(filled(command, self._values, where=f"--init-command {command!r}"))
        first = next((index for index, word in enumerate(words) if not _ASSIGNMENT.match(word)), len(words))
        env = dict(word.split("=", 1) for word in words[:first])
        if not words[first:]:
            raise StackError(f"--init-command is {command!r}; legal: [NAME=value ...] PROGRAM [ARGUMENT ...]")
        limit_s = self._wanted.prepare_s_max
        box, code = await in_thread(lambda: self._run_once(words[first:], env, limit_s))
        if code is None:
            raise BackendFailedError(f"{self.name}: '{command}' did not end within {limit_s:g} s", log_tail=box.tail())
        if code:
            raise BackendFailedError(f"{self.name}: '{command}' ended with exit code {code}", log_tail=box.tail())

    def _run_once(self, words: list[str], env: Mapping[str, str], limit_s: float) -> tuple[Box, int | None]:
        container = self._container(env=env, entrypoint=words[:1])
        container.with_command(words[1:])
        _begin(container.start, f"'{' '.join(words)}' in image {self._wanted.image}")
        box = Box(container.get_wrapped_container(), name="init", log=self._log)
        box.watch()
        box.expect_the_end()
        return box, box.wait(limit_s)

    def _serve(self) -> Box:
        container = self._container()
        ports = {str(self._wanted.port): (LOOPBACK, int(self._values["backend.outside"]))}
        container.ports = cast("dict[str, int | None]", ports)  # pairs are what Docker's own package takes
        container.with_name(f"fake-evolution-{self._setting.household.labels.run}-backend")
        _begin(container.start, self.name)
        box = Box(container.get_wrapped_container(), name="backend", log=self._log)
        box.on_exit(self._note_exit)
        box.watch()
        return box

    def _container(self, *, env: Mapping[str, str] | None = None, **how: Any) -> "DockerContainer":
        from testcontainers.core.container import DockerContainer  # noqa: PLC0415  only where Docker is used

        labels = self._setting.household.labels.as_mapping()
        container = DockerContainer(self._wanted.image, env=self._env | dict(env or {}), network=self._setting.network)
        return container.with_kwargs(labels=labels, extra_hosts=HOST_GATEWAY, **how)


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError as error:
        raise StackError(f"--init-command is {command!r}: {error}; legal: [NAME=value ...] PROGRAM ...") from error


def _begin(start: Callable[[], object], what: str) -> None:
    """Start it; what Docker refuses is bad input."""
    from docker.errors import APIError  # noqa: PLC0415  loaded only where Docker is used

    try:
        start()
    except APIError as error:
        text = " ".join(str(error.explanation or error).split())
        if "already allocated" in text or "address already in use" in text:
            raise StackError(
                f"{what} cannot have its port of {LOOPBACK}: somebody else took it; run it again"
            ) from error
        raise StackError(f"{what} cannot be started: {text[:300]}; correct the image or the command") from error
