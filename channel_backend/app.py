"""The composition root: the only place where the parts meet."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp import web
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from sqlalchemy.ext.asyncio import AsyncEngine

from channel_backend.access import Passwords, Tokens
from channel_backend.api import admin, auth, channels, middleware, page, public, sessions, webhook
from channel_backend.api.parts import PARTS, Parts
from channel_backend.config import Config
from channel_backend.dedupe import Dedupe
from channel_backend.errors import StartupError
from channel_backend.evolution.client import Evolution, EvolutionSettings
from channel_backend.flow.applying import Applying
from channel_backend.flow.background import Background
from channel_backend.flow.removal import Rest
from channel_backend.flow.sessions import Sessions
from channel_backend.flow.watchdog import Watchdog
from channel_backend.health import Health, redis_answers
from channel_backend.signals import Signals
from channel_backend.sockets import Sockets
from channel_backend.store.accounts import Accounts
from channel_backend.store.book import Book
from channel_backend.store.database import open_engine, require_migrated

ROUTES = tuple(route for part in (page, public, auth, admin, channels, sessions, webhook) for route in part.ROUTES)

WEBHOOK_PATH = "/api/webhook/evolution"
# Every start holds one connection for the five seconds that Evolution takes.
EVOLUTION_CONNECTIONS_MAX = 1000
REDIS_TIMEOUT_S = 1.0


@dataclass(frozen=True, slots=True)
class Outside:
    """The connections to what this backend needs."""

    engine: AsyncEngine
    redis: Redis
    http: aiohttp.ClientSession


@asynccontextmanager
async def outside(config: Config) -> AsyncIterator[Outside]:
    """Open the connections, refuse to go on when the database or Redis is not ready, and close them at the end."""
    async with AsyncExitStack() as stack:
        engine = open_engine(config.database_url, pool_size=config.database_pool_size)
        stack.push_async_callback(engine.dispose)
        await require_migrated(engine)
        redis = _redis(config)
        stack.push_async_callback(redis.aclose)
        if not await redis_answers(redis):
            raise StartupError("Redis cannot be reached: check CHANNEL_BACKEND_REDIS_URL and that it runs")
        connector = aiohttp.TCPConnector(limit=EVOLUTION_CONNECTIONS_MAX)
        http = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        yield Outside(engine, redis, http)


def build_app(config: Config, connections: Outside, own_url: str, *, rest: Rest = asyncio.sleep) -> web.Application:
    """The application, with its background work tied to its life; `rest` is how it pauses between attempts."""
    signals, background = Signals(), Background()
    tokens = Tokens(config.jwt_secret, access_s=config.access_token_s, refresh_s=config.refresh_token_s)
    sockets = Sockets(tokens, config.redis_url)
    evolution = Evolution(connections.http, _evolution_settings(config))
    accounts = Accounts(connections.engine)
    book = Book(connections.engine, sockets, signals, config.patience)
    applying = Applying(book, evolution, config.patience)
    public_url = config.public_url or own_url
    parts = Parts(
        accounts=accounts,
        book=book,
        sessions=Sessions(
            book=book,
            accounts=accounts,
            evolution=evolution,
            applying=applying,
            background=background,
            signals=signals,
            webhook_url=public_url + WEBHOOK_PATH,
            qr_wait_s=config.qr_wait_s,
            rest=rest,
        ),
        applying=applying,
        tokens=tokens,
        passwords=Passwords(),
        dedupe=Dedupe(connections.redis, config.dedupe_window_s),
        health=Health(connections.engine, connections.redis, evolution),
        signals=signals,
        secure_cookies=public_url.startswith("https://"),
    )
    app = web.Application(middlewares=[middleware.errors_as_json], client_max_size=config.webhook_bytes_max)
    app[PARTS] = parts
    app.add_routes(ROUTES)
    sockets.server.attach(app)
    watchdog = Watchdog(book, applying, interval_s=config.sweep_interval_s)
    _tie(app, watchdog, background, signals, sockets)
    return app


def _tie(app: web.Application, watchdog: Watchdog, background: Background, signals: Signals, sockets: Sockets) -> None:
    """Start the watchdog with the application; at the end wake the waiting, then stop what works behind."""

    async def started(_: web.Application) -> None:
        background.start(watchdog.run(), "watchdog")

    async def stopping(_: web.Application) -> None:
        signals.close()
        await background.close()
        await sockets.close()

    app.on_startup.append(started)
    app.on_shutdown.append(stopping)


def _redis(config: Config) -> Redis:
    return Redis.from_url(
        config.redis_url,
        socket_timeout=REDIS_TIMEOUT_S,
        socket_connect_timeout=REDIS_TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
    )


def _evolution_settings(config: Config) -> EvolutionSettings:
    return EvolutionSettings(
        url=config.evolution_url,
        api_key=config.evolution_api_key,
        work_timeout_s=config.evolution_timeout_s,
        ask_timeout_s=config.evolution_ask_timeout_s,
    )
