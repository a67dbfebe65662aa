"""What the Zechat adapter reads of conversations and usage, page by page, and how it answers in one."""

from aiohttp import web

from scenarios.adapters import Channel, Credentials, Tenant
from scenarios.adapters.base import Conversations, Reconciling, SeenMessage, SeenUsage, Usage
from scenarios.adapters.zechat import ZechatAdapter
from scenarios.tests.test_adapter_zechat import adapter_for, answering

TENANT, CHANNEL = Tenant("3", "shop", token="t"), Channel("7", "sales")
OWNER = Credentials("owner@example.test", "an invented password")


def ticket(number: int) -> dict[str, object]:
    """A ticket with a contact of its own."""
    return {"id": number, "whatsappId": 7, "contact": {"id": number, "number": f"55119000{number}", "name": "Ana"}}


async def talking(request: web.Request) -> web.Response:
    """Two tickets on two pages; the first has two messages on two pages, the second none."""
    page, path = int(request.query.get("pageNumber", "0")), request.path
    if path == "/api/tickets" and request.query["whatsappId"] == "7":
        return web.json_response({"tickets": [ticket(page)], "count": 2, "hasMore": page < 2})
    if request.method == "POST":
        return web.json_response({"path": path, **await request.json()})
    message = {"id": page, "messageId": f"M{page}", "body": "oi", "fromMe": page == 2, "ack": page, "timestamp": "12"}
    shown = [message] if path == "/api/messages/1" else []
    return web.json_response({"messages": shown, "count": 2, "hasMore": bool(shown) and page < 2})


async def test_reads_every_page_of_every_ticket() -> None:
    """What a person would scroll through is there, with the contact it is with, verbatim."""
    async with answering(talking) as url, adapter_for(url) as adapter:
        assert isinstance(adapter, Conversations)
        answer, messages = await adapter.messages(TENANT, CHANNEL)

    assert answer.ok
    assert messages == (
        SeenMessage("M1", "1", "551190001", from_me=False, text="oi", ack=1, at="12"),
        SeenMessage("M2", "1", "551190001", from_me=True, text="oi", ack=2, at="12"),
    )


async def test_answers_in_the_ticket_of_the_contact() -> None:
    """The contact decides the ticket, also on a later page; an unknown one gets no answer."""
    async with answering(talking) as url, adapter_for(url) as adapter:
        assert isinstance(adapter, Conversations)
        sent = await adapter.reply(TENANT, CHANNEL, "551190002", "já vou")
        unknown = await adapter.reply(TENANT, CHANNEL, "nobody", "já vou")

    assert sent.body == {"path": "/api/messages/2", "body": "já vou"}
    assert (unknown.status_code, unknown.error) == (0, "no ticket of nobody")


async def test_a_backend_without_conversations_is_an_answer() -> None:
    """What is not there is told, with nothing read."""

    async def nothing(_request: web.Request) -> web.Response:
        return web.json_response({"error": "not found"}, status=404)

    async with answering(nothing) as url, adapter_for(url) as adapter:
        assert isinstance(adapter, Conversations)
        answer, messages = await adapter.messages(TENANT, CHANNEL)

    assert (answer.status_code, messages) == (404, ())


async def test_reads_usage_and_has_counters_put_right() -> None:
    """The sessions in use and their limit; reconciling is the owner's, for one tenant."""

    async def handler(request: web.Request) -> web.Response:
        if request.path == "/api/auth/login":
            return web.json_response({"token": "of the owner", "tenantId": 1})
        if request.path == "/api/admin/reconcile":
            return web.json_response({"token": request.headers["Authorization"], **await request.json()})
        return web.json_response({"usage": {"whatsappSessions": 2}, "limits": {"whatsappSessions": 5}, "tenantId": 3})

    async with answering(handler) as url, adapter_for(url, credentials=OWNER) as adapter:
        assert isinstance(adapter, Usage)
        assert isinstance(adapter, Reconciling)
        _, usage = await adapter.usage(TENANT)
        told = await adapter.reconcile(TENANT)

    assert isinstance(usage, SeenUsage)
    assert (usage.sessions, usage.limit) == (2, 5)
    assert told.body == {"token": "Bearer of the owner", "tenantId": 3}


def test_says_what_it_can_do() -> None:
    """Steps that need conversations, usage or reconciling find them here."""
    assert issubclass(ZechatAdapter, Conversations)
    assert issubclass(ZechatAdapter, Usage)
    assert issubclass(ZechatAdapter, Reconciling)
