"""I32: the backend's own metrics agree with what was measured."""

import pytest

from scenarios.judging import Truth
from scenarios.tests.long_tale import LongTale


def connected(tale: LongTale, channels: int = 2, *, wait_s: float = 1.5) -> None:
    """So many channels of tenant 1, each shown its QR and CONNECTED after one click."""
    for number in range(channels):
        channel = str(70 + number)
        tale.journey(0.0, 20.0, channel=channel)
        tale.click(1.0, "start", channel=channel)
        tale.seen(1.0 + wait_s, "QRCODE", code=f"code {channel}", channel=channel)
        tale.seen(10.0, "CONNECTED", channel=channel)


def exposed(*, attempts: int = 2, waits: int = 2, within_1_s: int = 0, within_2_s: int = 2) -> str:
    """What a backend says of tenant 1."""
    bucket, labels = "channel_time_to_qr_seconds_bucket", 'tenant="1"'
    return f"""# TYPE channel_connect_attempts_total counter
channel_connect_attempts_total{{{labels},outcome="connected"}} {attempts}
# TYPE channel_time_to_qr_seconds histogram
{bucket}{{{labels},le="1.0"}} {within_1_s}
{bucket}{{{labels},le="2.0"}} {within_2_s}
{bucket}{{{labels},le="+Inf"}} {waits}
channel_time_to_qr_seconds_count{{{labels}}} {waits}
channel_time_to_qr_seconds_sum{{{labels}}} 2.5
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (exposed(attempts=1), "1 connected of 1 attempts, where 2 of 2 clicks were seen to lead to CONNECTED"),
        (exposed(attempts=4), "4 connected of 4 attempts"),
        (exposed(waits=1), "1 waits for a QR, where 2 were seen"),
        (exposed(within_2_s=0), "0 waits of at most 2 s for a QR, where 2 to 2 were measured"),
        ("# TYPE up gauge\nup 1\n", "no channel_connect_attempts_total at all, after 2 connects"),
    ],
)
def test_numbers_that_differ_break_it(long_tale: LongTale, text: str, told: str) -> None:
    """Each kind of difference is told with both numbers; metrics without the business are a difference, too."""
    connected(long_tale)
    long_tale.metrics(30.0, text)

    assert any(told in sentence for sentence in sentences(long_tale))


def sentences(tale: LongTale) -> list[str]:
    """The first and the worst that is broken."""
    verdict = tale.verdict("I32")
    return [found.sentence for found in (verdict.first, verdict.worst) if found is not None]


def test_waits_that_are_too_short_to_be_true_break_it(long_tale: LongTale) -> None:
    """A time observed before the QR stands in the row looks better than anybody saw."""
    connected(long_tale, wait_s=9.0)
    long_tale.metrics(30.0, exposed())

    assert "2 waits of at most 2 s for a QR, where 0 to 0 were measured" in long_tale.worst("I32").sentence


@pytest.mark.parametrize("within_1_s", [0, 2])
def test_the_same_numbers_hold(long_tale: LongTale, within_1_s: int) -> None:
    """The QR may stand in the row up to a look before a person sees it."""
    connected(long_tale)
    long_tale.metrics(30.0, exposed(within_1_s=within_1_s))

    assert long_tale.truth("I32") is Truth.TRUE


@pytest.mark.parametrize("text", ["no exposition {", "x" * 300_000])
def test_what_cannot_be_read_proves_nothing(long_tale: LongTale, text: str) -> None:
    """A text that is none, or was cut off when it was recorded."""
    connected(long_tale)
    long_tale.metrics(30.0, text)

    assert long_tale.truth("I32") is Truth.UNKNOWN


def test_journeys_under_way_prove_nothing(long_tale: LongTale) -> None:
    """Numbers are only compared when all is over."""
    connected(long_tale)
    long_tale.metrics(19.0, exposed(attempts=0))

    assert long_tale.truth("I32") is Truth.UNKNOWN


def test_a_restart_or_a_step_that_starts_sessions_proves_nothing(long_tale: LongTale) -> None:
    """Then there are more attempts than clicks, or counters that began anew."""
    connected(long_tale)
    long_tale.add(5.0, "step", do="parallel-starts", outcome="done", channel="70", args={"count": 5})
    long_tale.metrics(30.0, exposed(attempts=6))

    assert long_tale.truth("I32") is Truth.UNKNOWN
