"""The only outbound socket: one attempt, one answer."""

import asyncio
from math import isinf
from typing import Protocol, Self

import aiohttp

from fake_evolution.plan import Answer, Outcome, Webhook

_REDIRECTS_MAX = 21


class Sender(Protocol):
    """What can carry an attempt out."""

    async def send(self, webhook: Webhook, timeout_s: float) -> Answer:
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
        try:
            async with self._session.post(
                webhook.url,
                data=webhook.body,
                headers=webhook.headers,
                timeout=aiohttp.ClientTimeout(total=None if isinf(timeout_s) else timeout_s),
                max_redirects=_REDIRECTS_MAX + 1,  # aiohttp stops when it gets there, not when it is past it
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
