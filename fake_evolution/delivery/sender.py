"""The only outbound socket: one attempt, one answer."""

import asyncio
from collections.abc import Awaitable, Mapping
from http import HTTPStatus
from math import isinf
from typing import Protocol, Self

import aiohttp
from yarl import URL

from fake_evolution.plan import Answer, Outcome, Webhook

_REDIRECTS_MAX = 21
_REPEATED_AS_GET = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND, HTTPStatus.SEE_OTHER})


class Sender(Protocol):
    """What can carry an attempt out."""

    def send(self, webhook: Webhook, timeout_s: float) -> Awaitable[Answer]:
        """Post the webhook and say how it ended; never raises for what a receiver does."""

    async def close(self) -> None:
        """Let go of all connections."""


class HttpSender:
    """Posts with aiohttp's client, which redirects as the real server's does (301/302 turn a POST into a GET)."""

    def __init__(self, *, connections_max: int) -> None:
        connector = aiohttp.TCPConnector(limit=connections_max, ttl_dns_cache=60)
        self._session = aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
        )

    async def send(self, webhook: Webhook, timeout_s: float) -> Answer:
        """Post the webhook; success is a final 2xx."""
        return await self._request(
            "POST", webhook.url, webhook.body, webhook.headers, redirects_max=_REDIRECTS_MAX, timeout_s=timeout_s
        )

    async def follow(self, webhook: Webhook, *, status: int, location: str, timeout_s: float) -> Answer:
        """Go on from the answer to a webhook that was a redirect, as if this client had got it."""
        try:
            here = URL(webhook.url)
            there = here.join(URL(location))
            leaves = there.origin() != here.origin()
        except ValueError as error:
            return Answer(Outcome.FAIL, error=f"not connected: redirected to {location!r}: {error}")
        headers = {name: value for name, value in webhook.headers.items() if not (leaves and _is_secret(name))}
        method, body = ("GET", None) if status in _REPEATED_AS_GET else ("POST", webhook.body)
        left = _REDIRECTS_MAX - 1
        return await self._request(method, there, body, headers, redirects_max=left, timeout_s=timeout_s)

    async def _request(
        self,
        method: str,
        url: URL | str,
        body: bytes | None,
        headers: Mapping[str, str],
        *,
        redirects_max: int,
        timeout_s: float,
    ) -> Answer:
        try:
            async with self._session.request(
                method,
                url,
                data=body,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=None if isinf(timeout_s) else timeout_s),
                max_redirects=redirects_max + 1,  # aiohttp stops when it gets there, not when it is past it
            ) as response:
                await response.read()
                outcome = Outcome.OK if response.ok and response.status < 300 else Outcome.FAIL  # noqa: PLR2004
                return Answer(outcome, status=response.status)
        except TimeoutError:
            return Answer(Outcome.UNKNOWN, error=f"no answer within {timeout_s:g} s")
        except (aiohttp.ClientConnectorError, aiohttp.InvalidURL) as error:
            return Answer(Outcome.FAIL, error=f"not connected: {error}")
        except ValueError as error:  # a header or an address that cannot be sent at all
            return Answer(Outcome.FAIL, error=f"not sent: {error}")
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError) as error:
            return Answer(Outcome.UNKNOWN, error=f"{type(error).__name__}: {error}")

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()


def _is_secret(name: str) -> bool:
    return name.lower() in ("authorization", "cookie")
