"""The webhook's own route: what it takes, when it answers, and what."""

import asyncio
from dataclasses import replace

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from channel_backend.api.answering import answer
from channel_backend.api.parts import PARTS
from channel_backend.defects.base import Defect
from channel_backend.errors import MalformedWebhookError

PATH = "/api/webhook/evolution"
WORK_S = 0.1
MEMORY_S = 5.0
HUGE = 100_000_000
RECEIVED = {"received": True}


def _only_webhooks(habit: Middleware) -> Middleware:
    @web.middleware
    async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await (habit(request, handler) if request.path.startswith(PATH) else handler(request))

    return around


async def _malformed_fails(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except MalformedWebhookError as error:
        msg = "cannot read properties of undefined"
        raise TypeError(msg) from error


async def _fine_anyway(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Exception:  # noqa: BLE001  this is the bug: swallowed, and answered as if all was well
        return answer(RECEIVED)


async def _no_such_route(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.match_info.get("slug"):
        raise web.HTTPNotFound
    return await handler(request)


async def _answered_first(request: web.Request, handler: Handler) -> web.StreamResponse:
    await request.read()

    async def later() -> None:
        await asyncio.sleep(MEMORY_S)
        await handler(request)

    request.app[PARTS].background.start(later(), "a webhook in memory")
    return answer(RECEIVED)


def _one_reader() -> Middleware:
    turn = asyncio.Lock()

    async def read_alone(request: web.Request, handler: Handler) -> web.StreamResponse:
        async with turn:
            await request.read()
        return await handler(request)

    return _only_webhooks(read_alone)


def _worked_off_first() -> Middleware:
    turn = asyncio.Lock()

    async def work_first(request: web.Request, handler: Handler) -> web.StreamResponse:
        async with turn:
            # The time it takes to fetch a picture of the sender.
            await asyncio.sleep(WORK_S)
            return await handler(request)

    return _only_webhooks(work_first)


DEFECTS = (
    Defect(
        id="malformed-is-500",
        stands_for="G5, I15",
        origin="report, gap 5",
        seen="one strange webhook comes again and again, and the log fills with errors",
        around=lambda: _only_webhooks(_malformed_fails),
    ),
    Defect(
        id="any-size",
        stands_for="I16",
        origin="observed B7",
        seen="the backend slows down for everybody when somebody posts megabytes",
        settings=lambda config: replace(config, webhook_bytes_max=HUGE),
    ),
    Defect(
        id="slow-sender-blocks",
        stands_for="I17",
        origin="https://github.com/EvolutionAPI/evolution-api/issues/2257",
        seen="no channel moves while one webhook trickles in",
        around=_one_reader,
    ),
    Defect(
        id="slow-ack",
        stands_for="I18",
        origin="https://github.com/EvolutionAPI/evolution-api/issues/1325",
        seen="when a campaign is answered, everything is seconds late and comes twice",
        around=_worked_off_first,
    ),
    Defect(
        id="ack-before-durable",
        stands_for="I19",
        origin="report, gap 4: jobs that live in memory; observed R7",
        seen="messages are missing after every deployment",
        around=lambda: _only_webhooks(_answered_first),
    ),
    Defect(
        id="always-200",
        stands_for="I20",
        origin="observed B2: the error is swallowed and answered 200",
        seen="messages that came in while the database was away never show",
        around=lambda: _only_webhooks(_fine_anyway),
    ),
    Defect(
        id="by-events-lost",
        stands_for="G4, I26",
        origin="observed B17; https://github.com/EvolutionAPI/evolution-api/issues/1559",
        seen="nothing moves any more after somebody switched on webhooks by event",
        around=lambda: _only_webhooks(_no_such_route),
    ),
)
