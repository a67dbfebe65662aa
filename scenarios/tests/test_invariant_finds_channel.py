"""I10: a webhook of a live instance finds its channel."""

from typing import Any

import pytest

from scenarios.judging import Truth
from scenarios.tests.long_tale import LongTale
from scenarios.tests.tale import Tale


def waiting(tale: Tale) -> None:
    """An instance that waits for its scan, and a channel on which nothing happens."""
    tale.journey(0.0, 20.0)
    tale.click(0.5, "start")
    tale.seen(0.6, "CONNECTING")
    tale.qr(1.0, "the-qr")


def test_a_qr_that_changes_nothing_breaks_it(tale: Tale) -> None:
    """A taken QR webhook must be seen on the channel of that name."""
    waiting(tale)
    tale.webhook(1.0, code="the-qr")

    verdict = tale.verdict("I10")

    assert verdict.verdict is Truth.FALSE
    assert "changed nothing for 5 s" in verdict.diagnosis


def test_an_open_that_changes_nothing_breaks_it(tale: Tale) -> None:
    """The QR came from an answer, but `open` finds no channel."""
    waiting(tale)
    tale.seen(1.2, "QRCODE", code="the-qr")
    tale.webhook(2.0, state="open")

    assert tale.truth("I10") is Truth.FALSE


def test_a_404_breaks_it(tale: Tale) -> None:
    """Evolution never repeats a webhook that was answered 404."""
    waiting(tale)
    tale.webhook(1.0, code="the-qr", status=404)

    verdict = tale.verdict("I10")

    assert verdict.verdict is Truth.FALSE
    assert "was answered 404" in verdict.diagnosis


def test_a_qr_of_a_nameless_instance_breaks_it(tale: Tale) -> None:
    """When a channel shows nothing and an instance belongs to nobody, they missed each other."""
    tale.journey(0.0, 20.0)
    tale.seen(0.6, "CONNECTING")
    tale.qr(1.0, "lost", instance="some other name")
    tale.webhook(1.0, code="lost", instance="some other name")

    assert tale.truth("I10") is Truth.FALSE


def test_effects_that_are_shown_hold(tale: Tale) -> None:
    """The QR is shown, and `open` changes the status, in whatever spelling."""
    waiting(tale)
    tale.webhook(1.0, code="the-qr")
    tale.seen(1.2, "QRCODE", code="the-qr")
    tale.webhook(3.0, state="open")
    tale.seen(3.1, "connected")

    assert tale.truth("I10") is Truth.TRUE


def test_a_404_after_the_instance_is_gone_is_legal(tale: Tale) -> None:
    """A late webhook of a removed instance may find nothing."""
    waiting(tale)
    tale.add(1.5, "state", instance="7", phase="removed")
    tale.webhook(1.0, code="the-qr", sent=(2.0,), status=404)

    assert tale.truth("I10") is Truth.UNKNOWN


def test_a_journey_that_ended_saw_nothing(tale: Tale) -> None:
    """Nobody looked for long enough."""
    tale.journey(0.0, 2.0)
    tale.seen(0.6, "CONNECTING")
    tale.qr(1.0, "the-qr")
    tale.webhook(1.0, code="the-qr")

    assert tale.truth("I10") is Truth.UNKNOWN


def test_what_is_learnt_by_asking_is_not_the_webhooks_effect(tale: Tale) -> None:
    """The QR comes with the answer to create, five seconds after its webhook went nowhere."""
    waiting(tale)
    tale.webhook(1.0, code="the-qr")
    body = {"instance": {"instanceName": "7"}, "qrcode": {"code": "the-qr"}}
    tale.add(5.5, "answer", instance=None, status=201, body=body)
    tale.seen(5.6, "QRCODE", code="the-qr")

    assert "until the backend learnt it by asking" in tale.worst("I10").sentence
    assert tale.truth("I28") is Truth.TRUE


def test_a_late_effect_without_an_answer_is_the_webhooks(tale: Tale) -> None:
    """A backend that sleeps over a webhook has found the channel; that it slept is another rule's matter."""
    waiting(tale)
    tale.webhook(1.0, code="the-qr")
    tale.seen(5.6, "QRCODE", code="the-qr")

    assert tale.truth("I10") is Truth.TRUE
    assert tale.truth("I28") is Truth.FALSE


def test_a_backend_that_was_away_on_purpose_is_not_blamed() -> None:
    """It took the webhook, was killed, and showed what it found when it was back."""
    tale = LongTale()
    waiting(tale)
    tale.webhook(1.0, code="the-qr")
    tale.outage("backend", 1.5, 8.0)

    assert tale.truth("I10") is Truth.UNKNOWN


def test_a_channel_that_is_connected_by_somebody_elses_webhook_breaks_it(tale: Tale) -> None:
    """Nobody ever started it, and it shows CONNECTED."""
    tale.journey(0.0, 30.0)
    tale.add(0.5, "click", journey="journey-7", channel=None, action="create")
    tale.seen(5.0, "CONNECTED", via="list")

    assert "before an instance of it was ever open" in tale.worst("I10").sentence


def test_a_channel_whose_instance_never_opened_is_not_connected(tale: Tale) -> None:
    """Its own instance waits for the scan."""
    tale.journey(0.0, 30.0)
    tale.add(0.5, "click", journey="journey-7", channel=None, action="create")
    tale.click(1.0, "start")
    tale.qr(2.0, "the-qr")
    tale.seen(2.5, "QRCODE", code="the-qr")
    tale.seen(5.0, "CONNECTED")

    assert "before its instance '7' was ever open" in tale.worst("I10").sentence


def test_a_channel_whose_instance_is_not_known_accuses_nobody(tale: Tale) -> None:
    """It was started, under a name that nobody can tell."""
    tale.journey(0.0, 30.0)
    tale.add(0.5, "click", journey="journey-7", channel=None, action="create")
    tale.click(1.0, "start")
    tale.seen(5.0, "CONNECTED")

    assert tale.truth("I10") is Truth.UNKNOWN


def test_a_life_that_is_on_record_in_part_accuses_nobody(tale: Tale) -> None:
    """Somebody else may have connected it before the record began."""
    tale.journey(0.0, 30.0)
    tale.qr(2.0, "the-qr")
    tale.seen(5.0, "CONNECTED")

    assert tale.truth("I10") is Truth.UNKNOWN


@pytest.mark.parametrize("told", ["state", "answer"])
def test_open_may_be_known_from_the_instance_or_from_its_answer(tale: Tale, told: str) -> None:
    """No webhook ever said it, and it is so all the same."""
    tale.journey(0.0, 30.0)
    tale.add(0.5, "click", journey="journey-7", channel=None, action="create")
    tale.qr(2.0, "the-qr")
    said: dict[str, dict[str, Any]] = {"state": {"phase": "open"}, "answer": {"body": {"instance": {"state": "open"}}}}
    tale.add(4.0, told, instance="7", **said[told])
    tale.seen(5.0, "CONNECTED")

    assert tale.truth("I10") is Truth.UNKNOWN
