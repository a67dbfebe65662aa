"""The line to a control API: calls, and the stream of the journal."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, NoReturn

import aiohttp
import orjson

from fake_evolution.errors import FakeEvolutionError

_REFUSED_FROM = 400
_SILENCE_S_MAX = 60.0
_LINE_OCTETS_MAX = 64 << 20


class ControlError(FakeEvolutionError):
    """The control API refused a call: its sentence, its HTTP `status` and a word for the `kind` of error.

    Status 0 and the kind `unreachable` mean that no fake answered at all.
    """

    def __init__(self, status: int, message: str, *, kind: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind


class ControlLine:
    """Connections to a control API."""

    def __init__(self, url: str, *, key: str | None, timeout_s: float) -> None:
        self.url = url.rstrip("/")
        self._headers = {} if key is None else {"x-control-key": key}
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._session: aiohttp.ClientSession | None = None

    def open(self) -> None:
        """Open the line; connections are made when they are needed."""
        self._session = aiohttp.ClientSession(
            headers=self._headers, timeout=self._timeout, read_bufsize=_LINE_OCTETS_MAX
        )

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        also_fine: int | None = None,
    ) -> Any:
        """The JSON of an answer; ControlError for a refusal."""
        try:
            async with self._opened().request(method, self.url + path, json=body, params=query) as response:
                octets = await response.read()
        except TimeoutError as error:
            raise ControlError(0, f"{method} {self.url}{path} had no answer in time", kind="unreachable") from error
        except (aiohttp.ClientError, ValueError) as error:
            self._unreachable(error)
        return _answer(response.status, octets, also_fine=also_fine)

    async def octets(self, path: str) -> bytes:
        """An answer that is no JSON."""
        try:
            async with self._opened().get(self.url + path) as response:
                octets = await response.read()
        except aiohttp.ClientError as error:
            self._unreachable(error)
        if response.status >= _REFUSED_FROM:
            _answer(response.status, octets, also_fine=None)
        return octets

    async def events(self, path: str, query: Mapping[str, str]) -> AsyncIterator[tuple[str, Any]]:
        """Server-sent events as pairs of name (`message` where it has none) and data, until the other side ends."""
        timeout = aiohttp.ClientTimeout(total=None, sock_read=_SILENCE_S_MAX)
        try:
            async with self._opened().get(self.url + path, params=query, timeout=timeout) as response:
                if response.status >= _REFUSED_FROM:
                    _answer(response.status, await response.read(), also_fine=None)
                name = "message"
                async for line in response.content:
                    field, _, value = line.rstrip(b"\r\n").partition(b": ")
                    if field == b"event":
                        name = value.decode()
                    elif field == b"data":
                        yield name, orjson.loads(value)
                        name = "message"
        except (aiohttp.ClientError, TimeoutError) as error:
            self._unreachable(error)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise ControlError(0, "the client is not open; enter it with `async with` first", kind="not-open")
        return self._session

    def _unreachable(self, error: Exception) -> NoReturn:
        told = str(error) or type(error).__name__
        raise ControlError(0, f"no fake answers at {self.url}: {told}", kind="unreachable") from error


def _answer(status: int, octets: bytes, *, also_fine: int | None) -> Any:
    try:
        found = orjson.loads(octets)
    except orjson.JSONDecodeError as error:
        told = octets[:100].decode("utf-8", "replace")
        raise ControlError(
            status, f"what answers is no control API of a fake: status {status}, {told!r}", kind="foreign"
        ) from error
    refused = status >= _REFUSED_FROM and status != also_fine
    if refused or (isinstance(found, dict) and "error" in found):
        told = found if not isinstance(found, dict) else found.get("error", found)
        raise ControlError(status, str(told), kind=str(found.get("kind", "")) if isinstance(found, dict) else "")
    return found
