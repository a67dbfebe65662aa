"""Sends a recorded request to the fake: masks become keys, recorded identifiers their partners."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import aiohttp
from yarl import URL

from contracts.links import Links
from contracts.recording import Json, Request

_KEY, _KEY_LOWER, _TOKEN = "<GLOBAL_API_KEY>", "<global_api_key_lowercased>", "<TOKEN:{name}>"


class Client:
    """Speaks to one fake and remembers the tokens of the instances it created."""

    def __init__(self, session: aiohttp.ClientSession, url: str, api_key: str, links: Links) -> None:
        self._session, self._url, self._links = session, url, links
        self._masks = {_KEY: api_key, _KEY_LOWER: api_key.lower()}

    async def ask(self, request: Request, *, patience_s: float) -> tuple[int, dict[str, str], Json]:
        """Status, headers in lower case, and body; JSON is parsed. TimeoutError after so many real seconds."""
        async with self._session.request(
            request.method,
            URL(self._url + self._links.translate(request.path), encoded=True),
            headers={name: self._filled(value) for name, value in request.headers.items()},
            data=self._body(request),
            skip_auto_headers=("Content-Type", "User-Agent"),
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=patience_s),
        ) as answer:
            text = await answer.text()
            headers = {name.lower(): value for name, value in answer.headers.items()}
            body = _parsed(text)
        self._remember(body)
        return answer.status, headers, body

    def _filled(self, value: str) -> str:
        for mask, secret in self._masks.items():
            value = value.replace(mask, secret)
        return self._links.translate(value)

    def _body(self, request: Request) -> bytes | None:
        if request.raw is not None:
            return request.raw.encode()
        if request.body is None:
            return None
        return json.dumps(self._links.translate_all(request.body), ensure_ascii=False).encode()

    def _remember(self, body: Json) -> None:
        """The token of a created instance, so that a masked one can be filled in."""
        if isinstance(body, dict) and isinstance(body.get("hash"), str):
            name = body["instance"]["instanceName"]
            self._masks[_TOKEN.format(name=name)] = body["hash"]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def is_absent(request: Request, status: int, body: Json) -> bool:
    """Whether the fake does not have the route that the real server has."""
    return status == HTTPStatus.NOT_FOUND and _cannot(body) and not _cannot(request.response)


def _cannot(body: Json) -> bool:
    """Whether a body is the answer to an unknown route."""
    response: Mapping[str, Json] = body.get("response", {}) if isinstance(body, dict) else {}
    message = response.get("message") if isinstance(response, dict) else None
    return isinstance(message, list) and bool(message) and str(message[0]).startswith("Cannot ")
