"""Tests of the clock."""

import time
from math import inf, nan

import pytest

from fake_evolution import ConfigError, MonotonicClock


def test_standing_clock_moves_by_hand_only() -> None:
    """At rate 0 time is exactly what it was advanced to, and nothing is ever due by itself."""
    clock = MonotonicClock(rate=0)

    clock.advance(2.5)

    assert (clock.now(), clock.now(), clock.rate) == (2.5, 2.5, 0.0)
    assert (clock.real_delay(2.5), clock.real_delay(3.0)) == (0.0, inf)


def test_wall_moves_with_the_clock() -> None:
    """The time of day is advanced by the same seconds."""
    clock = MonotonicClock(rate=0)
    before = clock.wall()

    clock.advance(3600)

    assert (clock.wall() - before).total_seconds() == 3600


def test_origin_is_shared_between_processes() -> None:
    """A clock built from another's origin shows the same seconds: the machine's monotonic ones."""
    first = MonotonicClock()
    second = MonotonicClock(origin=first.origin)

    before, shown, after = (time.monotonic() - first.origin, second.now(), time.monotonic() - first.origin)

    assert before <= shown <= after


def test_rate_divides_real_time() -> None:
    """At rate 100 a minute ahead is at most 0.6 real seconds away."""
    clock = MonotonicClock(rate=100)

    assert 0 < clock.real_delay(60) <= 0.6
    assert clock.real_delay(-1) == 0.0


def test_change_of_rate_does_not_jump() -> None:
    """The moment of the change belongs to both rates; from then on the new one counts."""
    clock = MonotonicClock(rate=0)
    clock.advance(10)

    clock.set_rate(10_000)
    running = clock.now()
    clock.set_rate(0)

    assert 10 <= running <= clock.now()
    assert clock.now() == clock.now()


@pytest.mark.parametrize("rate", [-1, inf, nan, 10_001])
def test_impossible_rate_is_refused(rate: float) -> None:
    """A rate that is no speed is a ConfigError that says what is legal, and the clock keeps its own."""
    clock = MonotonicClock(rate=2)

    with pytest.raises(ConfigError, match=r"^clock rate is .*; legal: 0 \(stands still\) to 10000"):
        clock.set_rate(rate)

    assert clock.rate == 2.0


@pytest.mark.parametrize("seconds", [-0.1, inf, nan, 1e300])
def test_impossible_advance_is_refused(seconds: float) -> None:
    """Time goes forward by a finite number of seconds, and at most a hundred years."""
    clock = MonotonicClock(rate=0)

    with pytest.raises(ConfigError, match=r"^clock cannot be advanced by .*; legal: 0 to "):
        clock.advance(seconds)

    assert clock.now() == 0.0
