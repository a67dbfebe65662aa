"""Media by URL: fetched from the address that the caller gave, failures in the words of the two clients it has.

The server fetches pictures and sounds with axios, the WhatsApp library fetches documents and videos with `fetch`.
"""

import errno
from dataclasses import dataclass
from socket import gaierror
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import aiohttp
from aiohttp import hdrs

from fake_evolution.errors import ThrownError

OCTETS_MAX = 64 * 2**20
_TIMEOUT_S = 60.0
_REDIRECTS_MAX = 21
_NAMES = {
    errno.ECONNREFUSED: "ECONNREFUSED",
    errno.EHOSTUNREACH: "EHOSTUNREACH",
    errno.ENETUNREACH: "ENETUNREACH",
    errno.ETIMEDOUT: "ETIMEDOUT",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file and what its server called it."""

    data: bytes
    content_type: str | None


async def fetch_with_axios(url: str) -> Fetched:
    """What is at the URL; ThrownError as axios words it."""
    try:
        status, found = await _fetch(url)
    except aiohttp.InvalidURL as error:
        raise ThrownError("Invalid URL", name="TypeError") from error
    except aiohttp.ClientConnectorError as error:
        raise ThrownError(_not_connected(error)) from error
    except (aiohttp.ClientError, OSError) as error:
        raise ThrownError("socket hang up") from error
    if not 200 <= status < 300:  # noqa: PLR2004
        raise ThrownError(f"Request failed with status code {status}", name="AxiosError")
    return found


async def fetch_stream(url: str) -> Fetched:
    """What is at the URL; ThrownError as the WhatsApp library words it."""
    try:
        status, found = await _fetch(url)
    except (aiohttp.ClientError, ValueError, OSError) as error:
        raise ThrownError("fetch failed", name="TypeError") from error
    if not 200 <= status < 300:  # noqa: PLR2004
        raise ThrownError(f"Failed to fetch stream from {url}")
    return found


async def _fetch(url: str) -> tuple[int, Fetched]:
    limits = aiohttp.ClientTimeout(total=_TIMEOUT_S)
    async with (
        aiohttp.ClientSession(timeout=limits, cookie_jar=aiohttp.DummyCookieJar()) as session,
        session.get(url, max_redirects=_REDIRECTS_MAX) as response,
    ):
        data = await _read(response)
        return response.status, Fetched(data, response.headers.get(hdrs.CONTENT_TYPE))


async def _read(response: aiohttp.ClientResponse) -> bytes:
    data = bytearray()
    async for chunk in response.content.iter_chunked(2**16):
        data += chunk
        if len(data) > OCTETS_MAX:
            raise ThrownError(f"maxContentLength size of {OCTETS_MAX} exceeded", name="AxiosError")
    return bytes(data)


def _not_connected(error: aiohttp.ClientConnectorError) -> str:
    cause = error.os_error
    if isinstance(cause, gaierror):
        return f"getaddrinfo ENOTFOUND {error.host}"
    name = _NAMES.get(cause.errno or 0, "ECONNREFUSED")
    return f"connect {name} {error.host}:{error.port}"


def with_timestamp(url: str, millis: int) -> str:
    """The URL with the parameter that the server adds against caches when it fetches sounds and stickers."""
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "timestamp"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("timestamp", str(millis))])))
