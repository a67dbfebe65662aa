"""Tests of socket.io with a real client, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from socketio import AsyncClient
from socketio.exceptions import ConnectionError as Refused

from fake_evolution import World
from fake_evolution.tests.sink import Sink
from fake_evolution.tests.stage import KEY, WAIT_S_MAX, Stage

ON = {"WEBSOCKET_ENABLED": "true", "TZ": "UTC"}
ELSEWHERE = {"WEBSOCKET_ALLOWED_HOSTS": "10.0.0.1"}
EVENTS = {"websocket": {"enabled": True, "events": ["QRCODE_UPDATED", "CONNECTION_UPDATE"]}}


def world(profile: str = "2.3.6", **variables: str) -> World:
    """A server with websockets."""
    return World(profile=profile, server={**ON, **variables})


class Listener:
    """A socket.io client that keeps what it hears in one namespace."""

    def __init__(self, url: str, namespace: str) -> None:
        self._url, self.namespace = url, namespace
        self.client = AsyncClient(reconnection=False)
        self.client.on("*", self._hear, namespace=namespace)
        self.client.on("connect_error", self._note_refusal, namespace=namespace)
        self.refusals: list[Any] = []
        self.heard: list[tuple[str, Any]] = []
        self._came = asyncio.Condition()

    def _note_refusal(self, told: Any) -> None:
        self.refusals.append(told)

    async def _hear(self, event: str, *told: Any) -> None:
        async with self._came:
            self.heard.append((event, *told))
            self._came.notify_all()

    async def count(self, wanted: int) -> list[tuple[str, Any]]:
        """Wait until so many events were heard."""
        async with asyncio.timeout(WAIT_S_MAX), self._came:
            await self._came.wait_for(lambda: len(self.heard) >= wanted)
        return self.heard

    async def connect(self, **how: Any) -> None:
        """Come in; the library's error when that is refused."""
        await self.client.connect(self._url, namespaces=[self.namespace], wait_timeout=WAIT_S_MAX, **how)


@asynccontextmanager
async def listening(stage: Stage, namespace: str, **how: Any) -> AsyncIterator[Listener]:
    """A connected listener, which leaves in the end."""
    listener = Listener(stage.fake.url, namespace)
    try:
        await listener.connect(**how)
        yield listener
    finally:
        await listener.client.disconnect()


async def subscribed(stage: Stage) -> None:
    """An instance whose namespace has come into being."""
    await stage.create("sales")
    assert (await stage.call("POST", "/websocket/set/sales", EVENTS)).status == 201
    await stage.during(stage.call("GET", "/instance/connect/sales"))


async def refused(stage: Stage, namespace: str, **how: Any) -> Any:
    """The body of the connect_error with which a client is refused."""
    listener = Listener(stage.fake.url, namespace)
    with pytest.raises(Refused):
        await listener.connect(**how)
    await listener.client.disconnect()
    return listener.refusals[0]


async def test_namespace_does_not_exist_before_its_first_event() -> None:
    """Who comes too early is told so, and has to try again (Q22)."""
    async with Stage(world=world()) as stage:
        await stage.create("sales")
        await stage.call("POST", "/websocket/set/sales", EVENTS)

        assert await refused(stage, "/sales") == {"message": "Invalid namespace"}

        await stage.during(stage.call("GET", "/instance/connect/sales"))
        async with listening(stage, "/sales") as listener:
            assert listener.client.connected


async def test_listener_hears_what_the_instance_subscribed() -> None:
    """The dotted name, and an envelope without destination whose sender comes with the first open."""
    async with Stage(world=world()) as stage:
        await subscribed(stage)
        async with listening(stage, "/sales", transports=["websocket"]) as listener:
            await stage.control.scan(instance="sales", number="5531988887777", profile_name="Ana Lima")
            await stage.pass_time(1)

            connecting, opened = await listener.count(2)

        assert [connecting[0], opened[0]] == ["connection.update", "connection.update"]
        assert list(connecting[1]) == ["event", "instance", "data", "server_url", "date_time", "apikey"]
        assert list(opened[1]) == ["event", "instance", "data", "server_url", "date_time", "sender", "apikey"]
        assert opened[1]["data"]["state"] == "open"


async def test_polling_hears_the_same() -> None:
    """A client that never upgrades gets the events too, in their order."""
    async with Stage(world=world()) as stage:
        await subscribed(stage)
        async with listening(stage, "/sales", transports=["polling"]) as listener:
            await stage.control.phone("sales", "next-qr")
            await stage.control.phone("sales", "next-qr")

            codes = [told["data"]["qrcode"]["code"] for _, told in await listener.count(2)]

        assert codes == [record["code"] for record in stage.records("qr")][-2:]


async def test_root_namespace_hears_everything_in_global_mode() -> None:
    """No instance has to subscribe; whoever did is told in its own namespace as well."""
    async with Stage(world=world(WEBSOCKET_GLOBAL_EVENTS="true")) as stage, listening(stage, "/") as everything:
        await stage.create("support")
        await subscribed(stage)
        async with listening(stage, "/sales") as own:
            await stage.control.phone("sales", "next-qr")
            await own.count(1)
            heard = await everything.count(5)

    assert [(event, told["instance"]) for event, told in heard] == [
        ("instance.create", "support"),
        ("instance.create", "sales"),
        ("connection.update", "sales"),
        ("qrcode.updated", "sales"),
        ("qrcode.updated", "sales"),
    ]


async def test_root_namespace_hears_nothing_in_traditional_mode() -> None:
    """It can be joined, and stays silent."""
    async with Stage(world=world()) as stage, listening(stage, "/") as root:
        await subscribed(stage)
        async with listening(stage, "/sales") as own:
            await stage.control.phone("sales", "next-qr")
            await own.count(1)

        assert root.heard == []


async def test_sockets_are_told_before_webhooks(sink: Sink) -> None:
    """A receiver that never answers does not hold socket.io up."""
    async with Stage(world=world()) as stage:
        sink.let_go.clear()
        body = {"instanceName": "sales", "integration": "WHATSAPP-BAILEYS", **EVENTS}
        await stage.during(stage.call("POST", "/instance/create", {**body, "qrcode": True}))
        async with listening(stage, "/sales") as listener:
            await stage.control.phone("sales", "next-qr")

            assert (await listener.count(1))[0][0] == "qrcode.updated"


@pytest.mark.parametrize(("key", "told"), [(None, "apiKey is required"), ("wrong", "Invalid global token")])
async def test_strangers_need_a_key(key: str | None, told: str) -> None:
    """From a host that is not allowed: 403 with the library's code 4; a websocket gets a bare 400."""
    async with Stage(world=world(**ELSEWHERE)) as stage:
        query = "EIO=4" if key is None else f"EIO=4&apikey={key}"

        polling = await stage.call("GET", f"/socket.io/?transport=polling&{query}", key=None)
        upgrade = {"upgrade": "websocket", "connection": "upgrade"}
        address = f"{stage.fake.url}/socket.io/?transport=websocket&{query}"
        async with stage.session.get(address, headers=upgrade) as answer:
            websocket = (answer.status, await answer.text())

    assert (polling.status, polling.body) == (403, {"code": 4, "message": told})
    assert websocket == (400, told)


@pytest.mark.parametrize("where", ["header", "query"])
async def test_any_token_opens_the_door(where: str) -> None:
    """The global key or any instance's token, in the header or in the query; it may join any namespace."""
    async with Stage(world=world(**ELSEWHERE)) as stage:
        await subscribed(stage)
        token = (await stage.create("support")).body["hash"]
        for key in (KEY, token):
            how = {"headers": {"apikey": key}} if where == "header" else {}
            listener = Listener(f"{stage.fake.url}?apikey={key}" if where == "query" else stage.fake.url, "/sales")

            await listener.connect(**how)

            assert listener.client.connected
            await listener.client.disconnect()


@pytest.mark.parametrize(("profile", "hosts"), [("2.2.3", "10.0.0.1"), ("2.3.7", "*")])
async def test_other_versions_let_everybody_in(profile: str, hosts: str) -> None:
    """2.2.3 asks nobody; since 2.3.7 a star stands for every host."""
    async with Stage(world=world(profile, WEBSOCKET_ALLOWED_HOSTS=hosts)) as stage, listening(stage, "/") as root:
        assert root.client.connected


@pytest.mark.parametrize(
    ("method", "query", "code"),
    [
        ("GET", "EIO=4", 0),
        ("GET", "EIO=4&transport=pigeon", 0),
        ("GET", "EIO=4&transport=polling&sid=nobody", 1),
        ("POST", "EIO=4&transport=polling", 2),
        ("GET", "EIO=4&transport=websocket", 3),
        ("GET", "EIO=3&transport=polling", 5),
    ],
)
async def test_wrong_handshakes_get_the_librarys_codes(method: str, query: str, code: int) -> None:
    """400 with a number and its text."""
    texts = {
        0: "Transport unknown",
        1: "Session ID unknown",
        2: "Bad handshake method",
        3: "Bad request",
        5: "Unsupported protocol version",
    }
    async with Stage(world=world()) as stage:
        answer = await stage.call(method, f"/socket.io/?{query}", key=None)

    assert (answer.status, answer.body) == (400, {"code": code, "message": texts[code]})


async def test_without_websockets_there_is_no_such_route(stage: Stage) -> None:
    """The ordinary 404; set and find answer nothing, and nothing is stored."""
    await stage.create("sales")

    unknown = await stage.call("GET", "/socket.io/?EIO=4&transport=polling")
    async with stage.session.post(
        f"{stage.fake.url}/websocket/set/sales", json=EVENTS, headers={"apikey": KEY}
    ) as answer:
        stored = (answer.status, answer.content_type, await answer.read())

    assert unknown.body["response"]["message"] == ["Cannot GET /socket.io/?EIO=4&transport=polling"]
    assert stored == (201, "application/json", b"")


async def test_restart_cuts_listeners_off_and_forgets_namespaces() -> None:
    """A new process has no namespace until it emits again."""
    async with Stage(world=world()) as stage:
        await subscribed(stage)
        listener = Listener(stage.fake.url, "/sales")
        await listener.connect(transports=["websocket"])

        await stage.control.restart(down_s=0)
        async with asyncio.timeout(WAIT_S_MAX):
            await listener.client.wait()
        assert await refused(stage, "/sales", transports=["websocket"]) == {"message": "Invalid namespace"}

        await stage.pass_time(1)
        async with listening(stage, "/sales") as again:
            assert again.client.connected


async def test_stanzas_from_clients_are_noted() -> None:
    """A sendNode is taken without an answer; the journal has it."""
    async with Stage(world=world()) as stage, listening(stage, "/", transports=["websocket"]) as root:
        await root.client.emit("sendNode", {"instanceId": "sales", "stanza": {"tag": "iq"}})
        await root.client.call("sendNode", {"instanceId": "sales", "stanza": {"tag": "iq"}}, timeout=WAIT_S_MAX)

        nodes = [record["data"]["stanza"] for record in stage.records("socket.node")]
    assert nodes == [{"tag": "iq"}, {"tag": "iq"}]


async def test_packets_of_calls_are_told_to_sockets_only(sink: Sink) -> None:
    """Listeners get the raw packet; no webhook and no event of the journal speaks of it."""
    async with Stage(world=world(WEBSOCKET_GLOBAL_EVENTS="true")) as stage:
        await stage.open("sales", sink.url)
        told = (len(sink.received), len(stage.emitted()))
        async with listening(stage, "/") as root:
            await stage.control.whatsapp("sales", "CB:call", {"tag": "call"})

            event, envelope = (await root.count(1))[0]

    assert (event, envelope["data"]) == ("call", {"event": "CB:call", "packet": {"tag": "call"}})
    assert (len(sink.received), len(stage.emitted())) == told
