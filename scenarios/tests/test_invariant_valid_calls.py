"""I29: Evolution is only asked what it has."""

from typing import Any

from scenarios.judging import Truth
from scenarios.tests.long_tale import LongTale


def called(tale: LongTale, path: str, **judged: Any) -> None:
    """The backend calls this path; `violations` is what the contract says of it."""
    tale.add(1.0, "call", call=1, method="GET", path=path, instance=None, query={}, body=None, **judged)


def test_a_call_that_evolution_does_not_have_breaks_it(long_tale: LongTale) -> None:
    """The route and the reason are told."""
    called(long_tale, "/instance/fetchInstances", violations=[])
    called(long_tale, "/instance/qrcode/7", violations=["Evolution has no such route"])

    verdict = long_tale.verdict("I29")

    assert (verdict.verdict, verdict.count, verdict.exercised) == (Truth.FALSE, 1, 2)
    assert "called GET /instance/qrcode/7: Evolution has no such route" in verdict.diagnosis


def test_calls_that_fit_hold(long_tale: LongTale) -> None:
    """Nothing against any of them."""
    called(long_tale, "/instance/fetchInstances", violations=[])

    assert long_tale.truth("I29") is Truth.TRUE


def test_calls_that_nobody_held_against_the_contract_prove_nothing(long_tale: LongTale) -> None:
    """An older journal, or one whose judging failed, is no pass."""
    called(long_tale, "/instance/qrcode/7")

    assert long_tale.truth("I29") is Truth.UNKNOWN


def test_a_word_of_another_shape_is_left_out_and_counted(long_tale: LongTale) -> None:
    """What another version wrote there is not guessed at."""
    called(long_tale, "/instance/qrcode/7", violations=7)

    assert long_tale.truth("I29") is Truth.UNKNOWN
    assert "'call' without the fields" in long_tale.history().notes[0]
