"""A tenant's conversations: tickets, their messages, answers."""

import msgspec
from aiohttp import web

from channel_backend.api.answering import answer
from channel_backend.api.parsing import body, identity, path_id, whole_id
from channel_backend.api.parts import PARTS
from channel_backend.errors import ApiError
from channel_backend.messages import BODY_CHARACTERS_MAX
from channel_backend.store.archive import TicketQuery
from channel_backend.talk import ticket_json

PAGES_MAX = 100_000
SEARCH_CHARACTERS_MAX = 100


class ReplyBody(msgspec.Struct):
    """An answer; further fields, known from other clients, are not looked at."""

    body: str


async def list_tickets(request: web.Request) -> web.Response:
    """`GET /api/tickets?whatsappId=&pageNumber=&searchParam=`."""
    channel = request.query.get("whatsappId")
    wanted = TicketQuery(
        tenant_id=identity(request).tenant_id,
        channel_id=whole_id(channel, "whatsappId") if channel else None,
        search=request.query.get("searchParam", "").replace("\x00", "")[:SEARCH_CHARACTERS_MAX],
        page=_page(request),
    )
    found = await request.app[PARTS].talking.archive.tickets(wanted)
    tickets = [ticket_json(ticket) for ticket in found.tickets]
    return answer({"tickets": tickets, "count": found.count, "hasMore": found.has_more})


async def list_messages(request: web.Request) -> web.Response:
    """`GET /api/messages/<ticketId>?pageNumber=`."""
    who = identity(request)
    found = await request.app[PARTS].talking.page(who.tenant_id, path_id(request), _page(request))
    shown = request.app[PARTS].seams.message_json
    messages = [shown(message) for message in found.messages]
    about = {"count": found.count, "hasMore": found.has_more, "ticket": ticket_json(found.ticket)}
    return answer({"messages": messages, **about})


async def reply(request: web.Request) -> web.Response:
    """`POST /api/messages/<ticketId>`."""
    who = identity(request)
    text = (await body(request, ReplyBody)).body
    if not text.strip() or len(text) > BODY_CHARACTERS_MAX or "\x00" in text:
        raise ApiError(400, f"body: expected 1 to {BODY_CHARACTERS_MAX} characters that are not all blank, and no NUL")
    message = await request.app[PARTS].talking.reply(who.tenant_id, path_id(request), text)
    return answer(request.app[PARTS].seams.message_json(message))


ROUTES = (
    web.get("/api/tickets", list_tickets),
    web.get("/api/messages/{id}", list_messages),
    web.post("/api/messages/{id}", reply),
)


def _page(request: web.Request) -> int:
    page = whole_id(request.query.get("pageNumber") or "1", "pageNumber")
    if page > PAGES_MAX:
        raise ApiError(400, f"pageNumber: expected at most {PAGES_MAX}, found {page}")
    return page
