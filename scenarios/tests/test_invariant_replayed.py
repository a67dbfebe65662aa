"""I14: an old signed webhook sent again has no effect."""

from scenarios.judging import Truth
from scenarios.tests.odd_tale import OddTale


def replay(*, moved: bool = True) -> OddTale:
    """`open` is taken at second 2 and sent again at second 30; at second 10 the phone was unlinked, or not."""
    tale = OddTale()
    tale.journey(0.0, 60.0)
    tale.seen(1.0, "QRCODE")
    tale.connection(2.0, "open", 2.0, 30.0)
    tale.seen(2.1, "CONNECTED")
    if moved:
        tale.connection(10.0, "close", 10.0)
        tale.seen(10.1, "DISCONNECTED")
    return tale


def test_an_effect_breaks_it() -> None:
    """The channel is CONNECTED again because somebody kept an old body."""
    tale = replay()
    tale.seen(30.2, "CONNECTED", via="list")

    assert "went from DISCONNECTED to CONNECTED when the body of 'connection.update open'" in tale.worst("I14").sentence


def test_no_effect_holds() -> None:
    """The old body is known."""
    assert replay().truth("I14") is Truth.TRUE


def test_where_nothing_moved_on_it_is_a_mere_duplicate() -> None:
    """The channel is CONNECTED, and the body says nothing else."""
    assert replay(moved=False).truth("I14") is Truth.UNKNOWN


def test_a_person_who_starts_again_explains_it() -> None:
    """A click shortly before the replay may bring CONNECTED as well."""
    tale = replay()
    tale.click(29.5, "start")
    tale.seen(30.2, "CONNECTED")

    assert tale.truth("I14") is Truth.UNKNOWN


def test_a_session_that_a_person_ended_is_not_revived() -> None:
    """Disconnected by a click; the replay comes long after."""
    tale = replay(moved=False)
    tale.click(10.0, "disconnect")
    tale.seen(10.2, "DISCONNECTED")
    tale.seen(30.2, "CONNECTED")

    assert tale.truth("I14") is Truth.FALSE


def test_what_a_person_does_after_it_hides_nothing() -> None:
    """The channel is deleted much later, as most are."""
    tale = replay()
    tale.click(50.0, "delete")

    assert tale.truth("I14") is Truth.TRUE


def test_a_status_that_came_and_went_by_itself_is_no_sign_that_things_moved_on() -> None:
    """Nothing that happened to the channel is on record between the two copies."""
    tale = OddTale()
    tale.journey(0.0, 60.0)
    tale.seen(1.0, "QRCODE")
    tale.connection(2.0, "open", 2.0, 30.0)
    tale.seen(2.1, "CONNECTED")
    tale.seen(10.0, "DISCONNECTED")

    assert tale.truth("I14") is Truth.UNKNOWN
