"""How true the fake is to its recordings: every one is replayed and judged."""

import asyncio
from collections.abc import Callable, Sequence

from contracts.judgement import judged
from contracts.recording import Recording
from contracts.replay import replay
from contracts.shares import Judged

RATE_DEFAULT = 20.0

SLOWER = (1.0, 5.0, 20.0)
"""A scenario that differs is replayed once more, so much slower: a fast rate squeezes pauses that matter."""


async def fidelity_of(recording: Recording, *, rate: float) -> Judged:
    """The first judgement without a finding, or the one at the slowest rate."""
    results = [judged(await replay(recording, rate=rate / SLOWER[0]))]
    for slower in SLOWER[1:]:
        if not results[-1].findings:
            break
        results.append(judged(await replay(recording, rate=rate / slower)))
    return results[-1]


async def fidelity(
    recordings: Sequence[Recording], *, rate: float, jobs: int, done: Callable[[Judged], None]
) -> tuple[Judged, ...]:
    """Judges all recordings, so many at a time; `done` hears of each as it ends."""
    free = asyncio.Semaphore(jobs)

    async def one(recording: Recording) -> Judged:
        async with free:
            result = await fidelity_of(recording, rate=rate)
        done(result)
        return result

    return tuple(await asyncio.gather(*(one(recording) for recording in recordings)))
