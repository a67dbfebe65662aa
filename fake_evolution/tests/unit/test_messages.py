"""Tests of message records and of how a written number becomes an address."""

import pytest

from fake_evolution.domain.messages import jid_of, sent_text, source_of

JID = "5531988887777@s.whatsapp.net"


@pytest.mark.parametrize(
    ("written", "jid"),
    [
        ("553188887777", "553188887777@s.whatsapp.net"),
        ("5531988887777", "553188887777@s.whatsapp.net"),
        ("+55 (31) 98888-7777", "553188887777@s.whatsapp.net"),
        ("5530988887777", "5530988887777@s.whatsapp.net"),
        ("5511988887777", "5511988887777@s.whatsapp.net"),
        ("5215512345678", "525512345678@s.whatsapp.net"),
        ("5491112345678", "541112345678@s.whatsapp.net"),
        ("525512345678", "525512345678@s.whatsapp.net"),
        ("14155550100", "14155550100@s.whatsapp.net"),
        ("553188887777:12@s.whatsapp.net", "553188887777:12@s.whatsapp.net"),
        ("5531988887777@s.whatsapp.net", "5531988887777@s.whatsapp.net"),
        ("123@lid", "123@lid"),
        ("123456789@g.us", "123456789@g.us"),
        ("status@broadcast", "status@broadcast"),
        ("120363012345678901", "120363012345678901@g.us"),
        ("12036301234567890", "12036301234567890@s.whatsapp.net"),
        ("553188887777@c.us", "553188887777@s.whatsapp.net"),
        ("", "@s.whatsapp.net"),
    ],
)
def test_address_of_a_written_number(written: str, jid: str) -> None:
    """Digits, formatted numbers, full addresses and groups become the address that the server uses."""
    assert jid_of(written) == jid


@pytest.mark.parametrize(
    ("message_id", "source"),
    [
        ("3EB0C431C26A1916E07A", "web"),
        ("3A5F0F7C7B3C1D2E4F60", "ios"),
        ("3F0123456789ABCDEF01", "desktop"),
        ("0123456789ABCDEF0123456789ABCDEF", "android"),
        ("0123456789ABCDEF0123456789ABCDEG", "unknown"),
        ("BAE5", "unknown"),
    ],
)
def test_source_is_guessed_from_the_id(message_id: str, source: str) -> None:
    """The shape of a message id names the kind of device."""
    assert source_of(message_id) == source


def test_sent_text_is_pending_with_the_servers_own_context() -> None:
    """A text sent through the API is `Você`, PENDING, and carries a default context before its type."""
    record = sent_text(jid=JID, message_id="3EB0FF", text="Oi", at_s=1_700_000_000, instance_id="i").record()

    assert (record["pushName"], record["status"], record["source"]) == ("Você", "PENDING", "web")
    assert record["contextInfo"] == {
        "mentionedJid": [],
        "groupMentions": [],
        "ephemeralSettingTimestamp": {"low": 1_699_827_200, "high": 0, "unsigned": False},
        "disappearingMode": {"initiator": 0},
    }
    assert list(record) == [
        *("key", "pushName", "status", "message", "contextInfo"),
        *("messageType", "messageTimestamp", "instanceId", "source"),
    ]
