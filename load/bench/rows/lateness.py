"""How late webhooks leave that are due at a time of their own, at 2,300 a second."""

from fake_evolution import Delay, FaultRule, World
from load.bench.ground import Measures, percentile, receiver, source, text_bodies

_PER_S = 2300.0
_FOR_S = 5.0
_WORLD = World(faults=(FaultRule("later", Delay(0.05, 0.25)),))


async def measure() -> Measures:
    """The 99th percentile and the smallest of actual minus due, and how many were lost."""
    async with receiver() as there, source(there.url, world=_WORLD) as emitting:
        await emitting.keep_pace(text_bodies(), per_s=_PER_S, for_s=1.0)
        emitting.forget()
        await emitting.keep_pace(text_bodies(), per_s=_PER_S, for_s=_FOR_S)
        lost = emitting.emitted - await there.count()
    return {
        "p99_ms": percentile(emitting.late_ms, 0.99),
        "p50_ms": percentile(emitting.late_ms, 0.5),
        "earliest_ms": min(emitting.late_ms),
        "lost": lost,
    }
