"""The octets of a webhook as a request, exactly as the general client writes them.

`quick_request` knows only the requests that the imitated server normally makes: plain http, all headers given that a
client would add of itself, none that changes how a request is framed. For every other webhook it says None, and the
general client takes it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from yarl import URL

from fake_evolution.plan import Webhook

_ADDED_WHEN_MISSING = frozenset({"accept", "accept-encoding", "user-agent", "content-type"})
_CHANGES_THE_REQUEST = frozenset(
    {"host", "content-length", "transfer-encoding", "expect", "content-encoding", "cookie", "upgrade", "te", "trailer"}
)
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_URLS_KEPT_MAX = 4096
_NAMES_KEPT_MAX = 1024


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes: what is connected to, and the first two lines of the request."""

    host: str
    port: int
    opening: str


def quick_request(webhook: Webhook) -> tuple[Place, bytes] | None:
    """Where to connect and what to write before the body; None when the general client has to do it."""
    if not webhook.body:
        return None
    beginning = _BEGINNINGS.of(webhook.url, webhook.headers)
    if beginning is None:
        return None
    place, lines = beginning
    return place, b"%bContent-Length: %d\r\n\r\n" % (lines, len(webhook.body))


class _Beginnings:
    """What requests to the same address with the same, unchangeable headers begin with."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], tuple[Mapping[str, str], tuple[Place, bytes] | None]] = {}

    def of(self, url: str, headers: Mapping[str, str]) -> tuple[Place, bytes] | None:
        """Place and lines of the head so far; None when it is not usual."""
        if type(headers) is not MappingProxyType:
            return _beginning(url, headers)
        key = (url, id(headers))
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _URLS_KEPT_MAX:
                self._known.clear()
            known = self._known[key] = headers, _beginning(url, headers)  # kept, so that its id stays its own
        return known[1]


_BEGINNINGS = _Beginnings()


def _beginning(url: str, headers: Mapping[str, str]) -> tuple[Place, bytes] | None:
    place = _place(url)
    if place is None or not _names_are_usual(tuple(headers)) or not _values_are_usual(headers):
        return None
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    try:
        return place, f"{place.opening}{lines}".encode()
    except UnicodeEncodeError:  # half a surrogate pair in a header
        return None


@lru_cache(maxsize=_URLS_KEPT_MAX)
def _place(url: str) -> Place | None:
    try:
        parsed = URL(url)
        host, port = parsed.raw_host, parsed.port
    except ValueError:
        return None
    if (
        parsed.scheme != "http"
        or not host
        or not port
        or parsed.raw_user is not None
        or parsed.raw_password is not None
    ):
        return None
    opening = f"POST {parsed.raw_path_qs} HTTP/1.1\r\nHost: {parsed.host_port_subcomponent}\r\n"
    return Place(host, port, opening)


@lru_cache(maxsize=_NAMES_KEPT_MAX)
def _names_are_usual(names: tuple[str, ...]) -> bool:
    lowered = [name.lower() for name in names]
    unique = set(lowered)
    return (
        len(unique) == len(names)
        and unique >= _ADDED_WHEN_MISSING
        and not unique & _CHANGES_THE_REQUEST
        and all(_NAME.fullmatch(name) for name in names)
    )


def _values_are_usual(headers: Mapping[str, str]) -> bool:
    """No header can end its line, and the connection is to stay open."""
    if headers.get("connection", "keep-alive") != "keep-alive":
        return False
    return _CONTROL.search("".join(headers.values())) is None
