"""A small JSON answer in one piece, as the octets that the web framework would write.

status line and fixed headers (made once a status) ─▶ tag, length ─▶ date (made once a second), server ─▶ body
"""

import time
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus

from aiohttp import hdrs, web
from aiohttp.http import SERVER_SOFTWARE

from fake_evolution.api.express import FRAMEWORK, POWERED_BY, VARIES, tag_of
from fake_evolution.api.replies import AS_JSON

_PHRASES = {status.value: status.phrase for status in HTTPStatus}


def encoded(status: int, body: bytes, *, credentials: bool) -> "Encoded":
    """The answer with this body."""
    head = f"{tag_of(body)}\r\n{hdrs.CONTENT_LENGTH}: {len(body)}\r\n{_dated(int(time.time()))}\r\n\r\n"
    return Encoded(status, b"".join((_head(status, credentials), head.encode(), body)))


@lru_cache(maxsize=2 * len(_PHRASES))
def _head(status: int, credentials: bool) -> bytes:  # noqa: FBT001  a part of the key
    """Everything that comes before what differs from answer to answer."""
    fixed: dict[str, str] = {**AS_JSON, POWERED_BY: FRAMEWORK, hdrs.VARY: VARIES}
    if credentials:
        fixed[hdrs.ACCESS_CONTROL_ALLOW_CREDENTIALS] = "true"
    lines = [f"HTTP/1.1 {status} {_PHRASES.get(status, '')}", *(f"{name}: {value}" for name, value in fixed.items())]
    return "".join(f"{line}\r\n" for line in lines).encode() + f"{hdrs.ETAG}: ".encode()


@lru_cache(maxsize=1)
def _dated(second: int) -> str:
    return f"{hdrs.DATE}: {formatdate(second, usegmt=True)}\r\n{hdrs.SERVER}: {SERVER_SOFTWARE}"


class Encoded(web.StreamResponse):
    """An answer that is written as it is; to the web framework one whose head and body have nothing left to prepare."""

    def __init__(self, status: int, octets: bytes) -> None:
        self._status, self._octets = status, octets  # there are no headers that the framework should know of

    async def prepare(self, request: web.BaseRequest) -> None:
        """Write it."""
        if request.transport is None:
            raise ConnectionResetError("the caller has gone away")
        self._keep_alive = request.keep_alive
        request.transport.write(self._octets)

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing is left to be written."""
