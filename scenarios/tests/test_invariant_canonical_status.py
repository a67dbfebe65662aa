"""I21: only canonical statuses."""

import pytest

from scenarios.judging import Truth
from scenarios.tests.tale import Tale


@pytest.mark.parametrize("status", ["connected", "qr_code", "OPENING", "open", "", None])
def test_a_status_of_another_spelling_breaks_it(tale: Tale, status: str | None) -> None:
    """Whatever is not one of the five words, null included, is told with the record that shows it."""
    tale.seen(1.0, "CONNECTED")
    tale.seen(2.0, status, via="list")

    verdict = tale.verdict("I21")

    assert (verdict.verdict, verdict.count) == (Truth.FALSE, 1)
    assert [line["status"] for line in tale.worst("I21").witness] == [status]
    assert "G1-status-contract" in verdict.diagnosis


def test_the_five_words_hold(tale: Tale) -> None:
    """The canonical statuses are legal everywhere."""
    for t, status in enumerate(("DISCONNECTED", "CONNECTING", "QRCODE", "CONNECTED", "ERROR")):
        tale.seen(t, status, via="read")

    assert tale.truth("I21") is Truth.TRUE


def test_an_announcement_about_something_else_has_no_status(tale: Tale) -> None:
    """An announcement without a status is no evidence for or against."""
    tale.seen(1.0, None, via="socket")

    assert tale.truth("I21") is Truth.UNKNOWN
