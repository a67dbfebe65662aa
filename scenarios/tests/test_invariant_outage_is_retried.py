"""I20: during an outage behind the backend webhooks are refused or kept."""

import pytest

from scenarios.judging import Truth
from scenarios.tests.long_tale import LongTale

CUT = "backend-to-redis: cut for 4 s"


def looked_at(tale: LongTale) -> None:
    """The instance opens at 5.0 while the database is away from 4.0 to 8.0; somebody looks until 40.0."""
    tale.journey(0.0, 40.0)
    tale.state(0.5, "qr")
    tale.seen(1.0, "QRCODE")
    tale.state(5.0, "open")
    tale.outage("database", 4.0, 8.0)


def opened(tale: LongTale, *sent: tuple[float, int | None]) -> None:
    """The webhook that tells of it, sent at these times with these answers."""
    tale.event(5.0, "connection.update", {"state": "open"}, sent=sent)


def test_taken_and_lost_breaks_it(long_tale: LongTale) -> None:
    """A 2xx during the outage whose effect nobody ever sees."""
    looked_at(long_tale)
    opened(long_tale, (5.0, 200))

    sentence = long_tale.worst("I20").sentence

    assert "was answered 200 while the database (kill) was away" in sentence
    assert "people saw the status QRCODE" in sentence


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_an_answer_that_ends_the_retries_breaks_it(long_tale: LongTale, status: int) -> None:
    """Evolution gives a webhook up for good at these."""
    looked_at(long_tale)
    opened(long_tale, (5.0, status))

    assert "gives it up for good" in long_tale.worst("I20").sentence


@pytest.mark.parametrize("status", [500, 503, 429, None])
def test_a_refusal_that_brings_it_again_holds(long_tale: LongTale, status: int | None) -> None:
    """5xx, or no answer at all, is repeated."""
    looked_at(long_tale)
    opened(long_tale, (5.0, status), (10.0, 200))

    assert long_tale.truth("I20") is Truth.TRUE


def test_taken_and_applied_later_holds(long_tale: LongTale) -> None:
    """What was kept durably elsewhere takes effect once the database is back."""
    looked_at(long_tale)
    opened(long_tale, (5.0, 202))
    long_tale.seen(9.0, "CONNECTED")

    assert long_tale.truth("I20") is Truth.TRUE


@pytest.mark.parametrize(("copies", "truth"), [(2, Truth.FALSE), (1, Truth.TRUE)])
def test_half_an_effect_shows_as_a_second_copy(long_tale: LongTale, copies: int, truth: Truth) -> None:
    """A message refused with 500 after it was stored stands there twice when it came again."""
    long_tale.journey(0.0, 40.0)
    long_tale.outage("link", 4.0, 8.0, how="cut", detail=CUT)
    long_tale.message(5.0, "M1", sent=((5.0, 500), (10.0, 200)))
    long_tale.read(20.0, *[{"message_id": "M1"}] * copies)

    assert long_tale.truth("I20") is truth


def test_without_an_outage_nothing_is_judged(long_tale: LongTale) -> None:
    """A 404 in quiet times is another invariant's business, and so is a slow link."""
    looked_at(long_tale)
    long_tale._told = [one for one in long_tale._told if one[1] != "outage"]
    long_tale.outage("link", 4.0, 8.0, how="latency", detail="backend-to-database: 1 s longer")
    opened(long_tale, (5.0, 404))

    assert long_tale.truth("I20") is Truth.UNKNOWN


def test_a_channel_that_was_left_is_excused(long_tale: LongTale) -> None:
    """A 404 for what somebody has just deleted loses nothing."""
    looked_at(long_tale)
    long_tale.click(5.005, "delete")
    opened(long_tale, (5.01, 404))

    assert long_tale.truth("I20") is Truth.UNKNOWN
