"""I27: what is shown is scannable."""

import pytest

from scenarios.judging import Truth
from scenarios.tests.long_tale import LongTale
from scenarios.tests.tale import Tale


def test_an_image_that_cannot_be_read_breaks_it(tale: Tale) -> None:
    """A picture without a QR in it is of no use to a person."""
    tale.seen(1.0, "QRCODE", qr_error="the image shows no QR code")

    verdict = tale.verdict("I27")

    assert verdict.verdict is Truth.FALSE
    assert "no phone can read" in verdict.diagnosis


def test_a_qr_that_whatsapp_never_gave_breaks_it(tale: Tale) -> None:
    """A code that no instance ever had links nothing."""
    tale.seen(1.0, "QRCODE", code="invented")

    assert tale.truth("I27") is Truth.FALSE


def test_the_qr_of_another_channel_breaks_it(tale: Tale) -> None:
    """Two channels that show one QR: one of them is wrong."""
    tale.qr(1.0, "the-qr")
    tale.seen(1.1, "QRCODE", code="the-qr")
    tale.seen(1.2, "QRCODE", code="the-qr", channel="8")

    assert tale.truth("I27") is Truth.FALSE


def test_a_refused_qr_that_was_known_to_be_over_breaks_it(tale: Tale) -> None:
    """The backend took the newer QR long before the person scanned what it still showed."""
    tale.qr(1.0, "old")
    tale.seen(1.1, "QRCODE", code="old")
    tale.qr(46.0, "new")
    tale.webhook(46.0, code="new")
    tale.scan(50.0, "old", "expired")

    verdict = tale.verdict("I27")

    assert verdict.verdict is Truth.FALSE
    assert "refused as expired" in verdict.diagnosis


@pytest.mark.parametrize("delivered_s", [49.0, 60.0])
def test_a_refused_qr_is_excused_while_nobody_could_know(tale: Tale, delivered_s: float) -> None:
    """A newer QR that has not or only just arrived cannot be on the page."""
    tale.qr(1.0, "old")
    tale.seen(1.1, "QRCODE", code="old")
    tale.qr(46.0, "new")
    tale.webhook(46.0, code="new", sent=(delivered_s,))
    tale.scan(50.0, "old", "expired")

    assert tale.truth("I27") is Truth.UNKNOWN


def test_qrcode_without_a_qr_breaks_it(tale: Tale) -> None:
    """A page that says QRCODE and shows none for long leaves the person with nothing to scan."""
    tale.journey(0.0, 20.0)
    tale.seen(1.0, "QRCODE", via="list")

    assert tale.truth("I27") is Truth.FALSE


def test_a_linked_qr_holds(tale: Tale) -> None:
    """The code that was shown linked the instance."""
    tale.qr(1.0, "the-qr")
    tale.seen(1.1, "QRCODE", code="the-qr")
    tale.scan(2.0, "the-qr")

    assert tale.truth("I27") is Truth.TRUE


def test_a_qr_that_is_kept_after_the_channel_closed_breaks_it(tale: Tale) -> None:
    """The status went to DISCONNECTED, and the QR of the session stayed in the list."""
    tale.journey(0.0, 30.0)
    tale.qr(1.0, "the-qr")
    tale.webhook(1.0, code="the-qr")
    tale.webhook(5.0, state="close")
    tale.seen(5.2, "DISCONNECTED", code="the-qr", via="list")

    assert "DISCONNECTED with a QR for 24.8 s" in tale.worst("I27").sentence


def test_a_qr_that_is_cleared_soon_is_no_offence(tale: Tale) -> None:
    """Between the webhook and the next load of the list a QR may still be there."""
    tale.journey(0.0, 30.0)
    tale.qr(1.0, "the-qr")
    tale.webhook(1.0, code="the-qr")
    tale.seen(1.2, "QRCODE", code="the-qr", via="list")
    tale.webhook(5.0, state="close")
    tale.seen(6.0, "DISCONNECTED", via="list")

    assert tale.truth("I27") is not Truth.FALSE


def test_a_qr_kept_while_something_is_away_is_excused(long_tale: LongTale) -> None:
    """The backend is killed when it has taken the scan's `open`: the page cannot change before it is back."""
    long_tale.journey(0.0, 30.0)
    long_tale.qr(1.0, "old")
    long_tale.seen(1.1, "QRCODE", code="old", via="list")
    long_tale.webhook(5.0, state="open")
    long_tale.outage("backend", 5.1, 12.0)
    long_tale.seen(13.0, "CONNECTED", via="list")

    assert long_tale.truth("I27") is Truth.UNKNOWN
