"""I18: a burst of webhooks is acknowledged fast: p50 at most 250 ms, p99 at most 1 s.

A burst is a run of webhooks without a longer pause, dense enough and long enough to say something. What a fault did to
an attempt on the wire, what was sent while something was away on purpose, and bursts in which the fake itself was late
(the machine was busy, not the backend) are left out.
"""

from collections.abc import Iterator, Sequence
from math import ceil

from scenarios.downtime import Downtime, downtimes
from scenarios.happened import Attempt
from scenarios.history import History
from scenarios.rules import Duty, Judgement, invariant

P50_S_MAX = 0.25
P99_S_MAX = 1.0
# So many at least, so dense at least; fewer than a hundred say nothing of the slowest per cent.
WEBHOOKS_MIN = 20
PER_S_MIN = 20.0
FOR_P99_MIN = 100
PAUSE_S_MAX = 0.25
# Where webhooks left later than this, times say more of the machine than of the backend.
LATENESS_MS_MAX = 250.0
_AFTER_OUTAGE_S = 5.0


@invariant(
    "I18",
    gap=Duty.ACKNOWLEDGEMENT,
    title="a burst of webhooks is acknowledged fast",
    wide=True,
    needs=("attempt", "outage"),
)
def burst_ack(history: History) -> Iterator[Judgement]:
    """Judge every burst of the phase."""
    away = downtimes(history, slow_too=True)
    fair = (one for one in history.attempts if not one.wire and not _is_disturbed(one, away))
    for burst in _bursts(sorted(fair, key=lambda one: one.sent_s)):
        late_ms = _percentile([one.lateness_ms for one in burst], 99)
        if late_ms <= LATENESS_MS_MAX:
            yield _judge(burst)


def _is_disturbed(attempt: Attempt, away: Sequence[Downtime]) -> bool:
    return any(one.overlaps(attempt.sent_s - _AFTER_OUTAGE_S, attempt.ended_s) for one in away)


def _bursts(attempts: Sequence[Attempt]) -> Iterator[list[Attempt]]:
    burst: list[Attempt] = []
    for attempt in attempts:
        if burst and attempt.sent_s - burst[-1].sent_s > PAUSE_S_MAX:
            yield from _dense(burst)
            burst = []
        burst.append(attempt)
    yield from _dense(burst)


def _dense(burst: list[Attempt]) -> Iterator[list[Attempt]]:
    if len(burst) >= WEBHOOKS_MIN and len(burst) >= PER_S_MIN * (burst[-1].sent_s - burst[0].sent_s):
        yield burst


def _judge(burst: Sequence[Attempt]) -> Judgement:
    took_s = [one.duration_s for one in burst]
    p50_s, p99_s = _percentile(took_s, 50), _percentile(took_s, 99)
    slow = p50_s > P50_S_MAX or (len(burst) >= FOR_P99_MIN and p99_s > P99_S_MAX)
    slowest = max(burst, key=lambda one: one.duration_s)
    first_s, last_s = burst[0].sent_s, burst[-1].sent_s
    return Judgement(
        holds=not slow,
        subject=f"burst at {first_s:.2f} s",
        t=first_s,
        size=max(p50_s / P50_S_MAX, p99_s / P99_S_MAX),
        witness=(burst[0].seq, slowest.seq, burst[-1].seq),
        sentence=(
            f"{Duty.ACKNOWLEDGEMENT}: {len(burst)} webhooks within {last_s - first_s:.2f} s were acknowledged with a "
            f"p50 of {p50_s * 1000:.0f} ms and a p99 of {p99_s * 1000:.0f} ms (slowest: '{slowest.event}' of instance "
            f"'{slowest.instance}'); expected at most {P50_S_MAX * 1000:.0f} ms and {P99_S_MAX * 1000:.0f} ms; "
            f"look at what is done before a webhook is answered: keep it, answer, and apply it afterwards"
        ),
    )


def _percentile(values: Sequence[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[max(ceil(percent * len(ordered) / 100), 1) - 1]
