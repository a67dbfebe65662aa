"""I24: what the account itself sends is one message."""

import pytest

from scenarios.judging import Truth
from scenarios.tests.long_tale import LongTale

MINE = {"message_id": "M1", "from_me": True, "text": "hi"}


def echoed(tale: LongTale) -> None:
    """M1 is sent through the backend and comes back in two ways."""
    tale.journey(0.0, 30.0)
    tale.message(2.0, "M1", text="hi", own=True, event="send.message")
    tale.message(2.1, "M1", text="hi", own=True)


@pytest.mark.parametrize(
    ("shown", "count"),
    [([MINE, MINE], 2), ([MINE, {**MINE, "message_id": None}], 2), ([MINE, {**MINE, "message_id": "X"}], 2), ([], 0)],
)
def test_twice_or_never_breaks_it(long_tale: LongTale, shown: list[dict[str, object]], count: int) -> None:
    """A second copy shows by its id or by its text; no copy at all is no message either."""
    echoed(long_tale)
    long_tale.read(10.0, *shown)

    sentence = long_tale.worst("I24").sentence

    assert "the own message M1, told by messages.upsert and send.message" in sentence
    assert f"read {count} times" in sentence


def test_once_holds(long_tale: LongTale) -> None:
    """One message in the conversation, beside one of somebody else with the same words."""
    echoed(long_tale)
    long_tale.read(10.0, MINE, {**MINE, "message_id": "T1", "from_me": False})

    assert long_tale.truth("I24") is Truth.TRUE


def test_a_backend_that_shows_no_ids_is_judged_by_the_text(long_tale: LongTale) -> None:
    """One message with these words is one, though nobody can tell which."""
    echoed(long_tale)
    long_tale.read(10.0, {**MINE, "message_id": None})

    assert long_tale.truth("I24") is Truth.TRUE


def test_the_same_words_said_twice_are_two_messages(long_tale: LongTale) -> None:
    """Two messages with one text are no copies, though the webhook of one of them never got through."""
    echoed(long_tale)
    long_tale.message(3.0, "M2", text="hi", own=True, event="send.message", sent=((3.0, 500),))
    long_tale.read(12.0, MINE, {**MINE, "message_id": "M2"})

    assert long_tale.truth("I24") is Truth.TRUE


def test_messages_of_others_prove_nothing(long_tale: LongTale) -> None:
    """Only what the account itself wrote has an echo."""
    long_tale.journey(0.0, 30.0)
    long_tale.message(2.0, "T1")
    long_tale.read(10.0, {"message_id": "T1"}, {"message_id": "T1"})

    assert long_tale.truth("I24") is Truth.UNKNOWN


def test_nobody_reading_proves_nothing(long_tale: LongTale) -> None:
    """Without a look at the conversation nothing is known of it."""
    echoed(long_tale)
    long_tale.read(3.0, MINE, MINE)

    assert long_tale.truth("I24") is Truth.UNKNOWN
