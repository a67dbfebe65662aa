"""Listening to a tenant's socket.io: one connection a tenant, however many journeys listen."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import socketio

from .base import AdapterError, AdapterSettings, Announcement, Tenant
from .listeners import Announcements

Translate = Callable[[Tenant, str, object], Announcement]


class _TenantSocket:
    """One connection and its listeners. It reconnects by itself, as the client in a browser does."""

    def __init__(self, url: str, tenant: Tenant, settings: AdapterSettings, translate: Translate) -> None:
        self._url = url
        self._tenant = tenant
        self._settings = settings
        self._translate = translate
        self._client = socketio.AsyncClient(
            reconnection_delay=0.5, reconnection_delay_max=2, randomization_factor=0, handle_sigint=False
        )
        self._client.on("*", self._heard)
        self._client.on("connect", lambda: self._heard("connect"))
        self._client.on("disconnect", lambda reason: self._heard("disconnect", reason))
        self.listeners: set[Announcements] = set()

    async def open(self) -> None:
        try:
            await self._client.connect(
                self._url,
                auth={"token": self._tenant.token},
                transports=["websocket"],
                wait_timeout=self._settings.connect_s_max,
            )
        except socketio.exceptions.ConnectionError as error:
            raise AdapterError(
                f"no socket for tenant {self._tenant.id} at {self._url}: {error}; "
                "is socket.io served there, and does it take auth.token?"
            ) from error

    async def close(self) -> None:
        await self._client.shutdown()
        for listener in self.listeners:
            listener.put(None)

    def _heard(self, name: str, *data: object) -> None:
        body = data[0] if len(data) == 1 else list(data)
        announcement = self._translate(self._tenant, name, body)
        for listener in self.listeners:
            listener.put(announcement)


class TenantSockets:
    """The open sockets of an adapter: opened by the first listener of a tenant, closed by the last."""

    def __init__(self, url: str, settings: AdapterSettings, translate: Translate) -> None:
        self._url = url
        self._settings = settings
        self._translate = translate
        self._sockets: dict[str, _TenantSocket] = {}
        self._changing = asyncio.Lock()

    @asynccontextmanager
    async def listen(self, tenant: Tenant) -> AsyncIterator[Announcements]:
        """Everything the tenant's socket says from entering on."""
        listener = Announcements(self._settings.announcements_waiting_max)
        async with self._changing:
            socket = self._sockets.get(tenant.id) or await self._opened(tenant)
            socket.listeners.add(listener)
        try:
            yield listener
        finally:
            async with self._changing:
                socket.listeners.discard(listener)
                if not socket.listeners and self._sockets.get(tenant.id) is socket:
                    del self._sockets[tenant.id]
                    await socket.close()

    async def close(self) -> None:
        """Close every socket; who still listens comes to an end."""
        async with self._changing:
            while self._sockets:
                await self._sockets.popitem()[1].close()

    async def _opened(self, tenant: Tenant) -> _TenantSocket:
        socket = _TenantSocket(self._url, tenant, self._settings, self._translate)
        await socket.open()
        self._sockets[tenant.id] = socket
        return socket
