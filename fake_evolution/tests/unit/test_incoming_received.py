"""Tests of what the server makes of a message as its socket library gives it."""

from typing import Any

import pytest

from fake_evolution.domain.messages import Message
from fake_evolution.domain.received import is_unreadable, prepared, protocol_message, status_name

KEY = {"remoteJid": "5531977776666@s.whatsapp.net", "fromMe": False, "id": "3A11"}
GROUP_KEY = {
    "remoteJid": "120363000000000001@g.us",
    "fromMe": False,
    "id": "3A11",
    "participant": "5531@s.whatsapp.net",
}


def received(content: dict[str, Any], **changes: Any) -> Message:
    """A message with this content, prepared."""
    info = {"key": KEY, "message": content, "messageTimestamp": 1_700_000_000, "pushName": "Ana", **changes}
    return prepared(info, instance_id="id-1")


def test_long_text_becomes_a_plain_one() -> None:
    """The text moves to `conversation`, its context to the record, and what it quotes is flattened too."""
    context = {"stanzaId": "3EB0", "quotedMessage": {"extendedTextMessage": {"text": "first"}}}

    record = received({"extendedTextMessage": {"text": "second", "contextInfo": context}}).record()

    assert (record["messageType"], record["message"]) == ("conversation", {"conversation": "second"})
    assert record["contextInfo"] == {
        "mentionedJid": [],
        "groupMentions": [],
        "stanzaId": "3EB0",
        "quotedMessage": {"conversation": "first"},
    }


def test_document_with_caption_becomes_a_document() -> None:
    """The wrapping disappears, and with it the room for a context."""
    document = {"fileName": "boleto.pdf", "caption": "pague"}

    record = received({"documentWithCaptionMessage": {"message": {"documentMessage": document}}}).record()

    assert (record["messageType"], record["message"]) == ("documentMessage", {"documentMessage": document})
    assert "contextInfo" not in record


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ({"conversation": "Oi"}, "absent"),
        ({"extendedTextMessage": {"text": "Oi"}}, None),
        ({"locationMessage": {"name": "Sé"}}, None),
        ({"reactionMessage": {"text": "👍"}}, "absent"),
        ({"ephemeralMessage": {"message": {"conversation": "Oi"}}}, "absent"),
    ],
)
def test_context_is_absent_or_null_by_kind(content: dict[str, Any], shown: object) -> None:
    """A plain text has no contextInfo at all; kinds with room for one show null."""
    assert received(content).record().get("contextInfo", "absent") == shown


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "Ana"),
        ({"pushName": None}, None),
        ({"pushName": None, "key": {**KEY, "fromMe": True}}, "Você"),
        ({"pushName": None, "key": GROUP_KEY}, "5531"),
    ],
)
def test_missing_names_are_made_up(changes: dict[str, Any], name: str | None) -> None:
    """Own messages get a stand-in, those of a group the participant's number, private ones null."""
    assert received({"conversation": "Oi"}, **changes).record()["pushName"] == name


def test_status_is_made_up_for_others_only() -> None:
    """What came in counts as delivered; an own message without status shows none; a given number is named."""
    own = {**KEY, "fromMe": True}
    content = {"conversation": "Oi"}

    assert received(content).record()["status"] == "DELIVERY_ACK"
    assert "status" not in received(content, key=own).record()
    assert received(content, key=own, status=4).record()["status"] == "READ"
    assert status_name(6) is None


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"messageContextInfo": {}, "imageMessage": {}}, "imageMessage"),
        ({"senderKeyDistributionMessage": {}, "conversation": "Oi"}, "conversation"),
        ({"messageContextInfo": {}}, "unknown"),
    ],
)
def test_kind_is_the_first_field_that_says_one(content: dict[str, Any], kind: str) -> None:
    """Fields about delivery are no kinds of message."""
    assert received(content).kind == kind


def test_protocol_message_is_found_wrapped_or_not() -> None:
    """An edit comes as it is, or wrapped into an `editedMessage`."""
    edit = {"type": 14, "key": KEY}

    assert protocol_message({"protocolMessage": edit}) == edit
    assert protocol_message({"editedMessage": {"message": {"protocolMessage": edit}}}) == edit
    assert protocol_message({"conversation": "Oi"}) is None


def test_undecrypted_message_is_recognised() -> None:
    """The library's reason may stand anywhere in what it says."""
    assert is_unreadable({"messageStubParameters": ["x", "Error: Bad MAC"]})
    assert not is_unreadable({"messageStubParameters": ["joined", None]})
