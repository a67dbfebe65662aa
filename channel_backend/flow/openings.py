"""Who brings sessions up: a start is written down with its session, so that another process goes on with it."""

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass, field, replace
from weakref import WeakValueDictionary

import psycopg

from channel_backend.channel import Channel
from channel_backend.evolution.client import Evolution
from channel_backend.evolution.subscription import Subscription
from channel_backend.flow.background import Background
from channel_backend.flow.opening import MakeInstance, Opening
from channel_backend.flow.removal import Rest
from channel_backend.logs import about
from channel_backend.standing import Standing, started_again
from channel_backend.status import ChannelStatus
from channel_backend.store.accounts import Accounts
from channel_backend.store.book import Book
from channel_backend.store.claims import Claims, Work
from channel_backend.store.removals import MAKING_S_MAX, Removals

log = logging.getLogger(__name__)

ABANDONED_AT_ONCE_MAX = 50


@dataclass(frozen=True, slots=True)
class Openings:
    """Starts work on sessions, and takes over what a process that died was working on."""

    book: Book
    accounts: Accounts
    evolution: Evolution
    removals: Removals
    claims: Claims
    background: Background
    webhook_url: str
    rest: Rest
    make_instance: MakeInstance = Evolution.create
    _here: Counter[int] = field(default_factory=Counter)
    _taking_down: WeakValueDictionary[int, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def reserve(self, channel_id: int) -> None:
        """Claim the channel's start before it is written down, so that nobody takes it for left over."""
        self._here[channel_id] += 1
        try:
            await self.claims.take(Work.OPENING, channel_id)
        except psycopg.Error as error:
            # Without a claim the work goes on all the same; at worst it is begun twice.
            log.warning("a start is not claimed", extra={"channel": channel_id, "error": str(error).strip()})

    async def release(self, channel_id: int) -> None:
        """The start that was reserved is over, or there was none."""
        self._here[channel_id] -= 1
        if not self._here[channel_id]:
            del self._here[channel_id]
        await self.claims.leave(Work.OPENING, channel_id)

    async def begin(self, channel: Channel, *, anew: bool) -> None:
        """Bring up the session the channel is at, which was reserved, and release it then; returns at once.

        `anew`: remove first what Evolution has of it.
        """
        key = await self.accounts.webhook_key(channel.tenant_id)
        subscription = Subscription(self.webhook_url, key, channel.standing.session)
        self.background.start(self._run(channel, subscription, anew=anew), f"open channel {channel.id}")

    async def take_over(self) -> None:
        """Go on with sessions whose process died."""
        for channel in await self.book.abandoned(ABANDONED_AT_ONCE_MAX):
            if channel.id not in self._here and await self.claims.take(Work.OPENING, channel.id):
                try:
                    await self._take_over(channel)
                finally:
                    await self.claims.leave(Work.OPENING, channel.id)

    async def _run(self, channel: Channel, subscription: Subscription, *, anew: bool) -> None:
        try:
            taking_down = self._taking_down.setdefault(channel.id, asyncio.Lock())
            opening = Opening(self.book, self.evolution, self.rest, self.make_instance, taking_down)
            await opening.run(channel, subscription, anew=anew)
            await self.book.opened(channel)
        finally:
            await self.release(channel.id)

    async def _take_over(self, channel: Channel) -> None:
        """What was to be done is not known; what is wanted is: a session with a code, or no instance."""
        standing = channel.standing
        log.info("a start was left over", extra=about(channel))
        if not standing.live:
            # Evolution may still be making it.
            await self.removals.want(channel.instance, after_s=MAKING_S_MAX)
        elif _is_without_a_code(standing) and standing.session == channel.opening:
            step = await self.book.step(channel.id, lambda now: _again(channel, now))
            if step is not None and step.after != step.before:
                await self.reserve(channel.id)
                await self.begin(step.after, anew=True)
                return
        await self.book.opened(channel)


def _is_without_a_code(standing: Standing) -> bool:
    return standing.status is ChannelStatus.CONNECTING and standing.last_code is None


def _again(left: Channel, now: Channel) -> Channel:
    """The same start under a new session number: what the half-made instance still reports finds nobody."""
    if now.standing != left.standing or now.opening != left.opening:
        return now
    standing = started_again(now.standing)
    return replace(now, standing=standing, opening=standing.session, provider_present=True)
