"""Tests of the kinds of messages that carry no file, and of what each refuses."""

from typing import Any

import orjson
import pytest

from fake_evolution.tests.functional.test_sending_texts import NUMBER, PERSON, TEAM, join, refused, send
from fake_evolution.tests.stage import Stage

ANA = {"fullName": "Ana", "phoneNumber": "5511988880003", "organization": "Padaria", "email": "ana@example.org"}
REPLY = {"type": "reply", "displayText": "Sim", "id": "1"}
LINK = {"type": "url", "displayText": "Site", "url": "https://example.org"}
PIX = {"type": "pix", "currency": "BRL", "name": "Padaria", "keyType": "random", "key": "chave"}


@pytest.fixture
async def sales(stage: Stage) -> Stage:
    """A connected instance."""
    await stage.open("sales")
    return stage


async def test_one_contact(sales: Stage) -> None:
    """A card in the format of telephones."""
    answer = await send(sales, "sendContact", contact=[ANA])

    card = answer.body["message"]["contactMessage"]
    assert (answer.body["messageType"], card["displayName"]) == ("contactMessage", "Ana")
    assert card["vcard"].splitlines()[2:7] == [
        "N:Ana",
        "FN:Ana",
        "ORG:Padaria;",
        "EMAIL:ana@example.org",
        "item1.TEL;waid=5511988880003@s.whatsapp.net:5511988880003",
    ]


async def test_several_contacts(sales: Stage) -> None:
    """They come in one message that counts them."""
    answer = await send(sales, "sendContact", contact=[ANA, {**ANA, "fullName": "Bia"}])

    shown = answer.body["message"]["contactsArrayMessage"]
    assert (shown["displayName"], [card["displayName"] for card in shown["contacts"]]) == ("2 contacts", ["Ana", "Bia"])


async def test_contact_with_a_short_number(sales: Stage) -> None:
    """Ten characters at least."""
    answer = await send(sales, "sendContact", contact=[{"fullName": "Ana", "phoneNumber": "123"}])

    assert answer == refused(400, [["contact[0].phoneNumber does not meet minimum length of 10"]])


@pytest.mark.parametrize(("choices", "kind"), [(1, "pollCreationMessageV3"), (2, "pollCreationMessage")])
async def test_poll_kinds(sales: Stage, choices: int, kind: str) -> None:
    """One choice makes a newer kind of poll than several."""
    answer = await send(sales, "sendPoll", name="Almoço?", selectableCount=choices, values=["a", "b"])

    assert answer.body["messageType"] == kind
    assert set(answer.body["message"]["messageContextInfo"]) == {"messageSecret", "contextInfo"}


async def test_poll_with_more_choices_than_answers(sales: Stage) -> None:
    """The WhatsApp library refuses it; an unknown number is told first."""
    body = {"name": "?", "selectableCount": 3, "values": ["a", "b"]}

    known, unknown = await send(sales, "sendPoll", **body), await send(sales, "sendPoll", **body, number="551190000")

    assert known == refused(400, ["Error: poll.selectableCount in poll should be >= 0 and <= 2"])
    assert unknown.body["response"]["message"][0]["exists"] is False


async def test_poll_in_a_group_that_quotes(sales: Stage) -> None:
    """No defaults there; the quote is inside the poll and beside it."""
    await join(sales)
    quoted = {"key": {"id": "X", "remoteJid": TEAM, "participant": PERSON}, "message": {"conversation": "so?"}}

    answer = await send(sales, "sendPoll", number=TEAM, name="?", selectableCount=1, values=["a", "b"], quoted=quoted)

    context = {"participant": PERSON, "stanzaId": "X", "quotedMessage": {"conversation": "so?"}}
    assert answer.body["contextInfo"] == context
    assert answer.body["message"]["pollCreationMessageV3"]["contextInfo"] == context
    assert set(answer.body["message"]["messageContextInfo"]) == {"messageSecret"}


async def test_location_in_a_group(sales: Stage) -> None:
    """What is forwarded has an empty context there."""
    await join(sales)

    answer = await send(sales, "sendLocation", number=TEAM, latitude=1, longitude=2, name="n", address="a")

    assert (answer.body["contextInfo"], answer.body["message"]["locationMessage"]["contextInfo"]) == ({}, {})


async def test_reaction_goes_to_the_chat_of_its_key(sales: Stage) -> None:
    """It has no number of its own, and no context."""
    key = {"remoteJid": PERSON, "fromMe": False, "id": "3A00"}

    answer = await sales.during(sales.call("POST", "/message/sendReaction/sales", {"key": key, "reaction": "👍🏽"}))

    assert (answer.body["key"]["remoteJid"], answer.body["message"]["reactionMessage"]["key"]) == (PERSON, key)
    assert "contextInfo" not in answer.body


@pytest.mark.parametrize(
    ("buttons", "told"),
    [
        ([], "At least one button is required"),
        ([REPLY] * 4, "Maximum of 3 reply buttons allowed"),
        ([REPLY, LINK], "Reply buttons cannot be mixed with other button types"),
        ([PIX, LINK], "Only one PIX button is allowed"),
    ],
)
async def test_buttons_that_do_not_go_together(sales: Stage, buttons: list[Any], told: str) -> None:
    """Each mixture has its own text."""
    assert await send(sales, "sendButtons", title="T", buttons=buttons) == refused(400, [told])


async def test_buttons_left_out(sales: Stage) -> None:
    """The real server stumbles over a body that its schema lets through."""
    told = "Cannot read properties of undefined (reading 'length')"

    assert await send(sales, "sendButtons", title="T") == refused(500, told)


async def test_buttons(sales: Stage) -> None:
    """They hide in a message to be seen once, with their parameters as JSON texts."""
    answer = await send(sales, "sendButtons", title="T", description="D", buttons=[REPLY, {**REPLY, "id": "2"}])

    shown = answer.body["message"]["viewOnceMessage"]["message"]["interactiveMessage"]
    told = [orjson.loads(button["buttonParamsJson"]) for button in shown["nativeFlowMessage"]["buttons"]]
    assert (shown["body"], shown["footer"]) == ({"text": "*T*\n\nD\n"}, {})
    assert told == [{"display_text": "Sim", "id": "1"}, {"display_text": "Sim", "id": "2"}]
    assert answer.body["key"]["participant"] == PERSON


async def test_button_for_a_payment(sales: Stage) -> None:
    """It stands alone, without a text, and has a reference of its own."""
    answer = await send(sales, "sendButtons", title="T", buttons=[PIX])

    shown = answer.body["message"]["viewOnceMessage"]["message"]["interactiveMessage"]
    told = orjson.loads(shown["nativeFlowMessage"]["buttons"][0]["buttonParamsJson"])
    assert list(shown) == ["nativeFlowMessage"]
    assert told["payment_settings"][0]["pix_static_code"]["key_type"] == "EVP"
    assert len(told["reference_id"]) == 11


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"type": "text"}, "Content is required"),
        ({"type": "text", "content": "c"}, "StatusJidList is required"),
        ({"type": "text", "content": "c", "allContacts": True}, "Contacts not found"),
        ({"type": "text", "content": "c", "statusJidList": [NUMBER]}, "Background color is required"),
        (
            {"type": "text", "content": "c", "statusJidList": [NUMBER], "backgroundColor": "#fff", "font": 0},
            "Font is required",
        ),
        (
            {"type": "image", "content": "AAAA", "statusJidList": [NUMBER]},
            "Error: ENOENT: no such file or directory, open 'AAAA'",
        ),
        (
            {"type": "image", "content": "A" * 300, "statusJidList": [NUMBER]},
            f"Error: ENAMETOOLONG: name too long, open '{'A' * 300}'",
        ),
    ],
)
async def test_what_a_status_lacks(sales: Stage, body: dict[str, Any], told: str) -> None:
    """One thing is told after the other; font 0 counts as none."""
    assert await send(sales, "sendStatus", **body) == refused(400, [told])


async def test_status_text(sales: Stage) -> None:
    """It goes to the list that everybody reads, without any context."""
    body = {"type": "text", "content": "bom dia", "statusJidList": [NUMBER], "backgroundColor": "#fff", "font": 1}

    answer = await send(sales, "sendStatus", **body)

    assert (answer.body["key"]["remoteJid"], answer.body["message"]) == (
        "status@broadcast",
        {"conversation": "bom dia"},
    )
    assert "contextInfo" not in answer.body


@pytest.mark.parametrize("action", ["sendText", "sendMedia", "sendContact", "sendList", "sendPoll", "sendStatus"])
async def test_instance_named_by_the_query_does_not_exist(sales: Stage, action: str) -> None:
    """The guards looked at the path only; the server stumbles."""
    bodies: dict[str, Any] = {
        "sendText": {"text": "Oi"},
        "sendMedia": {"mediatype": "image", "media": "AAAA"},
        "sendContact": {"contact": [ANA]},
        "sendList": {
            "title": "T",
            "footerText": "F",
            "buttonText": "B",
            "sections": [{"title": "S", "rows": [{"title": "R", "rowId": "1"}]}],
        },
        "sendPoll": {"name": "?", "selectableCount": 1, "values": ["a", "b"]},
        "sendStatus": {"type": "text"},
    }

    answer = await sales.call(
        "POST", f"/message/{action}/sales?instanceName=ghost", {"number": NUMBER, **bodies[action]}
    )

    assert answer.status == 500
    assert answer.body["response"]["message"].startswith("Cannot read properties of undefined (reading '")
