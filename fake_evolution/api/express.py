"""What the real server's web framework does around every answer, whatever the route: CORS, its own name, entity tags,
compression, and no body for HEAD.

    request ─▶ OPTIONS? answered here ─▶ a foreign page that may not call? 500 ─▶ … ─▶ headers ─▶ 304? ─▶ gzip?
"""

import gzip
from base64 import b64encode
from collections.abc import Awaitable, Callable
from hashlib import sha1

from aiohttp import hdrs, web

from fake_evolution.answers import native_error
from fake_evolution.api.call import ENGINE, Reply
from fake_evolution.api.replies import json_response
from fake_evolution.server_settings import CorsSettings
from fake_evolution.sockets.hub import PATH as SOCKET_PATH

Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]

_CONTROL_PREFIX = "/__fake__"
POWERED_BY, FRAMEWORK = "X-Powered-By", "Express"
VARIES = "Origin, Accept-Encoding"
COMPRESSED_FROM_OCTETS, GZIP_LEVEL = 1024, 1
_TAG_CHARACTERS = 27


def is_socket(request: web.Request) -> bool:
    """Whether this is a request of a socket.io client, which is a long conversation and no call."""
    return request.path == SOCKET_PATH and request.app[ENGINE].settings.socket.enabled


@web.middleware
async def as_express(request: web.Request, handler: Endpoint) -> web.StreamResponse:
    """The framework's part of an answer; the control API and open conversations are not the framework's."""
    if request.path.startswith(_CONTROL_PREFIX) or is_socket(request):
        return await handler(request)
    cors = request.app[ENGINE].settings.cors
    response = await _answered(request, handler, cors)
    if not isinstance(response, web.Response) or response.prepared:
        return response
    dress(request, response, cors)
    return response


def dress(request: web.Request, response: web.Response, cors: CorsSettings) -> None:
    """Give an answer the framework's headers, and leave out or compress its body where the caller wants that."""
    response.headers[POWERED_BY] = FRAMEWORK
    _allow_origin(request, response, cors)
    _tag(request, response)
    _compress(request, response)


async def _answered(request: web.Request, handler: Endpoint, cors: CorsSettings) -> web.StreamResponse:
    origin = request.headers.get(hdrs.ORIGIN)
    if "*" not in cors.origins and origin not in cors.origins:
        refused = native_error("Not allowed by CORS")
        return json_response(Reply(refused.status, refused.body))
    return _preflight(request, cors) if request.method == hdrs.METH_OPTIONS else await handler(request)


def _preflight(request: web.Request, cors: CorsSettings) -> web.Response:
    """Every OPTIONS is answered so, known route or not."""
    headers = {hdrs.ACCESS_CONTROL_ALLOW_METHODS: ",".join(cors.methods), hdrs.CONTENT_LENGTH: "0"}
    asked = request.headers.get(hdrs.ACCESS_CONTROL_REQUEST_HEADERS)
    if asked:
        headers[hdrs.ACCESS_CONTROL_ALLOW_HEADERS] = asked
    return web.Response(status=204, headers=headers)


def _allow_origin(request: web.Request, response: web.Response, cors: CorsSettings) -> None:
    """The caller's own origin is named, never a star; without one nothing is."""
    response.headers[hdrs.VARY] = VARIES
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None and ("*" in cors.origins or origin in cors.origins):
        response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
    if cors.credentials:
        response.headers[hdrs.ACCESS_CONTROL_ALLOW_CREDENTIALS] = "true"


def _tag(request: web.Request, response: web.Response) -> None:
    """A weak tag of length and digest; who has that very answer already gets a 304."""
    body = response.body
    if not isinstance(body, bytes) or not body:
        return
    tag = tag_of(body)
    response.headers[hdrs.ETAG] = tag
    asks = request.method in (hdrs.METH_GET, hdrs.METH_HEAD) and response.status == 200  # noqa: PLR2004
    if asks and tag in request.headers.get(hdrs.IF_NONE_MATCH, ""):
        response.set_status(304)
        response.body = None


def tag_of(body: bytes) -> str:
    """The tag of these octets."""
    digest = b64encode(sha1(body, usedforsecurity=False).digest()).decode()[:_TAG_CHARACTERS]
    return f'W/"{len(body):x}-{digest}"'


def _compress(request: web.Request, response: web.Response) -> None:
    """Large answers are compressed for those who understand it."""
    body = response.body
    if not isinstance(body, bytes) or len(body) < COMPRESSED_FROM_OCTETS or request.method == hdrs.METH_HEAD:
        return
    if "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, "").lower():
        response.body = gzip.compress(body, compresslevel=GZIP_LEVEL, mtime=0)
        response.headers[hdrs.CONTENT_ENCODING] = "gzip"
