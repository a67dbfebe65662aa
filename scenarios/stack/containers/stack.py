"""The stack of containers: a private network, PostgreSQL, Redis and the backend's image, gone afterwards."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from scenarios.adapters.base import Credentials
from scenarios.adapters.images import recipe_for
from scenarios.stack.base import Hands, Stack, StackSettings, stacks, with_hands
from scenarios.stack.coming_up import Patience
from scenarios.stack.controls import Controls, Link, Links, Part
from scenarios.stack.errors import StackError
from scenarios.stack.links import ProxiedLinks
from scenarios.stack.place import LOOPBACK, FakePlace, fake_place, places
from scenarios.stack.placeholders import Server, filled_env, postgres_values, redis_values
from scenarios.stack.threads import in_thread

from .backend import BackendBox, Wanted, direct_url, own_values
from .docker_host import place_on_bridge, require_image
from .hands import ContainerControls
from .household import Household
from .servers import ServerBox, Setting, make_network, start_postgres, start_redis

NAME = "containers"
places(NAME)(place_on_bridge)


class ContainerStack:
    """The backend with what was started for it."""

    def __init__(self, backend: BackendBox, servers: tuple[ServerBox, ServerBox], image: str) -> None:
        self._backend = backend
        self._servers = servers
        self._image = image
        self.exited = backend.exited
        self.pid: int | None = None
        self.controls: Controls | None = ContainerControls(backend, {Part.DATABASE: servers[0], Part.REDIS: servers[1]})
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
@with_hands(Hands(parts=frozenset(Part), links=frozenset(Link)))
@asynccontextmanager
async def containers(settings: StackSettings) -> AsyncIterator[Stack]:
    """Everything in containers; published on 127.0.0.1 is the backend's port only."""
    settings.run_dir.mkdir(parents=True, exist_ok=True)
    choices = settings.choices
    household = await in_thread(lambda: Household(keep=choices.keep))
    place = await in_thread(lambda: fake_place(NAME, choices))
    links = ProxiedLinks(host=place.host, seen_as=place.seen_as)
    try:
        stack = await _bring_up(settings, household, links, place)
        stack.links = links if settings.links else None
        yield stack
    finally:
        await links.close()
        await in_thread(household.close)
        if choices.keep:
            sys.stderr.write(f"kept; to remove it: {household.how_to_remove()}\n")


async def _bring_up(
    settings: StackSettings, household: Household, links: ProxiedLinks, place: FakePlace
) -> ContainerStack:
    wanted = await in_thread(lambda: _wanted(settings, household))
    network = await in_thread(lambda: make_network(household))
    postgres, redis = await _servers(Setting(household, network, settings.run_dir), settings)
    own = own_values(wanted.port)
    targets = {
        Link.BACKEND_TO_DATABASE: f"postgresql://{LOOPBACK}:{postgres.published}",
        Link.BACKEND_TO_REDIS: f"redis://{LOOPBACK}:{redis.published}",
        Link.BACKEND_TO_EVOLUTION: f"http://{place.host}:{urlsplit(settings.evolution_url).port}",
        Link.EVOLUTION_TO_BACKEND: direct_url(own),
    }
    await links.open(targets, settings.links)
    values = {
        **postgres_values(_by_way_of(links, Link.BACKEND_TO_DATABASE, postgres.inside)),
        **redis_values(_by_way_of(links, Link.BACKEND_TO_REDIS, redis.inside)),
        **own,
        "backend.url": links.through(Link.EVOLUTION_TO_BACKEND, own["backend.url"]),
        "evolution.url": links.through(Link.BACKEND_TO_EVOLUTION, settings.evolution_url),
        "evolution.api_key": settings.evolution_api_key,
    }
    backend = BackendBox(Setting(household, network, settings.run_dir), wanted, values)
    await backend.start()
    return ContainerStack(backend, (postgres, redis), wanted.image)


def _by_way_of(links: ProxiedLinks, link: Link, server: Server) -> Server:
    """The server as the backend reaches it: through the link's proxy where there is one."""
    parts = urlsplit(links.through(link, f"tcp://{server.host}:{server.port}"))
    return replace(server, host=str(parts.hostname), port=int(parts.port or server.port))


def _wanted(settings: StackSettings, household: Household) -> Wanted:
    choices = settings.choices
    assert choices.image is not None, "checked at the edge"  # noqa: S101  our own bug
    image = require_image(household.client, choices.image, "--image")
    recipe = recipe_for(settings.adapter, image.labels or {})
    filled_env(choices.env, _anything())  # what is wrong there is said before anything starts
    return Wanted(
        image=choices.image,
        recipe=recipe,
        env={**recipe.env, **choices.env, **settings.backend_env},
        port=choices.image_port or recipe.port or _exposed_port(choices.image, image.attrs),
        init=choices.init_commands or recipe.init,
        health_path=choices.health_path or recipe.health_path,
        patience=Patience(choices.healthy_s_max or settings.healthy_s_max, recipe.settle_s),
        prepare_s_max=settings.prepare_s_max,
        credentials=choices.credentials,
    )


def _anything() -> dict[str, str]:
    """Every name that a placeholder may have."""
    nobody = Server("", 0)
    evolution = dict.fromkeys(("evolution.url", "evolution.api_key"), "")
    return {**postgres_values(nobody), **redis_values(nobody), **own_values(0), **evolution}


def _exposed_port(name: str, attrs: Mapping[str, object]) -> int:
    config = attrs.get("Config")
    exposed = list(config.get("ExposedPorts") or ()) if isinstance(config, dict) else []
    if len(exposed) != 1:
        found = ", ".join(exposed) or "none"
        raise StackError(f"image {name} exposes {found}; say with --image-port where it listens")
    return int(str(exposed[0]).partition("/")[0])


async def _servers(setting: Setting, settings: StackSettings) -> tuple[ServerBox, ServerBox]:
    """Both at once; the first trouble is raised when both have ended."""
    choices, links = settings.choices, settings.links
    starts = (
        partial(start_postgres, setting, choices.postgres_image, publish=Link.BACKEND_TO_DATABASE in links),
        partial(start_redis, setting, choices.redis_image, publish=Link.BACKEND_TO_REDIS in links),
    )
    found = await asyncio.gather(*(in_thread(start) for start in starts), return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    postgres, redis = (one for one in found if isinstance(one, ServerBox))
    return postgres, redis
