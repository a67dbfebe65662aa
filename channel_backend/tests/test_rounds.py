"""A stop comes between two rounds."""

import asyncio

import pytest

from channel_backend.flow.rounds import whole


async def test_a_round_ends_before_its_worker_does() -> None:
    """Cancelled in the middle: what was begun is finished, and then the worker is gone."""
    begun, go_on, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await go_on.wait()
        done.set()

    worker = asyncio.create_task(whole(work()))
    await begun.wait()
    worker.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await worker

    assert done.is_set()
