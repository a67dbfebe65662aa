"""Work that goes on after its request was answered; ends with the process."""

import asyncio
import logging
from collections.abc import Coroutine
from contextvars import copy_context
from typing import Any

from channel_backend.stopping import HEARD, Stop

log = logging.getLogger(__name__)

# Units of work are short. What takes longer hangs, and is cut off wherever it is.
FINISH_S_MAX = 5.0
CANCEL_AGAIN_S = 3.0


class Background:
    """Holds on to running tasks; a task that fails is logged, not lost."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._stop = Stop()

    @property
    def is_closing(self) -> bool:
        """Whether whoever is at work should begin nothing new."""
        return self._stop.is_told

    def start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run it beside everything else."""
        context = copy_context()
        context.run(HEARD.set, self._stop)
        task = asyncio.create_task(work, name=name, context=context)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def tasks_named(self, name: str) -> tuple[asyncio.Task[None], ...]:
        """The tasks of this name that still run."""
        return tuple(task for task in self._tasks if task.get_name() == name)

    async def close(self) -> None:
        """Let everybody come to the end of a unit of work; cancel only what does not."""
        self._stop.tell()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=FINISH_S_MAX)
        while self._tasks:
            log.warning("work is cut off", extra={"tasks": sorted(task.get_name() for task in self._tasks)})
            for task in self._tasks:
                task.cancel()
            # A library can swallow a cancellation, so once may not do.
            await asyncio.wait(self._tasks, timeout=CANCEL_AGAIN_S)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("background work failed", exc_info=error, extra={"task": task.get_name()})
