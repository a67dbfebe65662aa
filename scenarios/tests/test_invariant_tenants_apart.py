"""I12: tenants never see or touch each other's channels."""

from typing import Any

import pytest

from scenarios.judging import Truth
from scenarios.tests.odd_tale import OddTale


@pytest.mark.parametrize(
    ("via", "found", "words"),
    [
        ("read", {"status_code": 200, "shown": True}, "was shown it"),
        ("socket", {"status_code": None, "shown": True}, "heard of it"),
        ("disconnect", {"status_code": 404, "changed": True}, "changed it"),
        ("start", {"status_code": 200}, "was told that it was done"),
    ],
)
def test_whatever_gets_through_breaks_it(via: str, found: dict[str, Any], words: str) -> None:
    """A look that shows something, an act that changes something, an act that is accepted."""
    tale = OddTale()
    tale.journey(0.0, 10.0)
    tale.trespass(5.0, via, **found)

    assert words in tale.worst("I12").sentence


@pytest.mark.parametrize(
    ("via", "found"),
    [("read", {}), ("delete", {"status_code": 403, "changed": False}), ("list", {"status_code": 200})],
)
def test_a_refusal_holds(via: str, found: dict[str, Any]) -> None:
    """403 and 404 are refusals; a list of one's own channels is no trespass."""
    tale = OddTale()
    tale.journey(0.0, 10.0)
    tale.trespass(5.0, via, **found)

    assert tale.truth("I12") is Truth.TRUE


def test_a_look_by_another_tenant_breaks_it() -> None:
    """A socket of tenant 2 carries an update of tenant 1's channel."""
    tale = OddTale()
    tale.journey(0.0, 10.0)
    tale.seen(3.0, "CONNECTED", tenant="2")

    assert "tenant 2 was shown it" in tale.worst("I12").sentence


def test_the_qr_of_another_tenants_channel_breaks_it() -> None:
    """A webhook was stored on the channel of the same name, of another tenant."""
    tale = OddTale()
    tale.journey(0.0, 10.0)
    tale.add(0.0, "journey.start", journey="other", channel_name="other", tenant="9")
    tale.add(10.0, "journey.end", journey="other", channel="8", outcome="completed", reason="")
    tale.qr(1.0, "the-qr", instance="8")
    tale.seen(1.1, "QRCODE", code="the-qr", channel="8", tenant="9")
    tale.seen(1.2, "QRCODE", code="the-qr", tenant="1")

    sentences = [tale.worst("I12").sentence]

    assert any("it showed the QR of channel" in sentence for sentence in sentences)


def test_without_a_stranger_nothing_is_judged() -> None:
    """One tenant alone proves nothing."""
    tale = OddTale()
    tale.journey(0.0, 10.0)
    tale.seen(3.0, "CONNECTED", tenant="1")

    assert tale.truth("I12") is Truth.UNKNOWN
