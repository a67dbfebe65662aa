"""What becomes of kept events that could not be applied: tried again with growing pauses, given up with a reason."""

import logging
from dataclasses import dataclass

from channel_backend.errors import MalformedWebhookError, NotAppliedError
from channel_backend.evolution.wire import Posted, read_envelope
from channel_backend.metrics import Metrics, WebhookOutcome
from channel_backend.store.inbox import Inbox, Kept

log = logging.getLogger(__name__)

# A doubt that Evolution does not settle is asked about for half an hour; a failure of ours is tried a few times.
DOUBTS_MAX = 40
FAILURES_MAX = 8
DELAY_S_FIRST = 0.25
DELAY_S_MAX = 60.0


@dataclass(frozen=True, slots=True)
class Failing:
    """Puts events aside so that what is behind them goes on."""

    inbox: Inbox
    metrics: Metrics

    async def failed(self, kept: Kept, error: Exception) -> None:
        """The event could not be applied, for this reason."""
        if isinstance(error, NotAppliedError):
            await self._again(kept, str(error), DOUBTS_MAX)
        elif isinstance(error, MalformedWebhookError):
            await self._give_up(kept, str(error))
        else:
            log.error("an event could not be applied", exc_info=error, extra=_about(kept))
            await self._again(kept, f"{type(error).__name__}: {error}", FAILURES_MAX)

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


def posted_of(kept: Kept) -> Posted:
    """The webhook as it was posted."""
    webhook = kept.webhook
    session = None if webhook.session is None else str(webhook.session)
    return read_envelope(webhook.body, slug=webhook.event, session_header=session)


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
