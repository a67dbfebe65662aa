"""I30: no live instance is left behind, and a channel has one."""

import pytest

from scenarios.judging import Truth
from scenarios.tests.long_tale import LongTale


def ended(tale: LongTale, action: str = "disconnect", *, status_code: int = 200) -> None:
    """Channel 7 is connected; at 5.0 somebody ends it, and it is answered at 5.1."""
    tale.journey(0.0, 30.0)
    tale.state(1.0, "qr")
    tale.state(2.0, "open")
    tale.click(5.0, action)
    tale.reply(5.1, action, took_s=0.1, status_code=status_code)


@pytest.mark.parametrize("action", ["disconnect", "delete"])
def test_an_instance_that_lives_on_breaks_it(long_tale: LongTale, action: str) -> None:
    """The backend says it is done, and the phone stays linked."""
    ended(long_tale, action)

    sentence = long_tale.worst("I30").sentence

    assert f"{action} was answered 200, and 5 s later its instance '7' was still 'open'" in sentence


@pytest.mark.parametrize("phase", ["closed", "removed"])
def test_an_instance_that_is_gone_holds(long_tale: LongTale, phase: str) -> None:
    """Closed or removed, nothing lives."""
    ended(long_tale)
    long_tale.state(6.0, phase)

    assert long_tale.truth("I30") is Truth.TRUE


def test_what_the_backend_refused_proves_nothing(long_tale: LongTale) -> None:
    """A 502 says that nothing changed, which is the truth."""
    ended(long_tale, status_code=502)

    assert long_tale.truth("I30") is Truth.UNKNOWN


def test_starting_again_excuses_a_live_instance(long_tale: LongTale) -> None:
    """The next session lives rightly."""
    ended(long_tale)
    long_tale.click(6.0, "start")

    assert long_tale.truth("I30") is Truth.UNKNOWN


def test_an_evolution_that_is_away_cannot_be_told(long_tale: LongTale) -> None:
    """While the provider itself is gone nothing can be ended there."""
    ended(long_tale)
    long_tale.outage("evolution", 4.0, 12.0, how="restart")

    assert long_tale.truth("I30") is Truth.UNKNOWN


@pytest.mark.parametrize(("closed_s", "truth"), [(20.0, Truth.FALSE), (9.0, Truth.TRUE)])
def test_two_instances_of_a_channel_side_by_side(long_tale: LongTale, closed_s: float, truth: Truth) -> None:
    """One may replace the other, but not live beside it."""
    long_tale.journey(0.0, 30.0)
    for at_s, name in ((1.0, "first"), (6.0, "second")):
        long_tale.qr(at_s, f"code of {name}", instance=name)
        long_tale.seen(at_s + 0.1, "QRCODE", code=f"code of {name}")
    long_tale.state(closed_s, "closed", instance="first")

    assert long_tale.truth("I30") is truth
