"""I22: an acknowledgement before its message is kept."""

import pytest

from scenarios.judging import Truth
from scenarios.tests.long_tale import LongTale


def overtaken(tale: LongTale, status: str) -> None:
    """The status of M1 is taken at 2.0, the message itself at 3.0."""
    tale.journey(0.0, 30.0)
    tale.ack(2.0, "M1", status)
    tale.message(1.0, "M1", own=True, sent=((3.0, 200),))


@pytest.mark.parametrize(("status", "mark"), [("READ", 2), ("READ", 0), ("DELIVERY_ACK", 1), ("SERVER_ACK", 0)])
def test_a_mark_that_is_lost_breaks_it(long_tale: LongTale, status: str, mark: int) -> None:
    """The message shows less than the acknowledgement had said before it."""
    overtaken(long_tale, status)
    long_tale.read(10.0, {"message_id": "M1", "ack": mark})

    sentence = long_tale.worst("I22").sentence

    assert f"'{status}' of message M1 was taken 0.99 s before the message itself" in sentence
    assert f"with the mark {mark}" in sentence


@pytest.mark.parametrize(("status", "mark"), [("READ", 3), ("READ", 4), ("DELIVERY_ACK", 2), ("SERVER_ACK", 1)])
def test_a_mark_that_is_kept_holds(long_tale: LongTale, status: str, mark: int) -> None:
    """Scales differ by one; each of them is understood."""
    overtaken(long_tale, status)
    long_tale.read(10.0, {"message_id": "M1", "ack": mark})

    assert long_tale.truth("I22") is Truth.TRUE


def test_the_usual_order_proves_nothing(long_tale: LongTale) -> None:
    """A status after its message is nothing special."""
    long_tale.journey(0.0, 30.0)
    long_tale.message(1.0, "M1", own=True)
    long_tale.ack(2.0, "M1", "READ")
    long_tale.read(10.0, {"message_id": "M1", "ack": 0})

    assert long_tale.truth("I22") is Truth.UNKNOWN


@pytest.mark.parametrize("shown", [{"message_id": "M1", "ack": None}, {"message_id": "M2", "ack": 0}])
def test_a_page_without_marks_or_message_proves_nothing(long_tale: LongTale, shown: dict[str, object]) -> None:
    """Where no mark is shown none can be missing, and a missing message is another matter."""
    overtaken(long_tale, "READ")
    long_tale.read(10.0, shown)

    assert long_tale.truth("I22") is Truth.UNKNOWN


def test_too_early_a_look_proves_nothing(long_tale: LongTale) -> None:
    """The backend has a few seconds to put the two together."""
    overtaken(long_tale, "READ")
    long_tale.read(4.0, {"message_id": "M1", "ack": 0})

    assert long_tale.truth("I22") is Truth.UNKNOWN
