"""I1: the same event twice has one effect."""

import pytest

from scenarios.judging import Truth
from scenarios.tests.tale import Tale


def twice(tale: Tale, *, state: str | None = None, code: str | None = None) -> None:
    """An event at 2.0 whose copy arrives at 2.3."""
    tale.journey(0.0, 10.0)
    tale.webhook(2.0, sent=(2.0, 2.3), state=state, code=code)


def test_a_status_announced_again_breaks_it(tale: Tale) -> None:
    """The copy of `open` that makes another announcement was applied again."""
    twice(tale, state="open")
    tale.seen(2.1, "CONNECTED", announcement="1:whatsappSession")
    tale.seen(2.4, "CONNECTED", announcement="1:whatsappSession")

    verdict = tale.verdict("I1")

    assert verdict.verdict is Truth.FALSE
    assert "announced again" in verdict.diagnosis


def test_a_status_that_comes_back_breaks_it(tale: Tale) -> None:
    """CONNECTED after DISCONNECTED was shown is the copy's doing."""
    twice(tale, state="open")
    tale.seen(2.1, "CONNECTED")
    tale.seen(2.2, "DISCONNECTED")
    tale.seen(2.5, "CONNECTED", via="list")

    verdict = tale.verdict("I1")

    assert verdict.verdict is Truth.FALSE
    assert "shown again although DISCONNECTED" in verdict.diagnosis


@pytest.mark.parametrize("event", [{"state": "open"}, {"code": "the-qr"}])
def test_one_announcement_holds(tale: Tale, event: dict[str, str]) -> None:
    """The copy changes nothing and announces nothing."""
    twice(tale, **event)
    status = "CONNECTED" if "state" in event else "QRCODE"
    tale.seen(2.1, status, code=event.get("code"))
    tale.seen(2.6, status, code=event.get("code"), via="list")

    assert tale.truth("I1") is Truth.TRUE


def test_the_same_words_after_a_click_are_another_effect(tale: Tale) -> None:
    """After a click the same status may be announced for a reason of its own."""
    twice(tale, state="close")
    tale.seen(2.1, "DISCONNECTED")
    tale.click(2.35, "disconnect")
    tale.seen(2.4, "DISCONNECTED")

    assert tale.truth("I1") is Truth.UNKNOWN


def test_single_deliveries_prove_nothing(tale: Tale) -> None:
    """Without a copy there is nothing to judge."""
    tale.journey(0.0, 10.0)
    tale.webhook(2.0, state="open")
    tale.seen(2.1, "CONNECTED")

    assert tale.truth("I1") is Truth.UNKNOWN
