"""The stack of containers: a private network, PostgreSQL, Redis and the backend's image, gone afterwards."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from scenarios.adapters.base import Credentials
from scenarios.adapters.images import recipe_for
from scenarios.stack.base import Hands, Stack, StackSettings, stacks, with_hands
from scenarios.stack.choices import StackChoices
from scenarios.stack.coming_up import Patience
from scenarios.stack.controls import Controls, Links, Part
from scenarios.stack.errors import StackError
from scenarios.stack.place import places
from scenarios.stack.placeholders import Server, filled_env, postgres_values, redis_values
from scenarios.stack.threads import in_thread

from .backend import BackendBox, Wanted, own_values
from .docker_host import place_on_bridge, require_image
from .hands import ContainerControls
from .household import Household
from .servers import ServerBox, Setting, make_network, start_postgres, start_redis

NAME = "containers"
places(NAME)(place_on_bridge)


_NOBODY = Server("", 0)
_ANYTHING = dict.fromkeys(
    (
        *postgres_values(_NOBODY),
        *redis_values(_NOBODY),
        *own_values(0),
        "evolution.url",
        "evolution.api_key",
    ),
    "",
)


class ContainerStack:
    """The backend with what was started for it."""

    def __init__(self, backend: BackendBox, servers: tuple[ServerBox, ServerBox], image: str) -> None:
        self._backend = backend
        self._servers = servers
        self._image = image
        self.exited = backend.exited
        self.pid: int | None = None
        self.controls: Controls | None = ContainerControls(backend, postgres=servers[0], redis=servers[1])
        self.links: Links | None = None

    @property
    def url(self) -> str:
        """Where the backend answers."""
        return self._backend.url

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
        postgres, redis = self._servers
        return {
            "stack": NAME,
            "url": self.url,
            "image": self._image,
            "version": self.version,
            "postgres": postgres.image,
            "redis": redis.image,
        }

    def alive(self) -> bool:
        """Whether the backend's process is there."""
        return self._backend.alive()

    def log_tail(self, count: int = 20) -> list[str]:
        """The backend's last lines."""
        return self._backend.log_tail(count)


@stacks(NAME)
@with_hands(Hands(parts=frozenset(Part)))
@asynccontextmanager
async def containers(settings: StackSettings) -> AsyncIterator[Stack]:
    """Everything in containers; published on 127.0.0.1 is the backend's port only."""
    settings.run_dir.mkdir(parents=True, exist_ok=True)
    choices = settings.choices
    household = await in_thread(lambda: Household(keep=choices.keep))
    try:
        yield await _bring_up(settings, household)
    finally:
        await in_thread(household.close)
        if choices.keep:
            sys.stderr.write(f"kept; to remove it: {household.how_to_remove()}\n")


async def _bring_up(settings: StackSettings, household: Household) -> ContainerStack:
    wanted = await in_thread(lambda: _wanted(settings, household))
    network = await in_thread(lambda: make_network(household))
    setting = Setting(household, network, settings.run_dir)
    postgres, redis = await _servers(setting, settings.choices)
    values = {
        **postgres_values(postgres.inside),
        **redis_values(redis.inside),
        **own_values(wanted.port),
        "evolution.url": settings.evolution_url,
        "evolution.api_key": settings.evolution_api_key,
    }
    backend = BackendBox(setting, wanted, values)
    await backend.start()
    return ContainerStack(backend, (postgres, redis), wanted.image)


def _wanted(settings: StackSettings, household: Household) -> Wanted:
    choices = settings.choices
    assert choices.image is not None, "checked at the edge"  # noqa: S101  our own bug
    image = require_image(household.client, choices.image, "--image")
    recipe = recipe_for(settings.adapter, image.labels or {})
    filled_env(choices.env, _ANYTHING)  # what is wrong there is said before anything starts
    return Wanted(
        image=choices.image,
        recipe=recipe,
        env={**recipe.env, **choices.env},
        port=choices.image_port or recipe.port or _exposed_port(choices.image, image.attrs),
        init=choices.init_commands or recipe.init,
        health_path=choices.health_path or recipe.health_path,
        patience=Patience(choices.healthy_s_max or settings.healthy_s_max, recipe.settle_s),
        prepare_s_max=settings.prepare_s_max,
        credentials=choices.credentials,
    )


def _exposed_port(name: str, attrs: Mapping[str, object]) -> int:
    config = attrs.get("Config")
    exposed = list(config.get("ExposedPorts") or ()) if isinstance(config, dict) else []
    if len(exposed) != 1:
        found = ", ".join(exposed) or "none"
        raise StackError(f"image {name} exposes {found}; say with --image-port where it listens")
    return int(str(exposed[0]).partition("/")[0])


async def _servers(setting: Setting, choices: StackChoices) -> tuple[ServerBox, ServerBox]:
    """Both at once; the first trouble is raised when both have ended."""
    postgres, redis = await asyncio.gather(
        in_thread(lambda: start_postgres(setting, choices.postgres_image, publish=False)),
        in_thread(lambda: start_redis(setting, choices.redis_image, publish=False)),
        return_exceptions=True,
    )
    for found in (postgres, redis):
        if isinstance(found, BaseException):
            raise found
    assert isinstance(postgres, ServerBox)  # noqa: S101  for the type checker
    assert isinstance(redis, ServerBox)  # noqa: S101  for the type checker
    return postgres, redis
