"""I32: the backend's own metrics agree with what the harness measured.

Counted per tenant, when all journeys of the phase are over: how many clicks led to CONNECTED against
`channel_connect_attempts_total{outcome="connected"}`, and the waits for a QR against the histogram
`channel_time_to_qr_seconds`, bucket by bucket. A person sees a QR a little after it stands in the row, never before,
so each bucket may hold more waits than the harness measured below its bound, up to those of `LOOK_S_MAX` more.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

from scenarios.history import History
from scenarios.rules import Gap, Judgement, invariant
from scenarios.sighting import Sighting
from scenarios.staged import Click, MetricsRead
from scenarios.status import ChannelStatus

ATTEMPTS, TIME_TO_QR = "channel_connect_attempts", "channel_time_to_qr_seconds"
# From the row to a person's eye, and how much a clock may differ.
LOOK_S_MAX = 2.0
GRAIN_S = 0.25
# A number may be so much behind what people saw.
SETTLE_S = 1.0
# Longer readings are cut off when they are recorded.
TEXT_BYTES_MAX = 256 * 1024 - 4
_ASKING = frozenset({"start", "request_qr"})
# Steps and outages that make more attempts than there are clicks, or end some where nobody sees it.
_CALM = frozenset(
    {
        "subscribe-by-events",
        "read-metrics",
        "read-usage",
        "read-messages",
        "receive-messages",
        "send-from-phone",
        "reply",
        "acks",
        "reconcile",
    }
)


@dataclass(slots=True)
class _Told:
    """What the backend says of one tenant."""

    connected: float = 0.0
    attempts: float = 0.0
    waits: float = 0.0
    within: dict[float, float] = field(default_factory=dict)


@dataclass(slots=True)
class _Measured:
    """What the harness saw of one tenant; `unsure` are clicks of which it did not see the end."""

    clicks: int = 0
    connected: int = 0
    unsure: int = 0
    waits_s: list[float] = field(default_factory=list)
    until_s: float = 0.0
    witness: list[int] = field(default_factory=list)


@invariant(
    "I32",
    gap=Gap.OBSERVABILITY,
    title="the backend's own metrics agree with what was measured",
    wide=True,
    needs=("metrics", "click", "seen", "step", "outage", "journey.start", "journey.end"),
)
def metrics_agree(history: History) -> Iterator[Judgement]:
    """Judge the last reading of the metrics against every tenant's journeys."""
    if not history.metrics or history.outages or any(step.do not in _CALM for step in history.steps):
        return
    read = history.metrics[-1]
    families = _families(read.text)
    if families is None:
        return
    told = _told_by_tenant(families)
    for tenant, measured in _measured_by_tenant(history).items():
        if measured.until_s + SETTLE_S > read.asked_s or not measured.connected:
            continue
        if ATTEMPTS not in families:
            yield _absent(read, tenant, measured)
            continue
        yield _judge_connected(read, tenant, measured, told.get(tenant, _Told()))
        yield from _judge_waits(read, tenant, measured, told.get(tenant, _Told()), families)


def _families(text: str) -> Mapping[str, Sequence[Any]] | None:
    """The samples of an exposition by family; None for one that is none, or may have been cut off."""
    from prometheus_client.parser import text_string_to_metric_families  # noqa: PLC0415  only this invariant needs it

    if len(text.encode()) >= TEXT_BYTES_MAX:
        return None
    try:
        return {family.name: family.samples for family in text_string_to_metric_families(text)}
    except ValueError:
        return None


def _told_by_tenant(families: Mapping[str, Sequence[Any]]) -> dict[str, _Told]:
    found: dict[str, _Told] = {}
    for sample in families.get(ATTEMPTS, ()):
        told = found.setdefault(sample.labels.get("tenant", ""), _Told())
        told.attempts += sample.value
        told.connected += sample.value if sample.labels.get("outcome") == "connected" else 0.0
    for sample in families.get(TIME_TO_QR, ()):
        told = found.setdefault(sample.labels.get("tenant", ""), _Told())
        if sample.name.endswith("_count"):
            told.waits += sample.value
        elif sample.name.endswith("_bucket"):
            bound_s = float(sample.labels.get("le", "inf"))
            told.within[bound_s] = told.within.get(bound_s, 0.0) + sample.value
    return found


def _measured_by_tenant(history: History) -> dict[str, _Measured]:
    found: dict[str, _Measured] = {}
    for channel in history.channels:
        tenant = history.tenant_of(channel)
        if tenant is None:
            continue
        measured = found.setdefault(tenant, _Measured())
        measured.until_s = max(measured.until_s, history.watched_until_s(channel))
        clicks = history.clicks_of.get(channel, [])
        for at, click in enumerate(clicks):
            if click.action in _ASKING:
                until_s = clicks[at + 1].t if at + 1 < len(clicks) else history.watched_until_s(channel)
                _measure(measured, history.sightings_of.get(channel, ()), click, until_s)
    return found


def _measure(measured: _Measured, looks: Sequence[Sighting], click: Click, until_s: float) -> None:
    """One click and what was seen until the next."""
    seen_since = [seen for seen in looks if seen.as_of_s >= click.t and seen.at_s <= until_s]
    shown = next((seen for seen in seen_since if seen.code is not None), None)
    connected = next((seen for seen in seen_since if seen.status == ChannelStatus.CONNECTED), None)
    measured.clicks += 1
    measured.witness.append(click.seq)
    measured.connected += connected is not None
    measured.unsure += connected is None
    if shown is not None:
        measured.waits_s.append(shown.at_s - click.t)


def _judge_connected(read: MetricsRead, tenant: str, measured: _Measured, told: _Told) -> Judgement:
    """Exactly those that people saw; one whose end nobody saw may count either way."""
    least, most = measured.connected, measured.connected + measured.unsure
    what = (
        f"{told.connected:g} connected of {told.attempts:g} attempts, where {measured.connected} of {measured.clicks} "
        f"clicks were seen to lead to CONNECTED"
    )
    holds = least <= told.connected <= most and told.attempts <= measured.clicks
    return _judgement(read, tenant, measured, what, abs(told.connected - least), holds=holds)


def _judge_waits(
    read: MetricsRead, tenant: str, measured: _Measured, told: _Told, families: Mapping[str, Sequence[Any]]
) -> Iterator[Judgement]:
    """The count, and each bucket between the waits measured below its bound and those a look later."""
    if TIME_TO_QR not in families:
        yield _judgement(read, tenant, measured, f"no {TIME_TO_QR}", inf, holds=False)
        return
    waits_s = sorted(measured.waits_s)
    what = f"{told.waits:g} waits for a QR, where {len(waits_s)} were seen"
    holds = len(waits_s) <= told.waits <= measured.clicks
    yield _judgement(read, tenant, measured, what, abs(told.waits - len(waits_s)), holds=holds)
    hidden = measured.clicks - len(waits_s)
    for bound_s, count in sorted(told.within.items()):
        least = bisect_right(waits_s, bound_s - GRAIN_S)
        most = bisect_right(waits_s, bound_s + LOOK_S_MAX) + hidden
        what = f"{count:g} waits of at most {bound_s:g} s for a QR, where {least} to {most} were measured"
        if not least <= count <= most:
            yield _judgement(read, tenant, measured, what, abs(count - least), holds=False)


def _absent(read: MetricsRead, tenant: str, measured: _Measured) -> Judgement:
    what = f"no {ATTEMPTS}_total at all, after {measured.connected} connects"
    return _judgement(read, tenant, measured, what, inf, holds=False)


def _judgement(
    read: MetricsRead, tenant: str, measured: _Measured, what: str, size: float, *, holds: bool
) -> Judgement:
    return Judgement(
        holds=holds,
        subject=f"tenant {tenant}",
        t=read.at_s,
        size=min(size, 1e9),
        witness=(read.seq, *measured.witness[:5]),
        sentence=(
            f"{Gap.OBSERVABILITY}: for tenant {tenant} the metrics tell of {what}; expected the same numbers; look "
            f"where attempts are counted (once a click, at its end) and where the time to the QR is observed (from the "
            f"click to the QR in the row)"
        ),
    )
