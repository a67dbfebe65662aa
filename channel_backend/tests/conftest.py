"""Fixtures of this room: a migrated database, a backend in this process, people who use it, and a foreign Evolution."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import aiohttp
import jwt
import psycopg
import pytest
from aiohttp import web
from aiohttp.typedefs import Middleware

from channel_backend.api.parts import PARTS, Parts
from channel_backend.app import build_app, outside
from channel_backend.config import Config, read_config
from channel_backend.evolution.subscription import SESSION_HEADER
from channel_backend.flow.removal import Rest
from channel_backend.migrating import migrate
from channel_backend.seams import CLEAN, Seams
from channel_backend.serving import listening, own_url
from channel_backend.status import ChannelStatus
from channel_backend.store.accounts import Profile

WAIT_S = 60.0  # a guard against hanging, never a measure
CODE = "2@code-of-the-double"
IMAGE = "data:image/png;base64,AAAA"

Reply = tuple[int, object]


class RunningFake(Protocol):
    """What these tests use of the fake Evolution server."""

    url: str
    api_key: str


@dataclass
class Backend:
    """A backend that serves."""

    url: str
    parts: Parts
    config: Config

    async def starts_are_over(self) -> None:
        """Return when nobody of this process brings a session up any more; a start was answered when it had begun."""
        tasks = self.parts.background._tasks
        await asyncio.gather(*(task for task in tasks if task.get_name().startswith("open channel ")))

    async def has_settled_in(self) -> None:
        """Return when whatever it does at a start is done: what a test does next is not taken for left over."""
        background, first = self.parts.background, ("watchdog", "sweeping", "reconciling")
        tasks = {task for name in first for task in background.tasks_named(name)}
        async with asyncio.timeout(WAIT_S):
            while not tasks <= background._stop._waiting:  # noqa: ASYNC110  each rests after its first round, and tells nobody
                await asyncio.sleep(0)


@dataclass
class Person:
    """Somebody with a token, clicking."""

    backend: Backend
    http: aiohttp.ClientSession
    tenant_id: int
    token: str

    async def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Status and JSON of one request."""
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.http.request(method, self.backend.url + path, json=body, headers=headers) as reply:
            return reply.status, await reply.json()

    async def new_channel(self, name: str = "loja") -> int:
        """The id of a channel just created."""
        _, channel = await self.call("POST", "/api/whatsapp/whatsapp", {"name": name, "type": "whatsapp"})
        return int(channel["id"])

    async def read(self, channel_id: int) -> dict[str, Any]:
        """The channel as it is shown."""
        _, channel = await self.call("GET", f"/api/whatsapp/whatsapp/{channel_id}")
        return dict(channel)

    async def until(self, channel_id: int, status: ChannelStatus) -> dict[str, Any]:
        """The channel once it has this status."""
        with self.backend.parts.signals.listening(channel_id) as bell:
            async with asyncio.timeout(WAIT_S):
                while (channel := await self.read(channel_id))["status"] != status:
                    await bell.wait()
                    bell.clear()
        return channel

    async def post_event(
        self, channel_id: int, event: str, data: object, *, session: int | None = 1, at_s: float = 0.0, **other: Any
    ) -> int:
        """Post a webhook as Evolution would, signed with the tenant's key; the HTTP status, once it had its effect."""
        key = await self.backend.parts.accounts.webhook_key(self.tenant_id)
        claims = {"iat": int(time.time()), "app": "evolution", "action": "webhook"}
        headers = {"Authorization": f"Bearer {jwt.encode(claims, key, algorithm='HS256')}"}
        if session is not None:
            headers[SESSION_HEADER] = str(session)
        stamp = f"2026-01-01T00:{int(at_s) // 60:02d}:{at_s % 60:06.3f}Z"
        body = {"event": event, "instance": str(channel_id), "data": data, "date_time": stamp, **other}
        url = f"{self.backend.url}/api/webhook/evolution"
        async with self.http.post(url, json=body, headers=headers) as reply:
            await self.backend.parts.inbound.settled()
            return reply.status

    async def post_state(self, channel_id: int, state: str, **how: Any) -> int:
        """Post `connection.update`."""
        data = {"instance": str(channel_id), "state": state, "statusReason": 200}
        if state == "open":
            data["wuid"] = "5511999990001@s.whatsapp.net"
        return await self.post_event(channel_id, "connection.update", data, **how)

    async def post_qr(self, channel_id: int, code: str, **how: Any) -> int:
        """Post `qrcode.updated`."""
        image = f"data:image/png;base64,{code.encode().hex()}"
        data = {"qrcode": {"instance": str(channel_id), "pairingCode": None, "code": code, "base64": image}}
        return await self.post_event(channel_id, "qrcode.updated", data, **how)


@dataclass
class Double:
    """A foreign server in Evolution's place: answers as told, remembers what it was asked."""

    url: str = ""
    state: str | None = "connecting"
    qr: bool = True
    answers: dict[str, list[Reply | Callable[[], Any]]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    def then(self, path: str, *replies: Reply | Callable[[], Any]) -> None:
        """The next answers on a path, before it behaves again."""
        self.answers.setdefault(path, []).extend(replies)

    async def asked(self, call: str) -> None:
        """Return once it was asked this."""
        async with asyncio.timeout(WAIT_S):
            while call not in self.calls:
                self.came.clear()
                await self.came.wait()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        action = "/".join(request.path.split("/")[1:3])
        self.calls.append(f"{request.method} {request.path}")
        self.bodies.append(await request.json() if request.can_read_body else None)
        self.came.set()
        scripted = self.answers.get(action)
        reply = scripted.pop(0) if scripted else self._usual(action)
        if callable(reply):
            reply = await reply()
        assert isinstance(reply, tuple)
        if isinstance(reply[1], bytes):
            return web.Response(status=reply[0], body=reply[1], content_type="application/json")
        return web.json_response(reply[1], status=reply[0])

    def _usual(self, action: str) -> Reply:
        qr = {"pairingCode": None, "code": CODE, "base64": IMAGE, "count": 1} if self.qr else {"count": 0}
        if action == "instance/create":
            return 201, {"instance": {"status": "connecting"}, "qrcode": qr}
        if action == "instance/delete":
            self.state = None
            return 200, {"status": "SUCCESS", "error": False}
        if self.state is None and action != "instance/fetchInstances":
            return 404, {"status": 404, "response": {"message": ["The instance does not exist"]}}
        if action == "instance/connectionState":
            return 200, {"instance": {"instanceName": "x", "state": self.state}}
        if action == "instance/fetchInstances":
            return 200, [{"ownerJid": "5511999990002@s.whatsapp.net", "profileName": "Loja"}]
        return (201, {}) if action == "webhook/set" else (200, qr)


async def _no_rest(_: float) -> None:
    """Takes no time."""


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    """Takes back what a command does to the logging of its process."""
    root = logging.getLogger()
    handlers = set(root.handlers)
    named = [one for one in root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    levels = {one: one.level for one in (root, *named)}
    yield
    for handler in root.handlers[:]:
        if handler not in handlers:
            root.removeHandler(handler)
    for logger, level in levels.items():
        logger.setLevel(level)


@pytest.fixture(scope="session")
def migrated_url(fresh_database: Callable[[], str]) -> str:
    """A database with every migration, shared by the tests of this room."""
    url = fresh_database()
    migrate(url)
    return url


@pytest.fixture
def database_url(migrated_url: str) -> str:
    """The migrated database with nothing in it; ids go on, so that no two tests share an instance name."""
    with psycopg.connect(migrated_url) as connection:
        connection.execute("TRUNCATE tenants, webhook_inbox, socket_outbox, provider_removals CASCADE")
    return migrated_url


@pytest.fixture
async def double() -> AsyncIterator[Double]:
    """A foreign Evolution on a free port."""
    told = Double()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", told.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    with listening("127.0.0.1", 0) as listener:
        await web.SockSite(runner, listener).start()
        told.url = own_url("127.0.0.1", listener.getsockname()[1])
        yield told
        await runner.cleanup()


@pytest.fixture
def environment(database_url: str, redis_url: str) -> dict[str, str]:
    """The settings of a backend, without Evolution's."""
    return {
        "CHANNEL_BACKEND_DATABASE_URL": database_url,
        "CHANNEL_BACKEND_REDIS_URL": redis_url,
        "CHANNEL_BACKEND_JWT_SECRET": "a-secret-of-at-least-32-characters",
        "CHANNEL_BACKEND_EVOLUTION_API_KEY": "test-key",
        "CHANNEL_BACKEND_PORT": "0",
    }


@pytest.fixture
async def backend_with(environment: dict[str, str]) -> AsyncIterator[Callable[..., Any]]:
    """Starts a backend in front of a given Evolution, with further settings by their lower-case names."""
    stops: list[Callable[[], Any]] = []

    async def start(
        evolution_url: str,
        *,
        patient: bool = False,
        rest: Rest = _no_rest,
        seams: Seams = CLEAN,
        habits: Sequence[Middleware] = (),
        **settings: str,
    ) -> Backend:
        named = {f"CHANNEL_BACKEND_{name.upper()}": value for name, value in settings.items()}
        config = read_config({**environment, "CHANNEL_BACKEND_EVOLUTION_URL": evolution_url, **named})
        listener = listening(config.host, config.port)
        stops.append(_closer(listener))
        connections = outside(config)
        opened = await connections.__aenter__()
        stops.append(lambda: connections.__aexit__(None, None, None))
        url = own_url(config.host, listener.getsockname()[1])
        app = build_app(config, opened, url, rest=asyncio.sleep if patient else rest, seams=seams, habits=habits)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        stops.append(runner.cleanup)
        await web.SockSite(runner, listener).start()
        backend = Backend(url, app[PARTS], config)
        await backend.has_settled_in()
        return backend

    yield start
    for stop in reversed(stops):
        await stop()


@pytest.fixture
async def person_at() -> AsyncIterator[Callable[..., Any]]:
    """Makes a user in a tenant of a backend; a tenant of its own unless one is given."""
    async with aiohttp.ClientSession() as http:

        async def make(
            backend: Backend, *, profile: Profile = Profile.ADMIN, tenant_id: int | None = None, limit: int = 50
        ) -> Person:
            accounts = backend.parts.accounts
            if tenant_id is None:
                tenant = await accounts.create_tenant("T", status="active", max_users=9, max_connections=limit)
                tenant_id = tenant.id
            email = f"{profile}-{tenant_id}-{time.monotonic_ns()}@example.com"
            user = await accounts.create_user(
                tenant_id=tenant_id, email=email, name="Ana", password_hash="none", profile=profile
            )
            return Person(backend, http, tenant_id, backend.parts.tokens.access(user))

        yield make


@pytest.fixture
def sweep_interval_s() -> str:
    """How often the backend looks for what was left lying."""
    return "1"


@pytest.fixture
async def backend(backend_with: Callable[..., Any], double: Double, sweep_interval_s: str) -> Backend:
    """A backend in front of the foreign Evolution, with little patience."""
    calm = {"check_s": "3600", "qr_check_s": "3600", "sweep_interval_s": sweep_interval_s}
    return await backend_with(double.url, **calm)  # type: ignore[no-any-return]


@pytest.fixture
async def ana(person_at: Callable[..., Any], backend: Backend) -> Person:
    """A tenant's admin."""
    return await person_at(backend)  # type: ignore[no-any-return]


def _closer(listener: Any) -> Callable[[], Any]:
    async def close() -> None:
        listener.close()

    return close
