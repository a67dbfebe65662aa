"""What can have moved a channel, and what one webhook alone brought about."""

import pytest

from scenarios.causes import Effect, causes_of, trace
from scenarios.model import Cause
from scenarios.tests.odd_tale import OddTale


def traced(tale: OddTale, *, nth: int = 0) -> Effect:
    """What the nth attempt of the history brought about."""
    history = tale.history()
    attempt = history.attempts[nth]
    return trace(history, "7", history.events[attempt.event_id], attempt).effect


def closed() -> OddTale:
    """A connected channel whose `close` is taken at second 5."""
    tale = OddTale()
    tale.journey(0.0, 30.0)
    tale.seen(1.0, "CONNECTED")
    tale.connection(5.0, "close", 5.0)
    return tale


def test_every_source_is_a_cause() -> None:
    """Clicks, webhooks, and what Evolution answers when it is asked, in the order of time."""
    tale = closed()
    tale.click(2.0, "start")
    tale.add(6.0, "answer", instance="7", status=200, body={"instance": {"state": "open"}})
    tale.add(7.0, "answer", instance="7", status=404, body={})
    tale.add(8.0, "answer", instance="7", status=200, body=[{"connectionStatus": "connecting"}])

    causes = [one.cause for one in causes_of(tale.history(), "7")]

    assert causes == [Cause.START, Cause.CLOSE, Cause.OPEN, Cause.CLOSE, Cause.CONNECTING]


def test_an_altered_webhook_is_no_cause() -> None:
    """What somebody forged explains nothing."""
    tale = OddTale()
    tale.journey(0.0, 30.0)
    tale.seen(1.0, "QRCODE")
    tale.odd(tale.connection(5.0, "open"), 5.0, "forged")

    assert causes_of(tale.history(), "7") == []


def test_half_a_body_is_no_cause() -> None:
    """A connection that broke in the middle of a webhook has told nothing."""
    tale = OddTale()
    tale.journey(0.0, 30.0)
    tale.seen(1.0, "CONNECTED")
    tale.odd(tale.connection(5.0, "connecting"), 5.0, "reset", wire=("cut off",))

    assert causes_of(tale.history(), "7") == []


def test_an_effect_is_seen() -> None:
    """CONNECTED became DISCONNECTED after the `close`, and nothing else happened."""
    tale = closed()
    tale.seen(5.1, "DISCONNECTED")

    assert traced(tale) is Effect.SEEN


def test_no_effect_is_seen_while_somebody_looks() -> None:
    """The channel stays CONNECTED."""
    assert traced(closed()) is Effect.NONE


@pytest.mark.parametrize("journey_end_s", [5.0, 5.1])
def test_nobody_looked_for_long_enough(journey_end_s: float) -> None:
    """The person left as the webhook came."""
    tale = OddTale()
    tale.journey(0.0, journey_end_s)
    tale.seen(1.0, "CONNECTED")
    tale.connection(5.0, "close", 5.0)

    assert traced(tale) is Effect.UNKNOWN


def test_a_click_that_brings_the_same_explains_it() -> None:
    """The person disconnected at the same time."""
    tale = closed()
    tale.click(4.9, "disconnect")
    tale.seen(5.1, "DISCONNECTED")

    assert traced(tale) is Effect.UNKNOWN


def test_a_click_that_brings_something_else_does_not() -> None:
    """Nobody becomes DISCONNECTED by starting."""
    tale = closed()
    tale.click(4.9, "start")
    tale.seen(5.1, "DISCONNECTED")

    assert traced(tale) is Effect.SEEN


def test_a_list_that_was_asked_for_before_may_show_what_was_before() -> None:
    """A slow answer to an early question says nothing about the webhook."""
    tale = closed()
    tale.seen(5.5, "DISCONNECTED", via="list", asked_s=4.5)

    assert traced(tale) is Effect.UNKNOWN


def test_a_refused_webhook_long_ago_explains_nothing() -> None:
    """What was answered 503 ten seconds ago had its effect then, or never."""
    tale = OddTale()
    tale.journey(0.0, 60.0)
    tale.event(2.0, "connection.update", {"state": "close"}, sent=[(2.0, 503), (15.0, 200)])
    tale.seen(2.5, "CONNECTED")
    tale.seen(15.1, "DISCONNECTED")

    assert traced(tale, nth=1) is Effect.SEEN
