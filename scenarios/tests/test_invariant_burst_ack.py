"""I18: a burst is acknowledged fast."""

import pytest

from scenarios.judging import Truth
from scenarios.tests.long_tale import LongTale


def burst(tale: LongTale, count: int, *, took_s: float, every_s: float = 0.01, slow: int = 0) -> None:
    """So many webhooks, the last `slow` of which take 3 s to be answered."""
    for number in range(count):
        sent_s = 1.0 + number * every_s
        late = number >= count - slow
        tale.event(sent_s, "connection.update", {"state": "open"}, took_s=3.0 if late else took_s)


def test_slow_answers_in_a_burst_break_it(long_tale: LongTale) -> None:
    """Twenty webhooks at once that take 300 ms each are told with both percentiles."""
    burst(long_tale, 20, took_s=0.3)

    found = long_tale.worst("I18")

    assert "20 webhooks within 0.19 s" in found.sentence
    assert "a p50 of 300 ms and a p99 of 300 ms" in found.sentence


def test_two_slow_ones_of_a_hundred_break_it(long_tale: LongTale) -> None:
    """The slowest per cent counts once there are enough webhooks to speak of one."""
    burst(long_tale, 100, took_s=0.05, slow=2)

    assert "p99 of 3000 ms" in long_tale.worst("I18").sentence


@pytest.mark.parametrize(("took_s", "slow"), [(0.25, 0), (0.1, 1)])
def test_fast_answers_hold(long_tale: LongTale, took_s: float, slow: int) -> None:
    """Exactly the limit holds; one slow webhook in a small burst says nothing of the slowest per cent."""
    burst(long_tale, 40, took_s=took_s, slow=slow)

    assert long_tale.truth("I18") is Truth.TRUE


@pytest.mark.parametrize(("count", "every_s"), [(19, 0.01), (40, 0.2)])
def test_a_few_webhooks_or_a_trickle_are_no_burst(long_tale: LongTale, count: int, every_s: float) -> None:
    """Too few, or too far apart, prove nothing."""
    burst(long_tale, count, took_s=0.9, every_s=every_s)

    assert long_tale.truth("I18") is Truth.UNKNOWN


def test_a_burst_during_an_outage_is_excused(long_tale: LongTale) -> None:
    """What the scenario broke on purpose may be slow."""
    burst(long_tale, 40, took_s=0.9)
    long_tale.outage("link", 0.5, 0.9, how="latency", detail="backend-to-database: 1 s longer")

    assert long_tale.truth("I18") is Truth.UNKNOWN


def test_a_late_sender_is_no_slow_backend(long_tale: LongTale) -> None:
    """Where the fake itself was late the machine was busy."""
    for number in range(30):
        long_tale.webhook(1.0 + number * 0.01, state="open")
        long_tale._told[-1][2]["lateness_ms"] = 400.0
        long_tale._told[-1] = (3.0 + number * 0.01, *long_tale._told[-1][1:])

    assert long_tale.truth("I18") is Truth.UNKNOWN
