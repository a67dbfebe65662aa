"""I2: the same event twice at the same moment has one effect."""

import pytest

from scenarios.judging import Truth
from scenarios.tests.odd_tale import OddTale

SESSION = "1:whatsappSession"


def at_once() -> OddTale:
    """An `open` at 2.0 that is sent twice within a millisecond."""
    tale = OddTale()
    tale.journey(0.0, 10.0)
    tale.seen(1.0, "CONNECTING", announcement=SESSION)
    tale.connection(2.0, "open", 2.0, 2.001)
    return tale


def test_a_status_announced_twice_breaks_it() -> None:
    """Both copies were applied: each made its announcement."""
    tale = at_once()
    tale.seen(2.02, "CONNECTED", announcement=SESSION)
    tale.seen(2.03, "CONNECTED", announcement=SESSION)

    assert "CONNECTED was announced twice" in tale.worst("I2").sentence


def test_one_announcement_holds() -> None:
    """One copy was applied."""
    tale = at_once()
    tale.seen(2.02, "CONNECTED", announcement=SESSION)
    tale.seen(2.3, "CONNECTED", via="list")

    assert tale.truth("I2") is Truth.TRUE


def test_two_announcements_of_different_names_hold() -> None:
    """A backend may tell the session and the channel, each by its own event."""
    tale = at_once()
    tale.seen(2.02, "CONNECTED", announcement=SESSION)
    tale.seen(2.02, "CONNECTED", announcement="1:whatsapp")

    assert tale.truth("I2") is Truth.TRUE


def test_what_evolution_answered_in_between_may_be_announced_too() -> None:
    """A second announcement with another cause proves nothing."""
    tale = at_once()
    tale.seen(2.02, "CONNECTED", announcement=SESSION)
    tale.add(2.05, "answer", instance="7", status=200, body={"instance": {"state": "open"}})
    tale.seen(2.06, "CONNECTED", announcement=SESSION)

    assert tale.truth("I2") is Truth.UNKNOWN


@pytest.mark.parametrize(("stands", "truth"), [(2, Truth.FALSE), (1, Truth.TRUE), (0, Truth.UNKNOWN)])
def test_a_message_stands_once(stands: int, truth: Truth) -> None:
    """Two copies of a message at once leave one message to read; one that is not there is another matter."""
    tale = OddTale()
    tale.journey(0.0, 20.0)
    tale.connection(1.0, "open", 1.0)
    tale.message(2.0, "m-1", sent=[(2.0, 200), (2.0005, 200)])
    tale.read(10.0, *[{"message_id": "m-1"}] * stands)

    assert tale.truth("I2") is truth


def test_copies_one_after_the_other_are_not_its_matter() -> None:
    """A copy that is sent when the first was answered is I1's."""
    tale = OddTale()
    tale.journey(0.0, 10.0)
    tale.connection(2.0, "open", 2.0, 2.5)
    tale.seen(2.1, "CONNECTED", announcement=SESSION)

    assert (tale.truth("I1"), tale.truth("I2")) == (Truth.TRUE, Truth.UNKNOWN)
