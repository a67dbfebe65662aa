"""The cache of met numbers: a send goes to the address that was used last for any spelling of it."""

import pytest

from fake_evolution.domain.known_numbers import KnownNumbers, spellings


def test_an_address_that_was_never_met_is_not_known() -> None:
    """Before anything was sent, no address is known."""
    numbers = KnownNumbers()

    found = numbers.find("5511988880002@s.whatsapp.net")

    assert found is None


def test_an_address_is_known_by_its_other_spelling() -> None:
    """A Brazilian number that was met with the ninth digit is known without it."""
    numbers = KnownNumbers()

    numbers.remember("5511988880002@s.whatsapp.net")

    assert numbers.find("551188880002@s.whatsapp.net") == "5511988880002@s.whatsapp.net"


def test_the_address_met_last_takes_the_row_over() -> None:
    """Two numbers that share a spelling share a row, and the newer one is written to, as recordings show."""
    numbers = KnownNumbers()
    numbers.remember("5511988880002@s.whatsapp.net")

    numbers.remember("5511888880002@s.whatsapp.net")

    assert numbers.find("5511988880002@s.whatsapp.net") == "5511888880002@s.whatsapp.net"


def test_a_privacy_id_joins_two_numbers() -> None:
    """Two numbers that came with the same privacy id share a row, too."""
    numbers = KnownNumbers()
    numbers.remember("5511988880002@s.whatsapp.net", alternative="200000000000002@lid")

    numbers.remember("5511977770004@s.whatsapp.net", alternative="200000000000002@lid")

    assert numbers.find("5511988880002@s.whatsapp.net") == "5511977770004@s.whatsapp.net"


@pytest.mark.parametrize("jid", ["120363000000000001@g.us", "351912345678@s.whatsapp.net", "@s.whatsapp.net"])
def test_other_addresses_have_one_spelling(jid: str) -> None:
    """Groups and numbers of other countries are only known as they are."""
    found = spellings(jid)

    assert found == {jid}


def test_numbers_are_believed_for_a_while() -> None:
    """What was met too long ago is asked for again; meeting it again renews it."""
    now = [0.0]
    numbers = KnownNumbers(believed_s=10, now=lambda: now[0])
    numbers.remember("5531988887777@s.whatsapp.net")

    now[0] = 9.0
    believed = numbers.find("5531988887777@s.whatsapp.net")
    now[0] = 10.0
    doubted = numbers.find("5531988887777@s.whatsapp.net")

    assert (believed, doubted) == ("5531988887777@s.whatsapp.net", None)


def test_numbers_need_not_be_remembered_at_all() -> None:
    """A server that may not save them asks every time."""
    numbers = KnownNumbers(believed_s=0)

    numbers.remember("5531988887777@s.whatsapp.net")

    assert numbers.find("5531988887777@s.whatsapp.net") is None
