"""Zechat's API in front of the backend in memory: its routes, shapes and errors, as they were recorded."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import socketio
from aiohttp import web

from scenarios.adapters import Answer, Channel, Seen, Tenant
from scenarios.adapters.echo import EchoAdapter

FULL_ONLY = ("session", "battery", "instagramKey", "fbObject", "tokenHook")
Click = Callable[[Tenant, Channel], Awaitable[Answer]]


def short_channel(seen: Seen, tenant: Tenant) -> dict[str, Any]:
    """The form that reading one channel gives, and most announcements."""
    shown = {"id": int(seen.channel_id), "name": seen.name, "status": seen.status, "number": seen.number}
    return shown | {"qrcode": seen.qr_image, "type": "whatsapp", "tenantId": int(tenant.id), "phone": None}


def full_channel(seen: Seen, tenant: Tenant) -> dict[str, Any]:
    """The form that creating and listing give."""
    return short_channel(seen, tenant) | dict.fromkeys(FULL_ONLY) | {"retries": 0, "isActive": True}


class ZechatStandIn:
    """A backend for the adapter to drive; `signups` and `handshakes` say what it was asked."""

    def __init__(self, *, owner: Mapping[str, str] | None = None, **echo: Any) -> None:
        self.echo = EchoAdapter(**echo)
        self.url = ""
        self.signups: list[dict[str, Any]] = []
        self.handshakes: list[object] = []
        self._users: dict[str, dict[str, Any]] = {}
        self._tokens: dict[str, dict[str, Any]] = {}
        self._announcing: dict[str, Any] = {}
        self._sio = socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins=[])
        self._sio.on("connect", self._connect)
        if owner:
            self._users[owner["email"]] = {**owner, "profile": "super", "tenant": Tenant("0", "owner")}

    @asynccontextmanager
    async def running(self) -> AsyncIterator["ZechatStandIn"]:
        """Serve on a free port until the block ends."""
        app = web.Application()
        self._sio.attach(app)
        app.add_routes(self._routes())
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield self
        finally:
            await self.echo.close()
            await self._sio.shutdown()
            await runner.cleanup()

    def _routes(self) -> list[web.RouteDef]:
        channel = "/api/whatsapp/whatsapp/{id}"
        session = "/api/whatsapp-sessions/whatsappsession/{id}"
        echo = self.echo
        return [
            web.post("/api/auth/signup", self._signup),
            web.post("/api/auth/login", self._login),
            web.post("/api/admin/tenants", self._make_tenant),
            web.post("/api/admin/userTenants", self._make_user),
            web.get("/api/whatsapp/whatsapp/", self._list),
            web.post("/api/whatsapp/whatsapp", self._create),
            web.get(channel, self._on_channel(echo.read, lambda shown, _id: shown)),
            web.delete(channel, self._on_channel(echo.delete, lambda _s, _id: {"message": "Whatsapp deleted."})),
            web.post(session, self._on_channel(echo.start, lambda _s, id_: {"message": "m", "whatsappId": id_})),
            web.put(session, self._on_channel(echo.request_qr, lambda s, _id: {"message": "m", "whatsapp": s})),
            web.delete(session, self._on_channel(echo.disconnect, lambda _s, _id: {"message": "m"})),
            web.get("/api/metrics", _metrics),
        ]

    async def _signup(self, request: web.Request) -> web.Response:
        user = await request.json()
        self.signups.append(user)
        self._users[user["email"]] = {**user, "tenant": Tenant("0", "owner")}
        return web.json_response({"id": 5, **user}, status=201)

    async def _login(self, request: web.Request) -> web.Response:
        body = await request.json()
        user = self._users.get(body["email"])
        if user is None or user["password"] != body["password"]:
            return web.json_response({"error": "ERR_INVALID_CREDENTIALS"}, status=401)
        token = secrets.token_hex(8)
        self._tokens[token] = user
        answer = {"token": token, "tenantId": int(user["tenant"].id), "profile": user["profile"]}
        return web.json_response(answer, headers={"Set-Cookie": "jrt=secret; Path=/; HttpOnly"})

    async def _make_tenant(self, request: web.Request) -> web.Response:
        if self._user(request)["profile"] != "super":
            return web.json_response({"error": "Not admin permission"}, status=403)
        body = await request.json()
        tenant = await self.echo.provision(body["name"], channels_max=body["maxConnections"])
        return web.json_response({"id": int(tenant.id), **body}, status=201)

    async def _make_user(self, request: web.Request) -> web.Response:
        body = await request.json()
        self._users[body["email"]] = {**body, "tenant": Tenant(str(body["tenantId"]), body["name"])}
        return web.json_response({"id": 6, "profile": body["profile"]})

    async def _list(self, request: web.Request) -> web.Response:
        tenant = self._user(request)["tenant"]
        channels = (await self.echo.list_channels(tenant))[1]
        return web.json_response([full_channel(seen, tenant) for seen in channels])

    async def _create(self, request: web.Request) -> web.Response:
        tenant, body = self._user(request)["tenant"], await request.json()
        answer, _ = await self.echo.create_channel(tenant, body["name"])
        if answer.seen is None:
            return web.json_response({"error": "ERR_NO_PERMISSION_CONNECTIONS_LIMIT"}, status=400)
        return web.json_response(full_channel(answer.seen, tenant))

    def _on_channel(self, click: Click, body: Callable[[Any, str], object]) -> Any:
        async def handle(request: web.Request) -> web.Response:
            tenant, id_ = self._user(request)["tenant"], request.match_info["id"]
            answer = await click(tenant, Channel(id_, ""))
            if not answer.ok:
                return web.json_response({"error": "ERR_NO_WAPP_FOUND"}, status=404)
            return web.json_response(body(answer.seen and short_channel(answer.seen, tenant), id_))

        return handle

    def _user(self, request: web.Request) -> dict[str, Any]:
        assert "Cookie" not in request.headers
        user = self._tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if user is None:
            raise web.HTTPForbidden(text='{"error":"Invalid token."}', content_type="application/json")
        return user

    async def _connect(self, _sid: str, _environ: object, auth: dict[str, str] | None = None) -> bool:
        user = self._tokens.get((auth or {}).get("token", ""))
        self.handshakes.append(auth)
        if user and user["tenant"].id not in self._announcing:
            task = self._sio.start_background_task(self._announce, user["tenant"])
            self._announcing[user["tenant"].id] = task
        return user is not None

    async def _announce(self, tenant: Tenant) -> None:
        """To every socket of every tenant, as the real one does."""
        async with self.echo.events(tenant) as announcements:
            async for heard in announcements:
                if heard.seen is None:
                    gone = {"action": "delete", "whatsappId": int(heard.channel_id or 0)}
                    await self._sio.emit(f"{tenant.id}:whatsapp", gone)
                else:
                    shown = short_channel(replace(heard.seen), tenant)
                    await self._sio.emit(f"{tenant.id}:whatsappSession", {"action": heard.action, "session": shown})


async def _metrics(_request: web.Request) -> web.Response:
    return web.Response(text="process_cpu_seconds_total 1\n")
