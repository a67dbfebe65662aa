"""Applies message events that are kept: as many as there are in one transaction, one by one only when that fails."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from channel_backend.channel import Addressee
from channel_backend.evolution.wire import read_event
from channel_backend.flow.failing import Failing, posted_of
from channel_backend.messages import AckReported, MessageDeleted, MessageEdited, MessageEvent, MessageReported
from channel_backend.metrics import Metrics, WebhookOutcome
from channel_backend.store import mail
from channel_backend.store.conversations import Conversations
from channel_backend.store.database import DATABASE_AWAY
from channel_backend.store.inbox import Kept
from channel_backend.store.link import Connection, Link

log = logging.getLogger(__name__)

BATCH_MAX = 50
_MESSAGE = (MessageReported, AckReported, MessageEdited, MessageDeleted)


@dataclass(frozen=True, slots=True)
class Mailing:
    """Works off the messages of many lanes; those of one lane in the order in which they came."""

    link: Link
    conversations: Conversations
    failing: Failing
    metrics: Metrics
    tell: Callable[[int], None]

    async def take(self, lanes: Sequence[str]) -> Iterable[str]:
        """Apply what is due; the lanes to be looked at again."""
        try:
            return await self._batch(lanes, BATCH_MAX)
        except DATABASE_AWAY:
            raise
        except Exception as error:  # noqa: BLE001  which event it was is found out one by one, and logged then
            log.debug("a batch of messages is taken apart", extra={"error": str(error)})
        return [again for lane in lanes for again in await self._one(lane)]

    async def _one(self, lane: str) -> Iterable[str]:
        found: list[Kept] = []
        try:
            again = await self._batch([lane], 1, found)
        except DATABASE_AWAY:
            raise
        except Exception as error:
            if not found:
                raise
            await self.failing.failed(found[0], error)
            return [lane]
        return again

    async def _batch(self, lanes: Sequence[str], limit: int, found: list[Kept] | None = None) -> Iterable[str]:
        found = [] if found is None else found
        async with self.link.lent() as link, link.transaction():
            mine = await mail.claim(link, lanes)
            found += await mail.due(link, mine, limit) if mine else []
            outcomes = await self._applied(link, found)
        for kept, outcome in zip(found, outcomes, strict=True):
            if kept.attempts:
                self.metrics.inbox_retried()
            self.metrics.webhook_seen(kept.webhook.event, outcome)
        for tenant_id in {kept.webhook.tenant_id for kept in found}:
            self.tell(tenant_id)
        held = set(lanes).difference(mine)
        return held.union(kept.webhook.lane for kept in found) if len(found) == limit else held

    async def _applied(self, link: Connection, found: Sequence[Kept]) -> list[WebhookOutcome]:
        told = [(kept, event) for kept in found if (event := _event(kept)) is not None]
        results = await self.conversations.apply(link, [(_addressee(kept), event) for kept, event in told])
        outcome_of = {kept.id: result.outcome for (kept, _), result in zip(told, results, strict=True)}
        outcomes = [outcome_of.get(kept.id, WebhookOutcome.IGNORED) for kept in found]
        if found:
            await mail.settle(link, [kept.id for kept in found], [outcome.value for outcome in outcomes])
        return outcomes


def _event(kept: Kept) -> MessageEvent | None:
    event = read_event(posted_of(kept))
    return event if isinstance(event, _MESSAGE) else None


def _addressee(kept: Kept) -> Addressee:
    webhook = kept.webhook
    return Addressee(webhook.channel_id, webhook.tenant_id, webhook.lane)
