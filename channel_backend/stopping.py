"""How work that goes on behind ends: between two units of work, or while it waits for others and holds nothing."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Stop:
    """Told once; cuts off whoever waits `interruptible`, now and from then on."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Task[object]] = set()
        self.is_told = False

    def tell(self) -> None:
        """From now on nobody waits."""
        self.is_told = True
        for task in self._waiting:
            task.cancel()

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Inside, the task may be cancelled."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  only tasks wait
        if self.is_told:
            raise asyncio.CancelledError
        self._waiting.add(task)
        try:
            yield
        finally:
            self._waiting.discard(task)


# The stop that is meant for this piece of work; none for requests, which are waited for.
HEARD: ContextVar[Stop | None] = ContextVar("heard", default=None)


@contextmanager
def interruptible() -> Iterator[None]:
    """The work inside may be cut off by a stop: it waits for somebody else, and holds no connection to the database."""
    stop = HEARD.get()
    if stop is None:
        yield
        return
    with stop.heard():
        yield


async def rest(seconds: float) -> None:
    """Do nothing for so long, unless there is a stop."""
    with interruptible():
        await asyncio.sleep(seconds)
