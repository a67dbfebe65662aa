"""Tests of the small families: labels to presence, Meta-style errors, raw calls, integrations that are off."""

import pytest

from fake_evolution import World
from fake_evolution.tests.stage import Reply, Stage

ALICE, NOBODY = "5511988880002", "5511900000000"
UNDEFINED = "Cannot read properties of undefined (reading '{}')"


async def ask(stage: Stage, method: str, path: str, body: object = None) -> Reply:
    """Call a route of instance `sales` while time passes."""
    return await stage.during(stage.call(method, f"/{path}/sales", body))


async def test_label_is_put_and_then_refused_by_the_database(stage: Stage) -> None:
    """Where chats are saved the database fails after WhatsApp was told, and no event comes (Q21)."""
    await stage.open("sales")

    refused = await ask(stage, "POST", "label/handleLabel", {"number": ALICE, "labelId": "1", "action": "add"})

    text, database = refused.body["response"]["message"]
    assert (refused.status, text) == (400, "Unable to add label to chat")
    assert "42P10" in database
    assert "labels.association" not in stage.emitted()


async def test_label_is_put_where_chats_are_not_saved() -> None:
    """Without saved chats it succeeds, and the association is told."""
    async with Stage(world=World(server={"DATABASE_SAVE_DATA_CHATS": "false"})) as stage:
        await stage.open("sales")

        put = await ask(stage, "POST", "label/handleLabel", {"number": ALICE, "labelId": "1", "action": "remove"})
        unknown = await ask(stage, "POST", "label/handleLabel", {"number": NOBODY, "labelId": "1", "action": "add"})

        assert (put.status, put.body) == (
            200,
            {"numberJid": f"{ALICE}@s.whatsapp.net", "labelId": "1", "remove": True},
        )
        assert (unknown.status, unknown.body["response"]["message"]) == (404, ["Number is not on WhatsApp"])
        assert "labels.association" in stage.emitted()


async def test_call_is_only_said_to_be_offered(stage: Stage) -> None:
    """The answer repeats the request; a duration beyond 15 seconds is refused."""
    await stage.create("sales")

    offered = await ask(stage, "POST", "call/offer", {"number": ALICE, "callDuration": 3})
    refused = await ask(stage, "POST", "call/offer", {"number": ALICE, "callDuration": 16})

    assert offered.body == {"id": "123", "jid": f"{ALICE}@s.whatsapp.net", "callDuration": 3}
    assert refused.body["response"]["message"] == [["callDuration must be less than or equal to 15"]]


async def test_proxy_that_is_switched_off_loses_its_fields_and_shows_in_the_row(stage: Stage) -> None:
    """The row is kept without its fields, also as a relation of the instance; a host is never reached."""
    await stage.create("sales")
    proxy = {"enabled": False, "host": "h", "port": "1", "protocol": "http"}

    await ask(stage, "POST", "proxy/set", proxy)
    refused = await ask(stage, "POST", "proxy/set", {**proxy, "enabled": True})

    row = (await ask(stage, "GET", "proxy/find")).body
    assert (row["enabled"], row["host"], row["port"], row["password"]) == (False, "", "", "")
    assert (await stage.call("GET", "/instance/fetchInstances")).body[0]["Proxy"] == row
    assert refused.body["response"]["message"] == ["Invalid proxy"]


async def test_settings_keep_what_was_left_out(stage: Stage) -> None:
    """The answer repeats the body; a field that is left out keeps its value."""
    switches = ("rejectCall", "groupsIgnore", "alwaysOnline", "readMessages", "readStatus", "syncFullHistory")
    await stage.create("sales", msgCall="ocupado")

    changed = await ask(stage, "POST", "settings/set", dict.fromkeys(switches, True))
    found = await ask(stage, "GET", "settings/find")

    assert changed.body == {"settings": {"instanceName": "sales", "settings": dict.fromkeys(switches, True)}}
    assert (found.body["msgCall"], found.body["rejectCall"]) == ("ocupado", True)


async def test_presence_needs_a_socket(stage: Stage) -> None:
    """An open socket takes it; one that never was tells the programming error in a 400."""
    await stage.create("sales")
    refused = await ask(stage, "POST", "instance/setPresence", {"presence": "available"})
    await stage.control.reset()
    await stage.open("sales")

    taken = await ask(stage, "POST", "instance/setPresence", {"presence": "available"})

    assert refused.status == 400
    assert refused.body["response"]["message"] == [f"TypeError: {UNDEFINED.format('sendPresenceUpdate')}"]
    assert (taken.status, taken.body) == (201, {"presence": "available"})


@pytest.mark.parametrize(
    ("called", "body", "context", "message"),
    [
        (
            "POST template/create",
            {"name": "n"},
            "template_creation",
            [[f'instance requires property "{name}"' for name in ("category", "language", "components")]],
        ),
        ("GET template/find", None, "template_find", "Error to create template"),
        ("POST business/getCatalog", {"number": ALICE}, "business_catalog", UNDEFINED.format("onWhatsApp")),
    ],
)
async def test_errors_in_the_style_of_meta(
    stage: Stage, called: str, body: object, context: str, message: object
) -> None:
    """Whatever goes wrong in /template and /business is a 400 with Meta's fields around it."""
    await stage.create("sales")

    method, _, path = called.partition(" ")
    refused = await ask(stage, method, path, body)

    details = refused.body["details"]
    assert (refused.status, refused.body["message"], details["error_user_msg"]) == (400, message, message)
    assert (details["context"], details["type"]) == (context, "whatsapp_api_error")


async def test_raw_calls_of_the_library(stage: Stage) -> None:
    """/baileys tells what the library would: existing numbers, whose credentials, nothing for a node."""
    await stage.open("sales", number="553188887777")

    known = await ask(stage, "POST", "baileys/onWhatsapp", {"jid": f"{ALICE}@s.whatsapp.net"})
    state = await ask(stage, "POST", "baileys/getAuthState", {})
    node = await ask(stage, "POST", "baileys/sendNode", {"stanza": {}})

    assert known.body == [{"jid": f"{ALICE}@s.whatsapp.net", "exists": True}]
    assert state.body == {"me": {"id": "553188887777:7@s.whatsapp.net", "name": "Ana Lima"}}
    assert (node.status, node.body) == (200, None)


@pytest.mark.parametrize("queue", ["rabbitmq", "nats", "sqs", "kafka"])
async def test_queues_that_are_off_answer_nothing(stage: Stage, queue: str) -> None:
    """201 and 200 without a body; a body of a wrong type is still refused."""
    await stage.create("sales")

    stored = await ask(stage, "POST", f"{queue}/set", {queue: {"enabled": True, "events": []}})
    found = await ask(stage, "GET", f"{queue}/find")
    refused = await ask(stage, "POST", f"{queue}/set", {queue: {"enabled": "yes"}})

    assert [(one.status, one.body) for one in (stored, found)] == [(201, None), (200, None)]
    assert refused.body["response"]["message"][0][0] == f"{queue}.enabled is not of a type(s) boolean"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("typebot/find", "Typebot is disabled"),
        ("openai/creds", "Openai is disabled"),
        ("dify/fetchSettings", "Dify is disabled"),
        ("flowise/fetch/1", "Flowise is disabled"),
        ("n8n/find", "N8n is disabled"),
        ("evoai/fetchSessions/1", "Evoai is disabled"),
        ("evolutionBot/find", "EvolutionBot is disabled"),
        ("chatwoot/find", "Chatwoot is disabled"),
    ],
)
async def test_integrations_that_are_off_say_so(stage: Stage, path: str, text: str) -> None:
    """Chatbots and Chatwoot answer 400."""
    await stage.create("sales")

    refused = await ask(stage, "GET", path)

    assert (refused.status, refused.body["response"]["message"]) == (400, [text])


async def test_create_with_a_proxy_is_taken_back(stage: Stage) -> None:
    """No proxy is ever reached here: the instance is made, told, and removed again."""
    proxy = {"proxyHost": "proxy.example", "proxyPort": "3128", "proxyProtocol": "http"}

    refused = await stage.create("sales", **proxy)
    await stage.pass_time(1)

    assert (refused.status, refused.body["response"]["message"]) == (400, ["Invalid proxy"])
    assert stage.emitted() == ["instance.create", "remove.instance"]
    assert stage.fake.engine.instances == {}


async def test_older_version_has_fewer_routes_and_plainer_answers() -> None:
    """Version 2.2.3 makes calls, has no catalogue and no NATS, and tells bare contacts and template errors."""
    async with Stage(world=World(profile="2.2.3")) as stage:
        await stage.open("sales")
        await stage.control.contact("sales", number=ALICE, name="Alice")

        offered = await ask(stage, "POST", "call/offer", {"number": ALICE, "callDuration": 3})
        absent = [await ask(stage, "GET", path) for path in ("nats/find", "chat/findChatByRemoteJid", "n8n/find")]
        (contact,) = (await ask(stage, "POST", "chat/findContacts", {})).body
        template = await ask(stage, "GET", "template/find")

    assert offered.body["to"] == f"{ALICE}@s.whatsapp.net"
    assert [one.status for one in absent] == [404, 404, 404]
    assert (contact["pushName"], "type" in contact) == ("Alice", False)
    assert (template.status, template.body["response"]["message"]) == (500, "Error to create template")
