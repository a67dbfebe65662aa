"""Turns every failure into a JSON answer: callers never see a traceback, the log does."""

import logging
import secrets

from aiohttp import web
from aiohttp.typedefs import Handler

from channel_backend.api.answering import answer
from channel_backend.errors import ApiError, ChannelBackendError, MalformedWebhookError, NotKeptError
from channel_backend.logs import bound
from channel_backend.store.database import DATABASE_AWAY

log = logging.getLogger(__name__)


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer `{"error": …}` with the right status for whatever went wrong; every line logged says for which request."""
    with bound(request=secrets.token_hex(4), **_named(request)):
        return await _answered(request, handler)


def _named(request: web.Request) -> dict[str, str]:
    """The channel that the path names, if it names one."""
    channel_id = request.match_info.get("id")
    return {"channel": channel_id} if channel_id and "/whatsapp" in request.path else {}


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as error:
        return _answer(error.status, error.reason)
    except ChannelBackendError as error:
        return _answer(_http_status(error), str(error), retry_after_s=getattr(error, "retry_after_s", None))
    except DATABASE_AWAY as error:
        log.warning("the database does not answer", extra={"path": request.path, "error": _first_line(error)})
        return _answer(503, "ERR_DATABASE_UNAVAILABLE: try again in a moment", retry_after_s=1)
    except Exception:
        log.exception("request failed", extra={"method": request.method, "path": request.path})
        return _answer(500, "Internal server error")


def _http_status(error: ChannelBackendError) -> int:
    if isinstance(error, ApiError):
        return error.http_status
    # Not kept: 503 makes Evolution send the event again; it would not after a 400.
    return {MalformedWebhookError: 400, NotKeptError: 503}.get(type(error), 500)


def _answer(status: int, message: str, *, retry_after_s: int | None = None) -> web.Response:
    reply = answer({"error": message}, status=status)
    if retry_after_s is not None:
        reply.headers["Retry-After"] = str(retry_after_s)
    return reply


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0]
