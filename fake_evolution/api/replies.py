"""How answers are written: JSON as the real server serialises it, and a few texts."""

import orjson
from aiohttp import hdrs, web

from fake_evolution.api.call import NOTHING, Reply

_AS_JSON = {hdrs.CONTENT_TYPE: "application/json; charset=utf-8"}


def json_response(reply: Reply) -> web.Response:
    """An answer as the real server serialises it: compact JSON in UTF-8, unless it is a text of another kind."""
    if reply.content_type is not None:
        headers = {"content-type": reply.content_type, **reply.headers}
        return web.Response(body=str(reply.body).encode(), status=reply.status, headers=headers)
    octets = b"" if reply.body is NOTHING else orjson.dumps(reply.body)
    return web.Response(body=octets, status=reply.status, headers=_AS_JSON)
