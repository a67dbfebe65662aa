"""I9: a late retry takes effect if it is news, and none if it is not."""

from scenarios.judging import Truth
from scenarios.tests.odd_tale import OddTale


def retried(newer: str | None = None) -> OddTale:
    """`connecting` of second 2 arrives at second 12; in between `newer` was told, if anything."""
    tale = OddTale()
    tale.journey(0.0, 60.0)
    tale.seen(1.0, "QRCODE")
    data = {"state": "connecting"}
    tale.event(2.0, "connection.update", data, sent=[(2.0, 503), (12.0, 200)])
    if newer is not None:
        tale.connection(3.0, newer, 3.0)
    return tale


def test_an_overtaken_retry_that_takes_effect_breaks_it() -> None:
    """CONNECTED is replaced by what was true ten seconds ago."""
    tale = retried("open")
    tale.seen(3.1, "CONNECTED")
    tale.seen(12.1, "CONNECTING")

    assert "showed CONNECTING again after CONNECTED, although 'connection.update open'" in tale.worst("I9").sentence


def test_an_overtaken_retry_without_effect_holds() -> None:
    """The channel stays as the newer event says."""
    tale = retried("open")
    tale.seen(3.1, "CONNECTED")

    assert tale.truth("I9") is Truth.TRUE


def test_a_retry_of_an_ended_session_has_no_effect() -> None:
    """The person disconnected; `open` of the session before comes afterwards."""
    tale = OddTale()
    tale.journey(0.0, 60.0)
    tale.event(2.0, "connection.update", {"state": "open"}, sent=[(2.0, 503), (20.0, 200)])
    tale.click(5.0, "disconnect")
    tale.seen(5.1, "DISCONNECTED")
    tale.seen(20.1, "CONNECTED")

    assert "although the click 'disconnect' was newer" in tale.worst("I9").sentence


def test_news_that_changes_nothing_breaks_it() -> None:
    """`open` comes by a retry, nothing is newer, and the page goes on showing the QR."""
    tale = OddTale()
    tale.journey(0.0, 60.0)
    tale.seen(1.0, "QRCODE")
    tale.state(2.0, "open")
    tale.event(2.0, "connection.update", {"state": "open"}, sent=[(2.0, 503), (12.0, 200)])

    assert "was still the newest and changed nothing for 5 s" in tale.worst("I9").sentence


def test_news_that_takes_effect_holds() -> None:
    """However late, it is the newest."""
    tale = OddTale()
    tale.journey(0.0, 60.0)
    tale.seen(1.0, "QRCODE")
    tale.event(2.0, "connection.update", {"state": "open"}, sent=[(2.0, 503), (12.0, 200)])
    tale.seen(12.2, "CONNECTED")

    assert tale.truth("I9") is Truth.TRUE


def test_a_status_that_something_else_brought_proves_nothing() -> None:
    """Evolution was asked and said `connecting` as well."""
    tale = retried("open")
    tale.seen(3.1, "CONNECTED")
    tale.add(12.05, "answer", instance="7", status=200, body={"instance": {"state": "connecting"}})
    tale.seen(12.1, "CONNECTING")

    assert tale.truth("I9") is Truth.UNKNOWN


def test_what_was_over_long_before_explains_nothing() -> None:
    """Evolution said `connecting` as well, but seconds ago: had that moved the page, it would have been seen."""
    tale = retried("open")
    tale.seen(3.1, "CONNECTED")
    tale.add(8.0, "answer", instance="7", status=200, body={"instance": {"state": "connecting"}})
    tale.seen(12.1, "CONNECTING")

    assert tale.truth("I9") is Truth.FALSE


def test_what_comes_in_time_is_not_its_matter() -> None:
    """A first attempt within seconds is no late retry."""
    tale = OddTale()
    tale.journey(0.0, 60.0)
    tale.seen(1.0, "QRCODE")
    tale.connection(2.0, "open", 2.0)
    tale.seen(2.1, "CONNECTED")

    assert tale.truth("I9") is Truth.UNKNOWN
