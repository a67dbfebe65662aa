"""A little backend of another kind: Evolution's instance name stands in the webhook's path, and there are no sockets.

It does what a good one does, in memory: one Evolution instance a channel, the QR code from the webhook, statuses in the
canonical words.
"""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

STATUS = {"connecting": "CONNECTING", "open": "CONNECTED", "close": "DISCONNECTED", "refused": "ERROR"}
EVENTS = ["CONNECTION_UPDATE", "QRCODE_UPDATED"]


@dataclass
class Instance:
    """A channel; every session has an instance of its own at Evolution, because a name is free again only later."""

    key: str
    name: str
    token: str
    session: int = 0
    status: str = "DISCONNECTED"
    qr: str | None = None
    number: str | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def at_evolution(self) -> str:
        """The name of the session's instance."""
        return f"{self.key}-{self.session}"

    def shown(self) -> dict[str, object]:
        """What its owner sees."""
        return {"id": self.key, "name": self.name, "status": self.status, "qr": self.qr, "number": self.number}


class ByNameBackend:
    """Serves many tenants; each has a token."""

    def __init__(self, evolution_url: str, api_key: str) -> None:
        self.url = ""
        self._evolution_url = evolution_url
        self._api_key = api_key
        self._limits: dict[str, int] = {}
        self._instances: dict[str, Instance] = {}
        self._work: set[asyncio.Task[None]] = set()
        self._http: aiohttp.ClientSession

    @asynccontextmanager
    async def running(self) -> AsyncIterator["ByNameBackend"]:
        """Serve on a free port until the block ends."""
        app = web.Application()
        app.add_routes(
            [
                web.post("/tenants", self._make_tenant),
                web.get("/instances", self._list),
                web.post("/instances", self._create),
                web.post("/instances/{key}/connect", self._connect),
                web.post("/instances/{key}/qr", self._qr),
                web.get("/instances/{key}/status", self._status),
                web.post("/instances/{key}/disconnect", self._disconnect),
                web.delete("/instances/{key}", self._delete),
                web.post("/webhooks/evolution/{name}", self._webhook),
            ]
        )
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        async with aiohttp.ClientSession(headers={"apikey": self._api_key}) as self._http:
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            try:
                yield self
            finally:
                await asyncio.gather(*self._work)
                await runner.cleanup()

    async def _make_tenant(self, request: web.Request) -> web.Response:
        token = secrets.token_hex(8)
        self._limits[token] = (await request.json())["limit"]
        return web.json_response({"id": token[:6], "token": token}, status=201)

    async def _list(self, request: web.Request) -> web.Response:
        token = self._token(request)
        return web.json_response([one.shown() for one in self._instances.values() if one.token == token])

    async def _create(self, request: web.Request) -> web.Response:
        token, name = self._token(request), (await request.json())["name"]
        if sum(one.token == token for one in self._instances.values()) >= self._limits[token]:
            return web.json_response({"error": "limit reached"}, status=409)
        key = f"{token[:6]}-{re.sub('[^a-z0-9]+', '-', name.lower())}"
        self._instances[key] = Instance(key, name, token)
        return web.json_response(self._instances[key].shown(), status=201)

    async def _connect(self, request: web.Request) -> web.Response:
        instance = self._of(request)
        self._begin(instance)
        return web.json_response(instance.shown(), status=202)

    async def _qr(self, request: web.Request) -> web.Response:
        instance = self._of(request)
        self._begin(instance)
        while instance.qr is None:
            await instance.changed.wait()
            instance.changed.clear()
        return web.json_response(instance.shown())

    async def _status(self, request: web.Request) -> web.Response:
        return web.json_response(self._of(request).shown())

    async def _disconnect(self, request: web.Request) -> web.Response:
        instance = self._of(request)
        await self._end(instance)
        return web.json_response(instance.shown())

    async def _delete(self, request: web.Request) -> web.Response:
        instance = self._of(request)
        await self._end(instance)
        del self._instances[instance.key]
        return web.json_response({"deleted": instance.key})

    async def _webhook(self, request: web.Request) -> web.Response:
        named, event = request.match_info["name"], await request.json()
        instance = next((one for one in self._instances.values() if one.at_evolution == named), None)
        if instance is not None and event["event"] == "qrcode.updated" and instance.status != "CONNECTED":
            instance.status, instance.qr = "QRCODE", event["data"]["qrcode"]["base64"]
            instance.changed.set()
        if instance is not None and event["event"] == "connection.update" and event["data"]["state"] in STATUS:
            self._moved(instance, event["data"])
        return web.json_response({"received": True})

    def _moved(self, instance: Instance, data: dict[str, Any]) -> None:
        """`connecting` says nothing new while a QR code is on show."""
        status = STATUS[data["state"]]
        if status == "CONNECTING" and instance.qr is not None:
            return
        instance.status, instance.qr = status, None
        instance.number = data.get("wuid", "").partition("@")[0] or None

    def _begin(self, instance: Instance) -> None:
        if instance.status in {"DISCONNECTED", "ERROR"}:
            instance.status, instance.session = "CONNECTING", instance.session + 1
            task = asyncio.create_task(self._open(instance))
            self._work.add(task)
            task.add_done_callback(self._work.discard)

    async def _open(self, instance: Instance) -> None:
        name = instance.at_evolution
        url = f"{self.url}/webhooks/evolution/{name}"
        webhook = {"enabled": True, "url": url, "byEvents": False, "base64": True, "events": EVENTS}
        body = {"instanceName": name, "integration": "WHATSAPP-BAILEYS", "qrcode": True, "webhook": webhook}
        await self._http.post(f"{self._evolution_url}/instance/create", json=body)

    async def _end(self, instance: Instance) -> None:
        for action in ("logout", "delete"):
            await self._http.delete(f"{self._evolution_url}/instance/{action}/{instance.at_evolution}")
        instance.status, instance.qr, instance.number = "DISCONNECTED", None, None

    def _of(self, request: web.Request) -> Instance:
        instance = self._instances.get(request.match_info["key"])
        if instance is None or instance.token != self._token(request):
            raise web.HTTPNotFound(text="no such instance")
        return instance

    def _token(self, request: web.Request) -> str:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self._limits:
            raise web.HTTPUnauthorized
        return token
