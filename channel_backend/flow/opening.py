"""Brings a session up in Evolution: a fresh instance where possible, the existing one where it is of use."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from itertools import count

from channel_backend.channel import Channel
from channel_backend.errors import (
    EvolutionError,
    EvolutionRefusedError,
    EvolutionTimeoutError,
    EvolutionUnreachableError,
)
from channel_backend.events import Qr, Seen
from channel_backend.evolution.client import NAME_TAKEN, NOT_FOUND, SERVER_ERROR, Evolution
from channel_backend.evolution.subscription import Subscription
from channel_backend.flow.removal import Rest, remove_instance
from channel_backend.intake import settle
from channel_backend.logs import about
from channel_backend.standing import failed
from channel_backend.status import ChannelStatus, from_evolution
from channel_backend.store.book import Book

log = logging.getLogger(__name__)

ATTEMPTS_MAX = 5
PAUSE_S = 0.25
TOO_MANY = 429

MakeInstance = Callable[[Evolution, str, Subscription], Awaitable[Qr | None]]


@dataclass(frozen=True, slots=True)
class Opening:
    """One way from "start was clicked" to an instance that gives QR codes to our webhook."""

    book: Book
    evolution: Evolution
    rest: Rest
    make_instance: MakeInstance = Evolution.create
    taking_down: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a start that nobody wants any more removes what it made: the next one has the same name."""

    async def run(self, channel: Channel, subscription: Subscription, *, anew: bool) -> None:
        """Open the session the channel is at; every end is written to the channel. `anew`: remove what is left first.

        The QR code normally comes by webhook long before Evolution's own answer; the answer's code is used when the
        webhook's has not come. A session that is not the channel's any more when the work is done is taken down.
        """
        async with self.taking_down:
            log.debug("no older start is taking anything down", extra=about(channel))
        try:
            await self._report(channel, await self._opened(channel, subscription, anew=anew))
        except EvolutionTimeoutError as error:
            # It may have happened. If it did, events or a look will tell; if not, patience ends by itself.
            log.warning("start not answered", extra=about(channel, error=error.reason))
        except EvolutionError as error:
            log.warning("start failed", extra=about(channel, error=error.reason))
            reason = error.reason
            await self.book.step(channel.id, lambda now: _gave_up(channel, now, reason))
        async with self.taking_down:
            await self._take_down_if_ended(channel)

    async def _report(self, channel: Channel, seen: Seen) -> None:
        await self.book.step(channel.id, lambda now: _answered(channel, now, seen))

    async def _opened(self, channel: Channel, subscription: Subscription, *, anew: bool) -> Seen:
        in_the_way = anew
        for attempt in count(1):
            try:
                if in_the_way:
                    await remove_instance(self.evolution, channel.instance, self.rest)
                    in_the_way = False
                return await self._created_or_reused(channel, subscription)
            except EvolutionError as error:
                if attempt == ATTEMPTS_MAX or not _may_pass(error):
                    raise
                await self.rest(PAUSE_S * 2 ** (attempt - 1))
                # Whoever ended the session meanwhile wants no instance any more.
                if not await self._is_current(channel):
                    raise
                in_the_way = in_the_way or isinstance(error, _InTheWayError)
                log.info("start tried again", extra=about(channel, error=error.reason, attempt=attempt))
        raise AssertionError  # count() has no end

    async def _created_or_reused(self, channel: Channel, subscription: Subscription) -> Seen:
        try:
            return Seen("connecting", qr=await self.make_instance(self.evolution, channel.instance, subscription))
        except EvolutionRefusedError as error:
            if error.http_status != NAME_TAKEN:
                raise
        return await self._reused(channel, subscription)

    async def _reused(self, channel: Channel, subscription: Subscription) -> Seen:
        """The instance exists. One that connects or is open serves; a closed one offers codes of its last pairing."""
        seen = await self.evolution.look(channel.instance)
        if seen.gone or from_evolution(seen.word) is ChannelStatus.DISCONNECTED:
            raise _InTheWayError("An older session is still being removed. Try again in a moment.")
        await self.evolution.subscribe(channel.instance, subscription)
        return await self.evolution.look(channel.instance, qr=True, owner=True)

    async def _is_current(self, channel: Channel) -> bool:
        now = await self.book.read(channel.id)
        return now is not None and now.standing.session == channel.standing.session

    async def _take_down_if_ended(self, channel: Channel) -> None:
        """Nobody wants this instance any more: the owner disconnected or deleted while it was being made."""
        now = await self.book.read(channel.id)
        if now is not None and now.standing.live:
            return
        try:
            await remove_instance(self.evolution, channel.instance, self.rest)
        except EvolutionError as error:
            log.error("an instance nobody wants is left in Evolution", extra=about(channel, error=error.reason))  # noqa: TRY400  the reason is the message


class _InTheWayError(EvolutionError):
    """An instance of that name exists and is of no use."""


def _may_pass(error: EvolutionError) -> bool:
    """Whether the same call may work a moment later."""
    if isinstance(error, EvolutionRefusedError):
        status = error.http_status
        # 404: the instance vanished between two calls, its removal was still under way.
        return status >= SERVER_ERROR or status in (TOO_MANY, NOT_FOUND)
    return isinstance(error, EvolutionUnreachableError | _InTheWayError)


def _answered(asked: Channel, now: Channel, seen: Seen) -> Channel:
    """Use the answer's QR code unless events have told more by now."""
    standing = now.standing
    if standing.session != asked.standing.session or standing.last_code is not None:
        return now
    return replace(now, standing=settle(standing, None, seen))


def _gave_up(asked: Channel, now: Channel, reason: str) -> Channel:
    standing = now.standing
    if standing.session != asked.standing.session or standing.status is not ChannelStatus.CONNECTING:
        return now
    return replace(now, standing=failed(standing, reason))
