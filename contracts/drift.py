"""Whether a live server answers as the contract says. Only reads, and only at the address that was given.

What comes back may hold tokens of real instances: a difference is told by its place and the rule that it breaks,
never by the value.
"""

import ipaddress
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp
from yarl import URL

from contracts.errors import ContractError
from contracts.loader import validator
from contracts.recording import Json

PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Question:
    """A call that changes nothing, and the answer that the contract promises."""

    what: str
    path: str
    keyed: bool
    status: int
    schema: str
    message: Json = None


@dataclass(frozen=True, slots=True)
class Drift:
    """A question and how its answer differs from the contract; nothing when it does not."""

    question: Question
    differences: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """One line that says it is the same, or one a difference."""
        if not self.differences:
            yield f"same     {self.question.what}"
        for difference in self.differences:
            yield f"differs  {self.question.what}: {difference}"


def questions(absent: str) -> tuple[Question, ...]:
    """What is asked; `absent` is a name that no instance has."""
    missing = [f'The "{absent}" instance does not exist']
    unknown = f"/{absent}"
    state = f"/instance/connectionState/{absent}"
    rows = "/instance/fetchInstances"
    absent_row = f"{rows}?instanceName={absent}"
    return (
        Question("the welcome needs no key", "/", False, 200, "answers/root"),
        Question("instances with the key", rows, True, 200, "answers/instance.fetchInstances"),
        Question("instances without a key", rows, False, 401, "error", "Unauthorized"),
        Question("one instance that is not there", absent_row, True, 404, "error"),
        Question("an unknown route", unknown, True, 404, "error", [f"Cannot GET {unknown}"]),
        Question("an unknown route without a key", unknown, False, 404, "error", [f"Cannot GET {unknown}"]),
        Question("existence comes before the key", state, False, 404, "error", missing),
        Question("an instance that is not there", state, True, 404, "error", missing),
    )


async def drift(url: str, api_key: str, *, allow_host: str | None = None) -> tuple[Drift, ...]:
    """Asks everything; ContractError when the address is not allowed or nothing answers there."""
    base = _allowed(url, allow_host)
    absent = f"drift-{secrets.token_hex(8)}"
    timeout = aiohttp.ClientTimeout(total=PATIENCE_S)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        return tuple([await _asked(session, base, api_key, question) for question in questions(absent)])


def _allowed(url: str, allow_host: str | None) -> str:
    """The address without its last slash; a host that is not this machine must be named a second time."""
    parsed = URL(url)
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise ContractError(f"{url} is no address; legal: http://host:port or https://host")
    if not _loopback(parsed.host) and parsed.host != allow_host:
        raise ContractError(f"{parsed.host} is not this machine; if it is yours to ask, add --allow-host {parsed.host}")
    return url.rstrip("/")


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _asked(session: aiohttp.ClientSession, base: str, api_key: str, question: Question) -> Drift:
    headers = {"apikey": api_key} if question.keyed else {}
    try:
        async with session.get(base + question.path, headers=headers, allow_redirects=False) as answer:
            text = await answer.text()
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise ContractError(f"nothing answers at {base}: {type(error).__name__} {error}") from error
    if question.keyed and answer.status == HTTPStatus.UNAUTHORIZED:
        raise ContractError(f"{base} does not accept the key; give the global one")
    return Drift(question, tuple(_differences(question, answer.status, text)))


def _differences(question: Question, status: int, text: str) -> Iterator[str]:
    if status != question.status:
        yield f"status {status}, the contract says {question.status}"
        return
    try:
        body: Any = json.loads(text)
    except ValueError:
        yield "the body is no JSON"
        return
    for error in validator(question.schema).iter_errors(body):
        place = ".".join(map(str, error.instance_path)) or "(top)"
        rule = "/".join(map(str, error.schema_path))
        yield f"{place} breaks {question.schema}: {rule}"
    if question.message is not None and _message(body) != question.message:
        yield f"response.message is another than {question.message!r}"


def _message(body: Json) -> Json:
    response = body.get("response") if isinstance(body, dict) else None
    return response.get("message") if isinstance(response, dict) else None
