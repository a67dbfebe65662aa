"""I4: two messages with the same text are two messages."""

from scenarios.judging import Truth
from scenarios.tests.odd_tale import OddTale


def two_hellos(*, taken: bool = True) -> OddTale:
    """The same person writes the same word twice."""
    tale = OddTale()
    tale.journey(0.0, 60.0)
    tale.connection(1.0, "open", 1.0)
    tale.message(2.0, "m-1", text="hello")
    tale.message(3.0, "m-2", text="hello", sent=None if taken else [(3.0, 503)])
    return tale


def test_a_swallowed_message_breaks_it() -> None:
    """One of two is there: they were told apart by their text."""
    tale = two_hellos()
    tale.read(20.0, {"message_id": "m-1"})

    assert "2 messages with one text and ids of their own were taken, and 1" in tale.worst("I4").sentence


def test_both_messages_hold() -> None:
    """Both are there."""
    tale = two_hellos()
    tale.read(20.0, {"message_id": "m-1"}, {"message_id": "m-2"})

    assert tale.truth("I4") is Truth.TRUE


def test_a_backend_with_ids_of_its_own_is_judged_by_the_count() -> None:
    """Without message ids the number of equal texts tells."""
    tale = two_hellos()
    tale.read(20.0, {"text": "hello"})

    assert tale.truth("I4") is Truth.FALSE


def test_a_message_that_was_never_taken_proves_nothing() -> None:
    """What the backend refused cannot be there."""
    tale = two_hellos(taken=False)
    tale.read(20.0, {"message_id": "m-1"})

    assert tale.truth("I4") is Truth.UNKNOWN


def test_a_look_that_comes_too_early_proves_nothing() -> None:
    """The second message may still be on its way."""
    tale = two_hellos()
    tale.read(3.5, {"message_id": "m-1"})

    assert tale.truth("I4") is Truth.UNKNOWN


def test_a_message_that_was_deleted_by_its_writer_may_be_missing() -> None:
    """Two were written, one was taken back."""
    tale = two_hellos()
    tale.event(5.0, "messages.delete", {"id": "m-2"})
    tale.read(20.0, {"message_id": "m-1"})

    assert tale.truth("I4") is Truth.UNKNOWN
