"""The stack of a team that has a compose file: the backend in it is pointed at the fake, and judged."""

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from scenarios.adapters.base import Credentials
from scenarios.adapters.images import recipes_of

from .base import Hands, Stack, StackSettings, stacks, with_hands
from .coming_up import Patience
from .composing import Project, compose_command, write_override
from .containers.backend import HOST_GATEWAY, direct_url, own_values
from .containers.box import Box
from .containers.docker_host import place_on_bridge
from .containers.hands import ContainerControls
from .containers.household import Household
from .containers.labels import COMPOSE_PROJECT
from .containers.served import Served, Serving
from .controls import Controls, Links, Part
from .errors import StackError
from .place import LOOPBACK, places
from .placeholders import filled_env
from .threads import in_thread

NAME = "compose"
SERVICE = "com.docker.compose.service"
places(NAME)(place_on_bridge)


class ComposeStack:
    """The backend of a compose file, with what it depends on."""

    def __init__(self, backend: Served, file: Path, service: str) -> None:
        self._backend = backend
        self._file = file
        self._service = service
        self.url = backend.url
        self.exited = backend.exited
        self.pid: int | None = None
        self.controls: Controls | None = ContainerControls(backend, {})
        self.links: Links | None = None

    @property
    def credentials(self) -> Credentials | None:
        """Who may make tenants; None when the adapter has to find a way of its own."""
        return self._backend.credentials

    @property
    def version(self) -> str:
        """What the backend says it is."""
        return self._backend.version

    def describe(self) -> Mapping[str, str]:
        """What is running, for the report."""
        return {
            "stack": NAME,
            "url": self.url,
            "compose": str(self._file),
            "service": self._service,
            "version": self.version,
        }

    def alive(self) -> bool:
        """Whether the backend's process is there."""
        return self._backend.alive()

    def log_tail(self, count: int = 20) -> list[str]:
        """The backend's last lines."""
        return self._backend.log_tail(count)


@stacks(NAME)
@with_hands(Hands(parts=frozenset({Part.BACKEND})))
@asynccontextmanager
async def compose(settings: StackSettings) -> AsyncIterator[Stack]:
    """The service and what it depends on, under a project name of the run's own; gone with its volumes afterwards."""
    choices = settings.choices
    assert choices.compose is not None, "checked at the edge"  # noqa: S101  our own bug
    settings.run_dir.mkdir(parents=True, exist_ok=True)
    await in_thread(compose_command)
    household = await in_thread(lambda: Household(keep=choices.keep))
    override = settings.run_dir / "compose.override.yaml"
    project = Project(household.labels.project, choices.compose.resolve(), override.resolve())
    try:
        yield await _bring_up(settings, household, project)
    finally:
        await in_thread(household.close)
        if choices.keep:
            sys.stderr.write(f"kept; to remove it: {household.how_to_remove()}\n")


async def _bring_up(settings: StackSettings, household: Household, project: Project) -> ComposeStack:
    choices, service = settings.choices, str(settings.choices.service)
    services = await in_thread(project.services)
    if service not in services:
        raise StackError(f"--service is '{service}'; {project.file} has {', '.join(sorted(services))}")
    recipe = recipes_of(settings.adapter)[0]
    own = own_values(choices.image_port or recipe.port or urlsplit(settings.evolution_url).port or 0)
    values = own | {"evolution.url": settings.evolution_url, "evolution.api_key": settings.evolution_api_key}
    changes = {
        "environment": filled_env(_variables(settings), values),
        "ports": [f"{LOOPBACK}:{own['backend.outside']}:{own['backend.port']}"],
        "extra_hosts": [f"{name}:{address}" for name, address in HOST_GATEWAY.items()],
        "labels": household.labels.as_mapping(),
    }
    labels = household.labels.as_mapping()
    await in_thread(lambda: write_override(project.override, services, service, changes, labels))
    serving = Serving(
        name=f"the backend (service {service} of {choices.compose})",
        url=direct_url(own),
        health_path=choices.health_path or recipe.health_path,
        patience=Patience(choices.healthy_s_max or settings.healthy_s_max, recipe.settle_s),
        log=settings.run_dir / "backend.log",
        credentials=choices.credentials,
    )
    backend = Served(serving)
    await backend.serve(lambda: _started(project, household, service, serving.log))
    return ComposeStack(backend, project.file, service)


def _variables(settings: StackSettings) -> dict[str, str]:
    """How the backend finds the fake and is found by it, in every spelling that the adapter knows.

    Which of its images compose will build is not known beforehand; what an image does not know it does not read.
    """
    recipes = recipes_of(settings.adapter)
    known = {name: value for recipe in recipes for name, value in recipe.provider.items()}
    return {**known, **settings.choices.env, **settings.backend_env}


def _started(project: Project, household: Household, service: str, log: Path) -> Box:
    project.up(service)
    wanted = [f"{COMPOSE_PROJECT}={project.name}", f"{SERVICE}={service}"]
    found = household.client.containers.list(all=True, filters={"label": wanted})
    if len(found) != 1:
        raise StackError(f"service {service} has {len(found)} containers; legal: 1, set its scale to that")
    return Box(found[0], name="backend", log=log)
