"""How late webhooks leave that are due at a time of their own, at 2,300 a second; the best of 3 rounds."""

from math import inf

from fake_evolution import Delay, FaultRule, World
from load.bench.ground import Measures, percentile, receiver, source, text_bodies

BEST_OF = {"p99_ms": 3, "p50_ms": 3}

_PER_S = 2300.0
_FOR_S = 4.0
_WORLD = World(faults=(FaultRule("later", Delay(0.05, 0.25)),))


async def measure() -> Measures:
    """The 99th percentile and the smallest of actual minus due, and how many were lost."""
    rounds: list[tuple[float, float]] = []
    earliest_ms = inf
    async with receiver() as there, source(there.url, world=_WORLD) as emitting:
        await emitting.keep_pace(text_bodies(), per_s=_PER_S, for_s=1.0)
        for _ in range(BEST_OF["p99_ms"]):
            emitting.forget()
            await emitting.keep_pace(text_bodies(), per_s=_PER_S, for_s=_FOR_S)
            rounds.append((percentile(emitting.late_ms, 0.99), percentile(emitting.late_ms, 0.5)))
            earliest_ms = min(earliest_ms, *emitting.late_ms)
        lost = emitting.emitted - await there.count() + emitting.failed
    p99_ms, p50_ms = min(rounds)
    return {"p99_ms": p99_ms, "p50_ms": p50_ms, "earliest_ms": earliest_ms, "lost": lost}
