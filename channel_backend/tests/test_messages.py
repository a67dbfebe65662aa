"""Messages as values: what is read from the wire, and which report is right."""

from itertools import permutations
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_backend.errors import MalformedWebhookError
from channel_backend.evolution.wire import read_envelope, read_event
from channel_backend.messages import (
    Ack,
    AckReported,
    MessageDeleted,
    MessageEdited,
    MessageReported,
    Party,
    merged_ack,
)

PERSON = "5511999990001@s.whatsapp.net"


def read(event: str, data: object) -> Any:
    """The event in a webhook body."""
    body = msgspec.json.encode({"instance": "1", "event": event, "data": data})
    return read_event(read_envelope(body, slug=None, session_header=None))


def record(*, key: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """A message record as Evolution posts it."""
    usual = {
        "key": {"id": "M1", "remoteJid": PERSON, "fromMe": False, **(key or {})},
        "pushName": "Ana",
        "status": "DELIVERY_ACK",
        "message": {"conversation": "oi"},
        "messageType": "conversation",
        "messageTimestamp": 1_767_225_600,
    }
    return {**usual, **fields}


def test_a_text_is_read_whole() -> None:
    """Who, what, when, and how far it got."""
    found = read("messages.upsert", record())

    assert (found.message_id, found.party, found.from_me) == ("M1", Party(PERSON, "5511999990001", "Ana"), False)
    assert (found.body, found.media_type, found.ack) == ("oi", "chat", Ack.DEVICE)
    assert found.sent_at.isoformat() == "2026-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("key", "party"),
    [
        ({"remoteJid": "77@lid", "remoteJidAlt": PERSON}, Party(PERSON, "5511999990001", "Ana")),
        ({"remoteJid": "77@lid"}, Party("77@lid", "77", "Ana")),
        ({"remoteJid": "5511999990001:12@s.whatsapp.net"}, Party(PERSON, "5511999990001", "Ana")),
        ({"remoteJid": "120@g.us", "participant": PERSON}, Party("120@g.us", "120", None, is_group=True)),
    ],
)
def test_one_person_has_one_id(key: dict[str, Any], party: Party) -> None:
    """Privacy ids, devices and groups name the conversation they belong to."""
    found = read("messages.upsert", record(key=key))

    assert (found.party, found.participant) == (party, key.get("participant"))


@pytest.mark.parametrize(
    ("message", "body"),
    [
        ({"imageMessage": {"caption": "olha"}}, "olha"),
        ({"extendedTextMessage": {"text": "oi"}}, "oi"),
        ({"ephemeralMessage": {"message": {"conversation": "some"}}}, "some"),
        ({"conversation": "a\x00b"}, "ab"),
        ({"stickerMessage": {}}, ""),
    ],
)
def test_what_a_person_reads_is_the_body(message: dict[str, Any], body: str) -> None:
    """Text, caption, or nothing; NUL is no text that a database takes."""
    assert read("messages.upsert", record(message=message)).body == body


def test_half_an_emoji_loses_no_message() -> None:
    """A text that was cut inside a character is read with a mark in that place."""
    body = b'{"instance":"1","event":"messages.upsert","data":{"key":{"id":"M1","remoteJid":"1@s.whatsapp.net"},'
    body += b'"message":{"conversation":"ol\\u00e1 \\ud83d\\ude00 \\ud83d"}}}'

    found = read_event(read_envelope(body, slug=None, session_header=None))

    assert isinstance(found, MessageReported)
    assert found.body == "olá 😀 �"


@pytest.mark.parametrize(
    ("event", "data", "found"),
    [
        ("messages.update", {"keyId": "M1", "status": "READ"}, AckReported("M1", Ack.READ)),
        ("messages.update", {"keyId": "M1", "status": "DELETED"}, MessageDeleted("M1")),
        ("messages.update", {"keyId": "M1", "status": "SOMETHING"}, None),
        ("messages.edited", {"key": {"id": "M1"}, "type": "REVOKE"}, MessageDeleted("M1")),
        (
            "send.message.update",
            {"key": {"id": "M1"}, "type": "MESSAGE_EDIT", "editedMessage": {"conversation": "novo"}},
            MessageEdited("M1", "novo"),
        ),
        ("messages.edited", {"type": "EPHEMERAL_SETTING"}, None),
        ("messages.delete", {"id": "M1", "remoteJid": PERSON}, MessageDeleted("M1")),
        ("messages.delete", {"id": "row", "key": {"id": "M1"}}, MessageDeleted("M1")),
        ("messages.upsert", record(key={"remoteJid": "status@broadcast"}), None),
    ],
)
def test_what_is_told_of_a_message(event: str, data: object, found: object) -> None:
    """Acknowledgements, edits and revokes name the message; what is no conversation is nothing."""
    assert read(event, data) == found


@pytest.mark.parametrize(
    ("event", "data", "says"),
    [
        ("messages.upsert", {}, "data: Object missing required field `key`"),
        ("messages.upsert", record(key={"id": 7}), "data.key.id: Expected `str`, got `int`"),
        ("messages.upsert", record(key={"id": ""}), "data.key.id: expected 1 to 255 characters"),
        ("messages.update", {"status": "READ"}, "data: Object missing required field `keyId`"),
        ("messages.delete", {}, "data.id: expected 1 to 255 characters"),
    ],
)
def test_a_wrong_shape_is_named(event: str, data: object, says: str) -> None:
    """The path of the field, and what was expected."""
    with pytest.raises(MalformedWebhookError) as refused:
        read(event, data)

    assert str(refused.value) == says


@pytest.mark.parametrize("order", list(permutations([Ack.PENDING, Ack.SERVER, Ack.DEVICE, Ack.READ])))
def test_a_message_never_goes_back(order: tuple[Ack, ...]) -> None:
    """In whatever order acknowledgements come, the furthest counts."""
    known = Ack.PENDING
    for reported in order:
        known = merged_ack(known, reported)

    assert known is Ack.READ


@given(st.lists(st.sampled_from(Ack), min_size=1))
def test_merging_acks_is_order_free(reports: list[Ack]) -> None:
    """Any order and any repetition of the same reports is the same in the end; a failure is not success undone."""
    forth, back = Ack.PENDING, Ack.PENDING
    for one, other in zip(reports, reversed(reports), strict=True):
        forth, back = merged_ack(forth, one), merged_ack(back, other)

    assert forth is back
    assert (forth is Ack.ERROR) == (max(reports) <= Ack.PENDING and Ack.ERROR in reports)
