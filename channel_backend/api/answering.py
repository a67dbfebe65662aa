"""Values to JSON answers."""

import msgspec
from aiohttp import web


def answer(body: object, *, status: int = 200) -> web.Response:
    """A JSON answer."""
    return web.Response(body=msgspec.json.encode(body), status=status, content_type="application/json", charset="utf-8")
