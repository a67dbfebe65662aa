"""Webhooks at 12,000 a second on one core, QR events and bodies of 5 KB, and how many more than the general client.

Every instance emits by a timer of its own. The clients are compared at the most that each can do, because at a fixed
rate the slower of them is at its limit and the quicker one waits between webhooks. The best of 3 rounds counts: what
others do on the machine costs caches and time, and never makes anything quicker.
"""

import time
from collections.abc import Sequence
from typing import Any

from load.bench.ground import Measures, Source, percentile, qr_bodies, receiver, source, text_bodies

_ROUNDS = 3
BEST_OF = dict.fromkeys(
    (
        "qr_cpu_us",
        "text_cpu_us",
        "qr_per_core_s",
        "text_per_core_s",
        "ratio_to_general",
        "qr_lag_p99_ms",
        "text_lag_p99_ms",
    ),
    _ROUNDS,
)

_PER_S = 12_000.0
_FOR_S = 2.0
_RUSH = 6_000
_WARM = 1_000
_AT_ONCE = 256


async def measure() -> Measures:
    """Processor time a webhook, how many a second of one core that is, how late, and how many were lost."""
    measures: Measures = {}
    async with receiver() as there:
        async with source(there.url) as fast:
            for name, bodies in (("qr", qr_bodies()), ("text", text_bodies())):
                cpu_us, lag_ms = await _rounds(fast, bodies)
                measures[f"{name}_cpu_us"] = cpu_us
                measures[f"{name}_per_core_s"] = 1e6 / cpu_us
                measures[f"{name}_lag_p99_ms"] = lag_ms
        async with source(there.url, own_connections=False) as slow:
            rushes = [(await _rush_us(fast), await _rush_us(slow)) for _ in range(_ROUNDS)]
        own_us, general_us = (min(costs_us) for costs_us in zip(*rushes, strict=True))
        measures["rush_cpu_us"], measures["general_cpu_us"] = own_us, general_us
        measures["ratio_to_general"] = general_us / own_us
        measures["lost"] = fast.emitted + slow.emitted - await there.count() + fast.failed + slow.failed
    return measures


async def _rush_us(emitting: Source) -> float:
    """Processor time a webhook in µs when as many go out as can."""
    return await emitting.rush(qr_bodies(), webhooks=_RUSH, at_once=_AT_ONCE) / _RUSH * 1e6


async def _rounds(emitting: Source, bodies: Sequence[tuple[str, Any]]) -> tuple[float, float]:
    """The least processor time a webhook in µs, and the least 99th percentile of due → answered in ms."""
    await emitting.rush(bodies, webhooks=_WARM, at_once=_AT_ONCE)
    costs_us, lags_ms = [], []
    for _ in range(_ROUNDS):
        emitting.forget()
        ended, cpu_s = emitting.ended, time.process_time()
        await emitting.tick(bodies, per_s=_PER_S, for_s=_FOR_S)
        costs_us.append((time.process_time() - cpu_s) / (emitting.ended - ended) * 1e6)
        lags_ms.append(percentile(emitting.lag_ms, 0.99))
    return min(costs_us), min(lags_ms)
