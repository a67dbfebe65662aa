"""I25: usage equals connected channels."""

import pytest

from scenarios.judging import Truth
from scenarios.tests.long_tale import LongTale


def two_channels(tale: LongTale) -> None:
    """Channel 7 is connected, channel 8 is not any more; nothing moves after 5.0."""
    for channel, phases in (("7", ("qr", "open")), ("8", ("open", "closed"))):
        tale.journey(0.0, 30.0, channel=channel)
        for at_s, phase in zip((1.0, 4.0), phases, strict=True):
            tale.state(at_s, phase, instance=channel)
    tale.seen(4.5, "CONNECTED", via="list", channel="7")
    tale.seen(4.5, "DISCONNECTED", via="list", channel="8")
    tale.click(5.0, "disconnect", channel="8")


@pytest.mark.parametrize("sessions", [0, 2])
def test_a_count_that_drifted_breaks_it(long_tale: LongTale, sessions: int) -> None:
    """More or fewer sessions than channels that are connected, long after the last change."""
    two_channels(long_tale)
    long_tale.usage(20.0, sessions)

    sentence = long_tale.worst("I25").sentence

    assert f"tenant 1 is shown {sessions} sessions in use, while 1 of its 2 channels are connected" in sentence


def test_the_right_count_holds(long_tale: LongTale) -> None:
    """One connected channel, one session."""
    two_channels(long_tale)
    long_tale.usage(20.0, 1)

    assert long_tale.truth("I25") is Truth.TRUE


def test_a_page_that_differs_from_the_provider_leaves_both_counts_right(long_tale: LongTale) -> None:
    """Where `open` got lost the counter may follow the rows."""
    two_channels(long_tale)
    long_tale.seen(6.0, "ERROR", via="list", channel="7")
    long_tale.usage(20.0, 0)

    assert long_tale.truth("I25") is Truth.TRUE


@pytest.mark.parametrize(("sessions", "truth"), [(1, Truth.TRUE), (2, Truth.TRUE), (0, Truth.FALSE), (3, Truth.FALSE)])
def test_a_session_on_its_way_may_count(long_tale: LongTale, sessions: int, truth: Truth) -> None:
    """Whoever waits for a scan uses the plan already, or not yet; nobody more."""
    two_channels(long_tale)
    long_tale.seen(6.0, "QRCODE", via="list", channel="8")
    long_tale.usage(20.0, sessions)

    assert long_tale.truth("I25") is truth


@pytest.mark.parametrize(("at_s", "sessions"), [(7.0, 2), (20.0, None)])
def test_a_count_amid_changes_or_none_proves_nothing(long_tale: LongTale, at_s: float, sessions: int | None) -> None:
    """Shortly after a click the counter may lag, and a page without a number shows none."""
    two_channels(long_tale)
    long_tale.usage(at_s, sessions)

    assert long_tale.truth("I25") is Truth.UNKNOWN


def test_an_instance_of_nobody_leaves_it_open(long_tale: LongTale) -> None:
    """Whose an open instance without a channel is, nobody knows."""
    two_channels(long_tale)
    long_tale.state(2.0, "open", instance="stranger")
    long_tale.usage(20.0, 2)

    assert long_tale.truth("I25") is Truth.UNKNOWN


def test_another_tenant_in_the_phase_leaves_it_open(long_tale: LongTale) -> None:
    """The usage of a tenant whose channels the harness does not know is not judged."""
    two_channels(long_tale)
    long_tale.usage(20.0, 5, tenant="2")

    assert long_tale.truth("I25") is Truth.UNKNOWN
