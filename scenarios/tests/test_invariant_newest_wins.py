"""I5: the newest connection state wins, and nothing sticks."""

import pytest

from scenarios.judging import Truth
from scenarios.tests.tale import Tale


def overtaken(tale: Tale, older: str = "connecting", newer: str = "open") -> None:
    """`newer` is taken at 2.0, and `older`, which happened before it, arrives at 3.0."""
    tale.journey(0.0, 10.0)
    tale.seen(0.5, "QRCODE")
    tale.webhook(1.7, state=older, sent=(3.0,))
    tale.webhook(2.0, state=newer)


@pytest.mark.parametrize(
    ("older", "newer", "shown", "back"),
    [
        ("connecting", "open", "CONNECTED", "CONNECTING"),
        ("open", "close", "DISCONNECTED", "CONNECTED"),
        ("close", "open", "CONNECTED", "DISCONNECTED"),
    ],
)
def test_the_older_status_coming_back_breaks_it(tale: Tale, older: str, newer: str, shown: str, back: str) -> None:
    """A late older event that changes the channel back is told with both events."""
    overtaken(tale, older, newer)
    tale.seen(2.1, shown)
    tale.seen(3.1, back)

    verdict = tale.verdict("I5")

    assert verdict.verdict is Truth.FALSE
    assert f"behind the newer 'connection.update {newer}'" in verdict.diagnosis


def test_a_channel_that_sticks_to_the_older_status_breaks_it(tale: Tale) -> None:
    """When both arrive together and the older one is what remains, nobody saw the newer one."""
    overtaken(tale)
    tale.seen(3.1, "CONNECTING", via="list")

    verdict = tale.verdict("I5")

    assert verdict.verdict is Truth.FALSE
    assert "(stuck)" in verdict.diagnosis


def test_the_newer_status_staying_holds(tale: Tale) -> None:
    """The older event changes nothing that is shown."""
    overtaken(tale)
    tale.seen(2.1, "CONNECTED")
    tale.seen(2.4, "CONNECTED", via="list")

    assert tale.truth("I5") is Truth.TRUE


def test_a_list_that_was_under_way_is_excused(tale: Tale) -> None:
    """A poll asked for before the late event shows what was true before the newer one was applied."""
    overtaken(tale)
    tale.seen(2.1, "CONNECTED")
    tale.seen(3.1, "CONNECTING", via="list", asked_s=1.9)

    assert tale.truth("I5") is Truth.TRUE


def test_a_click_excuses_what_comes_after_it(tale: Tale) -> None:
    """CONNECTING after somebody asked for a new QR is the click's effect."""
    overtaken(tale, "connecting", "close")
    tale.seen(2.1, "DISCONNECTED")
    tale.click(2.9, "request_qr")
    tale.seen(3.1, "CONNECTING")

    assert tale.truth("I5") is Truth.UNKNOWN


def test_events_in_order_prove_nothing(tale: Tale) -> None:
    """Without an overtaken event there is nothing to judge."""
    tale.journey(0.0, 10.0)
    tale.webhook(1.7, state="connecting")
    tale.webhook(2.0, state="open")
    tale.seen(2.1, "CONNECTED")

    assert tale.truth("I5") is Truth.UNKNOWN
