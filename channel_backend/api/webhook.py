"""Where Evolution posts. 2xx: done with it. 4xx: never will be. 503: send it again."""

import logging
import re

from aiohttp import web

from channel_backend.api.answering import answer
from channel_backend.api.parts import PARTS, Parts
from channel_backend.channel import Channel
from channel_backend.dedupe import fingerprint
from channel_backend.errors import ApiError, MalformedWebhookError
from channel_backend.events import Event
from channel_backend.evolution.genuine import is_genuine
from channel_backend.evolution.subscription import SESSION_HEADER
from channel_backend.evolution.wire import Posted, read_envelope, read_event
from channel_backend.logs import about
from channel_backend.store.book import Book, utc_now

log = logging.getLogger(__name__)

CHANNEL_ID = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


async def evolution(request: web.Request) -> web.Response:
    """`POST /api/webhook/evolution[/<event>]`."""
    parts = request.app[PARTS]
    raw = await request.read()
    session = request.headers.get(SESSION_HEADER)
    posted = read_envelope(raw, slug=request.match_info.get("slug"), session_header=session)
    channel = await channel_of(parts.book, posted.instance)
    if channel is None:
        # Not 404: Evolution would never send it again. And never an effect on anybody else's channel.
        log.info("event of an unknown instance", extra={"instance": posted.instance[:80], "event": posted.name})
        return _received(202)
    key = await parts.accounts.webhook_key(channel.tenant_id)
    if not is_genuine(request.headers, key, utc_now()):
        log.warning("forged webhook refused", extra=about(channel, event=posted.name, peer=request.remote))
        raise ApiError(401, "ERR_WEBHOOK_SIGNATURE: the request is not signed with this instance's key")
    mark = fingerprint(raw, str(posted.session).encode(), posted.name.encode())
    if await parts.dedupe.is_known(mark):
        log.info("duplicate webhook", extra=about(channel, event=posted.name))
        return _received(200)
    event = await _event(parts, channel, posted)
    if event is not None:
        await parts.applying.take(channel.id, event)
        await parts.dedupe.remember(mark)
    return _received(200)


async def channel_of(book: Book, instance: str) -> Channel | None:
    """The channel of an Evolution instance: a number is a channel's id, any other name is looked up as stored."""
    if CHANNEL_ID.fullmatch(instance):
        return await book.read(int(instance))
    return await book.find_instance(instance)


ROUTES = (
    web.post("/api/webhook/evolution", evolution),
    web.post("/api/webhook/evolution/", evolution),
    web.post("/api/webhook/evolution/{slug}", evolution),
)


async def _event(parts: Parts, channel: Channel, posted: Posted) -> Event | None:
    try:
        return read_event(posted)
    except MalformedWebhookError as error:
        log.warning("malformed webhook", extra=about(channel, event=posted.name, error=str(error)))
        # The sender is genuine and meant to tell something: look for ourselves, the event will not come again.
        await parts.applying.look(channel.id)
        raise


def _received(status: int) -> web.Response:
    return answer({"received": True}, status=status)
