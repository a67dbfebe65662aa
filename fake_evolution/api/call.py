"""One request and one route as values, how a body is read, and the keys under which the app holds its parts."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from json import JSONDecodeError, JSONDecoder
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import orjson
from aiohttp import web

from fake_evolution.answers import failure
from fake_evolution.config import Config
from fake_evolution.engine import Engine
from fake_evolution.errors import ApiError

ENGINE = web.AppKey("engine", Engine)
CONFIG = web.AppKey("config", Config)
WEBHOOKS_WAITING: web.AppKey[Callable[[], int]] = web.AppKey("webhooks_waiting")
DESCRIPTION: web.AppKey[Callable[[], dict[str, Any]]] = web.AppKey("description")

_SHOWN_CHARACTERS = 10
_LITERAL = re.compile(r"t(r(ue?)?)?|f(a(l(se?)?)?)?|n(u(ll?)?)?")


class Call(NamedTuple):
    """A request that is past its guards; `instance` is already what the query string made of it.

    `file` is what a multipart form brought, on the routes that take one. A tuple, because one is made for every call.
    """

    engine: Engine
    config: Config
    instance: str
    query: Mapping[str, str]
    body: Mapping[str, Any]
    apikey: str | None
    host: str
    file: bytes | None = None
    path: str = ""
    address: str = ""  # of the caller
    authorization: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """Status and JSON body of an answer; with a `content_type` the body is a text of that kind."""

    status: int
    body: Any
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Nothing(StrEnum):
    """What stands for a body that is not there at all, which is how the real server answers `undefined`."""

    NOTHING = "nothing"


NOTHING = Nothing.NOTHING

Handler = Callable[[Call], Awaitable[Reply]]


class Guard(StrEnum):
    """Who may call a route: anybody, a holder of the global key, or of that instance's token as well."""

    NONE = "none"
    GLOBAL = "global"
    CREATE = "create"
    FETCH = "fetch"
    INSTANCE = "instance"


@dataclass(frozen=True, slots=True)
class Route:
    """One route of the imitated server."""

    method: str
    path: str
    handler: Handler
    guard: Guard = Guard.INSTANCE
    takes_file: bool = False
    since: str = ""  # the version that has it first; none: always there


def asked(request: web.Request) -> dict[str, str]:
    """The query of a request."""
    return dict(request.query) if request.query_string else {}


def absent_route() -> web.HTTPNotFound:
    """What a handler raises when its route does not exist with these settings: the ordinary 404 comes of it."""
    return web.HTTPNotFound()


_BLANKS = " \t\n\r"  # what JSON takes for white space, and nothing else


async def read_body(request: web.Request) -> dict[str, Any]:
    """The body as the real server's parsers see it: JSON and forms only; anything else counts as empty."""
    if not request.body_exists:
        return {}
    raw = await request.read()
    return parsed_body(raw, request.content_type, names_line=request.app[ENGINE].profile.json_errors_name_the_line)


def parsed_body(raw: bytes, kind: str, *, names_line: bool) -> dict[str, Any]:
    """What the parsers make of the octets of a body of this content type."""
    if kind == "application/json" and raw.strip(_BLANKS.encode()):
        return _json(raw, names_line=names_line)
    if kind == "application/x-www-form-urlencoded":
        return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
    return {}


def _json(raw: bytes, *, names_line: bool) -> dict[str, Any]:
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise malformed_json(raw.decode("utf-8", "replace"), names_line=names_line) from None
    if not isinstance(found, dict | list):
        raise malformed_json(raw.decode(), names_line=names_line)
    return found if isinstance(found, dict) else {}


def malformed_json(text: str, *, names_line: bool = False) -> ApiError:
    """The 400 for a body that is no JSON, in the words of Node's parser; `error` is wrong there, and so it is here.

    A body that begins neither an object nor an array is refused at its first character, before it is parsed.
    """
    start = len(text) - len(text.lstrip(_BLANKS))
    if text[start] not in "{[":
        return _syntax_error(_unexpected_token(text, start))
    try:
        JSONDecoder(strict=True).decode(text)
    except JSONDecodeError as error:
        told = _in_the_words_of_node(text, error)
        return _syntax_error(told + _line_and_column(text, told) if names_line else told)
    return _syntax_error("Unexpected token in JSON")


def _line_and_column(text: str, told: str) -> str:
    """What newer parsers add to a position: ` (line 1 column 22)`."""
    position = re.search(r" at position (\d+)$", told)
    if position is None:
        return ""
    before = text[: int(position[1])]
    return f" (line {before.count(chr(10)) + 1} column {len(before) - before.rfind(chr(10))})"


def _syntax_error(text: str) -> ApiError:
    return failure(400, text, phrase="Internal Server Error")


def _in_the_words_of_node(text: str, error: JSONDecodeError) -> str:
    at = error.pos
    if error.msg.startswith("Unterminated string"):
        return f"Unterminated string in JSON at position {len(text)}"
    if error.msg == "Invalid \\escape":
        return f"Bad escaped character in JSON at position {at + 1}"
    expected = _expected(text, at, error.msg)
    return f"{expected} JSON at position {at}" if expected else _unexpected_token(text, _after_literal(text, at))


def _expected(text: str, at: int, message: str) -> str | None:
    """What Node's parser says it wanted at this place, or None where it only calls the token unexpected."""
    if message.startswith(("Expecting property name", "Illegal trailing comma")):
        after_comma = text[:at].rstrip().endswith(",") or message.startswith("Illegal")
        wanted = "double-quoted property name" if after_comma else "property name or '}'"
        return f"Expected {wanted} in"
    if message == "Expecting ',' delimiter":
        inside = "',' or '}' after property value" if _in_object(text, at) else "',' or ']' after array element"
        return f"Expected {inside} in"
    if message == "Expecting ':' delimiter":
        return "Expected ':' after property name in"
    if message.startswith("Invalid control character"):
        return "Bad control character in string literal in"
    return "Unexpected non-whitespace character after" if message == "Extra data" else None


def _in_object(text: str, at: int) -> bool:
    """Whether the innermost bracket that is open at this position is a brace."""
    depth: list[str] = []
    quoted = escaped = False
    for letter in text[:at]:
        if quoted:
            quoted, escaped = (letter != '"' or escaped), (letter == "\\" and not escaped)
        elif letter == '"':
            quoted = True
        elif letter in "{[":
            depth.append(letter)
        elif letter in "}]" and depth:
            depth.pop()
    return bool(depth) and depth[-1] == "{"


def _after_literal(text: str, at: int) -> int:
    """Where a misspelt `true`, `false` or `null` that begins here goes wrong."""
    begun = _LITERAL.match(text, at)
    return begun.end() if begun else at


def _unexpected_token(text: str, at: int) -> str:
    if at >= len(text):
        return "Unexpected end of JSON input"
    if len(text) <= 4 * _SHOWN_CHARACTERS:
        return f"Unexpected token '{text[at]}', \"{text}\" is not valid JSON"
    start, end = max(0, at - _SHOWN_CHARACTERS), at + _SHOWN_CHARACTERS
    cut = f'{"..." if start else ""}"{text[start:end]}"{"..." if end < len(text) else ""}'
    return f"Unexpected token '{text[at]}', {cut} is not valid JSON"
