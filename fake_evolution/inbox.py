"""What the server's process remembers of an instance's incoming traffic, and work that goes on by itself."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

_REMEMBERED_MAX = 10_000


@dataclass(slots=True)
class Inbox:
    """The queue of an instance's incoming batches (`turn`), and what was seen lately; gone with the process.

    A closed inbox takes no further batch: so it is after a logout through the API (Q28).
    """

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    closed: bool = False
    _until_s: dict[str, float] = field(default_factory=dict)

    def knows(self, thing: str, *, now_s: float) -> bool:
        """Whether something was noted and is not forgotten yet."""
        return self._until_s.get(thing, now_s) > now_s

    def note(self, thing: str, *, now_s: float, for_s: float) -> None:
        """Remember something for a while; what is over, or the oldest, makes room."""
        if len(self._until_s) >= _REMEMBERED_MAX:
            fresh = [(known, until_s) for known, until_s in self._until_s.items() if until_s > now_s]
            self._until_s = dict(fresh[-_REMEMBERED_MAX // 2 :])
        self._until_s[thing] = now_s + for_s

    def reborn(self) -> "Inbox":
        """What a new process has of it when the cache outlived the old one: what was seen, and an open queue."""
        return Inbox(_until_s=self._until_s)


class Chores:
    """Work of the server that nobody waits for."""

    def __init__(self, on_bug: Callable[[BaseException], None]) -> None:
        self._on_bug = on_bug
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin a piece of work; returns when it is through or waits. What it refuses at once is raised."""
        task = asyncio.ensure_future(work)
        await asyncio.sleep(0)
        if task.done():
            task.result()
            return
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        bug = None if task.cancelled() else task.exception()
        if bug is not None:
            self._on_bug(bug)

    async def stop(self) -> None:
        """Cut off all work that is not through."""
        unfinished = tuple(self._tasks)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
