"""50,000 live instances on one core, each with a new QR code every 20 s: processor, memory, lateness.

Nobody has asked for a webhook, so no image is drawn; everything else happens, the journal in its file included. How
late a code is says the journal: every 20 s later than the one before it is late.
"""

import asyncio
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from fake_evolution import Config, FakeServer, WhatsApp, World, collect_rarely, read_journal
from fake_evolution.domain.signals import Connect
from load.bench.ground import Measures, create_body, percentile

_INSTANCES = 50_000
_AT_ONCE = 1_000
_EVERY_S = 20.0
_ROUNDS = 3
BEST_OF = dict.fromkeys(("core_share", "lateness_p99_ms"), _ROUNDS)
_SETTLE_S = 5.0
_SEED_S = 2 * _EVERY_S
_KB = 1_000
_WORLD = World(whatsapp=WhatsApp(qr_interval_s=_EVERY_S, qr_refs=1_000_000), server={"QRCODE_LIMIT": "1000000"})


async def measure() -> Measures:
    """Share of a core, the 99th percentile of lateness (of the best of 3 rounds), and memory an instance."""
    own = psutil.Process()
    with TemporaryDirectory() as place:
        journal = Path(place) / "journal.jsonl"
        config = Config(journal=journal, api_key="bench", instances_max=_INSTANCES + 1)
        async with FakeServer(config, world=_WORLD) as fake:
            await fake.create(create_body("first"))
            before = own.memory_info().rss
            await _seed(fake)
            rounds = [await _round(fake) for _ in range(_ROUNDS)]
            grown = own.memory_info().rss - before
        lateness = _lateness_ms(journal, [began_s for began_s, _ in rounds])
    p99_ms = min(percentile(found, 0.99) for found in lateness)
    return {
        "core_share": min(share for _, share in rounds),
        "lateness_p99_ms": p99_ms,
        "earliest_ms": min(min(found) for found in lateness),
        "kb_an_instance": grown / _KB / _INSTANCES,
        "codes_a_round": min(map(len, lateness)),
    }


async def _seed(fake: FakeServer) -> None:
    """Create all, let them connect evenly over twice the time between two codes, and wait until all have some."""
    names = [f"bench-{number}" for number in range(_INSTANCES)]
    for start in range(0, _INSTANCES, _AT_ONCE):
        await asyncio.gather(*(fake.create(create_body(name)) for name in names[start : start + _AT_ONCE]))
    collect_rarely()
    engine, first_s = fake.engine, fake.clock.now()

    def connect(name: str) -> None:
        """Not by the API, whose answers have images in them: to draw 1,250 a second is more than a core can do."""
        engine.apply(name, Connect(None))

    for number, name in enumerate(names):
        engine.scheduler.at(first_s + _SEED_S * number / _INSTANCES, partial(connect, name))
    await engine.scheduler.sleep(_SEED_S + _EVERY_S + _SETTLE_S)
    collect_rarely()


async def _round(fake: FakeServer) -> tuple[float, float]:
    """When it began, and the share of a core that it took."""
    began_s, wall_s, cpu_s = fake.clock.now(), time.perf_counter(), time.process_time()
    await fake.engine.scheduler.sleep(_EVERY_S)
    return began_s, (time.process_time() - cpu_s) / (time.perf_counter() - wall_s)


def _lateness_ms(journal: Path, starts: Sequence[float]) -> list[list[float]]:
    """Of every code of every round, how much more than 20 s came between it and the one before."""
    last: dict[str, float] = {}
    found: list[list[float]] = [[] for _ in starts]
    for record in read_journal(journal):
        if record.kind == "qr":
            name = record["instance"]
            for late_ms, start_s in zip(found, starts, strict=True):
                if name in last and start_s <= record.t < start_s + _EVERY_S:
                    late_ms.append((record.t - last[name] - _EVERY_S) * 1000)
            last[name] = record.t
    return found
