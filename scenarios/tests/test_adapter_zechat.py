"""The Zechat adapter drives what speaks Zechat's API, and reports what it saw, verbatim."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from scenarios.adapters import (
    Adapter,
    AdapterError,
    AdapterSettings,
    Announcement,
    Channel,
    Credentials,
    Seen,
    Tenant,
    open_adapter,
)
from scenarios.adapters.conformance import check_adapter
from scenarios.adapters.listeners import Announcements
from scenarios.adapters.zechat import announcement, seen
from scenarios.tests.zechat_stand_in import ZechatStandIn

NOWHERE = "http://127.0.0.1:9"
OWNER = Credentials("owner@example.test", "an invented password")
# The real backend's own spellings, which are wrong and must come through all the same.
ROW = {"id": 7, "name": "flow", "status": "connecting", "qrcode": "", "number": None, "session": None}


@asynccontextmanager
async def adapter_for(
    url: str, *, credentials: Credentials | None = None, settings: AdapterSettings | None = None
) -> AsyncIterator[Adapter]:
    """An adapter that is closed after the block."""
    adapter = open_adapter("zechat", url=url, credentials=credentials, settings=settings)
    try:
        yield adapter
    finally:
        await adapter.close()


@asynccontextmanager
async def answering(handler: Callable[[web.Request], Awaitable[web.Response]]) -> AsyncIterator[str]:
    """A server that treats every request in one way."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("delay_s", [0.0, 0.05])
async def test_conforms(delay_s: float) -> None:
    """The whole suite passes, whether the backend is quick or takes its time."""
    stand_in = ZechatStandIn(qr_after_s=delay_s, open_after_s=delay_s)

    async with stand_in.running(), adapter_for(stand_in.url) as adapter, adapter_for(NOWHERE) as nobody:
        problems = await check_adapter(adapter, stand_in.echo, unreachable=nobody)

    assert problems == ()


async def test_makes_an_owner_of_its_own_when_given_none() -> None:
    """Without credentials it signs up as super, once for all its tenants."""
    async with ZechatStandIn().running() as stand_in, adapter_for(stand_in.url) as adapter:
        await asyncio.gather(*(adapter.provision(name, channels_max=1) for name in "abc"))

    assert [user["profile"] for user in stand_in.signups] == ["super"]


async def test_uses_the_owner_it_is_given() -> None:
    """With credentials nobody signs up."""
    owner = {"email": OWNER.email, "password": OWNER.password}

    async with (
        ZechatStandIn(owner=owner).running() as stand_in,
        adapter_for(stand_in.url, credentials=OWNER) as adapter,
    ):
        tenant = await adapter.provision("shop", channels_max=1)

    assert tenant.label == "shop"
    assert stand_in.signups == []


async def test_wrong_credentials_are_one_clear_line() -> None:
    """The line has the call, the answer and what to do."""
    async with (
        ZechatStandIn().running() as stand_in,
        adapter_for(stand_in.url, credentials=OWNER) as adapter,
    ):
        with pytest.raises(AdapterError) as caught:
            await adapter.provision("shop", channels_max=1)

    assert "POST /api/auth/login: 401 {'error': 'ERR_INVALID_CREDENTIALS'}; check" in str(caught.value)
    assert OWNER.password not in str(caught.value)


async def test_one_socket_serves_all_listeners_of_a_tenant() -> None:
    """The second listener opens no second socket; the last one closes it, and the next opens another."""
    async with ZechatStandIn().running() as stand_in, adapter_for(stand_in.url) as adapter:
        tenant = await adapter.provision("shop", channels_max=1)
        async with adapter.events(tenant), adapter.events(tenant):
            pass
        async with adapter.events(tenant):
            pass

    assert stand_in.handshakes == [{"token": tenant.token}] * 2


async def test_a_page_in_the_place_of_an_answer_is_one_line() -> None:
    """What a proxy says in HTML is cut, and stands on the line with what to do."""

    async def page(_request: web.Request) -> web.Response:
        return web.Response(status=502, text="<html>\n" + "<p>no\n" * 500, content_type="text/html")

    async with answering(page) as url, adapter_for(url, credentials=OWNER) as adapter:
        with pytest.raises(AdapterError) as caught:
            await adapter.provision("shop", channels_max=1)

    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


async def test_a_refused_socket_is_one_clear_line() -> None:
    """A token that the backend does not take is an error that names tenant and place."""
    async with ZechatStandIn().running() as stand_in, adapter_for(stand_in.url) as adapter:
        with pytest.raises(AdapterError, match=f"no socket for tenant 5 at {stand_in.url}"):
            async with adapter.events(Tenant("5", "shop", token="expired")):
                pass


async def test_closing_ends_those_who_listen() -> None:
    """Who waits for the next announcement of a closed adapter comes to an end."""
    async with ZechatStandIn().running() as stand_in, adapter_for(stand_in.url) as adapter:
        tenant = await adapter.provision("shop", channels_max=1)
        async with adapter.events(tenant) as announcements:
            await adapter.close()

            names = [heard.name async for heard in announcements]

    assert names[-1] == "disconnect"


async def test_logins_share_no_cookies() -> None:
    """The cookie of one login does not travel with another's requests; the stand-in refuses that."""
    # Cookies are only ever kept for hosts with a name.
    async with (
        ZechatStandIn().running() as stand_in,
        adapter_for(stand_in.url.replace("127.0.0.1", "localhost")) as adapter,
    ):
        tenant = await adapter.provision("shop", channels_max=1)

        answer, _ = await adapter.list_channels(tenant)

    assert answer.ok


async def test_metrics_come_from_where_they_are() -> None:
    """The text is found under either path, and nothing where there is none."""
    async with ZechatStandIn().running() as stand_in, adapter_for(stand_in.url) as adapter:
        assert await adapter.metrics() == "process_cpu_seconds_total 1\n"

    async with adapter_for(NOWHERE) as adapter:
        assert await adapter.metrics() is None


async def test_an_expired_token_is_an_answer() -> None:
    """HTTP errors come back as they are."""
    async with ZechatStandIn().running() as stand_in, adapter_for(stand_in.url) as adapter:
        answer, channels = await adapter.list_channels(Tenant("1", "shop", token="old"))

    assert (answer.status_code, answer.body, channels) == (403, {"error": "Invalid token."}, ())


async def test_a_late_answer_is_none() -> None:
    """The limit ends the waiting, and the error says after how long."""

    async def never(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async with (
        answering(never) as url,
        adapter_for(url, settings=AdapterSettings(request_s_max=0.1)) as adapter,
    ):
        answer = await adapter.start(Tenant("1", "shop"), Channel("7", "flow"))

    assert (answer.status_code, answer.error) == (0, "no answer within 0.1 s")


async def test_an_endless_answer_is_cut() -> None:
    """A body has its limit, and a cut one is no answer."""

    async def long(_request: web.Request) -> web.Response:
        return web.Response(text="x" * 2_000)

    async with (
        answering(long) as url,
        adapter_for(url, settings=AdapterSettings(body_bytes_max=1_000)) as adapter,
    ):
        answer = await adapter.read(Tenant("1", "shop"), Channel("7", "flow"))

    assert (answer.status_code, answer.error) == (0, "an answer of more than 1000 bytes")


async def test_a_page_instead_of_json_is_passed_on() -> None:
    """The HTML of an unknown route is the body, a redirect is not followed, an id never becomes a path."""
    paths: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        paths.append(request.raw_path)
        return web.Response(status=302, text="<html>", headers={"Location": "http://example.test/"})

    async with answering(elsewhere) as url, adapter_for(url) as adapter:
        answer = await adapter.disconnect(Tenant("1", "shop"), Channel("7/../8", "flow"))

    assert (answer.status_code, answer.body, answer.seen) == (302, "<html>", None)
    assert paths == ["/api/whatsapp-sessions/whatsappsession/7%2F..%2F8"]


@pytest.mark.parametrize("body", [ROW, {"message": "Starting session.", "whatsapp": ROW}, {"session": ROW}])
def test_finds_the_channel_in_every_form(body: object) -> None:
    """Bare, in an answer or in an announcement; the status as it was written."""
    assert seen(body) == Seen("7", "connecting", None, None, "flow", ROW)


@pytest.mark.parametrize("body", [None, "text", [ROW], {"error": "ERR_NO_WAPP_FOUND"}, {"whatsappId": "7"}])
def test_finds_no_channel_where_there_is_none(body: object) -> None:
    """Errors and plain confirmations show nothing of a channel."""
    assert seen(body) is None


def test_what_is_no_text_is_shown_as_json() -> None:
    """A wrong type stays visible instead of being lost or mended."""
    shown = seen(ROW | {"status": None, "qrcode": {"base64": "x"}, "number": 55})

    assert shown is not None
    assert (shown.status, shown.qr_image, shown.number) == (None, '{"base64": "x"}', "55")


def test_announcements_of_the_own_tenant_are_about_channels() -> None:
    """Updates show the channel; deletions and messages name it."""
    tenant = Tenant("2", "shop")
    update = announcement(tenant, "2:whatsappSession", {"action": "update", "session": ROW})
    gone = announcement(tenant, "2:whatsapp", {"action": "delete", "whatsappId": 7})

    assert (update.action, update.channel_id, update.seen) == ("update", "7", seen(ROW))
    assert (gone.action, gone.channel_id, gone.seen) == ("delete", "7", None)


@pytest.mark.parametrize("name", ["1:whatsapp", "22:whatsapp", "2:users", "joinSuccessfully", "disconnect"])
def test_other_announcements_are_kept_as_they_are(name: str) -> None:
    """Another tenant's channel is evidence, but nobody's sight."""
    body = {"action": "update", "whatsapp": ROW}

    heard = announcement(Tenant("2", "shop"), name, body)

    assert heard == Announcement(name, "update", None, None, body)


async def test_a_listener_that_falls_behind_is_told() -> None:
    """Announcements are not lost in silence."""
    listener = Announcements(1)
    listener.put(Announcement("a", None, None, None, None))
    listener.put(Announcement("b", None, None, None, None))

    with pytest.raises(AdapterError, match="fell 1 announcements behind"):
        await anext(listener)
