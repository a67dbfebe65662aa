"""Turns every failure into a JSON answer: callers never see a traceback, the log does."""

import logging

from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from channel_backend.api.answering import answer
from channel_backend.errors import ApiError, ChannelBackendError, MalformedWebhookError, NotAppliedError

log = logging.getLogger(__name__)

DATABASE_AWAY = (OperationalError, InterfaceError, InternalError, PoolTimeoutError)


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer `{"error": …}` with the right status for whatever went wrong."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        return _answer(error.status, error.reason)
    except ChannelBackendError as error:
        return _answer(_http_status(error), str(error))
    except DATABASE_AWAY as error:
        log.warning("the database does not answer", extra={"path": request.path, "error": _first_line(error)})
        return _answer(503, "ERR_DATABASE_UNAVAILABLE: try again in a moment")
    except Exception:
        log.exception("request failed", extra={"method": request.method, "path": request.path})
        return _answer(500, "Internal server error")


def _http_status(error: ChannelBackendError) -> int:
    if isinstance(error, ApiError):
        return error.http_status
    # Not applied: 503 makes Evolution send the event again; it would not after a 400.
    return {MalformedWebhookError: 400, NotAppliedError: 503}.get(type(error), 500)


def _answer(status: int, message: str) -> web.Response:
    return answer({"error": message}, status=status)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0]
