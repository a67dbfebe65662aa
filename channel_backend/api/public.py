"""What anybody may ask: health, and the status contract."""

from aiohttp import web

from channel_backend.api.answering import answer
from channel_backend.api.parts import PARTS
from channel_backend.status import published


async def health(request: web.Request) -> web.Response:
    """`GET /health`: identity of this process and what it found just now; 503 when it cannot serve."""
    checked = request.app[PARTS].health
    report = await checked.report()
    found = {**checked.identity(), "statusService": report.word, **report.as_json()}
    return answer(found, status=200 if report.is_ready else 503)


async def live(request: web.Request) -> web.Response:
    """`GET /health/live`: this process runs its loop."""
    return answer({**request.app[PARTS].health.identity(), "status": "alive"})


async def ready(request: web.Request) -> web.Response:
    """`GET /health/ready`: whether requests can be served; Evolution is told but not required."""
    report = await request.app[PARTS].health.report()
    return answer(report.as_json(), status=200 if report.is_ready else 503)


async def channel_status(_: web.Request) -> web.Response:
    """`GET /api/channel-status`: the status words, their meaning and their moves."""
    return answer(published())


ROUTES = (
    web.get("/health", health),
    web.get("/health/live", live),
    web.get("/health/ready", ready),
    web.get("/api/channel-status", channel_status),
)
