"""Tests of the progress line and of how a run says that it ended."""

import pytest

from load.endings import Ending
from load.errors import TargetError, UnreachableError
from load.tally import Tally
from scenarios.adapters.base import AdapterError
from scenarios.errors import ScenarioError


def lived(planned: int, *outcomes: str) -> Tally:
    """A tally after journeys with these outcomes."""
    tally = Tally(planned=planned, opened=len(outcomes))
    for outcome in outcomes:
        good = outcome == "completed"
        tally.add(outcome=outcome, reason=outcome, qr_s=1.25 if good else None, connected=good)
    return tally


def test_the_progress_line_counts_everything() -> None:
    """A glance says how far it is and how it goes."""
    good, bad = lived(60, *["completed"] * 3), lived(60, "completed", "no_qr")

    assert good.line("load") == "load 3/60 opened, 3 ended, 3 connected, 0 failed, QR p95 1.2 s"
    assert bad.line("load") == "load 2/60 opened, 2 ended, 1 connected, 1 failed, QR p95 never"
    assert Tally(planned=60).line("load") == "load 0/60 opened, 0 ended, 0 connected, 0 failed"


def test_an_error_is_neither_connected_nor_failed() -> None:
    """What broke in the harness is counted as ended and as nothing else."""
    tally = lived(2, "completed", "error")

    assert (tally.ended, tally.connected, tally.failed, tally.broken) == (2, 1, 0, ["error"])


@pytest.mark.parametrize(
    ("outcomes", "cut_off", "ending"),
    [
        (["completed", "no_qr"], 0, Ending.DONE),
        (["completed"], 1, Ending.CUT_OFF),
        (["completed"], 0, Ending.CUT_OFF),
        (["completed", "error"], 0, Ending.BROKEN),
    ],
)
def test_how_a_run_ends(outcomes: list[str], cut_off: int, ending: Ending) -> None:
    """Failed journeys are a result; journeys without an end are not."""
    tally = lived(2, *outcomes)
    tally.cut_off = cut_off

    assert Ending.of_tally(tally) is ending


@pytest.mark.parametrize(
    ("error", "ending"),
    [
        (AdapterError("no tenant"), Ending.UNREACHABLE),
        (UnreachableError("no phone"), Ending.UNREACHABLE),
        (ScenarioError("unknown adapter"), Ending.MISUSED),
        (TargetError("no phone of its own"), Ending.MISUSED),
        (KeyError("bug"), Ending.BROKEN),
    ],
)
def test_why_a_run_does_not_begin(error: Exception, ending: Ending) -> None:
    """The backend's fault, the caller's and our own never share an exit code."""
    assert Ending.of_opening(error) is ending
