"""An answer in one piece, as the octets that the web framework would write.

status line and fixed headers (made once a status) ─▶ tag ─▶ compressed? ─▶ length, date (once a second), server ─▶ body
"""

import gzip
import time
from collections.abc import Mapping
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus

from aiohttp import hdrs
from aiohttp.http import SERVER_SOFTWARE

from fake_evolution.api.express import COMPRESSED_FROM_OCTETS, FRAMEWORK, GZIP_LEVEL, POWERED_BY, VARIES, tag_of
from fake_evolution.api.replies import AS_JSON

_AS_JSON = tuple(AS_JSON.items())
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


def encoded(status: int, headers: Mapping[str, str], body: bytes, *, credentials: bool, takes_gzip: bool) -> bytes:
    """The answer with these headers of its own and this body."""
    tag = f"{hdrs.ETAG}: {tag_of(body)}\r\n" if body else ""
    if takes_gzip and len(body) >= COMPRESSED_FROM_OCTETS:
        body = gzip.compress(body, compresslevel=GZIP_LEVEL, mtime=0)
        tag += f"{hdrs.CONTENT_ENCODING}: gzip\r\n"
    rest = f"{tag}{hdrs.CONTENT_LENGTH}: {len(body)}\r\n{_dated(int(time.time()))}\r\n\r\n"
    own = _AS_JSON if headers is AS_JSON else tuple(headers.items())
    return b"".join((_head(status, own, credentials), rest.encode(), body))


@lru_cache(maxsize=4 * len(_PHRASES))
def _head(status: int, headers: tuple[tuple[str, str], ...], credentials: bool) -> bytes:  # noqa: FBT001  a part of the key
    """Everything that comes before what differs from answer to answer."""
    fixed = {**dict(headers), POWERED_BY: FRAMEWORK, hdrs.VARY: VARIES}
    if credentials:
        fixed[hdrs.ACCESS_CONTROL_ALLOW_CREDENTIALS] = "true"
    lines = [f"HTTP/1.1 {status} {_PHRASES.get(status, '')}", *(f"{name}: {value}" for name, value in fixed.items())]
    return "".join(f"{line}\r\n" for line in lines).encode()


@lru_cache(maxsize=1)
def _dated(second: int) -> str:
    return f"{hdrs.DATE}: {formatdate(second, usegmt=True)}\r\n{hdrs.SERVER}: {SERVER_SOFTWARE}"
