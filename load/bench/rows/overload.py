"""Asked for twice what it can do: what is still delivered, what is lost, what it costs in memory, and who is told."""

import time

import psutil

from load.bench.ground import Measures, qr_bodies, receiver, source

_WEBHOOKS = 8_000
_WARM = 1_000
_AT_ONCE = 256
_FOR_S = 2.0
_MIB = 1 << 20


async def measure() -> Measures:
    """Webhooks a processor second against those without overload, lost ones, growth of memory, and its traces."""
    own, bodies = psutil.Process(), qr_bodies()
    async with receiver() as there, source(there.url) as emitting:
        await emitting.rush(bodies, webhooks=_WARM, at_once=_AT_ONCE)
        began_s = time.perf_counter()
        calm_s = await emitting.rush(bodies, webhooks=_WEBHOOKS, at_once=_AT_ONCE)
        capacity_per_s = _WEBHOOKS / (time.perf_counter() - began_s)
        before, before_mib, cpu_s = emitting.emitted, own.memory_info().rss / _MIB, time.process_time()
        await emitting.tick(bodies, per_s=2 * capacity_per_s, for_s=_FOR_S)
        busy_s, webhooks = time.process_time() - cpu_s, emitting.emitted - before
        told = list(emitting.fake.journal.after(0, kind="backlog"))
        lost = emitting.emitted - await there.count()
    return {
        "of_capacity": (webhooks / busy_s) / (_WEBHOOKS / calm_s),
        "lost": lost + emitting.failed,
        "growth_mib": own.memory_info().rss / _MIB - before_mib,
        "backlog_records": len(told),
    }
