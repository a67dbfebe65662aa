"""Applies reported events and looks to channels: the thin shell around `intake` and `patience`."""

import logging
from dataclasses import replace

from channel_backend.channel import Channel
from channel_backend.errors import EvolutionError, NotAppliedError
from channel_backend.events import Event, Seen
from channel_backend.evolution.client import Evolution
from channel_backend.intake import Apply, Ask, Decision, believe, decide, settle
from channel_backend.logs import about
from channel_backend.patience import Patience, checked_again, look_again, overdue
from channel_backend.standing import Standing
from channel_backend.store.book import Book, utc_now

log = logging.getLogger(__name__)

# How often a channel may change under a question before the event is sent back to be delivered again.
QUESTIONS_MAX = 4


class Applying:
    """Takes one event, or one look, to a decision and writes it."""

    def __init__(self, book: Book, evolution: Evolution, patience: Patience) -> None:
        self._book = book
        self._evolution = evolution
        self._patience = patience

    async def take(self, channel_id: int, event: Event) -> None:
        """Apply an event, asking Evolution where the event alone does not decide; returns when it is committed."""
        for _ in range(QUESTIONS_MAX):
            case = _Case(event)
            step = await self._book.step(channel_id, case.move)
            if step is None:
                return
            log.info("event", extra=about(step.after, **case.told()))
            if not isinstance(case.decision, Ask):
                return
            if await self._ask_and_settle(step.after, event, case.decision):
                return
        raise NotAppliedError("the channel changes faster than Evolution can be asked")

    async def look(self, channel_id: int) -> None:
        """Look at Evolution because the channel stayed silent, or because its owner asks, and correct what is wrong."""
        channel = await self._book.read(channel_id)
        if channel is None or not channel.standing.live:
            return
        seen = await self._seen(channel, qr=channel.standing.is_opening)
        await self._book.step(channel_id, lambda now: self._looked(channel, now, seen))

    async def _ask_and_settle(self, channel: Channel, event: Event, ask: Ask) -> bool:
        """Whether the answer could be used; not when the channel moved while we asked."""
        seen = await self._seen(channel, qr=ask.qr)
        verdict = believe(channel.standing, event) if seen is None else settle(channel.standing, event, seen)
        if verdict is None:
            raise NotAppliedError("the order of events is in doubt and Evolution cannot be asked")
        step = await self._book.step(channel.id, lambda now: _if_unmoved(channel, now, verdict))
        if step is None:
            return True
        log.info("settled", extra=about(step.after, word=seen.word if seen else None))
        return step.before.revision == channel.revision

    async def _seen(self, channel: Channel, *, qr: bool) -> Seen | None:
        try:
            return await self._evolution.look(channel.instance, qr=qr, owner=channel.standing.owner is None)
        except EvolutionError as error:
            log.warning("Evolution could not be asked", extra=about(channel, error=error.reason))
            return None

    def _looked(self, asked: Channel, now: Channel, seen: Seen | None) -> Channel:
        if now.revision != asked.revision:
            return now
        time = utc_now()
        given_up = now.deadlines.give_up_at is not None and now.deadlines.give_up_at <= time
        standing = overdue(now.standing, seen, given_up=given_up)
        if standing != now.standing:
            return replace(now, standing=standing)
        if not standing.is_opening:
            return now
        if seen is None:
            return replace(now, deadlines=look_again(time, self._patience, now.deadlines))
        return replace(now, deadlines=checked_again(standing, time, self._patience, now.deadlines))


class _Case:
    """One event before one state of its channel: keeps the decision that the move was made from."""

    def __init__(self, event: Event) -> None:
        self._event = event
        self.decision: Decision | None = None

    def move(self, channel: Channel) -> Channel:
        self.decision = decide(channel.standing, self._event)
        if isinstance(self.decision, Apply):
            return replace(channel, standing=self.decision.standing)
        return channel

    def told(self) -> dict[str, object]:
        return {
            "event": type(self._event).__name__,
            "word": getattr(self._event, "word", None),
            "source_time": str(self._event.at) if self._event.at else None,
            "event_session": self._event.session,
            "decision": type(self.decision).__name__,
            "why": getattr(self.decision, "why", None),
        }


def _if_unmoved(asked: Channel, now: Channel, verdict: Standing) -> Channel:
    return replace(now, standing=verdict) if now.revision == asked.revision else now
