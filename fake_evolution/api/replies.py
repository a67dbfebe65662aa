"""How answers are written: JSON as the real server serialises it, and a few texts."""

from collections.abc import Mapping

import orjson
from aiohttp import web

from fake_evolution.api.call import NOTHING, Reply

AS_JSON: Mapping[str, str] = {"Content-Type": "application/json; charset=utf-8"}


def json_response(reply: Reply) -> web.Response:
    """An answer as the real server serialises it: compact JSON in UTF-8, unless it is a text of another kind."""
    return web.Response(body=octets_of(reply), status=reply.status, headers=headers_of(reply))


def octets_of(reply: Reply) -> bytes:
    """The body of an answer."""
    if reply.content_type is not None:
        return str(reply.body).encode()
    return b"" if reply.body is NOTHING else orjson.dumps(reply.body)


def headers_of(reply: Reply) -> Mapping[str, str]:
    """The headers of an answer that its handler decides."""
    return AS_JSON if reply.content_type is None else {"content-type": reply.content_type, **reply.headers}
