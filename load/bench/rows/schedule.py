"""The same seed plans the same, octet for octet: 1,000 seeds, in two processes that hash differently."""

import asyncio
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from load.bench.ground import Measures
from load.errors import BenchError

_SEEDS = 1_000
_HASH_SEEDS = ("1", "2")
_WORLD = """
faults:
  - {name: later, fault: delay, delay: {lognormal: {median: 1s, p95: 9s}}, probability: 0.5, correlation: 0.3}
  - {name: twice, fault: duplicate, gap: 300ms, probability: 0.3}
  - {name: lost, fault: drop, probability: 0.2, select: {share: 0.5}}
  - {name: overtaken, fault: reorder, past: 3, permute: true, probability: 0.4}
  - {name: damaged, fault: corrupt, probability: 0.2}
  - {name: unheard, fault: drop-ack, timeout: 2s, probability: 0.2}
phones:
  - {name: somebody, scan: {after: {uniform: [2s, 20s]}}, then: [{does: lose-connection, at: 30s, for: 10s}]}
"""


async def measure() -> Measures:
    """How many seeds had the same plan in both processes, and how many different plans there were."""
    with TemporaryDirectory() as place:
        world = Path(place) / "world.yaml"
        world.write_text(_WORLD, encoding="utf-8")
        one, other = await asyncio.gather(*(_digests(world, seed) for seed in _HASH_SEEDS))
    same = sum(1 for mine, its in zip(one, other, strict=True) if mine == its)
    return {"same": same, "distinct": len({line.split()[1] for line in one})}


async def _digests(world: Path, hash_seed: str) -> list[str]:
    command = (sys.executable, "-m", "fake_evolution", "schedule", "--world", str(world), "--digests", str(_SEEDS))
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, env=environment)
    out, _ = await process.communicate()
    if process.returncode:
        raise BenchError(f"`{' '.join(command[1:])}` ended with exit code {process.returncode}; its words are above")
    return out.decode().splitlines()
