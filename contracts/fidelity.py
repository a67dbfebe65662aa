"""How true the fake is to its recordings: every one is replayed and judged."""

import asyncio
from collections.abc import Callable, Sequence

from contracts.align import Difference, Kind
from contracts.judgement import judged
from contracts.recording import Recording
from contracts.replay import replay
from contracts.shares import MEASURES, Finding, Judged, Share

RATE_DEFAULT = 20.0

SLOWER = (1.0, 5.0, 20.0)
"""A scenario that differs is replayed once more, so much slower: a fast rate squeezes pauses that matter."""


async def fidelity_of(recording: Recording, *, rate: float) -> Judged:
    """The first judgement without a finding, or the one at the slowest rate."""
    for slower in SLOWER:
        result = await _judged_at(recording, rate / slower)
        if not result.findings:
            break
    return result


async def _judged_at(recording: Recording, rate: float) -> Judged:
    """The judgement at one rate; a fault of the fake itself is a finding of its own."""
    try:
        return judged(await replay(recording, rate=rate))
    except ExceptionGroup as faults:
        found = [Difference(Kind.FAULT, "fake", None, repr(fault)) for fault in faults.exceptions]
        findings = tuple(Finding(None, "a fault of the fake itself", difference) for difference in found)
        shares = {measure: Share() for measure in MEASURES}
        return Judged(recording.name, recording.family, findings, shares, ())


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
