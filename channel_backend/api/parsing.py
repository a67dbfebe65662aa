"""Requests to typed values; what does not fit is a 4xx that names the field."""

import re
from typing import TypeVar

import msgspec
from aiohttp import web

from channel_backend.access import Identity
from channel_backend.api.parts import PARTS
from channel_backend.errors import ApiError
from channel_backend.store.accounts import Profile

T = TypeVar("T")

BIGINT_MAX = 2**63 - 1
DIGITS = re.compile(r"[0-9]{1,19}", re.ASCII)
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")


async def body(request: web.Request, shape: type[T]) -> T:
    """The JSON body; an empty one counts as `{}`."""
    raw = await request.read()
    try:
        return msgspec.json.decode(raw or b"{}", type=shape)
    except msgspec.ValidationError as error:
        found, _, path = str(error).partition(" - at `$")
        where = path.rstrip("`").lstrip(".") or "body"
        raise ApiError(400, f"{where}: {found}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ApiError(400, f"body: not valid JSON ({error})") from error
    except RecursionError as error:
        raise ApiError(400, "body: nested too deeply") from error


def path_id(request: web.Request) -> int:
    """The id in the path."""
    return whole_id(request.match_info["id"], "id")


def whole_id(text: str, field: str) -> int:
    """A positive whole number that the database can hold."""
    if not DIGITS.fullmatch(text) or not 0 < int(text) <= BIGINT_MAX:
        raise ApiError(400, f"{field}: expected a whole number above 0, found {text[:40]!r}")
    return int(text)


def line(text: str, field: str, *, low: int, high: int) -> str:
    """One line of text of a legal length, without blanks around it."""
    found = text.strip()
    if UNPRINTABLE.search(found) or not low <= len(found) <= high:
        raise ApiError(400, f"{field}: expected {low} to {high} printable characters, found {text[:60]!r}")
    return found


def prose(text: str | None, field: str, *, high: int) -> str | None:
    """Text of several lines, or none."""
    if text is not None and ("\x00" in text or len(text) > high):
        raise ApiError(400, f"{field}: expected at most {high} characters and no NUL")
    return text


def identity(request: web.Request) -> Identity:
    """Who asks, by the bearer token."""
    header = request.headers.get("Authorization")
    if header is None:
        raise ApiError(403, "Token was not provided.")
    scheme, _, token = header.partition(" ")
    return request.app[PARTS].tokens.identity(token if scheme.lower() == "bearer" else "")


def client_address(request: web.Request, proxies: int) -> str | None:
    """Where the request comes from; as many entries of X-Forwarded-For are believed as there are proxies of ours."""
    if proxies == 0:
        return request.remote
    named = [part.strip() for part in ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")]
    return named[-proxies] if len(named) >= proxies and named[-proxies] else request.remote


def channel_keeper(request: web.Request) -> Identity:
    """Who asks, if they may change channels."""
    who = identity(request)
    if not request.app[PARTS].seams.may_keep_channels(who.profile):
        raise ApiError(403, "ERR_NO_PERMISSION: this needs the profile admin or super")
    return who


def super_user(request: web.Request) -> Identity:
    """Who asks, if they run all tenants."""
    who = identity(request)
    if who.profile is not Profile.SUPER:
        raise ApiError(403, "Not admin permission")
    return who
