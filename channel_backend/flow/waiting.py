"""Waits for a QR code as long as it takes and no longer."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from channel_backend.channel import Channel
from channel_backend.signals import Signals
from channel_backend.status import ChannelStatus

# Between two looks at the database: other processes ring no bell here.
LOOK_S_FIRST = 0.25
LOOK_S_MAX = 1.0


@dataclass(frozen=True, slots=True)
class QrWait:
    """A channel on its way to a QR code: the bell that rings when it changes, and how to read it again."""

    channel: Channel
    bell: asyncio.Event
    signals: Signals
    limit_s: float
    read: Callable[[], Awaitable[Channel]]
    rest: Callable[[float], Awaitable[None]]


async def until_settled(wait: QrWait) -> Channel:
    """The channel once it is past CONNECTING; a bell or the backoff decides when to look, never a fixed time."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + wait.limit_s
    pause_s = LOOK_S_FIRST
    channel = wait.channel
    while channel.standing.status is ChannelStatus.CONNECTING and not wait.signals.is_closing:
        left_s = deadline - loop.time()
        if left_s <= 0:
            break
        await _rung(wait.bell, min(pause_s, left_s))
        pause_s = min(pause_s * 2, LOOK_S_MAX)
        channel = await wait.read()
    return channel


async def _rung(bell: asyncio.Event, timeout_s: float) -> None:
    """Until the bell rings, or the time is over."""
    try:
        async with asyncio.timeout(timeout_s):
            await bell.wait()
    except TimeoutError:
        return
    bell.clear()
