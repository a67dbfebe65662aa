"""What happens to channels when the process starts."""

import asyncio
from dataclasses import replace
from datetime import datetime

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from channel_backend.api.parts import PARTS, Parts
from channel_backend.channel import Channel
from channel_backend.defects.base import Defect
from channel_backend.standing import ended
from channel_backend.store.adoption import Roster


async def _dies_of_them(roster: Roster, now: datetime) -> int:
    """Starts every session without waiting for the result; Evolution has the instance already and says so."""
    if await roster.live(None):
        raise SystemExit(1)
    return await Roster.adopt(roster, now)


def _forgets() -> Middleware:
    """Sessions do not outlive their process, as far as the rows say."""
    turn, forgotten = asyncio.Lock(), asyncio.Event()

    @web.middleware
    async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
        async with turn:
            if not forgotten.is_set():
                await _forget(request.app[PARTS])
                forgotten.set()
        return await handler(request)

    return around


async def _forget(parts: Parts) -> None:
    for tenant_id in await parts.operations.usage.tenants():
        for channel in await parts.book.of_tenant(tenant_id):
            await parts.book.step(channel.id, _ended)


def _ended(channel: Channel) -> Channel:
    return replace(channel, standing=ended(channel.standing)) if channel.standing.live else channel


DEFECTS = (
    Defect(
        id="crash-at-boot",
        stands_for="I33",
        origin="observed B1",
        seen="after a restart nothing answers: the process ends as soon as it has begun, again and again",
        seams=lambda seams: replace(seams, adopt=_dies_of_them),
    ),
    Defect(
        id="forgets-at-boot",
        stands_for="I33",
        origin="observed B1; https://github.com/EvolutionAPI/evolution-api/issues/999",
        seen="after a restart every channel shows disconnected although its phone is linked",
        around=_forgets,
    ),
)
