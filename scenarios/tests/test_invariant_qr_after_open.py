"""I6: a QR after `open` is not shown, and the channel stays CONNECTED."""

import pytest

from scenarios.judging import Truth
from scenarios.tests.odd_tale import OddTale


def late_qr(*, opened_s: float = 4.0) -> OddTale:
    """A QR of second 1 is scanned; its webhook comes 5 s late, when the channel is connected."""
    tale = OddTale()
    tale.journey(0.0, 30.0)
    tale.seen(0.5, "CONNECTING")
    tale.code(1.0, "the-qr", 6.0)
    tale.state(4.0, "open")
    tale.connection(4.0, "open", opened_s)
    return tale


@pytest.mark.parametrize("code", ["the-qr", None])
def test_a_qr_that_comes_back_breaks_it(code: str | None) -> None:
    """The late QR, or its status alone, replaces CONNECTED."""
    tale = late_qr()
    tale.seen(4.1, "CONNECTED")
    tale.seen(6.1, "QRCODE", code=code)

    assert "again after it was CONNECTED" in tale.worst("I6").sentence


def test_a_connected_channel_that_stays_so_holds() -> None:
    """The late QR is acknowledged and ignored."""
    tale = late_qr()
    tale.seen(4.1, "CONNECTED")

    assert tale.truth("I6") is Truth.TRUE


def test_a_qr_kept_on_a_connected_channel_breaks_it() -> None:
    """`open` did not clear the QR: the list shows both."""
    tale = OddTale()
    tale.journey(0.0, 30.0)
    tale.code(1.0, "the-qr", 1.0)
    tale.seen(5.0, "CONNECTED", code="the-qr", via="list")

    assert "a QR although it is CONNECTED" in tale.worst("I6").sentence


def test_a_new_qr_after_the_pairing_was_lost_is_right() -> None:
    """The instance is not open any more when its next QR comes."""
    tale = late_qr()
    tale.seen(4.1, "CONNECTED")
    tale.code(8.0, "next", 8.0)
    tale.seen(8.1, "QRCODE", code="next")

    assert tale.truth("I6") is Truth.TRUE


def test_a_qr_before_open_was_taken_proves_nothing() -> None:
    """Nobody told the backend yet that the QR was scanned."""
    tale = late_qr(opened_s=7.0)
    tale.seen(4.1, "CONNECTED", via="reply")
    tale.seen(6.1, "QRCODE", code="the-qr")

    assert tale.truth("I6") is Truth.UNKNOWN
