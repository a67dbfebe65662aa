"""Tests of what other versions of the server do otherwise, over real sockets."""

import pytest

from fake_evolution import WhatsApp, World
from fake_evolution.tests.sink import Sink
from fake_evolution.tests.stage import Stage


def stage_of(profile: str, **server: str) -> Stage:
    """A server of this version."""
    return Stage(world=World(profile=profile, server=server))


@pytest.mark.parametrize(("profile", "status"), [("2.2.3", 404), ("2.3.6", 200)])
async def test_later_routes_are_unknown_before(profile: str, status: int) -> None:
    """An old server answers its ordinary 404, guards or not."""
    async with stage_of(profile) as stage:
        await stage.create("sales")

        answer = await stage.call("GET", "/chat/findChatByRemoteJid/sales?remoteJid=5531988887777@s.whatsapp.net")

    assert answer.status == status


async def test_old_version_checks_addresses_of_webhooks() -> None:
    """At set and at create; a refused create leaves no instance."""
    bad = {"url": "http://my_backend:3000/h", "enabled": True, "events": []}
    async with stage_of("2.2.3") as stage:
        await stage.create("sales")
        refused = await stage.call("POST", "/webhook/set/sales", {"webhook": bad})
        created = await stage.create("support", webhook=bad)
        names = [found["name"] for found in await stage.control.instances()]

    assert refused.body["response"]["message"] == ['Invalid "url" property']
    assert (created.status, created.body["response"]["message"]) == (400, ['Invalid "url" property'])
    assert names == ["sales"]


async def test_old_version_sends_the_secret_itself(sink: Sink) -> None:
    """No token is made of jwt_key; it goes out as a header of its own."""
    async with stage_of("2.2.3") as stage:
        hook = {"url": sink.url, "events": [], "headers": {"jwt_key": "a-secret"}}
        await stage.create("sales", webhook=hook, qrcode=True)
        headers = (await sink.count(1))[0].headers

    assert (headers.get("jwt_key"), headers.get("authorization")) == ("a-secret", None)
    assert headers["user-agent"] == "axios/1.7.9"


async def test_old_version_repeats_whatever_fails(sink: Sink) -> None:
    """A 404 comes again after 30 s, and again: ten times in all."""
    sink.answers = [404] * 10
    silent = WhatsApp(qr_first_s=float("inf"))
    async with Stage(world=World(profile="2.2.3", whatsapp=silent)) as stage:
        await stage.create("sales", webhook={"url": sink.url, "events": ["CONNECTION_UPDATE"]}, qrcode=True)
        await stage.pass_time(20)
        assert len(sink.received) == 1
        await stage.pass_time(400)

    assert len(sink.received) == 10


async def test_old_version_refuses_names_it_does_not_know() -> None:
    """The refusal lists 27 names; an empty list means those."""
    hook = {"url": "http://x.example/h", "enabled": True}
    async with stage_of("2.2.3") as stage:
        await stage.create("sales")
        refused = await stage.call("POST", "/webhook/set/sales", {"webhook": {**hook, "events": ["STATUS_INSTANCE"]}})
        stored = await stage.call("POST", "/webhook/set/sales", {"webhook": {**hook, "events": []}})

    told = refused.body["response"]["message"][0][0]
    assert told.startswith("webhook.events[0] is not one of enum values: APPLICATION_STARTUP,")
    assert len(told.split(",")) == len(stored.body["events"]) == 27


async def test_old_version_shows_fewer_integrations() -> None:
    """Neither create nor the rows know NATS, and the welcome names no WhatsApp version."""
    async with stage_of("2.2.3") as stage:
        created = await stage.create("sales")
        rows = await stage.call("GET", "/instance/fetchInstances")
        welcome = await stage.call("GET", "/")

    assert "nats" not in created.body
    assert "Nats" not in rows.body[0]
    assert (welcome.body["version"], "whatsappWebVersion" in welcome.body) == ("2.2.3", False)


async def test_newer_version_waits_for_the_logout() -> None:
    """The state is closed when the answer comes; a dead socket makes it fail."""
    async with stage_of("2.3.7") as stage:
        await stage.open("sales")
        await stage.open("support", number="5531988886666")
        await stage.control.phone("support", "die-silently")

        answer = await stage.during(stage.call("DELETE", "/instance/logout/sales"))
        failed = await stage.call("DELETE", "/instance/logout/support")
        removed = await stage.call("DELETE", "/instance/delete/support")

        assert (answer.status, await stage.state("sales")) == (200, ("close", "close"))
        assert (failed.status, failed.body["response"]["message"]) == (500, ["Error: Connection Closed"])
        assert removed.status == 400


async def test_newer_version_names_line_and_column() -> None:
    """Its parser of JSON says more."""
    async with stage_of("2.3.7") as stage:
        answer = await stage.call("POST", "/instance/create", raw=b'{"instanceName": "x",}')

    told = "Expected double-quoted property name in JSON at position 21 (line 1 column 22)"
    assert answer.body["response"]["message"] == told


@pytest.mark.parametrize("connects", [False, True])
async def test_unopened_instances_are_removed_when_asked(connects: bool) -> None:  # noqa: FBT001  one of two lives
    """DEL_INSTANCE gives every new instance so many minutes to open."""
    async with stage_of("2.3.6", DEL_INSTANCE="2") as stage:
        await stage.create("sales", qrcode=connects)
        await stage.open("support")
        await stage.pass_time(100)
        assert len(await stage.control.instances()) == 2
        await stage.pass_time(30)

        names = [found["name"] for found in await stage.control.instances()]
    assert names == ["support"]


async def test_old_version_tries_addresses_that_cannot_work() -> None:
    """Without a scheme an address passes its check; every attempt fails, and is made again."""
    async with stage_of("2.2.3") as stage:
        await stage.create("sales", webhook={"url": "example.invalid/h", "events": ["QRCODE_UPDATED"]}, qrcode=True)
        await stage.pass_time(40)
        outcomes = [record["outcome"] for record in stage.records("attempt")]

    assert outcomes[:2] == ["fail", "fail"]
