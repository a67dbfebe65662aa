"""What the owner can do with a session: start it, ask for a QR code, end it, delete the channel."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from channel_backend.channel import Channel
from channel_backend.errors import ApiError, EvolutionError
from channel_backend.evolution.client import Evolution
from channel_backend.flow.applying import Applying
from channel_backend.flow.openings import Openings
from channel_backend.flow.removal import Remove, Rest, remove_instance
from channel_backend.flow.waiting import QrWait, until_settled
from channel_backend.logs import about
from channel_backend.signals import Signals
from channel_backend.standing import ended, started
from channel_backend.status import ChannelStatus
from channel_backend.stopping import rest
from channel_backend.store.book import Book, utc_now
from channel_backend.store.limits import Objection, session_objection

log = logging.getLogger(__name__)

NOT_FOUND = "ERR_NO_WAPP_FOUND"


@dataclass(frozen=True, slots=True)
class Sessions:
    """The four actions, each for a tenant's own channel."""

    book: Book
    openings: Openings
    evolution: Evolution
    applying: Applying
    signals: Signals
    qr_wait_s: float
    until_settled: Callable[[QrWait], Awaitable[Channel]] = until_settled
    session_objection: Objection = session_objection
    remove_instance: Remove = remove_instance
    rest: Rest = rest

    async def start(self, tenant_id: int, channel_id: int) -> Channel:
        """Begin a session unless one is open or on its way, and return; Evolution is asked in the background."""
        asked_at = utc_now()
        return await self._start(await self._own(tenant_id, channel_id), asked_at)

    async def _start(self, channel: Channel, asked_at: datetime) -> Channel:
        tenant_id, channel_id = channel.tenant_id, channel.id
        if channel.standing.uses_a_session:
            return channel
        objection = partial(self.session_objection, tenant_id=tenant_id, channel_id=channel_id)
        await self.openings.reserve(channel_id)
        has_begun = False
        try:
            step = await self.book.step(channel_id, _start, guard=objection, asked_at=asked_at)
            if step is None:
                raise ApiError(404, NOT_FOUND)
            if step.after.standing.session != step.before.standing.session:
                await self.openings.begin(step.after, anew=step.before.provider_present)
                has_begun = True
        finally:
            if not has_begun:
                await self.openings.release(channel_id)
        return step.after

    async def request_qr(self, tenant_id: int, channel_id: int) -> Channel:
        """The channel as soon as it has a QR code to scan, or is past needing one, or the wait is over."""
        asked_at = utc_now()
        channel = await self._own(tenant_id, channel_id)
        if channel.standing.status is ChannelStatus.CONNECTED:
            raise ApiError(409, "ERR_SESSION_CONNECTED: disconnect the channel before asking for a new QR code")
        with self.signals.listening(channel_id) as bell:
            if channel.standing.status is ChannelStatus.QRCODE:
                await self.applying.look(channel_id)
                channel = await self._own(tenant_id, channel_id)
            return await self._settled(await self._start(channel, asked_at), bell)

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
            await self.remove_instance(self.evolution, channel.instance, self.rest)
        except EvolutionError as error:
            log.warning("session not ended", extra=about(channel, error=error.reason))
            raise ApiError(502, f"ERR_DISCONNECT_SESSION: {error.reason}") from error

    async def _settled(self, channel: Channel, bell: asyncio.Event) -> Channel:
        wait = QrWait(
            channel=channel,
            bell=bell,
            signals=self.signals,
            limit_s=self.qr_wait_s,
            read=partial(self._own, channel.tenant_id, channel.id),
            rest=self.rest,
        )
        return await self.until_settled(wait)

    async def _own(self, tenant_id: int, channel_id: int) -> Channel:
        channel = await self.book.read(channel_id, tenant_id=tenant_id)
        if channel is None:
            raise ApiError(404, NOT_FOUND)
        return channel


def _start(channel: Channel) -> Channel:
    if channel.standing.uses_a_session:
        return channel
    standing = started(channel.standing)
    return replace(channel, standing=standing, opening=standing.session, provider_present=True)


def _end(channel: Channel) -> Channel:
    if not channel.standing.live and not channel.provider_present:
        return channel
    return replace(channel, standing=ended(channel.standing), provider_present=False)
