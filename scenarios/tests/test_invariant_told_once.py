"""I31: every status change reaches the tenant's socket once, in order."""

import pytest

from scenarios.judging import Truth
from scenarios.tests.long_tale import LongTale


def watched(tale: LongTale) -> None:
    """A page with list and socket on channel 7, which is DISCONNECTED at first."""
    tale.journey(0.0, 40.0)
    tale.seen(1.0, "DISCONNECTED", via="list")
    tale.seen(1.0, "DISCONNECTED")


def test_a_change_that_the_socket_never_told_breaks_it(long_tale: LongTale) -> None:
    """The list shows CONNECTED, the socket is silent."""
    watched(long_tale)
    long_tale.seen(10.0, "CONNECTED", via="list")

    sentence = long_tale.verdict("I31").diagnosis

    assert "changed from DISCONNECTED to CONNECTED (list at 10.00 s) and the socket never said so" in sentence


def test_a_backend_without_announcements_breaks_it(long_tale: LongTale) -> None:
    """The page's socket was open, and not one word came."""
    long_tale.journey(0.0, 40.0)
    long_tale.seen(1.0, "DISCONNECTED", via="list")
    long_tale.seen(10.0, "CONNECTED", via="list")

    assert long_tale.truth("I31") is Truth.FALSE


def test_the_same_announcement_twice_breaks_it(long_tale: LongTale) -> None:
    """One change, one webhook, two announcements of the same words."""
    watched(long_tale)
    long_tale.webhook(9.9, state="open")
    for at_s in (10.0, 10.1):
        long_tale.seen(at_s, "CONNECTED", announcement="1:session")
    long_tale.seen(10.2, "CONNECTED", via="list")

    assert "was announced as CONNECTED twice within 100 ms (1:session)" in long_tale.worst("I31").sentence


def test_an_older_status_told_last_breaks_it(long_tale: LongTale) -> None:
    """The socket ends on QRCODE while every look shows CONNECTED."""
    watched(long_tale)
    long_tale.seen(9.0, "QRCODE", via="list")
    long_tale.seen(10.0, "CONNECTED")
    long_tale.seen(10.1, "QRCODE")
    long_tale.seen(10.2, "CONNECTED", via="list")

    assert "was last announced as QRCODE (at 10.10 s) while a list shows CONNECTED" in long_tale.worst("I31").sentence


def test_each_change_told_once_holds(long_tale: LongTale) -> None:
    """An announcement may come shortly before or after the look that shows the same."""
    watched(long_tale)
    long_tale.seen(10.0, "CONNECTING")
    long_tale.seen(10.3, "CONNECTING", via="list")
    long_tale.seen(11.0, "CONNECTED", via="list")
    long_tale.seen(11.4, "CONNECTED")

    assert long_tale.truth("I31") is Truth.TRUE


def test_more_announcements_than_causes_break_it(long_tale: LongTale) -> None:
    """The session connects and is open a moment later: two webhooks, and two announcements of each."""
    watched(long_tale)
    for at_s, state, status in ((9.9, "connecting", "CONNECTING"), (10.0, "open", "CONNECTED")):
        long_tale.webhook(at_s, state=state)
        long_tale.seen(at_s + 0.01, status, announcement="1:session")
        long_tale.seen(at_s + 0.02, status, announcement="1:session")
    long_tale.seen(10.2, "CONNECTED", via="list")

    assert long_tale.truth("I31") is Truth.FALSE


def test_two_causes_may_be_told_in_the_same_words(long_tale: LongTale) -> None:
    """Two webhooks within half a second may each have been announced."""
    watched(long_tale)
    for at_s in (9.9, 10.0):
        long_tale.webhook(at_s, state="open")
        long_tale.seen(at_s + 0.1, "CONNECTED", announcement="1:session")
    long_tale.seen(10.2, "CONNECTED", via="list")

    assert long_tale.truth("I31") is Truth.TRUE


@pytest.mark.parametrize(
    ("lost_s", "back_s", "truth"),
    [
        (5.0, None, Truth.UNKNOWN),
        (5.0, 9.0, Truth.UNKNOWN),
        (25.0, 27.0, Truth.FALSE),
    ],
)
def test_a_page_that_lost_its_socket_then_proves_nothing(
    long_tale: LongTale, lost_s: float, back_s: float | None, truth: Truth
) -> None:
    """What was announced meanwhile nobody heard; what happened long before is judged."""
    watched(long_tale)
    for at_s, code in ((lost_s, 0), (back_s, 200)):
        if at_s is not None:
            long_tale.add(at_s, "reply", journey=None, channel=None, action="socket", status_code=code, duration_s=0.0)
    long_tale.seen(10.0, "CONNECTED", via="list")

    assert long_tale.truth("I31") is truth


def test_an_outage_around_a_change_leaves_it_open(long_tale: LongTale) -> None:
    """A backend that is killed between change and announcement has another rule to keep."""
    watched(long_tale)
    long_tale.outage("backend", 9.0, 11.0)
    long_tale.seen(12.0, "CONNECTED", via="list")

    assert long_tale.truth("I31") is Truth.UNKNOWN


def test_one_status_all_along_proves_nothing(long_tale: LongTale) -> None:
    """Nothing changed, nothing was to be told."""
    long_tale.journey(0.0, 5.0)
    long_tale.seen(1.0, "DISCONNECTED", via="list")

    assert long_tale.truth("I31") is Truth.UNKNOWN
