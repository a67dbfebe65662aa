"""An adapter for a backend of another kind, as an example: channels known by name, and nothing but HTTP."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from urllib.parse import quote

from scenarios.adapters import (
    AdapterError,
    AdapterSettings,
    Announcement,
    Answer,
    Channel,
    Credentials,
    Seen,
    Tenant,
)
from scenarios.adapters.exchange import Exchange
from scenarios.adapters.listeners import silence


class ByNameAdapter:
    """Drives the backend of `by_name_backend.py`."""

    name = "by-name"
    announces = False

    def __init__(self, url: str, credentials: Credentials | None, settings: AdapterSettings) -> None:
        del credentials  # its tenants need nobody's permission
        self._url = url
        self._exchange = Exchange(url, settings)

    async def provision(self, label: str, *, channels_max: int) -> Tenant:
        """A tenant with a token of its own."""
        answer = await self._exchange.ask("POST", "/tenants", body={"name": label, "limit": channels_max})
        if not isinstance(answer.body, dict) or not answer.ok:
            raise AdapterError(f"no tenant at {self._url}: {answer.error or answer.status_code}")
        return Tenant(answer.body["id"], label, token=answer.body["token"])

    async def create_channel(self, tenant: Tenant, name: str) -> tuple[Answer, Channel | None]:
        """Make an instance."""
        answer = await self._ask("POST", "/instances", tenant, {"name": name})
        return answer, Channel(answer.seen.channel_id, name) if answer.seen else None

    async def start(self, tenant: Tenant, channel: Channel) -> Answer:
        """Click "connect"."""
        return await self._ask("POST", _path(channel, "/connect"), tenant)

    async def request_qr(self, tenant: Tenant, channel: Channel) -> Answer:
        """Click "QR code"; the answer has it."""
        return await self._ask("POST", _path(channel, "/qr"), tenant)

    async def read(self, tenant: Tenant, channel: Channel) -> Answer:
        """Look at one instance."""
        return await self._ask("GET", _path(channel, "/status"), tenant)

    async def disconnect(self, tenant: Tenant, channel: Channel) -> Answer:
        """Click "disconnect"."""
        return await self._ask("POST", _path(channel, "/disconnect"), tenant)

    async def delete(self, tenant: Tenant, channel: Channel) -> Answer:
        """Delete the instance."""
        return await self._ask("DELETE", _path(channel), tenant)

    async def list_channels(self, tenant: Tenant) -> tuple[Answer, tuple[Seen, ...]]:
        """Look at all instances."""
        answer = await self._ask("GET", "/instances", tenant)
        entries = answer.body if isinstance(answer.body, list) else []
        return answer, tuple(shown for entry in entries if (shown := seen(entry)))

    def events(self, tenant: Tenant) -> AbstractAsyncContextManager[AsyncIterator[Announcement]]:
        """Nothing is announced: people look."""
        del tenant
        return silence()

    async def metrics(self) -> str | None:
        """It has none."""
        return None

    async def close(self) -> None:
        """Let go of the connections."""
        await self._exchange.close()

    async def _ask(self, method: str, path: str, tenant: Tenant, body: object = None) -> Answer:
        answer = await self._exchange.ask(method, path, token=tenant.token, body=body)
        return replace(answer, seen=seen(answer.body)) if answer.ok else answer


def seen(body: object) -> Seen | None:
    """The instance in an answer, verbatim."""
    if not isinstance(body, dict) or "status" not in body:
        return None
    return Seen(body["id"], body["status"], body["qr"], body["number"], body["name"], body)


def _path(channel: Channel, rest: str = "") -> str:
    return f"/instances/{quote(channel.id, safe='')}{rest}"
