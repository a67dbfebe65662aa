"""Attempts that no HTTP client would make: bodies that trickle, end too early, or end in a reset.

The head is the one of an HTTP client and announces the whole body. A reset is a real one: the socket is closed with
SO_LINGER 0, so the kernel sends RST instead of FIN.
"""

import asyncio
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from math import isinf
from typing import Protocol, runtime_checkable
from urllib.parse import urlsplit

from fake_evolution.delivery.sender import Sender
from fake_evolution.plan import Answer, Ending, Outcome, Webhook, Wire

Pause = Callable[[float], Awaitable[None]]

_PIECES = 20
_STATUS_LINE_BYTES_MAX = 8192
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_GOOD = range(200, 300)


@runtime_checkable
class Departing(Protocol):
    """What can carry out an attempt that departs from a plain post."""

    async def send_departing(self, webhook: Webhook, wire: Wire, timeout_s: float) -> Answer:
        """Post as `wire` says, and tell how it ended."""


@dataclass(frozen=True, slots=True)
class WireFaults:
    """Carries out attempts that depart from a plain post; `pause` waits so many seconds of the run's clock."""

    sender: Sender
    pause: Pause

    async def send_departing(self, webhook: Webhook, wire: Wire, timeout_s: float) -> Answer:
        """Post as `wire` says, and tell how it ended; never raises for what a receiver does.

        What only carries another message than it should goes out through the sender like any other.
        """
        webhook = wire.edited(webhook)
        if not wire.needs_own_socket:
            return await self.sender.send(webhook, timeout_s)
        try:
            async with asyncio.timeout(None if isinf(timeout_s) else timeout_s):
                return await self._exchange(webhook, wire)
        except TimeoutError:
            return Answer(Outcome.UNKNOWN, error=f"no answer within {timeout_s:g} s")
        except (OSError, EOFError, ValueError) as error:
            return Answer(Outcome.UNKNOWN, error=f"{type(error).__name__}: {error}")

    async def _exchange(self, webhook: Webhook, wire: Wire) -> Answer:
        reader, writer = await _connected(webhook.url)
        try:
            writer.write(_head(webhook))
            sent = webhook.body[: int(len(webhook.body) * wire.sent_share)]
            await self._trickle(writer, sent, wire.body_over_s)
            if wire.sent_share < 1:
                return _ended_early(writer, wire.ending, sent, webhook)
            return _judged(await _status(reader))
        finally:
            writer.close()

    async def _trickle(self, writer: asyncio.StreamWriter, body: bytes, over_s: float) -> None:
        """The body at once, or in equal pieces with equal pauses between them."""
        size = len(body) if not over_s else -(-len(body) // _PIECES) or 1
        for start in range(0, len(body), size or 1):
            if over_s:
                await self.pause(over_s / _PIECES)
            writer.write(body[start : start + size])
            await writer.drain()


async def _connected(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(url)
    secure = ssl.create_default_context() if parts.scheme == "https" else None
    port = parts.port or (443 if secure else 80)
    reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=secure)
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return reader, writer


def _head(webhook: Webhook) -> bytes:
    parts = urlsplit(webhook.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"host": parts.netloc.rpartition("@")[2], **webhook.headers, "content-length": str(len(webhook.body))}
    lines = [f"POST {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("a header has a line break in it")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")


def _ended_early(writer: asyncio.StreamWriter, ending: Ending, sent: bytes, webhook: Webhook) -> Answer:
    """Hang up, the body not being whole; what the receiver makes of it nobody will hear."""
    word = "closed"
    if ending is Ending.RESET:
        word = "reset"
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        writer.transport.abort()
    return Answer(Outcome.UNKNOWN, error=f"{word} after {len(sent)} of {len(webhook.body)} octets")


async def _status(reader: asyncio.StreamReader) -> int:
    """The status of the final answer; interim ones are passed over."""
    while True:
        line = await reader.readline()
        version, _, rest = line.decode("latin-1").partition(" ")
        if len(line) > _STATUS_LINE_BYTES_MAX or not version.startswith("HTTP/1.") or not rest[:3].isdigit():
            raise EOFError("the receiver closed without an answer" if not line else "the answer is no HTTP")
        if not rest.startswith("1"):
            return int(rest[:3])
        while (await reader.readline()).strip():
            """An interim answer has a head of its own."""


def _judged(status: int) -> Answer:
    return Answer(Outcome.OK if status in _GOOD else Outcome.FAIL, status=status)
