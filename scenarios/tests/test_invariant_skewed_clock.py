"""I23: a wrong date_time does not decide which event is the newest."""

from scenarios.judging import Truth
from scenarios.tests.long_tale import LongTale


def skewed(tale: LongTale, *, first: bool = False, second: bool = True) -> None:
    """A QR at 1.0, `open` at 3.0, each with a wrong date_time where told; somebody looks until 30.0."""
    tale.journey(0.0, 30.0)
    tale.qr(1.0, "code-1")
    one = tale.event(1.0, "qrcode.updated", {"qrcode": {"code": "code-1"}})
    tale.seen(1.2, "QRCODE", code="code-1")
    tale.state(3.0, "open")
    other = tale.event(3.0, "connection.update", {"state": "open"})
    for event_id, struck in ((one, first), (other, second)):
        if struck:
            tale.fault(event_id, "clock-skew")


def test_the_newest_thrown_away_for_its_time_breaks_it(long_tale: LongTale) -> None:
    """`open` with a date_time in the past is taken and changes nothing."""
    skewed(long_tale)

    sentence = long_tale.worst("I23").sentence

    assert "'connection.update open' of instance '7'" in sentence
    assert "people still saw the status QRCODE" in sentence


def test_a_time_in_the_future_that_shadows_the_next_breaks_it(long_tale: LongTale) -> None:
    """The event before it came from the future, so the backend holds every later one for old."""
    skewed(long_tale, first=True, second=False)

    assert "(the one of 'qrcode.updated' before it)" in long_tale.worst("I23").sentence


def test_the_newest_shown_holds(long_tale: LongTale) -> None:
    """The newest by source is on the page."""
    skewed(long_tale)
    long_tale.seen(3.2, "CONNECTED")

    assert long_tale.truth("I23") is Truth.TRUE


def test_right_times_prove_nothing(long_tale: LongTale) -> None:
    """Without a wrong date_time there is nothing to judge, whatever is shown."""
    skewed(long_tale, first=False, second=False)

    assert long_tale.truth("I23") is Truth.UNKNOWN


def test_a_click_meanwhile_leaves_it_open(long_tale: LongTale) -> None:
    """Who disconnects does not wait for CONNECTED."""
    skewed(long_tale)
    long_tale.click(4.0, "disconnect")

    assert long_tale.truth("I23") is Truth.UNKNOWN
