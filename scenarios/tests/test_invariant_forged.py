"""I13: a forged webhook is refused and changes nothing."""

import pytest

from scenarios.judging import Truth
from scenarios.tests.odd_tale import OddTale

FORGED = ("edited", "once")


def forgery(status: int | None, *, phase: str = "qr") -> OddTale:
    """Somebody else sends an `open` at second 5; the instance says nothing of the kind."""
    tale = OddTale()
    tale.journey(0.0, 30.0)
    tale.state(1.0, phase)
    tale.seen(1.1, "QRCODE")
    event = tale.connection(5.0, "open")
    tale.odd(event, 5.0, "forged", status=status, wire=FORGED)
    return tale


@pytest.mark.parametrize(
    ("status", "truth"),
    [(200, Truth.FALSE), (500, Truth.FALSE), (401, Truth.TRUE), (403, Truth.TRUE), (None, Truth.UNKNOWN)],
)
def test_it_is_refused(status: int | None, truth: Truth) -> None:
    """Whoever accepts it does not look at the token; whoever fails asks for it again."""
    assert forgery(status).truth("I13") is truth


def test_an_effect_breaks_it_whatever_was_answered() -> None:
    """Refused, and applied all the same: nothing else can have made it CONNECTED."""
    tale = forgery(401)
    tale.seen(5.1, "CONNECTED")

    assert "took effect: the channel showed CONNECTED" in tale.worst("I13").sentence


def test_the_true_event_beside_it_explains_the_effect() -> None:
    """The server itself sent the same a moment later."""
    tale = forgery(401)
    tale.connection(5.0, "open", 5.001)
    tale.seen(5.1, "CONNECTED")

    assert tale.truth("I13") is Truth.TRUE


def test_an_instance_that_is_gone_may_be_unknown() -> None:
    """Without the instance there is no key to check against: 202 is right."""
    assert forgery(202, phase="removed").truth("I13") is Truth.UNKNOWN


def test_a_true_webhook_is_not_its_matter() -> None:
    """What the server sent itself is to be taken, though a forgery goes beside it."""
    tale = OddTale()
    tale.journey(0.0, 30.0)
    tale.state(1.0, "qr")
    event = tale.connection(5.0, "open", 5.0)
    tale.fault(event, "forged")

    assert tale.truth("I13") is Truth.UNKNOWN
