"""The backend's container: prepared by the image's own commands, served, watched, and believed when it stays well."""

import re
import secrets
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from scenarios.adapters.base import Credentials
from scenarios.adapters.images import ImageRecipe
from scenarios.stack.backend import ADMIN_EMAIL, LOG_NAME
from scenarios.stack.coming_up import Patience
from scenarios.stack.errors import BackendFailedError, StackError
from scenarios.stack.place import LOOPBACK
from scenarios.stack.placeholders import filled, filled_env
from scenarios.stack.services import free_port
from scenarios.stack.threads import in_thread

from .box import Box
from .served import Served, Serving, begin
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


class BackendBox(Served):
    """The backend's own image in a container."""

    def __init__(self, setting: Setting, wanted: Wanted, values: Mapping[str, str]) -> None:
        credentials = wanted.credentials
        if credentials is None and wanted.recipe.makes_admin:
            credentials = Credentials(values["admin.email"], values["admin.password"])
        serving = Serving(
            name=f"the backend image {wanted.image}",
            url=direct_url(values),
            health_path=wanted.health_path,
            patience=wanted.patience,
            log=setting.run_dir / LOG_NAME,
            credentials=credentials,
        )
        super().__init__(serving)
        self._setting = setting
        self._wanted = wanted
        self._values = values
        self._env = filled_env(wanted.env, values)

    async def start(self) -> None:
        """Prepare it and bring it up; BackendFailedError when it does not come up, StackError for bad input."""
        for command in self._wanted.init:
            await self._prepare(command)
        await self.serve(self._begin_serving)

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
            raise BackendFailedError(
                f"{self.serving.name}: '{command}' did not end within {limit_s:g} s", log_tail=box.tail()
            )
        if code:
            raise BackendFailedError(
                f"{self.serving.name}: '{command}' ended with exit code {code}", log_tail=box.tail()
            )

    def _run_once(self, words: list[str], env: Mapping[str, str], limit_s: float) -> tuple[Box, int | None]:
        container = self._container(env=env, entrypoint=words[:1])
        container.with_command(words[1:])
        begin(container.start, f"'{' '.join(words)}' in image {self._wanted.image}")
        box = Box(container.get_wrapped_container(), name="init", log=self.serving.log)
        box.watch()
        box.expect_the_end()
        return box, box.wait(limit_s)

    def _begin_serving(self) -> Box:
        container = self._container()
        ports = {str(self._wanted.port): (LOOPBACK, int(self._values["backend.outside"]))}
        container.ports = cast("dict[str, int | None]", ports)  # pairs are what Docker's own package takes
        container.with_name(f"fake-evolution-{self._setting.household.labels.run}-backend")
        begin(container.start, self.serving.name)
        return Box(container.get_wrapped_container(), name="backend", log=self.serving.log)

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
