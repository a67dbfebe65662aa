"""A backend that runs already: nothing is started, stopped or reset."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiohttp

from scenarios.adapters.base import Credentials
from scenarios.adapters.images import recipes_of

from .base import Stack, StackSettings, stacks
from .controls import Controls, Links
from .errors import StackError
from .health import Health, look
from .threads import in_thread

NAME = "external"
REACH_S_MAX = 5.0


class ExternalStack:
    """Somebody else's backend, which only shows what it shows to everybody."""

    def __init__(self, settings: StackSettings, health: Health) -> None:
        assert settings.choices.url is not None, "checked at the edge"  # noqa: S101  our own bug
        self.url = settings.choices.url
        self.credentials: Credentials | None = settings.choices.credentials
        self.version = health.version or "unknown"
        self.pid: int | None = None
        self.exited: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.controls: Controls | None = None
        self.links: Links | None = None
        self._health = health
        self._evolution_url = settings.evolution_url
        self._webhook_base = settings.choices.webhook_base or self.url

    def describe(self) -> Mapping[str, str]:
        """What is known of it, for the report."""
        return {
            "stack": NAME,
            "url": self.url,
            "version": self.version,
            "health": self._health.found,
            "webhooks": self._webhook_base,
            "fake": self._evolution_url,
        }

    def alive(self) -> bool:
        """As far as we can know."""
        return True

    def log_tail(self, count: int = 20) -> list[str]:  # noqa: ARG002  its log is not ours to read
        """Nothing: its log is not ours to read."""
        return []


@stacks(NAME)
@asynccontextmanager
async def external(settings: StackSettings) -> AsyncIterator[Stack]:
    """The backend at the URL that was given; StackError when it, or where it takes webhooks, cannot be reached."""
    choices = settings.choices
    settings.run_dir.mkdir(parents=True, exist_ok=True)
    assert choices.url is not None, "checked at the edge"  # noqa: S101  our own bug
    path = choices.health_path or recipes_of(settings.adapter)[0].health_path
    async with aiohttp.ClientSession() as session:
        health = await look(session, f"{choices.url}{path}")
    if not health.answered:
        raise StackError(f"nothing answers at {choices.url} ({health.found}); start the backend, or correct --url")
    if choices.webhook_base is not None:
        await in_thread(lambda: _require_reachable(str(choices.webhook_base)))
    yield ExternalStack(settings, health)


def _require_reachable(base: str) -> None:
    """The fake sends webhooks from here: what it cannot reach would only show as lost webhooks."""
    parts = urlsplit(base)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((str(parts.hostname), port), REACH_S_MAX).close()
    except OSError as error:
        raise StackError(
            f"--webhook-base is {base}, and the fake cannot reach it from here ({error.strerror or error}): "
            "open the way, or correct it; it is the base of the webhook URL that the backend gives to Evolution"
        ) from error
