"""I17: a slow or broken sender does not keep others from being answered."""

import pytest

from scenarios.judging import Truth
from scenarios.tests.odd_tale import OddTale


def trickling(*others_s: float, took_s: float = 0.01) -> OddTale:
    """A body that trickles from second 5 to 25; others are sent at these times and take so long."""
    tale = OddTale()
    tale.journey(0.0, 60.0)
    tale.odd(tale.connection(5.0, "connecting"), 5.0, "slow-body", wire=("slow",), took_s=20.0)
    for sent_s in others_s:
        tale.event(sent_s, "connection.update", {"state": "open"}, took_s=took_s)
    return tale


@pytest.mark.parametrize(("took_s", "truth"), [(19.0, Truth.FALSE), (0.3, Truth.TRUE)])
def test_others_are_answered_meanwhile(took_s: float, truth: Truth) -> None:
    """Whoever waits until the slow one is done stands behind it."""
    assert trickling(6.0, 12.0, took_s=took_s).truth("I17") is truth


def test_others_at_another_time_prove_nothing() -> None:
    """Nobody was there to be kept waiting."""
    assert trickling(2.0, 40.0).truth("I17") is Truth.UNKNOWN


def test_slow_attempts_do_not_judge_each_other() -> None:
    """Two that trickle are both slow, and nobody else is."""
    tale = trickling()
    tale.odd(tale.connection(6.0, "open"), 6.0, "slow-body", wire=("slow",), took_s=20.0)

    assert tale.truth("I17") is Truth.UNKNOWN


def test_a_broken_sender_counts_too() -> None:
    """The connection was reset in the middle of the body, and an ordinary webhook after it took eight seconds."""
    tale = OddTale()
    tale.odd(tale.connection(5.0, "open"), 5.0, "reset", status=None, wire=("cut off",))
    tale.event(5.1, "connection.update", {"state": "open"}, took_s=8.0)

    assert "an ordinary webhook took 8.0 s" in tale.worst("I17").sentence


def test_an_outage_is_an_excuse() -> None:
    """The database was paused at the same time."""
    tale = trickling(6.0, took_s=19.0)
    tale.outage("database", 8.0, 20.0, how="pause")

    assert tale.truth("I17") is Truth.UNKNOWN
