"""A request about which nothing is unusual, read from the octets in which it came; the framework reads all others.

    octets ─▶ request line ─▶ method, path, query
              └▶ header block (parsed once: a client writes the same one in every call) ─▶ head ─▶ body

Plain is what is there as a whole and nothing after it, in HTTP/1.1 on a connection that stays open, with a path and a
query that are written in the plainest way, a small body that is announced, and from no page of a browser.
"""

import asyncio
import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl

from aiohttp import hdrs
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http import HttpProcessingError, HttpRequestParser, RawRequestMessage

_LINE_OCTETS_MAX, _HEADERS_OCTETS_MAX = 2048, 4096
_HEADS_KEPT = 1024
_BREAK, _END_OF_HEAD = b"\r\n", b"\r\n\r\n"
_VERSION = b" HTTP/1.1"
_QUERY = rb"\?[A-Za-z0-9_.-]+=[A-Za-z0-9_.@-]*(?:&[A-Za-z0-9_.-]+=[A-Za-z0-9_.@-]*)*"
_REQUEST_LINE = re.compile(rb"[A-Za-z]+ [A-Za-z0-9/_.-]+(?:%b)?%b" % (_QUERY, re.escape(_VERSION)))
_KINDS = {
    None: "",
    "application/json": "application/json",
    "application/json; charset=utf-8": "application/json",
    "application/x-www-form-urlencoded": "application/x-www-form-urlencoded",
}
_UNUSUAL = (hdrs.ORIGIN, hdrs.EXPECT, hdrs.TRANSFER_ENCODING, hdrs.CONTENT_ENCODING, hdrs.IF_NONE_MATCH)


class Head(NamedTuple):
    """What the headers of a request say to the imitated server."""

    apikey: str | None
    authorization: str | None
    host: str
    kind: str  # the content type, without its parameters
    takes_gzip: bool
    body_octets: int


class Plain(NamedTuple):
    """A plain request; `line` is method and path as they stand in it, with one blank between them."""

    line: bytes
    query: dict[str, str]
    head: Head
    body: bytes

    @property
    def method(self) -> str:
        """The method."""
        return self.line[: self.line.index(b" ")].decode()

    @property
    def path(self) -> str:
        """The path, which means what is written."""
        return self.line[self.line.index(b" ") + 1 :].decode()


def read_plain(octets: bytes, *, body_octets_max: int) -> Plain | None:
    """The request that these octets are, if they are exactly one plain request."""
    line_end = octets.find(_BREAK, 0, _LINE_OCTETS_MAX)
    head_end = octets.find(_END_OF_HEAD, line_end, line_end + _HEADERS_OCTETS_MAX)
    if line_end < 0 or head_end < 0:
        return None
    head = _head(octets[line_end + len(_BREAK) : head_end])
    body = octets[head_end + len(_END_OF_HEAD) :]
    if head is None or head.body_octets != len(body) or len(body) > body_octets_max:
        return None
    line = octets[:line_end]
    if not _REQUEST_LINE.fullmatch(line):
        return None
    line, _, asked = line[: -len(_VERSION)].partition(b"?")
    if not asked:
        return Plain(line, {}, head, body)
    pairs = parse_qsl(asked.decode(), keep_blank_values=True)
    query = dict(pairs)
    return Plain(line, query, head, body) if len(query) == len(pairs) else None


@lru_cache(maxsize=_HEADS_KEPT)
def _head(block: bytes) -> Head | None:
    """What this block of headers says, by the framework's own parser; None where it is unusual or wrong."""
    message = _parsed(block)
    if message is None or message.should_close or message.upgrade or message.chunked:
        return None
    headers = message.headers
    kind = headers.get(hdrs.CONTENT_TYPE)
    if any(name in headers for name in _UNUSUAL) or (kind and kind.lower()) not in _KINDS:
        return None
    return Head(
        apikey=headers.get("apikey"),
        authorization=headers.get(hdrs.AUTHORIZATION),
        host=headers.get(hdrs.HOST, ""),
        kind=_KINDS[kind and kind.lower()],
        takes_gzip="gzip" in headers.get(hdrs.ACCEPT_ENCODING, "").lower(),
        body_octets=int(headers.get(hdrs.CONTENT_LENGTH, "0")),
    )


def _parsed(block: bytes) -> RawRequestMessage | None:
    loop = asyncio.get_running_loop()
    parser = HttpRequestParser(BaseProtocol(loop), loop, len(block))
    try:
        (message, _), *more = parser.feed_data(b"GET / HTTP/1.1\r\n" + block + _END_OF_HEAD)[0]
    except (HttpProcessingError, ValueError):
        return None
    return None if more else message
