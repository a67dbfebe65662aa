"""A user reads conversations and answers in them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from channel_backend.channel import Addressee, Channel
from channel_backend.errors import ApiError, EvolutionError, EvolutionTimeoutError
from channel_backend.evolution.client import Evolution
from channel_backend.logs import about
from channel_backend.messages import MessageReported, as_sent
from channel_backend.status import ChannelStatus
from channel_backend.store.archive import Archive, MessagePage
from channel_backend.store.book import Book
from channel_backend.store.conversations import Conversations
from channel_backend.store.link import Link
from channel_backend.talk import Message, Ticket

log = logging.getLogger(__name__)

NO_TICKET = "ERR_NO_TICKET_FOUND"
UNCERTAIN = "ERR_SENDING_WAPP_MSG: no answer in time; it may have been sent all the same"
NO_CHANNEL = "ERR_NO_WAPP_FOUND: the channel of this conversation was deleted"


@dataclass(frozen=True, slots=True)
class Talking:
    """Sends through Evolution; the echo of what was sent is the same message."""

    book: Book
    archive: Archive
    conversations: Conversations
    evolution: Evolution
    link: Link
    tell: Callable[[int], None]
    as_sent: Callable[[MessageReported], MessageReported] = as_sent

    async def page(self, tenant_id: int, ticket_id: int, page: int) -> MessagePage:
        """Some messages of the tenant's own ticket."""
        return await self.archive.messages(await self._ticket(tenant_id, ticket_id), page)

    async def reply(self, tenant_id: int, ticket_id: int, text: str) -> Message:
        """Send a text to the ticket's contact; sent once or, when that is not certain, reported as an error."""
        ticket = await self._ticket(tenant_id, ticket_id)
        channel = await self._usable_channel(ticket)
        try:
            sent = await self.evolution.send_text(channel.instance, ticket.party.jid, text)
        except EvolutionTimeoutError as error:
            log.warning("a message may have been sent", extra=about(channel, error=error.reason))
            raise ApiError(
                504, "ERR_SENDING_WAPP_MSG: no answer in time; it may have been sent all the same"
            ) from error
        except EvolutionError as error:
            log.warning("a message was not sent", extra=about(channel, error=error.reason))
            raise ApiError(502, f"ERR_SENDING_WAPP_MSG: {error.reason}") from error
        to = Addressee(channel.id, tenant_id, channel.instance)
        return await self._kept(to, self.as_sent(sent), ticket_id)

    async def _kept(self, to: Addressee, sent: MessageReported, ticket_id: int) -> Message:
        """The message that was sent, in the ticket, which is answered now."""
        async with self.link.lent() as link, link.transaction():
            (result,) = await self.conversations.apply(link, [(to, sent)])
            if result.message is not None:
                await self.conversations.answered(link, to.tenant_id, ticket_id)
        if result.message is None:
            raise ApiError(404, NO_CHANNEL)
        self.tell(to.tenant_id)
        return result.message

    async def _ticket(self, tenant_id: int, ticket_id: int) -> Ticket:
        ticket = await self.archive.ticket(tenant_id, ticket_id)
        if ticket is None:
            raise ApiError(404, NO_TICKET)
        return ticket

    async def _usable_channel(self, ticket: Ticket) -> Channel:
        channel = None
        if ticket.channel_id is not None:
            channel = await self.book.read(ticket.channel_id, tenant_id=ticket.tenant_id)
        if channel is None:
            raise ApiError(404, NO_CHANNEL)
        if channel.standing.status is not ChannelStatus.CONNECTED:
            raise ApiError(
                409, f"ERR_SESSION_NOT_CONNECTED: the channel is {channel.standing.status}; connect it first"
            )
        return channel
