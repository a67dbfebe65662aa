"""Tests of the retry rule: when again, and when never."""

from dataclasses import replace

import pytest

from fake_evolution.delivery.retry import RetryPolicy, next_delay_s
from fake_evolution.plan import Answer, Outcome
from fake_evolution.rng import Rng

POLICY = RetryPolicy()
FAILED = Answer(Outcome.FAIL, status=500)
BOUNDS_S = [(5, 6), (8, 12), (16, 24), (32, 48), (64, 96), (128, 192), (240, 360), (240, 360), (240, 360)]


def delays_s(policy: RetryPolicy, attempt: int, answer: Answer = FAILED, count: int = 300) -> list[float | None]:
    """What the rule gives for this attempt of many deliveries."""
    rows = (Rng(1).keyed("retry", delivery, attempt) for delivery in range(count))
    return [next_delay_s(policy, attempt=attempt, answer=answer, draws=draws) for draws in rows]


@pytest.mark.parametrize(("attempt", "bounds_s"), list(enumerate(BOUNDS_S, 1)))
def test_default_schedule_stays_in_its_bounds(attempt: int, bounds_s: tuple[int, int]) -> None:
    """Each wait is doubled, capped before the jitter, spread by a fifth, and never below the first; both ends occur."""
    waits = sorted(wait for wait in delays_s(POLICY, attempt) if wait is not None)

    lowest, highest = bounds_s
    spread = highest - lowest
    assert len(waits) == 300
    assert lowest <= waits[0] < lowest + spread / 5
    assert highest - spread / 5 < waits[-1] <= highest


def test_tenth_attempt_is_the_last() -> None:
    """After ten attempts nothing follows."""
    assert delays_s(POLICY, 10, count=1) == [None]
    assert delays_s(replace(POLICY, attempts_max=1), 1, count=1) == [None]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_final_statuses_stop_at_once(status: int) -> None:
    """The listed statuses are never tried again."""
    assert delays_s(POLICY, 1, Answer(Outcome.FAIL, status=status), count=1) == [None]


@pytest.mark.parametrize("status", [301, 402, 405, 408, 409, 410, 429, 500, 502, 503, 504])
def test_other_statuses_are_tried_again(status: int) -> None:
    """Everything else is, also 405, 409 and 429."""
    (wait_s,) = delays_s(POLICY, 1, Answer(Outcome.FAIL, status=status), count=1)

    assert wait_s is not None


def test_silence_is_tried_again_and_success_is_not() -> None:
    """A receiver that may or may not have got it is asked again; one that said 2xx is not."""
    silent = delays_s(POLICY, 1, Answer(Outcome.UNKNOWN, error="no answer within 30 s"), count=1)
    answered = delays_s(POLICY, 1, Answer(Outcome.OK, status=204), count=1)

    assert silent != [None]
    assert answered == [None]


def test_constant_waits_without_exponential_backoff() -> None:
    """Without backoff every wait is the first one, jittered upwards only."""
    policy = replace(POLICY, exponential=False)

    waits = [wait for attempt in (1, 5, 9) for wait in delays_s(policy, attempt, count=100) if wait is not None]

    assert len(waits) == 300
    assert all(5 <= wait <= 6 for wait in waits)


def test_cap_below_the_first_wait_does_not_shorten_it() -> None:
    """The first delay is the floor, whatever the cap."""
    assert set(delays_s(replace(POLICY, cap_s=1.0), 4)) == {5.0}


def test_no_jitter_means_exact_waits() -> None:
    """Without jitter the schedule is 5, 10, 20 … 300 s."""
    policy = replace(POLICY, jitter=0.0)

    assert [delays_s(policy, attempt, count=1)[0] for attempt in range(1, 10)] == [
        5,
        10,
        20,
        40,
        80,
        160,
        300,
        300,
        300,
    ]
