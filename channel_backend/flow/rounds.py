"""Rounds of periodic work: a stop comes between two of them, not in the middle of a transaction."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

# A round that takes longer is cut off: what it did is committed or undone, and the next process goes on.
FINISH_S_MAX = 2.0


async def whole(work: Coroutine[Any, Any, T]) -> T:
    """The result of one round; when cancelled, it ends first, as far as it does so soon."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=FINISH_S_MAX)
        task.cancel()
        raise
