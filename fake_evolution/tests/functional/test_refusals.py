"""Tests of what the imitated server refuses, and of answers that say success and mean nothing."""

from typing import Any

import pytest

from fake_evolution import WhatsApp, World
from fake_evolution.domain.events import CONFIGURATION_NAMES
from fake_evolution.tests.sink import Sink
from fake_evolution.tests.stage import Reply, Stage

NUMBER = "5531988887777"


def refusal(status: int, error: str, message: Any) -> Reply:
    """The error shape of the real server."""
    return Reply(status, {"status": status, "error": error, "response": {"message": message}})


async def send(stage: Stage, name: str = "sales", **body: Any) -> Reply:
    """Send a text."""
    return await stage.during(stage.call("POST", f"/message/sendText/{name}", {"number": NUMBER, "text": "Oi", **body}))


@pytest.mark.parametrize("webhook", [{"url": "http://x"}, {"url": "http://x", "events": None}, []])
async def test_inline_webhook_without_events_takes_the_instance_along(stage: Stage, webhook: Any) -> None:
    """Create with a webhook but no list of events is a 400, and there is no instance (Q3)."""
    answer = await stage.create("sales", webhook=webhook)

    assert answer == refusal(400, "Bad Request", ["Cannot read properties of undefined (reading 'length')"])
    assert await stage.control.instances() == []
    assert stage.emitted() == ["remove.instance"]


@pytest.mark.parametrize(
    "fields", [{"events": "ALL"}, {"events": 5}, {"headers": "x: y"}, {"byEvents": "yes"}, {"base64": 1}, {"url": None}]
)
async def test_inline_webhook_of_wrong_types_is_refused(stage: Stage, fields: dict[str, Any]) -> None:
    """No schema looks at create's webhook; what cannot be stored is a 400 all the same, and no instance stays."""
    answer = await stage.create("sales", webhook={"url": "http://x", "events": [], **fields})

    assert (answer.status, await stage.control.instances()) == (400, [])


async def test_create_refuses_what_it_cannot_make(stage: Stage) -> None:
    """An unknown integration, a number that is none, a name that is too long."""
    unknown = await stage.create("sales", integration="WHATSAPP")
    number = await stage.create("sales", number="x")
    long = await stage.create("n" * 256)

    assert unknown == refusal(400, "Bad Request", ["Invalid integration"])
    assert number == refusal(400, "Bad Request", [[r'number does not match pattern "^\\d+[\\.@\\w-]+"']])
    assert (long.status, await stage.control.instances()) == (400, [])


async def test_slow_whatsapp_gives_a_bare_count() -> None:
    """When the QR code takes longer than the fixed waits, create and connect answer only a count."""
    async with Stage(world=World(whatsapp=WhatsApp(qr_first_s=9.0))) as stage:
        created = await stage.create("sales", qrcode=True)
        connected = await stage.call("GET", "/instance/connect/sales")

        assert (created.body["qrcode"], connected.body) == ({"count": 0}, {"count": 0})


async def test_restart_of_a_closed_instance_is_a_useless_success(stage: Stage) -> None:
    """200 with an error that says nothing (Q9)."""
    await stage.create("sales")

    answer = await stage.call("POST", "/instance/restart/sales")

    assert answer == Reply(200, {"error": True, "message": "[object Object]"})


async def test_restart_of_an_open_instance_reconnects_silently(stage: Stage) -> None:
    """The answer still says open; then it reconnects, and only `connecting` and `open` are told."""
    await stage.open("sales")
    told_before = len(stage.emitted())

    answer = await stage.call("POST", "/instance/restart/sales")
    await stage.pass_time(1)

    assert answer.body == {"instance": {"instanceName": "sales", "state": "open"}}
    assert stage.emitted()[told_before:] == ["connection.update connecting", "connection.update open"]
    assert await stage.state("sales") == ("open", "open")


async def test_logout_of_a_closed_instance_is_refused(stage: Stage) -> None:
    """There is nobody to log out."""
    await stage.create("sales")

    answer = await stage.call("DELETE", "/instance/logout/sales")

    assert answer == refusal(400, "Bad Request", ['The "sales" instance is not connected'])


async def test_fetching_an_unknown_instance_names_it(stage: Stage) -> None:
    """By name, id or number: 404 with what was asked for."""
    await stage.create("sales")

    for parameter in ("instanceName", "instanceId", "number"):
        answer = await stage.call("GET", f"/instance/fetchInstances?{parameter}=x")
        assert answer == refusal(404, "Not Found", ['Instance "x" not found'])


async def test_webhook_is_stored_as_it_is_given(stage: Stage) -> None:
    """Any text is an address; no events mean all; what an update leaves out keeps its old value."""
    await stage.create("sales")
    nothing = await stage.call("GET", "/webhook/find/sales")

    first = {"enabled": True, "url": "ftp://x", "events": [], "headers": {"a": "b"}, "byEvents": True}
    stored = await stage.call("POST", "/webhook/set/sales", {"webhook": first})
    disabled = await stage.call("POST", "/webhook/set/sales", {"webhook": {"enabled": False, "url": ""}})

    assert (nothing.body, stored.status) == (None, 201)
    assert stored.body["events"] == list(CONFIGURATION_NAMES)
    changed = {**stored.body, "enabled": False, "url": "", "events": [], "updatedAt": disabled.body["updatedAt"]}
    assert disabled.body == changed
    assert (await stage.call("GET", "/webhook/find/sales")).body == disabled.body


async def test_webhook_without_events_is_a_500(stage: Stage) -> None:
    """Enabled without a list of events the real server fails, and says so in a text (Q23)."""
    await stage.create("sales")

    answer = await stage.call("POST", "/webhook/set/sales", {"webhook": {"enabled": True, "url": "http://x"}})

    assert answer == refusal(500, "Internal Server Error", "Cannot read properties of undefined (reading 'length')")


async def test_flat_webhook_of_version_1_is_refused(stage: Stage) -> None:
    """The old body, without the `webhook` object, fails the schema."""
    await stage.create("sales")

    answer = await stage.call("POST", "/webhook/set/sales", {"enabled": True, "url": "http://x"})

    assert answer == refusal(400, "Bad Request", [['instance requires property "webhook"']])


async def test_sending_needs_a_socket(stage: Stage) -> None:
    """Never connected, logged out, waiting for a scan: three texts, the last one after a minute of silence."""
    await stage.create("sales")
    never = await send(stage)
    await stage.open("support")
    await stage.control.phone("support", "unlink")
    closed = await send(stage, "support")
    await stage.create("waiting", qrcode=True)
    waiting = await send(stage, "waiting")

    undefined = "Cannot read properties of undefined (reading 'onWhatsApp')"
    assert never == refusal(500, "Internal Server Error", undefined)
    assert closed == refusal(500, "Internal Server Error", "Connection Closed")
    assert waiting == refusal(500, "Internal Server Error", "Timed Out")
    assert stage.records("answer")[-1]["duration_s"] == 60.0


async def test_sending_refuses_numbers_and_texts(stage: Stage) -> None:
    """A number that is not on WhatsApp is an object in the array, a blank text a sentence, a missing one nested."""
    await stage.open("sales")

    unknown = await send(stage, number="553188880000")
    blank = await send(stage, text="  ")
    missing = await stage.call("POST", "/message/sendText/sales", {})

    absent = {"jid": "553188880000@s.whatsapp.net", "exists": False, "number": "553188880000"}
    assert unknown == refusal(400, "Bad Request", [absent])
    assert blank == refusal(400, "Bad Request", ["Text is required"])
    texts = ['instance requires property "number"', 'instance requires property "text"']
    assert missing == refusal(400, "Bad Request", [texts])


async def test_instance_that_vanishes_while_sending_is_a_closed_connection(stage: Stage) -> None:
    """Deleted in the middle of a send, the call is answered and nothing breaks."""
    await stage.open("sales")
    await stage.call("DELETE", "/instance/delete/sales")

    answer = await send(stage, delay=5000)

    assert answer == refusal(400, "Bad Request", ["Error: Connection Closed"])


async def test_silent_drop_is_told_to_nobody(stage: Stage, sink: Sink) -> None:
    """A lost connection shows in memory only: no close event, and the row stays open (Q7, Q13)."""
    await stage.open("sales", sink.url)
    told_before = len(stage.emitted())

    await stage.control.phone("sales", "lose-connection", for_s=30)
    await stage.pass_time(10)
    during = (await stage.state("sales"), stage.emitted()[told_before:])
    await stage.pass_time(30)

    assert during == (("connecting", "open"), ["connection.update connecting"])
    assert (await stage.state("sales"), stage.emitted()[-1]) == (("open", "open"), "connection.update open")
