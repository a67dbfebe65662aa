"""I15: malformed and unknown webhooks: never a 5xx, never a null status."""

import pytest

from scenarios.judging import Truth
from scenarios.tests.odd_tale import OddTale


def damaged(status: int | None) -> OddTale:
    """A `connecting` of second 5 arrives as something nobody can read."""
    tale = OddTale()
    tale.journey(0.0, 30.0)
    tale.odd(tale.connection(5.0, "connecting"), 5.0, "corrupt", status=status)
    return tale


@pytest.mark.parametrize(
    ("status", "truth"), [(500, Truth.FALSE), (400, Truth.TRUE), (200, Truth.TRUE), (None, Truth.UNKNOWN)]
)
def test_what_it_is_answered(status: int | None, truth: Truth) -> None:
    """Refused or ignored, but never as the server's own fault."""
    assert damaged(status).truth("I15") is truth


def test_a_null_status_right_after_it_breaks_it() -> None:
    """The unknown state was stored as nothing."""
    tale = damaged(200)
    tale.seen(6.0, None, via="list")

    assert "made the channel show a status of null" in tale.worst("I15").sentence


@pytest.mark.parametrize("part", ["database", "evolution"])
def test_a_failure_while_something_is_away_is_excused(part: str) -> None:
    """A backend that cannot look may want it again."""
    tale = damaged(503)
    tale.outage(part, 4.0, 6.0)

    assert tale.truth("I15") is Truth.TRUE


@pytest.mark.parametrize("state", ["refused", "unheard-of", None])
def test_what_evolution_really_sends_is_judged_too(state: str | None) -> None:
    """`refused` and words of the future come without any fault rule."""
    tale = OddTale()
    tale.journey(0.0, 30.0)
    tale.event(5.0, "connection.update", {"state": state}, sent=[(5.0, 500)])

    assert tale.truth("I15") is Truth.FALSE


def test_ordinary_webhooks_are_not_its_matter() -> None:
    """A QR and an `open` say nothing of it."""
    tale = OddTale()
    tale.journey(0.0, 30.0)
    tale.code(1.0, "the-qr", 1.0)
    tale.connection(5.0, "open", 5.0)

    assert tale.truth("I15") is Truth.UNKNOWN


def test_an_unheard_of_state_taken_for_another_breaks_it() -> None:
    """A word that nobody knows is not `connecting`: a connected channel stays CONNECTED, or says ERROR."""
    tale = OddTale()
    tale.journey(0.0, 30.0)
    tale.seen(1.0, "CONNECTED")
    tale.event(5.0, "connection.update", {"state": "half-open"})
    tale.seen(5.1, "CONNECTING")

    assert "made the channel show CONNECTING after CONNECTED" in tale.worst("I15").sentence


@pytest.mark.parametrize("told", ["ERROR", "CONNECTED"])
def test_an_unheard_of_state_may_be_an_error(told: str) -> None:
    """To say that something is wrong is right, and so is to say nothing."""
    tale = OddTale()
    tale.journey(0.0, 30.0)
    tale.seen(1.0, "CONNECTED")
    tale.event(5.0, "connection.update", {"state": "half-open"})
    tale.seen(5.1, told)

    assert tale.truth("I15") is Truth.TRUE


def test_a_damaged_webhook_after_which_evolution_was_asked_is_no_reason() -> None:
    """The backend looked for itself, and Evolution said `connecting`."""
    tale = OddTale()
    tale.journey(0.0, 30.0)
    tale.seen(1.0, "CONNECTED")
    tale.event(5.0, "connection.update", {"state": "half-open"})
    tale.add(5.05, "answer", instance="7", status=200, body={"instance": {"state": "connecting"}})
    tale.seen(5.1, "CONNECTING")

    assert tale.truth("I15") is Truth.TRUE
