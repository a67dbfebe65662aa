"""Applies the webhooks that are kept: what fails is tried again with growing pauses, and given up with a reason."""

import logging
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from channel_backend.channel import Addressee
from channel_backend.errors import AlreadySettledError, MalformedWebhookError, NotAppliedError
from channel_backend.events import QrReported, StateReported
from channel_backend.evolution.wire import read_envelope, read_event
from channel_backend.flow.applying import Applying
from channel_backend.messages import MessageReported
from channel_backend.metrics import Metrics, WebhookOutcome
from channel_backend.store.conversations import Conversations
from channel_backend.store.database import DATABASE_AWAY
from channel_backend.store.inbox import Inbox, Kept

log = logging.getLogger(__name__)

# A doubt that Evolution does not settle is asked about for half an hour; a failure of ours is tried a few times.
DOUBTS_MAX = 40
FAILURES_MAX = 8
DELAY_S_FIRST = 0.25
DELAY_S_MAX = 60.0


@dataclass(frozen=True, slots=True)
class Working:
    """Works off one instance's lane of the inbox.

    Events are taken in the order in which they came. One that cannot be decided steps aside until it is due again, so
    that what is behind it is not held up: which of two events is newer is told by their own times, not by ours.
    """

    inbox: Inbox
    applying: Applying
    conversations: Conversations
    metrics: Metrics

    async def drain(self, lane: str) -> None:
        """Take what is due."""
        while batch := await self.inbox.due(lane):
            for kept in batch:
                await self._take(kept)

    async def _take(self, kept: Kept) -> None:
        if kept.attempts:
            self.metrics.inbox_retried()
        try:
            outcome = await self._applied(kept)
        except AlreadySettledError:
            return
        except DATABASE_AWAY:
            raise
        except NotAppliedError as error:
            await self._again(kept, str(error), DOUBTS_MAX)
        except MalformedWebhookError as error:
            await self._give_up(kept, str(error))
        except Exception as error:
            log.exception("an event could not be applied", extra=_about(kept))
            await self._again(kept, f"{type(error).__name__}: {error}", FAILURES_MAX)
        else:
            self.metrics.webhook_seen(kept.webhook.event, outcome)

    async def _applied(self, kept: Kept) -> WebhookOutcome:
        """What became of it; noted in the transaction that made it so."""
        webhook = kept.webhook
        session_header = None if webhook.session is None else str(webhook.session)
        event = read_event(read_envelope(webhook.body, slug=webhook.event, session_header=session_header))
        seal = _Seal(self.inbox, kept.id)
        to = Addressee(webhook.channel_id, webhook.tenant_id, webhook.lane)
        if isinstance(event, StateReported | QrReported):
            await self.applying.take(webhook.channel_id, event, seal)
        elif isinstance(event, MessageReported):
            await self.conversations.take(to, event, seal)
        elif event is not None:
            await self.conversations.change(to, event, seal)
        if not seal.is_set:
            # Nobody to tell: the channel is gone, or the event means nothing.
            await self.inbox.settle_alone(kept.id, seal.outcome.value)
        return seal.outcome

    async def _again(self, kept: Kept, reason: str, attempts_max: int) -> None:
        if kept.attempts + 1 >= attempts_max:
            await self._give_up(kept, reason)
            return
        delay_s = min(DELAY_S_FIRST * 2**kept.attempts, DELAY_S_MAX)
        log.info("an event is tried again later", extra=_about(kept, reason=reason, delay_s=delay_s))
        await self.inbox.put_off(kept.id, delay_s, reason)

    async def _give_up(self, kept: Kept, reason: str) -> None:
        log.error("an event is given up", extra=_about(kept, reason=reason))
        await self.inbox.give_up(kept.id, reason)
        self.metrics.webhook_seen(kept.webhook.event, WebhookOutcome.FAILED)


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


def _about(kept: Kept, **fields: object) -> dict[str, object]:
    webhook = kept.webhook
    return {
        "tenant": webhook.tenant_id,
        "channel": webhook.channel_id,
        "instance": webhook.lane,
        "event": webhook.event,
        "kept": kept.id,
        "attempts": kept.attempts,
        **fields,
    }
