"""Work behind the requests: together while it goes on, whole when it stops."""

import asyncio
from collections.abc import Sequence

import pytest

from channel_backend.flow import background as backgrounds
from channel_backend.flow.background import Background
from channel_backend.flow.batches import Batches
from channel_backend.stopping import interruptible, rest

WAIT_S = 60.0  # a guard against hanging, never a measure


async def test_a_stop_lets_a_unit_of_work_end() -> None:
    """What is in the middle of something is not cut off there."""
    background, begun, may_end, ended = Background(), asyncio.Event(), asyncio.Event(), list[str]()

    async def work() -> None:
        begun.set()
        await may_end.wait()
        ended.append("whole")
        await rest(3600)
        ended.append("never")

    background.start(work(), "work")
    await begun.wait()
    closing = asyncio.create_task(background.close())
    await asyncio.wait({closing}, timeout=0)
    may_end.set()
    await asyncio.wait_for(closing, WAIT_S)

    assert ended == ["whole"]


async def test_a_stop_cuts_off_whoever_waits_for_others() -> None:
    """A task that waits, and those it started, end at once."""
    background, begun = Background(), asyncio.Event()

    async def ask() -> None:
        with interruptible():
            begun.set()
            await asyncio.Event().wait()

    async def work() -> None:
        await asyncio.gather(ask(), return_exceptions=True)

    task = background.start(work(), "work")
    await begun.wait()
    await asyncio.wait_for(background.close(), WAIT_S)

    assert task.done()


async def test_what_hangs_is_cut_off_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only after a while, and wherever it is."""
    monkeypatch.setattr(backgrounds, "FINISH_S_MAX", 0.01)
    background = Background()

    async def hangs() -> None:
        await asyncio.Event().wait()

    task = background.start(hangs(), "hangs")
    await asyncio.wait_for(background.close(), WAIT_S)

    assert task.cancelled()


async def test_outside_of_the_background_nobody_hears_a_stop() -> None:
    """A request that waits is waited for."""
    with interruptible():
        await rest(0)

    assert asyncio.current_task() is not None


async def test_what_comes_during_a_batch_is_one_batch() -> None:
    """Ten keys put in while the first is worked on are worked on together, each once."""
    begun, may_end, taken = asyncio.Event(), asyncio.Event(), list[Sequence[int]]()

    async def take(keys: Sequence[int]) -> Sequence[int]:
        taken.append(keys)
        begun.set()
        await may_end.wait()
        return ()

    batches = Batches("test", take, Background())
    batches.wake(0)
    await begun.wait()
    for key in (*range(1, 11), 3):
        batches.wake(key)
    may_end.set()
    await asyncio.wait_for(batches.idle(), WAIT_S)

    assert taken == [[0], list(range(1, 11))]


async def test_what_somebody_else_is_at_is_looked_at_again() -> None:
    """A key that is given back comes with the next batch."""
    taken: list[Sequence[int]] = []

    async def take(keys: Sequence[int]) -> Sequence[int]:
        taken.append(keys)
        return keys if len(taken) == 1 else ()

    batches = Batches("test", take, Background())
    batches.wake(7)
    await asyncio.wait_for(batches.idle(), WAIT_S)

    assert taken == [[7], [7]]


async def test_a_batch_that_fails_holds_nobody_up() -> None:
    """What comes after it is worked on."""
    taken: list[Sequence[int]] = []

    async def take(keys: Sequence[int]) -> Sequence[int]:
        taken.append(keys)
        if 1 in keys:
            raise ArithmeticError("one")
        return ()

    batches = Batches("test", take, Background())
    batches.wake(1)
    await asyncio.wait_for(batches.idle(), WAIT_S)
    batches.wake(2)
    await asyncio.wait_for(batches.idle(), WAIT_S)

    assert taken == [[1], [2]]
