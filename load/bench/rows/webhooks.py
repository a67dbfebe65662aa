"""Webhooks sent on one core, with bodies of QR events and of 5 KB, and the same through the general client."""

from load.bench.ground import Measures, percentile, qr_bodies, receiver, source, text_bodies

_WEBHOOKS = 12_000
_WEBHOOKS_GENERAL = 3_000
_WARM = 1_000
_AT_ONCE = 256
_AT_ONCE_QUEUED = 2_000  # what piles up in the general client when more is asked for than it can do


async def measure() -> Measures:
    """Processor time a webhook, how many a second of one core that is, how late, and how many were lost."""
    measures: Measures = {"lost": 0}
    async with receiver() as there:
        async with source(there.url) as fast:
            for name, bodies in (("qr", qr_bodies()), ("text", text_bodies())):
                await fast.rush(bodies, webhooks=_WARM, at_once=_AT_ONCE)
                fast.forget()
                cpu_s = await fast.rush(bodies, webhooks=_WEBHOOKS, at_once=_AT_ONCE)
                measures[f"{name}_cpu_us"] = cpu_s / _WEBHOOKS * 1e6
                measures[f"{name}_per_core_s"] = _WEBHOOKS / cpu_s
                measures[f"{name}_lag_p99_ms"] = percentile(fast.lag_ms, 0.99)
            quick_s = await fast.rush(qr_bodies(), webhooks=_WEBHOOKS_GENERAL, at_once=_AT_ONCE_QUEUED)
        async with source(there.url, own_connections=False) as slow:
            await slow.rush(qr_bodies(), webhooks=_WARM, at_once=_AT_ONCE_QUEUED)
            slow_s = await slow.rush(qr_bodies(), webhooks=_WEBHOOKS_GENERAL, at_once=_AT_ONCE_QUEUED)
        measures["ratio_to_general"] = slow_s / quick_s
        measures["lost"] = fast.emitted + slow.emitted - await there.count() + fast.failed + slow.failed
    return measures
