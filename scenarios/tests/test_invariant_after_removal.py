"""I11: events of a deleted instance are ignored, a new one is untouched."""

from collections.abc import Callable

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


def several(at_s: float, *, ends_s: float = 30.0) -> OddTale:
    """A channel that was disconnected at second 6, and all webhooks of its instance once more, at once."""
    tale = OddTale()
    tale.journey(0.0, ends_s)
    tale.code(1.0, "the-qr", 1.0, at_s)
    tale.connection(2.0, "connecting", 2.0, at_s)
    tale.connection(3.0, "open", 3.0, at_s)
    tale.seen(3.1, "CONNECTED")
    tale.click(5.5, "disconnect")
    tale.add(5.6, "answer", instance="7", status=200, body={"instance": {"state": "open"}})
    tale.connection(5.7, "close", 5.7, at_s)
    tale.state(6.0, "removed")
    tale.reply(6.1, "disconnect")
    tale.seen(6.1, "DISCONNECTED")
    return tale


def test_ghosts_that_come_together_do_not_excuse_one_another() -> None:
    """Each of them is shown for a moment; Evolution's `open` of five seconds before is no excuse, either."""
    tale = several(11.0)
    tale.seen(11.02, "CONNECTING")
    tale.seen(11.04, "QRCODE", code="the-qr")
    tale.seen(11.06, "CONNECTED")
    tale.seen(11.08, "DISCONNECTED")

    assert tale.verdict("I11").count == 3


def test_ghosts_that_come_together_and_move_nothing_hold() -> None:
    """The channel stays DISCONNECTED."""
    assert several(11.0).truth("I11") is Truth.TRUE


def test_ghosts_that_nobody_watches_prove_nothing() -> None:
    """The person left as they came."""
    assert several(11.0, ends_s=11.1).truth("I11") is Truth.UNKNOWN


def started(tale: OddTale) -> str:
    """The person starts again."""
    tale.click(10.5, "start")
    return "CONNECTING"


def start_without_an_answer(tale: OddTale) -> str:
    """The person started again long before, and the backend is still at it."""
    tale.click(7.0, "start")
    tale.reply(12.0, "start")
    return "CONNECTING"


def another_is_open(tale: OddTale) -> str:
    """A new instance of the same name is linked."""
    tale.connection(10.9, "open", 10.9)
    return "CONNECTED"


def evolution_says_so(tale: OddTale) -> str:
    """The backend asked, and Evolution answers `open`."""
    tale.add(10.5, "answer", instance="7", status=200, body={"instance": {"state": "open"}})
    return "CONNECTED"


def sent_before(tale: OddTale) -> str:
    """An `open` that was sent before the removal is only answered now."""
    tale.event(5.9, "connection.update", {"state": "open"}, sent=[(5.9, 200)], took_s=4.5)
    return "CONNECTED"


def away_since(tale: OddTale) -> str:
    """The database was away since Evolution answered, and what waited for it is dealt with now."""
    tale.outage("database", 6.5, 10.5)
    return "CONNECTED"


@pytest.mark.parametrize(
    "happens", [started, start_without_an_answer, another_is_open, evolution_says_so, sent_before, away_since]
)
def test_what_may_rightly_move_the_channel_excuses_ghosts(happens: Callable[[OddTale], str]) -> None:
    """The change comes right after the ghosts; those that say something else are seen to have no effect."""
    tale = several(11.0)
    shown = happens(tale)
    tale.seen(11.05, shown)

    assert tale.truth("I11") is Truth.TRUE


def test_what_was_sent_before_the_removal_may_show_after_it() -> None:
    """The `open` was taken a moment before the instance went; its ghost comes half a second later."""
    tale = OddTale()
    tale.journey(0.0, 30.0)
    tale.seen(5.0, "CONNECTING")
    tale.connection(5.9, "open", 5.9, 6.5)
    tale.state(6.0, "removed")
    tale.seen(6.6, "CONNECTED")

    assert tale.truth("I11") is Truth.UNKNOWN
