"""One attempt from the click to its verdict."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_backend.attempts import Attempt, AttemptOutcome, followed, left_behind
from channel_backend.events import Qr
from channel_backend.intake import QR_LIMIT_REASON
from channel_backend.patience import NO_QR_REASON
from channel_backend.standing import Standing, closed, connected, failed, linking, showing, started

CLICK = datetime(2026, 1, 1, tzinfo=UTC)
OPENING = started(Standing())
WAITING = showing(OPENING, Qr("A", "image"))
OPEN = connected(WAITING, None)
GAVE_UP = failed(OPENING, NO_QR_REASON)


def at(seconds: float) -> datetime:
    """So long after the click."""
    return CLICK + timedelta(seconds=seconds)


def after(*standings: Standing) -> Attempt:
    """The attempt when its channel went through these, one a second."""
    attempt = Attempt(CLICK)
    for second, standing in enumerate(standings, start=1):
        attempt = followed(attempt, standing, at(second))
    return attempt


def test_a_good_attempt_has_both_times() -> None:
    """From the click to the first code and to CONNECTED; it counts at once."""
    attempt = after(WAITING, linking(WAITING), OPEN)

    assert attempt == Attempt(CLICK, at(1), at(3), AttemptOutcome.CONNECTED, at(3))


@pytest.mark.parametrize(
    ("standings", "outcome"),
    [
        pytest.param((GAVE_UP,), "no_qr", id="patience ended"),
        pytest.param((failed(OPENING, QR_LIMIT_REASON),), "no_qr", id="refused before a code was seen"),
        pytest.param((closed(OPENING),), "no_qr", id="closed before a code"),
        pytest.param((failed(OPENING, "out of order"),), "failed", id="Evolution refused"),
        pytest.param((WAITING, failed(WAITING, "out of order")), "not_connected", id="a code nobody scanned"),
        pytest.param((WAITING, closed(WAITING)), "not_connected", id="closed after the code"),
    ],
)
def test_what_a_bad_attempt_is_called(standings: tuple[Standing, ...], outcome: str) -> None:
    """By what its owner saw of it."""
    assert after(*standings).outcome == outcome


def test_a_bad_verdict_counts_after_a_second_chance() -> None:
    """Evolution may have been slower than our patience: then it was no failure."""
    failed_at_1 = after(GAVE_UP)
    late = followed(failed_at_1, WAITING, at(5))
    too_late = followed(failed_at_1, WAITING, at(11))

    assert (failed_at_1.counts(at(10.9)), failed_at_1.counts(at(11))) == (False, True)
    assert (late.outcome, late.qr_at) == (None, at(5))
    assert too_late == failed_at_1


def test_ending_the_session_ends_the_second_chance() -> None:
    """The owner began another attempt, or gave up: the verdict counts now."""
    assert left_behind(after(GAVE_UP), GAVE_UP, at(2)).counts(at(2))
    assert left_behind(after(), OPENING, at(2)) == Attempt(CLICK, outcome=AttemptOutcome.NO_QR, counts_from=at(2))
    assert left_behind(after(WAITING, OPEN), OPEN, at(9)) == after(WAITING, OPEN)


@dataclass(frozen=True)
class Move:
    """One thing that happens to an attempt."""

    standing: Standing
    ends: bool
    waits_s: float


MOVES = st.lists(
    st.builds(
        Move,
        st.sampled_from([OPENING, WAITING, OPEN, GAVE_UP, closed(OPEN), failed(WAITING, "x")]),
        st.booleans(),
        st.floats(0, 30),
    )
)


@given(MOVES)
def test_what_counts_never_changes(moves: list[Move]) -> None:
    """A counter made of verdicts that count only ever grows, and so do the times behind the histograms."""
    attempt, now = Attempt(CLICK), CLICK
    for move in moves:
        before, now = attempt, now + timedelta(seconds=move.waits_s)
        attempt = (left_behind if move.ends else followed)(before, move.standing, now)

        assert not before.counts(now) or attempt == before
        assert before.qr_at in (None, attempt.qr_at)
        assert (attempt.outcome is None) == (attempt.counts_from is None)
        assert (attempt.outcome == "connected") == (attempt.connected_at is not None)
