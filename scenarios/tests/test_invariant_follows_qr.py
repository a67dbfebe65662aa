"""I28: answers and pages follow the QR, not a constant."""

import pytest

from scenarios.invariants.follows_qr import answered, follows_a_constant
from scenarios.judging import Truth
from scenarios.tests.long_tale import LongTale
from scenarios.tests.tale import Tale


def asked(tale: Tale, *, qr_s: float = 10.4) -> None:
    """Somebody asks for a new QR at 10.0; the backend takes it 10 ms after it is given."""
    tale.journey(0.0, 30.0)
    tale.click(10.0, "request_qr")
    tale.qr(qr_s, "new")
    tale.webhook(qr_s, code="new")


def test_an_answer_long_after_the_qr_breaks_it(tale: Tale) -> None:
    """Three seconds of sleep in an answer whose QR came after 0.4 s."""
    asked(tale)
    tale.seen(10.5, "QRCODE", code="new")
    tale.reply(13.0, "request_qr", took_s=3.0)
    tale.seen(13.0, "QRCODE", code="new", via="reply", asked_s=10.0, action="request_qr")

    verdict = tale.verdict("I28")

    assert verdict.verdict is Truth.FALSE
    assert "came 2.59 s after the QR was there" in verdict.diagnosis


def test_an_answer_without_the_qr_that_was_there_breaks_it(tale: Tale) -> None:
    """It slept, and then did not even look."""
    asked(tale)
    tale.seen(10.5, "QRCODE", code="new")
    tale.reply(13.0, "request_qr", took_s=3.0)

    verdict = tale.verdict("I28")

    assert verdict.verdict is Truth.FALSE
    assert "without the QR" in verdict.diagnosis


def test_a_qr_that_is_shown_late_breaks_it(tale: Tale) -> None:
    """The page shows the QR four seconds after the backend had it."""
    asked(tale)
    tale.seen(14.5, "QRCODE", code="new", via="list")

    verdict = tale.verdict("I28")

    assert verdict.verdict is Truth.FALSE
    assert "shown 4.09 s after" in verdict.diagnosis


def test_a_qr_in_an_answer_of_the_provider_counts_as_known(tale: Tale) -> None:
    """The backend had the QR in its hands when `connect` was answered."""
    tale.journey(0.0, 30.0)
    tale.seen(0.1, "DISCONNECTED")
    tale.click(10.0, "start")
    tale.qr(10.4, "new")
    tale.add(12.0, "answer", instance="7", status=200, body={"code": "new", "count": 1})

    assert tale.truth("I28") is Truth.FALSE


def test_an_answer_that_brings_the_qr_at_once_holds(tale: Tale) -> None:
    """The answer carries the QR moments after it came, and the page shows it."""
    asked(tale, qr_s=14.4)
    tale.reply(14.6, "request_qr", took_s=4.6)
    tale.seen(14.6, "QRCODE", code="new", via="reply", asked_s=10.0, action="request_qr")

    assert tale.truth("I28") is Truth.TRUE


def test_an_answer_before_there_is_a_qr_is_legal(tale: Tale) -> None:
    """The socket brings the QR later: nothing was slept over."""
    asked(tale)
    tale.reply(10.05, "request_qr")
    tale.seen(10.5, "QRCODE", code="new")

    assert tale.truth("I28") is Truth.TRUE


def test_a_machine_that_is_slow_with_everything_is_excused(tale: Tale) -> None:
    """When a webhook's own acknowledgement took as long, the answer did not sleep."""
    asked(tale)
    tale.seen(10.5, "QRCODE", code="new")
    about = {"delivery": "9", "event_id": "9", "instance": "9", "event": "connection.update"}
    tale.add(12.4, "attempt", **about, sent_s=10.45, outcome="ok", status=200)
    tale.reply(12.5, "request_qr", took_s=2.5)
    tale.seen(12.5, "QRCODE", code="new", via="reply", asked_s=10.0, action="request_qr")

    assert tale.truth("I28") is Truth.TRUE


def test_without_a_qr_nothing_is_judged(tale: Tale) -> None:
    """A backend cannot show what WhatsApp never gave."""
    tale.journey(0.0, 30.0)
    tale.click(10.0, "request_qr")
    tale.reply(25.0, "request_qr", took_s=15.0)

    assert tale.truth("I28") is Truth.UNKNOWN


def test_an_answer_after_the_scan_needs_no_qr_but_must_not_be_late(tale: Tale) -> None:
    """The person was faster than the sleeping answer: it is late, and nothing else is wrong with it."""
    asked(tale)
    tale.seen(10.5, "QRCODE", code="new")
    tale.scan(11.3, "new")
    tale.reply(13.0, "request_qr", took_s=3.0)

    assert "came 2.59 s after the QR was there" in tale.worst("I28").sentence


@pytest.mark.parametrize(("took_s", "broken"), [(1.0, True), (0.02, False)])
def test_answers_of_one_length_break_it_when_they_wait(tale: Tale, *, took_s: float, broken: bool) -> None:
    """One second each, though the QRs came earlier or much later; answers that never wait are no sleepers."""
    tale.journey(0.0, 100.0)
    for turn, qr_after_s in enumerate((0.1, 0.4, 4.4, 4.5)):
        click_s = 10.0 * (turn + 1)
        tale.click(click_s, "request_qr")
        tale.qr(click_s + qr_after_s, f"qr-{turn}")
        tale.webhook(click_s + qr_after_s, code=f"qr-{turn}")
        tale.reply(click_s + took_s, "request_qr", took_s=took_s)

    found = list(follows_a_constant(list(answered(tale.history()))))

    assert [judgement.holds for judgement in found] == ([False] if broken else [])


def test_an_outage_that_the_scenario_asked_for_is_no_sleep() -> None:
    """The backend had the QR, was killed, and shows it when it is back."""
    tale = LongTale()
    asked(tale)
    tale.outage("backend", 10.5, 15.0)
    tale.seen(16.0, "QRCODE", code="new")

    assert tale.truth("I28") is Truth.UNKNOWN
