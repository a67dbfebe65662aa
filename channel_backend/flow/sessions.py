"""What the owner can do with a session: start it, ask for a QR code, end it, delete the channel."""

import asyncio
import logging
from dataclasses import dataclass, replace
from functools import partial

from channel_backend.channel import Channel
from channel_backend.errors import ApiError, EvolutionError
from channel_backend.evolution.client import Evolution
from channel_backend.evolution.subscription import Subscription
from channel_backend.flow.applying import Applying
from channel_backend.flow.background import Background
from channel_backend.flow.opening import Opening
from channel_backend.flow.removal import Rest, remove_instance
from channel_backend.logs import about
from channel_backend.signals import Signals
from channel_backend.standing import ended, started
from channel_backend.status import ChannelStatus
from channel_backend.store.accounts import Accounts
from channel_backend.store.book import Book
from channel_backend.store.limits import session_objection

log = logging.getLogger(__name__)

# Between two looks at the database while waiting for a QR code: other processes ring no bell here.
LOOK_S_FIRST = 0.25
LOOK_S_MAX = 1.0

NOT_FOUND = "ERR_NO_WAPP_FOUND"


@dataclass(frozen=True, slots=True)
class Sessions:
    """The four actions, each for a tenant's own channel."""

    book: Book
    accounts: Accounts
    evolution: Evolution
    applying: Applying
    background: Background
    signals: Signals
    webhook_url: str
    qr_wait_s: float
    rest: Rest = asyncio.sleep

    async def start(self, tenant_id: int, channel_id: int) -> Channel:
        """Begin a session unless one is open or on its way, and return; Evolution is asked in the background."""
        return await self._start(await self._own(tenant_id, channel_id))

    async def _start(self, channel: Channel) -> Channel:
        tenant_id, channel_id = channel.tenant_id, channel.id
        if channel.standing.uses_a_session:
            return channel
        key = await self.accounts.webhook_key(tenant_id)
        objection = partial(session_objection, tenant_id=tenant_id, channel_id=channel_id)
        step = await self.book.step(channel_id, _start, guard=objection)
        if step is None:
            raise ApiError(404, NOT_FOUND)
        if step.after.standing.session != step.before.standing.session:
            subscription = Subscription(self.webhook_url, key, step.after.standing.session)
            opening = Opening(self.book, self.evolution, self.rest)
            work = opening.run(step.after, subscription, anew=step.before.provider_present)
            self.background.start(work, f"open channel {channel_id}")
        return step.after

    async def request_qr(self, tenant_id: int, channel_id: int) -> Channel:
        """The channel as soon as it has a QR code to scan, or is past needing one, or the wait is over."""
        channel = await self._own(tenant_id, channel_id)
        if channel.standing.status is ChannelStatus.CONNECTED:
            raise ApiError(409, "ERR_SESSION_CONNECTED: disconnect the channel before asking for a new QR code")
        with self.signals.listening(channel_id) as bell:
            if channel.standing.status is ChannelStatus.QRCODE:
                await self.applying.look(channel_id)
                channel = await self._own(tenant_id, channel_id)
            return await self._settled(await self._start(channel), bell)

    async def disconnect(self, tenant_id: int, channel_id: int) -> Channel:
        """End the session in Evolution, then here; when Evolution fails, nothing is changed and the caller is told."""
        channel = await self._own(tenant_id, channel_id)
        await self._remove(channel)
        step = await self.book.step(channel_id, _end)
        if step is None:
            raise ApiError(404, NOT_FOUND)
        log.info("session ended", extra=about(step.after))
        return step.after

    async def delete(self, tenant_id: int, channel_id: int) -> None:
        """Delete the channel and whatever Evolution has of it."""
        channel = await self._own(tenant_id, channel_id)
        await self._remove(channel)
        await self.book.delete(channel_id)
        log.info("channel deleted", extra=about(channel))

    async def _remove(self, channel: Channel) -> None:
        if not channel.provider_present:
            return
        try:
            await remove_instance(self.evolution, channel.instance, self.rest)
        except EvolutionError as error:
            log.warning("session not ended", extra=about(channel, error=error.reason))
            raise ApiError(502, f"ERR_DISCONNECT_SESSION: {error.reason}") from error

    async def _settled(self, channel: Channel, bell: asyncio.Event) -> Channel:
        """Wait until the channel is past CONNECTING; a bell or the backoff decides when to look, never a fixed time."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.qr_wait_s
        pause_s = LOOK_S_FIRST
        while channel.standing.status is ChannelStatus.CONNECTING and not self.signals.is_closing:
            left_s = deadline - loop.time()
            if left_s <= 0:
                break
            await _rung(bell, min(pause_s, left_s))
            pause_s = min(pause_s * 2, LOOK_S_MAX)
            channel = await self._own(channel.tenant_id, channel.id)
        return channel

    async def _own(self, tenant_id: int, channel_id: int) -> Channel:
        channel = await self.book.read(channel_id, tenant_id=tenant_id)
        if channel is None:
            raise ApiError(404, NOT_FOUND)
        return channel


async def _rung(bell: asyncio.Event, timeout_s: float) -> None:
    """Until the bell rings, or the time is over."""
    try:
        async with asyncio.timeout(timeout_s):
            await bell.wait()
    except TimeoutError:
        return
    bell.clear()


def _start(channel: Channel) -> Channel:
    if channel.standing.uses_a_session:
        return channel
    return replace(channel, standing=started(channel.standing), provider_present=True)


def _end(channel: Channel) -> Channel:
    if not channel.standing.live and not channel.provider_present:
        return channel
    return replace(channel, standing=ended(channel.standing), provider_present=False)
