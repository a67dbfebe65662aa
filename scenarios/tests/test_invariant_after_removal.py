"""I11: events of a deleted instance are ignored, a new one is untouched."""

import pytest

from scenarios.judging import Truth
from scenarios.tests.odd_tale import OddTale


def ghost(*, status: int = 200, deleted: bool = True) -> OddTale:
    """`open` of second 2 comes again at second 8; the instance went at second 6."""
    tale = OddTale()
    tale.journey(0.0, 30.0)
    tale.state(1.0, "opening")
    tale.event(2.0, "connection.update", {"state": "open"}, sent=[(2.0, 200), (8.0, status)])
    tale.seen(2.1, "CONNECTED")
    if deleted:
        tale.click(5.5, "delete")
        tale.reply(5.9, "delete")
    tale.state(6.0, "removed")
    return tale


def test_a_channel_that_comes_back_breaks_it() -> None:
    """The list shows a channel again that the person deleted."""
    tale = ghost()
    tale.seen(8.5, "CONNECTED", via="list")

    assert "brought the deleted channel back as CONNECTED" in tale.worst("I11").sentence


def test_a_new_incarnation_that_is_touched_breaks_it() -> None:
    """The channel starts afresh under the same name; the old `open` makes it CONNECTED."""
    tale = ghost(deleted=False)
    tale.add(6.5, "state", instance="7", instance_id="another", phase="starting")
    tale.seen(6.6, "QRCODE")
    tale.seen(8.1, "CONNECTED")

    assert "made the channel show CONNECTED" in tale.worst("I11").sentence


@pytest.mark.parametrize(("status", "truth"), [(500, Truth.FALSE), (202, Truth.TRUE), (404, Truth.TRUE)])
def test_it_is_answered_without_an_error_of_the_server(status: int, truth: Truth) -> None:
    """A 5xx would bring the ghost again and again."""
    assert ghost(status=status).truth("I11") is truth


def test_a_failure_while_the_database_is_away_is_excused() -> None:
    """Nobody can look anything up then."""
    tale = ghost(status=503)
    tale.outage("database", 7.0, 9.0)

    assert tale.truth("I11") is Truth.UNKNOWN


def test_an_untouched_incarnation_holds() -> None:
    """The new instance goes on waiting for its scan."""
    tale = ghost(deleted=False)
    tale.add(6.5, "state", instance="7", instance_id="another", phase="starting")
    tale.seen(6.6, "QRCODE")

    assert tale.truth("I11") is Truth.TRUE


def test_events_of_a_living_instance_are_not_its_matter() -> None:
    """Nothing was removed."""
    tale = OddTale()
    tale.journey(0.0, 30.0)
    tale.state(1.0, "open")
    tale.connection(2.0, "open", 2.0, 8.0)
    tale.seen(2.1, "CONNECTED")

    assert tale.truth("I11") is Truth.UNKNOWN


def test_an_event_on_the_wire_while_the_instance_goes_is_no_ghost() -> None:
    """The server's last words are sent before the instance is gone, and answered late."""
    tale = OddTale()
    tale.journey(0.0, 30.0)
    tale.seen(1.0, "CONNECTED")
    tale.connection(5.0, "close", 5.0)
    tale.seen(5.005, "DISCONNECTED")
    tale.state(5.005, "removed")

    assert tale.truth("I11") is Truth.UNKNOWN
