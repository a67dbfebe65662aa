"""What a user of Zechat reads and answers in the conversations of a channel: tickets, and the messages of each."""

from collections.abc import AsyncIterator, Mapping
from urllib.parse import quote

from .base import Answer, Channel, SeenMessage, Tenant
from .exchange import Exchange

TICKETS = "/api/tickets"
MESSAGES = "/api/messages/"
PAGES_MAX = 50


class ZechatConversations:
    """Reads page by page, as somebody who scrolls to the end."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def messages(self, tenant: Tenant, channel: Channel) -> tuple[Answer, tuple[SeenMessage, ...]]:
        """Every message of every ticket of the channel; the first answer that is no success ends the reading."""
        found: list[SeenMessage] = []
        last = Answer(0, None, 0.0, "nothing was asked")
        async for answer, tickets in self._pages(tenant, _tickets_of(channel), "tickets"):
            last = answer
            for ticket in tickets:
                path = f"{MESSAGES}{quote(str(ticket.get('id')), safe='')}"
                async for page, messages in self._pages(tenant, path, "messages"):
                    if not page.ok:
                        return page, tuple(found)
                    found += [_seen(message, ticket) for message in messages]
        return last, tuple(found)

    async def reply(self, tenant: Tenant, channel: Channel, contact: str, text: str) -> Answer:
        """Answer in the ticket of this contact; without one, the answer that showed none."""
        last = Answer(0, None, 0.0, f"no ticket of {contact}")
        async for answer, tickets in self._pages(tenant, _tickets_of(channel), "tickets"):
            last = answer if not answer.ok else last
            for ticket in tickets:
                if _contact(ticket) == contact:
                    path = f"{MESSAGES}{quote(str(ticket.get('id')), safe='')}"
                    return await self._exchange.ask("POST", path, token=tenant.token, body={"body": text})
        return last

    async def _pages(
        self, tenant: Tenant, path: str, entries: str
    ) -> AsyncIterator[tuple[Answer, list[Mapping[str, object]]]]:
        mark = "&" if "?" in path else "?"
        for number in range(1, PAGES_MAX + 1):
            answer = await self._exchange.ask("GET", f"{path}{mark}pageNumber={number}", token=tenant.token)
            body = answer.body if answer.ok and isinstance(answer.body, dict) else {}
            rows = body.get(entries)
            yield answer, [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
            if body.get("hasMore") is not True:
                return


def _tickets_of(channel: Channel) -> str:
    return f"{TICKETS}?whatsappId={quote(channel.id, safe='')}"


def _seen(message: Mapping[str, object], ticket: Mapping[str, object]) -> SeenMessage:
    """Verbatim, as far as it is of the kind that a page could show."""
    from_me, ack = message.get("fromMe"), message.get("ack")
    return SeenMessage(
        message_id=_text(message.get("messageId")),
        ticket=_text(ticket.get("id")),
        contact=_contact(ticket),
        from_me=from_me if isinstance(from_me, bool) else None,
        text=_text(message.get("body")),
        ack=ack if isinstance(ack, int) else None,
        at=_text(message.get("timestamp")),
    )


def _contact(ticket: Mapping[str, object]) -> str | None:
    """Whom the ticket is with: the number, or what stands for one."""
    contact = ticket.get("contact")
    named = contact if isinstance(contact, dict) else {}
    return _text(named.get("number") or named.get("name") or named.get("id"))


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else str(value)
