"""Tests of message records and of how a written number becomes an address."""

import pytest

from fake_evolution.domain.messages import jid_of, source_of

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
        ("553188887777:12@s.whatsapp.net", "553188887777@s.whatsapp.net"),
        ("5531968887777", "5531968887777@s.whatsapp.net"),
        ("5531988887777-1600000000", "5531988887777-1600000000@g.us"),
        ("553188887777-1600000000@g.us", "553188887777-1600000000@g.us"),
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
        ("3EB0C431C26A1916E07AFF", "web"),
        ("3EB0C431C26A1916E07A", "unknown"),
        (f"3EB0{'0' * 36}", "unknown"),
        ("3A5F0F7C7B3C1D2E4F60", "ios"),
        ("3F0123456789ABCDEF01", "desktop"),
        ("0123456789ABCDEF0123456789ABCDEF", "android"),
        ("ABCDEF0123456789AB", "desktop"),
        ("BAE5", "unknown"),
    ],
)
def test_source_is_guessed_from_the_id(message_id: str, source: str) -> None:
    """The shape of a message id names the kind of device."""
    assert source_of(message_id) == source
