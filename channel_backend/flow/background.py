"""Work that goes on after its request was answered; ends with the process."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)

CANCEL_AGAIN_S = 3.0


class Background:
    """Holds on to running tasks; a task that fails is logged, not lost."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run it beside everything else."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def tasks_named(self, name: str) -> tuple[asyncio.Task[None], ...]:
        """The tasks of this name that still run."""
        return tuple(task for task in self._tasks if task.get_name() == name)

    async def close(self) -> None:
        """Cancel what runs until it has ended; a library can swallow a cancellation, so once may not do."""
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(self._tasks, timeout=CANCEL_AGAIN_S)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("background work failed", exc_info=error, extra={"task": task.get_name()})
