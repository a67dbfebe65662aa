"""Start a session, ask for its QR code, end it; the spellings are the ones clients use."""

import msgspec
from aiohttp import web

from channel_backend.access import Identity
from channel_backend.api.answering import answer
from channel_backend.api.parsing import body, channel_keeper, path_id, whole_id
from channel_backend.api.parts import PARTS
from channel_backend.channel import Channel
from channel_backend.errors import ApiError
from channel_backend.status import ChannelStatus


class StartBody(msgspec.Struct, rename="camel"):
    """The body of a start without an id in the path."""

    whatsapp_id: int | str | None = None


class QrBody(msgspec.Struct, rename="camel"):
    """The body of a request for a QR code; the flag is known and makes no difference."""

    is_qrcode: bool | None = None


async def start(request: web.Request) -> web.Response:
    """`POST /api/whatsapp-sessions/[whatsappsession/]<id>`."""
    who = channel_keeper(request)
    return await _started(request, who, path_id(request), request.match_info["id"])


async def start_by_body(request: web.Request) -> web.Response:
    """`POST /api/whatsapp-sessions` with the id in the body."""
    who = channel_keeper(request)
    given = (await body(request, StartBody)).whatsapp_id
    if given is None or given == "":
        message = {"error": "MISSING_WHATSAPP_ID", "message": "whatsappId: expected a channel id, found none"}
        return answer(message, status=400)
    return await _started(request, who, whole_id(str(given), "whatsappId"), given)


async def request_qr(request: web.Request) -> web.Response:
    """`PUT /api/whatsapp-sessions/[whatsappsession/]<id>`: answers when there is a QR code, or none will come."""
    who = channel_keeper(request)
    await body(request, QrBody)
    channel = await request.app[PARTS].sessions.request_qr(who.tenant_id, path_id(request))
    shown = {
        "message": "Starting session.",
        "whatsapp": {**request.app[PARTS].seams.short_channel(channel), "instagramKey": None},
    }
    return answer(shown, status=_qr_http_status(channel))


async def disconnect(request: web.Request) -> web.Response:
    """`DELETE /api/whatsapp-sessions/[whatsappsession/]<id>`."""
    who = channel_keeper(request)
    await request.app[PARTS].sessions.disconnect(who.tenant_id, path_id(request))
    return answer({"message": "Session disconnected."})


ROUTES = (
    web.post("/api/whatsapp-sessions", start_by_body),
    web.post("/api/whatsapp-sessions/whatsappsession/{id}", start),
    web.post("/api/whatsapp-sessions/{id}", start),
    web.put("/api/whatsapp-sessions/whatsappsession/{id}", request_qr),
    web.put("/api/whatsapp-sessions/{id}", request_qr),
    web.delete("/api/whatsapp-sessions/whatsappsession/{id}", disconnect),
    web.delete("/api/whatsapp-sessions/{id}", disconnect),
)


async def _started(request: web.Request, who: Identity, channel_id: int, given: object) -> web.Response:
    channel = await request.app[PARTS].sessions.start(who.tenant_id, channel_id)
    connected = channel.standing.status is ChannelStatus.CONNECTED
    message = "Session already connected." if connected else "Starting session."
    return answer({"message": message, "whatsappId": given})


def _qr_http_status(channel: Channel) -> int:
    """200 with a QR code (or connected by now), 202 while there is still hope; otherwise the reason."""
    status = channel.standing.status
    if status is ChannelStatus.ERROR:
        raise ApiError(502, f"ERR_START_SESSION: {channel.standing.reason}")
    if status is ChannelStatus.DISCONNECTED:
        raise ApiError(409, "ERR_START_SESSION: the session was ended meanwhile")
    return 202 if status is ChannelStatus.CONNECTING else 200
