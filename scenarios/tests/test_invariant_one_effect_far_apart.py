"""I3: the same event long after, or after a restart, has one effect."""

import pytest

from scenarios.judging import Truth
from scenarios.tests.odd_tale import OddTale


def message_again(sent_again_s: float, *, stands: int) -> OddTale:
    """A message of second 2 that comes again, and stands so often in the conversation."""
    tale = OddTale()
    tale.journey(0.0, 2000.0)
    tale.connection(1.0, "open", 1.0)
    tale.message(2.0, "m-1", sent=[(2.0, 200), (sent_again_s, 200)])
    tale.read(sent_again_s + 10.0, *[{"message_id": "m-1"}] * stands)
    return tale


@pytest.mark.parametrize(("stands", "truth"), [(2, Truth.FALSE), (1, Truth.TRUE)])
def test_a_message_that_comes_again_after_twenty_minutes(stands: int, truth: Truth) -> None:
    """What was deduplicated for a while only is stored again when the while is over."""
    tale = message_again(1202.0, stands=stands)

    assert tale.truth("I3") is truth


@pytest.mark.parametrize(("stands", "truth"), [(2, Truth.FALSE), (1, Truth.TRUE)])
def test_a_message_that_comes_again_after_a_restart(stands: int, truth: Truth) -> None:
    """What was remembered in memory only is forgotten by a restart."""
    tale = message_again(8.0, stands=stands)
    tale.outage("backend", 4.0, 6.0)

    assert (tale.truth("I3"), tale.truth("I1")) == (truth, Truth.UNKNOWN)


def test_a_status_announced_again_after_redis_was_away_breaks_it() -> None:
    """The keys of deduplication were in Redis alone."""
    tale = OddTale()
    tale.journey(0.0, 60.0)
    tale.connection(2.0, "open", 2.0, 20.0)
    tale.seen(2.1, "CONNECTED", announcement="1:s")
    tale.outage("redis", 5.0, 8.0)
    tale.seen(20.1, "CONNECTED", announcement="1:s")

    assert "delivered again 18.000 s later" in tale.worst("I3").sentence


def test_a_copy_that_comes_soon_is_not_its_matter() -> None:
    """A copy after three seconds without a restart is I1's."""
    tale = message_again(5.0, stands=1)

    assert (tale.truth("I1"), tale.truth("I3")) == (Truth.TRUE, Truth.UNKNOWN)
