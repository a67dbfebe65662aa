"""From a webhook that arrived to one that is durable, or to the reason why not."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from channel_backend.channel import Addressee
from channel_backend.errors import MalformedWebhookError
from channel_backend.evolution.wire import MESSAGE_EVENTS, Posted, read_event
from channel_backend.flow.applying import Applying
from channel_backend.flow.background import Background
from channel_backend.flow.batches import Batches
from channel_backend.flow.lanes import Lanes
from channel_backend.flow.receiving import Receiving
from channel_backend.metrics import WebhookOutcome
from channel_backend.seams import Seams
from channel_backend.store.accounts import Accounts
from channel_backend.store.book import Book, utc_now
from channel_backend.store.inbox import Webhook

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Queues:
    """Who works off the inbox: what is about sessions, and what is about messages."""

    events: Lanes[str]
    mail: Batches[str]

    def wake(self, webhook: Webhook) -> None:
        """It is kept."""
        self.wake_lane(webhook.lane, is_mail=webhook.event in MESSAGE_EVENTS)

    def wake_lane(self, lane: str, *, is_mail: bool) -> None:
        """There is something in this lane."""
        if is_mail:
            self.mail.wake(lane)
        else:
            self.events.wake(lane)

    async def idle(self) -> None:
        """Return when nobody of this process is at work."""
        await self.events.idle()
        await self.mail.idle()


@dataclass(frozen=True, slots=True)
class Inbound:
    """Takes webhooks in; what they do is decided later, by whoever works off the inbox."""

    book: Book
    accounts: Accounts
    applying: Applying
    receiving: Receiving
    background: Background
    seams: Seams
    queues: Queues

    async def take(self, posted: Posted, body: bytes, headers: Mapping[str, str], peer: str | None) -> WebhookOutcome:
        """What becomes of the webhook; APPLIED means that it is kept and will be."""
        to = await self.seams.find_addressee(self.book, posted.instance)
        if to is None:
            log.info("event of an unknown instance", extra={"instance": posted.instance[:80], "event": posted.name})
            return WebhookOutcome.UNKNOWN_INSTANCE
        key = await self.accounts.webhook_key(to.tenant_id)
        if not self.seams.is_genuine(headers, key, utc_now()):
            log.warning("forged webhook refused", extra=_about(to, posted, peer=peer))
            return WebhookOutcome.FORGED
        if not self._is_of_use(to, posted):
            return WebhookOutcome.IGNORED
        if await self.receiving.keep(self._webhook(to, posted, body)):
            return WebhookOutcome.APPLIED
        log.info("duplicate webhook", extra=_about(to, posted))
        return WebhookOutcome.DUPLICATE

    async def settled(self) -> None:
        """Return when what is kept is worked off, as far as this process knows of it and it is due."""
        await self.queues.idle()

    def _is_of_use(self, to: Addressee, posted: Posted) -> bool:
        """Whether there is an event in it; a shape that cannot be read is refused, never to come again."""
        try:
            return read_event(posted) is not None
        except MalformedWebhookError as error:
            log.warning("malformed webhook", extra=_about(to, posted, error=str(error)))
            # The sender is genuine and meant to tell something: look for ourselves.
            self.background.start(self._look(to.channel_id), f"look at channel {to.channel_id}")
            raise

    async def _look(self, channel_id: int) -> None:
        await self.applying.look(channel_id)

    def _webhook(self, to: Addressee, posted: Posted, body: bytes) -> Webhook:
        return Webhook(
            lane=to.instance,
            tenant_id=to.tenant_id,
            channel_id=to.channel_id,
            event=posted.name,
            session=posted.session,
            body=body,
            mark=self.seams.webhook_mark(body, posted.session, posted.name),
        )


def _about(to: Addressee, posted: Posted, **fields: object) -> dict[str, object]:
    return {
        "tenant": to.tenant_id,
        "channel": to.channel_id,
        "instance": to.instance,
        "event": posted.name,
        "session": posted.session,
        **fields,
    }
