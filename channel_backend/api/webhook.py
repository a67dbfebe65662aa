"""Where Evolution posts. 2xx: it is durable, or of no use. 4xx: never will be. 503: send it again."""

import time

from aiohttp import web

from channel_backend.api.answering import answer
from channel_backend.api.parts import PARTS
from channel_backend.errors import MalformedWebhookError
from channel_backend.evolution.subscription import SESSION_HEADER
from channel_backend.evolution.wire import read_envelope
from channel_backend.metrics import WebhookOutcome

FORGED = "ERR_WEBHOOK_SIGNATURE: the request is not signed with this instance's key"


async def evolution(request: web.Request) -> web.Response:
    """`POST /api/webhook/evolution[/<event>]`."""
    parts = request.app[PARTS]
    metrics = parts.operations.metrics
    began_s = time.perf_counter()
    raw = await request.read()
    name = ""
    try:
        session = request.headers.get(SESSION_HEADER)
        posted = read_envelope(raw, slug=request.match_info.get("slug"), session_header=session)
        name = posted.name
        outcome = await parts.inbound.take(posted, raw, request.headers, request.remote)
    except MalformedWebhookError:
        metrics.webhook_seen(name, WebhookOutcome.MALFORMED)
        raise
    finally:
        metrics.webhook_acked(time.perf_counter() - began_s)
    if outcome is not WebhookOutcome.APPLIED:
        # What is kept is counted once it is known what became of it.
        metrics.webhook_seen(name, outcome)
    status = parts.inbound.seams.http_status(outcome)
    return answer({"error": FORGED} if outcome is WebhookOutcome.FORGED else {"received": True}, status=status)


ROUTES = (
    web.post("/api/webhook/evolution", evolution),
    web.post("/api/webhook/evolution/", evolution),
    web.post("/api/webhook/evolution/{slug}", evolution),
)
