"""I8: a channel whose webhooks are lost converges by asking Evolution."""

import pytest

from scenarios.judging import Truth
from scenarios.tests.odd_tale import OddTale


def lost_open(*, watched_s: float = 100.0) -> OddTale:
    """The phone links at second 5, and nobody is told."""
    tale = OddTale()
    tale.journey(0.0, watched_s)
    tale.code(1.0, "the-qr", 1.0)
    tale.seen(1.1, "QRCODE", code="the-qr")
    tale.state(5.0, "open")
    tale.connection(5.0, "open")
    return tale


def test_a_channel_that_stays_wrong_breaks_it() -> None:
    """40 s later the person still looks at a QR that was scanned."""
    found = lost_open().worst("I8")

    assert "40 s later the channel still showed QRCODE while the instance was 'open'" in found.sentence


def test_a_channel_that_converges_holds() -> None:
    """The backend asked, and knows."""
    tale = lost_open()
    tale.seen(25.0, "CONNECTED", via="list")

    assert tale.truth("I8") is Truth.TRUE


@pytest.mark.parametrize("end_s", [20.0, 44.0])
def test_nobody_who_looked_for_long_enough_is_unknown(end_s: float) -> None:
    """The person left before the time was up."""
    assert lost_open(watched_s=end_s).truth("I8") is Truth.UNKNOWN


def test_a_click_makes_it_another_story() -> None:
    """Somebody helped before the time was up."""
    tale = lost_open()
    tale.click(20.0, "request_qr")

    assert tale.truth("I8") is Truth.UNKNOWN


def test_evolution_that_cannot_be_asked_is_an_excuse() -> None:
    """Nobody can converge towards what nobody tells."""
    tale = lost_open()
    tale.outage("evolution", 4.0, 60.0)

    assert tale.truth("I8") is Truth.UNKNOWN


def test_an_event_that_arrived_is_not_its_matter() -> None:
    """What was told in the end was not lost."""
    tale = OddTale()
    tale.journey(0.0, 100.0)
    tale.seen(1.0, "QRCODE")
    tale.state(5.0, "open")
    tale.connection(5.0, "open", 30.0)

    assert tale.truth("I8") is Truth.UNKNOWN


def test_after_a_reconciliation_there_is_no_patience() -> None:
    """Whoever had the channels compared need not wait for the next look by itself."""
    tale = lost_open(watched_s=40.0)
    tale.add(10.0, "step", do="reconcile", outcome="done", channel="7", args={})

    assert "15 s later" in tale.worst("I8").sentence


def test_a_lost_close_has_its_own_patience() -> None:
    """A connection that nobody looks at may be wrong for longer, and not for ever."""
    tale = OddTale()
    tale.journey(0.0, 200.0)
    tale.seen(1.0, "CONNECTED")
    tale.state(5.0, "closed")
    tale.connection(5.0, "close")

    assert "90 s later the channel still showed CONNECTED" in tale.worst("I8").sentence
