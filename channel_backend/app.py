"""The composition root: the only place where the parts meet."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Middleware
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from sqlalchemy.ext.asyncio import AsyncEngine

from channel_backend.access import Passwords, Tokens
from channel_backend.api import (
    admin,
    auth,
    channels,
    conversations,
    guarding,
    middleware,
    page,
    public,
    sessions,
    webhook,
)
from channel_backend.api import operations as operations_api
from channel_backend.api.parts import PARTS, Parts
from channel_backend.config import Config
from channel_backend.core import Core, Given, build_core
from channel_backend.counters import UsageCounters
from channel_backend.errors import StartupError
from channel_backend.evolution.client import Evolution, EvolutionSettings
from channel_backend.flow.removal import Rest
from channel_backend.health import Checks, Health, redis_answers
from channel_backend.metrics import Metrics
from channel_backend.operating import Operations, operations
from channel_backend.seams import CLEAN, Seams
from channel_backend.sockets import Sockets
from channel_backend.stopping import rest
from channel_backend.store.database import open_engine, require_migrated

PAGES = (page, public, auth, admin, channels, conversations, sessions, webhook, operations_api)
ROUTES = tuple(route for part in PAGES for route in part.ROUTES)

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


def build_app(
    config: Config,
    connections: Outside,
    own_url: str,
    *,
    rest: Rest = rest,
    seams: Seams = CLEAN,
    habits: Sequence[Middleware] = (),
) -> web.Application:
    """The application, with its background work tied to its life.

    `rest` is how it pauses between attempts; `habits` are wrapped around every request, inside of what turns errors
    into answers.
    """
    tokens = Tokens(config.jwt_secret, access_s=config.access_token_s, refresh_s=config.refresh_token_s)
    sockets = Sockets(tokens, config.redis_url, origins=config.allowed_origins, room_of=seams.room_of)
    metrics, counters = Metrics(), UsageCounters(connections.redis)
    evolution = Evolution(
        *(connections.http, _evolution_settings(config)),
        asked=metrics.provider_asked,
        create_body=seams.create_body,
        delete_path=seams.delete_path,
    )
    public_url = config.public_url or own_url
    core = build_core(
        Given(
            *(config, connections.engine, connections.redis, evolution, sockets, metrics),
            count=counters.note,
            webhook_url=public_url + WEBHOOK_PATH,
            rest=rest,
            seams=seams,
        )
    )
    running = operations(
        *(config, connections.engine, connections.redis),
        applying=core.applying,
        metrics=metrics,
        counters=counters,
        seams=seams,
    )
    is_https = public_url.startswith("https://")
    around = [middleware.errors_as_json, guarding.preflights(config.allowed_origins), *habits]
    app = web.Application(middlewares=around, client_max_size=config.webhook_bytes_max)
    app.on_response_prepare.append(guarding.guarding(config.allowed_origins, https=is_https))
    health = _health(config, connections, evolution, running, core)
    app[PARTS] = _parts(core, running, tokens, health, secure_cookies=is_https)
    app.add_routes(ROUTES)
    sockets.server.attach(app)
    _tie(app, core, sockets, running)
    return app


def _parts(core: Core, running: Operations, tokens: Tokens, health: Health, *, secure_cookies: bool) -> Parts:
    return Parts(
        accounts=core.accounts,
        book=core.book,
        sessions=core.sessions,
        applying=core.applying,
        inbound=core.inbound,
        openings=core.openings,
        talking=core.talking,
        background=core.background,
        seams=core.seams,
        tokens=tokens,
        passwords=Passwords(),
        health=health,
        signals=core.signals,
        secure_cookies=secure_cookies,
        operations=running,
    )


def _health(config: Config, connections: Outside, evolution: Evolution, running: Operations, core: Core) -> Health:
    return Health(
        *(connections.engine, connections.redis, evolution),
        facts=running.facts,
        inbox_age_max_s=config.inbox_age_max_s,
        checks=Checks(core.background.start),
    )


def _tie(app: web.Application, core: Core, sockets: Sockets, running: Operations) -> None:
    """Start what goes on behind with the application; at the end wake the waiting, then stop it."""

    async def started(_: web.Application) -> None:
        for name, work in {**core.tasks(), **running.tasks()}.items():
            core.background.start(work(), name)

    async def stopping(_: web.Application) -> None:
        await core.close()
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
