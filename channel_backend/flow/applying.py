"""Applies reported events and looks to channels: the thin shell around `intake` and `patience`."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from channel_backend.channel import Channel
from channel_backend.errors import EvolutionError, NotAppliedError
from channel_backend.events import Event, Seen
from channel_backend.evolution.client import Evolution
from channel_backend.intake import Apply, Ask, Decision, Order, order_of
from channel_backend.logs import about
from channel_backend.metrics import WebhookOutcome
from channel_backend.patience import Patience, checked_again, look_again, overdue
from channel_backend.seams import Seams
from channel_backend.standing import Standing, looks_different
from channel_backend.store.book import Book, utc_now

log = logging.getLogger(__name__)

# Notes the outcome of an event in the transaction that makes it so.
Seal = Callable[[AsyncSession, WebhookOutcome], Awaitable[None]]

# How often a channel may change under a question before the event is sent back to be delivered again.
QUESTIONS_MAX = 4


class Look(StrEnum):
    """What a look at Evolution came to; NOTHING when no session is wanted and there was nothing to look at."""

    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    NO_ANSWER = "no_answer"
    NOTHING = "nothing"


class Applying:
    """Takes one event, or one look, to a decision and writes it."""

    def __init__(self, book: Book, evolution: Evolution, patience: Patience, seams: Seams) -> None:
        self._book = book
        self._seams = seams
        self._evolution = evolution
        self._patience = patience

    async def take(self, channel_id: int, event: Event, seal: Seal) -> WebhookOutcome | None:
        """Apply an event, asking Evolution where the event alone does not decide; None: there is no such channel.

        `seal` is called in the transaction that decides, with what became of the event.
        """
        for _ in range(QUESTIONS_MAX):
            case = _Case(event, self._seams, seal)
            step = await self._book.step(channel_id, case.move, also=case.seal)
            if step is None:
                return None
            log.info("event", extra=about(step.after, **case.told()))
            if not isinstance(case.decision, Ask):
                return case.outcome
            if await self._ask_and_settle(step.after, event, case.decision, seal):
                return WebhookOutcome.APPLIED
        raise NotAppliedError("the channel changes faster than Evolution can be asked")

    async def look(self, channel_id: int) -> Look:
        """Look at Evolution because the channel stayed silent, or because somebody asks, and correct what is wrong."""
        channel = await self._book.read(channel_id)
        if channel is None or not channel.standing.live:
            return Look.NOTHING
        seen = await self._seen(channel, qr=channel.standing.is_opening)
        step = await self._book.step(channel_id, lambda now: self._looked(channel, now, seen))
        if step is not None and looks_different(step.before.standing, step.after.standing):
            log.info("corrected by a look", extra=about(step.after, word=seen.word if seen else None))
            return Look.CORRECTED
        return Look.NO_ANSWER if seen is None else Look.CONFIRMED

    async def _ask_and_settle(self, channel: Channel, event: Event, ask: Ask, seal: Seal) -> bool:
        """Whether the answer could be used; not when the channel moved while we asked."""
        seen = await self._seen(channel, qr=ask.qr)
        if seen is None:
            verdict = self._seams.believe(channel.standing, event)
        else:
            verdict = self._seams.settle(channel.standing, event, seen)
        if verdict is None:
            raise NotAppliedError("the order of events is in doubt and Evolution cannot be asked")
        question = _Question(channel, verdict, seal)
        step = await self._book.step(channel.id, question.move, also=question.seal)
        if step is None:
            return False
        log.info("settled", extra=about(step.after, word=seen.word if seen else None))
        return question.is_answered

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

    def __init__(self, event: Event, seams: Seams, seal: Seal) -> None:
        self._event = event
        self._seams = seams
        self._seal = seal
        self.decision: Decision | None = None
        self.outcome = WebhookOutcome.IGNORED

    def move(self, channel: Channel) -> Channel:
        self.decision = self._seams.decide(channel.standing, self._event)
        if isinstance(self.decision, Apply):
            self.outcome = WebhookOutcome.APPLIED
            return replace(channel, standing=self.decision.standing)
        if _is_late(channel.standing, self._event):
            self.outcome = WebhookOutcome.STALE
        return channel

    async def seal(self, session: AsyncSession) -> None:
        if not isinstance(self.decision, Ask):
            await self._seal(session, self.outcome)

    def told(self) -> dict[str, object]:
        return {
            "event": type(self._event).__name__,
            "word": getattr(self._event, "word", None),
            "source_time": str(self._event.at) if self._event.at else None,
            "event_session": self._event.session,
            "decision": type(self.decision).__name__,
            "why": getattr(self.decision, "why", None),
        }


class _Question:
    """The answer to a question about a channel, of use only while the channel is as it was when we asked."""

    def __init__(self, asked: Channel, verdict: Standing, seal: Seal) -> None:
        self._asked = asked
        self._verdict = verdict
        self._seal = seal
        self.is_answered = False

    def move(self, now: Channel) -> Channel:
        self.is_answered = now.revision == self._asked.revision
        return replace(now, standing=self._verdict) if self.is_answered else now

    async def seal(self, session: AsyncSession) -> None:
        if self.is_answered:
            await self._seal(session, WebhookOutcome.APPLIED)


def _is_late(standing: Standing, event: Event) -> bool:
    """Whether the event is of an older session, or older than what was applied in this one."""
    other = event.session is not None and event.session != standing.session
    return other or order_of(standing, event) is Order.OLDER
