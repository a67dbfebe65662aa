"""I33: a restart with channels in any status boots and converges."""

import pytest

from scenarios.judging import Truth
from scenarios.tests.long_tale import LongTale


def restarted(tale: LongTale, phase: str, status: str, *, until_s: float = 60.0) -> None:
    """The backend goes at 5.0 with the channel in this status, and is back at 7.0; the instance is in `phase`."""
    tale.journey(0.0, until_s)
    tale.state(1.0, "qr")
    tale.seen(2.0, status, via="list")
    tale.outage("backend", 5.0, 7.0)
    tale.state(6.0, phase)
    tale.reply(8.0, "list")


@pytest.mark.parametrize(
    ("phase", "status"),
    [("open", "CONNECTING"), ("open", "DISCONNECTED"), ("closed", "CONNECTED"), ("removed", "QRCODE")],
)
def test_a_channel_that_stays_behind_breaks_it(long_tale: LongTale, phase: str, status: str) -> None:
    """What happened while the backend was away is never found out."""
    restarted(long_tale, phase, status)

    sentence = long_tale.worst("I33").sentence

    assert f"channel 7 showed {status} 53.0 s after its instance '7' had come to be '{phase}'" in sentence


@pytest.mark.parametrize(
    ("phase", "status"), [("open", "CONNECTED"), ("closed", "DISCONNECTED"), ("closed", "ERROR"), ("qr", "QRCODE")]
)
def test_a_channel_that_shows_the_truth_holds(long_tale: LongTale, phase: str, status: str) -> None:
    """It asked what became of its instance."""
    restarted(long_tale, phase, "CONNECTING")
    long_tale.seen(20.0, status, via="list")

    assert long_tale.truth("I33") is Truth.TRUE


def test_a_backend_that_does_not_answer_again_breaks_it(long_tale: LongTale) -> None:
    """Started again, and nobody gets an answer."""
    long_tale.journey(0.0, 90.0)
    long_tale.seen(2.0, "CONNECTED", via="list")
    long_tale.outage("backend", 5.0, 7.0)
    for at_s in (20.0, 45.0, 55.0, 65.0):
        long_tale.reply(at_s, "start", status_code=0)

    assert "the backend gave no answer for 30 s and more" in long_tale.worst("I33").sentence


def killed_for_good(tale: LongTale, error: str) -> None:
    """The backend is killed at 5.0 and never on record as back; the step that did it failed."""
    tale.journey(0.0, 60.0)
    tale.seen(2.0, "CONNECTED", via="list")
    tale.outage("backend", 5.0, None)
    tale.add(40.0, "step", do="kill-backend", outcome="failed", error=error, channel="7", args={})


def test_a_backend_that_does_not_come_up_breaks_it(long_tale: LongTale) -> None:
    """Whatever stands in its rows keeps it from starting."""
    killed_for_good(long_tale, "the backend did not come back after the scenario had ended it: exit code 1")

    assert "the backend did not come up (the backend did not come back after" in long_tale.worst("I33").sentence


@pytest.mark.parametrize(("exit_code", "truth"), [(1, Truth.FALSE), (0, Truth.UNKNOWN), (-15, Truth.UNKNOWN)])
def test_a_backend_that_ends_by_itself_breaks_it(long_tale: LongTale, exit_code: int, truth: Truth) -> None:
    """It came up, found its channels, and was gone; whoever is ended by a signal was ended by somebody."""
    killed_for_good(long_tale, "KeyError: 'pid'")
    long_tale.add(9.0, "sut", what="exited", exit_code=exit_code)

    assert long_tale.truth("I33") is truth


def test_a_step_that_failed_for_another_reason_proves_nothing(long_tale: LongTale) -> None:
    """A bug of the harness is no word on the backend."""
    killed_for_good(long_tale, "KeyError: 'pid'")

    assert long_tale.truth("I33") is Truth.UNKNOWN


def test_too_short_a_look_proves_only_that_it_boots(long_tale: LongTale) -> None:
    """Within half a minute it may still come to know."""
    restarted(long_tale, "open", "CONNECTING", until_s=20.0)

    verdict = long_tale.verdict("I33")

    assert (verdict.verdict, verdict.exercised) == (Truth.TRUE, 1)


def test_a_click_after_the_restart_is_a_new_story(long_tale: LongTale) -> None:
    """What the channel shows after it is the click's effect."""
    restarted(long_tale, "open", "DISCONNECTED")
    long_tale.click(9.0, "start")

    assert long_tale.truth("I33") is Truth.TRUE


def test_without_a_restart_nothing_is_judged(long_tale: LongTale) -> None:
    """A backend that was only paused, or never came back before the end, is another matter."""
    restarted(long_tale, "open", "CONNECTING")
    long_tale._told = [one for one in long_tale._told if one[1] != "outage"]
    long_tale.outage("backend", 5.0, 7.0, how="pause")
    long_tale.outage("backend", 59.0, None)

    assert long_tale.truth("I33") is Truth.UNKNOWN
