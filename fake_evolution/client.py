"""A typed client of the control API, for harnesses and tests."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import aiohttp

from fake_evolution.errors import FakeEvolutionError

_REFUSED = 409


class ControlError(FakeEvolutionError):
    """The control API refused a call; the text is its sentence, `status` its HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class ControlClient:
    """Calls of the control API at `control_url`; an async context manager. Errors are ControlError."""

    def __init__(self, control_url: str, *, key: str | None = None, timeout_s: float = 30.0) -> None:
        self._url = control_url.rstrip("/")
        self._headers = {} if key is None else {"x-control-key": key}
        self._timeout_s = timeout_s
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        timeout = aiohttp.ClientTimeout(total=self._timeout_s)
        self._session = aiohttp.ClientSession(headers=self._headers, timeout=timeout)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def health(self) -> dict[str, Any]:
        """Liveness and counters."""
        return dict(await self._call("GET", "/health"))

    async def instances(self) -> list[dict[str, Any]]:
        """All instances."""
        return list(await self._call("GET", "/instances"))

    async def instance(self, name: str) -> dict[str, Any]:
        """One instance."""
        return dict(await self._call("GET", f"/instances/{_quoted(name)}"))

    async def scan(
        self,
        *,
        code: str | None = None,
        instance: str | None = None,
        number: str | None = None,
        profile_name: str | None = None,
    ) -> dict[str, Any]:
        """A phone scans a code (without one: the current code of `instance`); the verdict tells whether it linked."""
        path = "/scan" if instance is None else f"/instances/{_quoted(instance)}/scan"
        given = {"code": code, "number": number, "profile_name": profile_name}
        return dict(await self._call("POST", path, given, also_fine=_REFUSED))

    async def phone(
        self, instance: str, action: str, *, code: int | None = None, for_s: float | None = None
    ) -> dict[str, Any]:
        """Something happens to a phone: unlink, ban, lose-connection, recover, die-silently or next-qr."""
        given = {"action": action, "code": code, "for_s": for_s}
        return dict(await self._call("POST", f"/instances/{_quoted(instance)}/phone", given))

    async def messages(self, instance: str, *, text: str, sender: str | None = None, count: int = 1) -> list[str]:
        """The phone receives texts; their ids."""
        given = {"from": sender, "text": text, "count": count}
        answer = await self._call("POST", f"/instances/{_quoted(instance)}/messages", given)
        return list(answer["message_ids"])

    async def journal(self, *, after: int = 0, wait_s: float = 0, kind: str | None = None) -> list[dict[str, Any]]:
        """Records after a `seq`, waiting up to `wait_s` for the first."""
        query = {"after": str(after), "wait_s": str(wait_s)} | ({} if kind is None else {"kind": kind})
        return list(await self._call("GET", "/journal", query=query))

    async def reset(self, *, world: Mapping[str, Any] | None = None, seed: int | None = None) -> dict[str, Any]:
        """Empty the fake; `world` as in a world file."""
        return dict(await self._call("POST", "/reset", {"world": world, "seed": seed}))

    async def restart(self, *, down_s: float | None = None) -> dict[str, Any]:
        """The server's process goes away, and comes back after `down_s` seconds."""
        return dict(await self._call("POST", "/restart", {"down_s": down_s}))

    async def clock(self, *, advance_s: float | None = None, rate: float | None = None) -> dict[str, Any]:
        """The run's time; advanced or at another rate where given."""
        if advance_s is None and rate is None:
            return dict(await self._call("GET", "/clock"))
        return dict(await self._call("POST", "/clock", {"advance_s": advance_s, "rate": rate}))

    async def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, str] | None = None,
        also_fine: int | None = None,
    ) -> Any:
        if self._session is None:
            raise ControlError(0, "the client is not open; enter it with `async with` first")
        given = None if body is None else {key: value for key, value in body.items() if value is not None}
        async with self._session.request(method, self._url + path, json=given, params=query) as response:
            answer = await response.json()
            refused = response.status >= 400 and response.status != also_fine  # noqa: PLR2004
            if refused or "error" in answer:
                raise ControlError(response.status, str(answer.get("error", answer)))
            return answer


def _quoted(name: str) -> str:
    return quote(name, safe="")
