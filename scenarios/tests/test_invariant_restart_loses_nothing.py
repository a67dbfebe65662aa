"""I19: a restart between acknowledgement and effect loses nothing."""

import pytest

from scenarios.judging import Truth
from scenarios.tests.long_tale import LongTale


def acknowledged(tale: LongTale, *, how: str = "kill") -> None:
    """`open` is acknowledged at 5.01; the backend goes at 5.1 and is back at 7.0; somebody looks until 30.0."""
    tale.journey(0.0, 30.0)
    tale.state(0.5, "qr")
    tale.seen(1.0, "QRCODE")
    tale.state(5.0, "open")
    tale.webhook(5.0, state="open")
    tale.outage("backend", 5.1, 7.0, how=how)


@pytest.mark.parametrize("how", ["kill", "restart"])
def test_an_effect_that_never_comes_breaks_it(long_tale: LongTale, how: str) -> None:
    """Ten seconds after the backend is back the page still shows the old status."""
    acknowledged(long_tale, how=how)

    sentence = long_tale.worst("I19").sentence

    assert "'connection.update open' of instance '7' was answered 200 0.09 s before the backend went" in sentence
    assert "people saw the status QRCODE" in sentence


def test_an_effect_after_the_restart_holds(long_tale: LongTale) -> None:
    """What was kept is applied once the backend is back."""
    acknowledged(long_tale)
    long_tale.seen(7.5, "CONNECTED", via="list")

    assert long_tale.truth("I19") is Truth.TRUE


def test_a_message_that_is_gone_breaks_it(long_tale: LongTale) -> None:
    """A message acknowledged before the restart must stand in the conversation after it."""
    long_tale.journey(0.0, 30.0)
    long_tale.message(5.0, "M1")
    long_tale.outage("backend", 5.1, 7.0)
    long_tale.read(18.0, {"message_id": "M0"})

    assert "1 messages without it" in long_tale.worst("I19").sentence


def test_a_message_that_is_there_holds(long_tale: LongTale) -> None:
    """The conversation has it."""
    long_tale.journey(0.0, 30.0)
    long_tale.message(5.0, "M1")
    long_tale.outage("backend", 5.1, 7.0)
    long_tale.read(8.0, {"message_id": "M1"})

    assert long_tale.truth("I19") is Truth.TRUE


def test_an_effect_seen_before_the_restart_proves_nothing(long_tale: LongTale) -> None:
    """What was applied at once was not between acknowledgement and effect."""
    acknowledged(long_tale)
    long_tale.seen(5.05, "CONNECTED")

    assert long_tale.truth("I19") is Truth.UNKNOWN


def test_a_click_meanwhile_leaves_it_open(long_tale: LongTale) -> None:
    """Who disconnects meanwhile does not expect CONNECTED."""
    acknowledged(long_tale)
    long_tale.click(8.0, "disconnect")

    assert long_tale.truth("I19") is Truth.UNKNOWN


def test_a_pause_is_no_restart(long_tale: LongTale) -> None:
    """A backend that stands still forgets nothing."""
    acknowledged(long_tale, how="pause")

    assert long_tale.truth("I19") is Truth.UNKNOWN
