"""Applies the webhooks about sessions that are kept, one by one, because each may need a question to Evolution."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from channel_backend.errors import AlreadySettledError
from channel_backend.events import QrReported, StateReported
from channel_backend.evolution.wire import read_event
from channel_backend.flow.applying import Applying
from channel_backend.flow.failing import Failing, posted_of
from channel_backend.metrics import Metrics, WebhookOutcome
from channel_backend.store.database import DATABASE_AWAY
from channel_backend.store.inbox import BATCH_MAX, Inbox, Kept


@dataclass(frozen=True, slots=True)
class Working:
    """Works off one instance's lane of the inbox, without the messages in it.

    Events are taken in the order in which they came. One that cannot be decided steps aside until it is due again, so
    that what is behind it is not held up: which of two events is newer is told by their own times, not by ours.
    """

    inbox: Inbox
    applying: Applying
    failing: Failing
    metrics: Metrics

    async def drain(self, lane: str) -> None:
        """Take what is due."""
        while batch := await self.inbox.due(lane):
            for kept in batch:
                await self._take(kept)
            if len(batch) < BATCH_MAX:
                # Whoever put in more meanwhile has woken the lane again.
                return

    async def _take(self, kept: Kept) -> None:
        if kept.attempts:
            self.metrics.inbox_retried()
        try:
            outcome = await self._applied(kept)
        except AlreadySettledError:
            return
        except DATABASE_AWAY:
            raise
        except Exception as error:  # noqa: BLE001  it is put off or given up, with its reason
            await self.failing.failed(kept, error)
        else:
            self.metrics.webhook_seen(kept.webhook.event, outcome)

    async def _applied(self, kept: Kept) -> WebhookOutcome:
        """What became of it; noted in the transaction that made it so."""
        event = read_event(posted_of(kept))
        seal = _Seal(self.inbox, kept.id)
        if isinstance(event, StateReported | QrReported):
            await self.applying.take(kept.webhook.channel_id, event, seal)
        if not seal.is_set:
            # Nobody to tell: the channel is gone, or the event means nothing.
            await self.inbox.settle_alone(kept.id, seal.outcome.value)
        return seal.outcome


class _Seal:
    """Settles the webhook in the transaction of its effect, and remembers what became of it."""

    def __init__(self, inbox: Inbox, kept_id: int) -> None:
        self._inbox = inbox
        self._kept_id = kept_id
        self.is_set = False
        self.outcome = WebhookOutcome.IGNORED

    async def __call__(self, session: AsyncSession, outcome: WebhookOutcome) -> None:
        await self._inbox.settle(session, self._kept_id, outcome.value)
        self.is_set, self.outcome = True, outcome
