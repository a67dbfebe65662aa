"""Removes rows that nobody needs any more, now and then."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from channel_backend.config import Config
from channel_backend.store.archive import Archive
from channel_backend.store.inbox import Inbox
from channel_backend.store.outbox import Outbox

EVERY_S = 60.0
# A person may want to see what was given up, and why.
DEAD_S = 30 * 24 * 3600.0
# A message that has not come by then never will.
EARLY_S = 7 * 24 * 3600.0
# A client that was away for longer reads the list again.
ANNOUNCED_S = 600.0


@dataclass(slots=True)
class Tidying:
    """Keeps the queues short."""

    inbox: Inbox
    outbox: Outbox
    archive: Archive
    config: Config
    clock: Callable[[], float] = time.monotonic
    _due_s: float = field(default=0.0)

    async def sweep(self) -> None:
        """Remove what is old, unless that was done a moment ago."""
        if self.clock() < self._due_s:
            return
        self._due_s = self.clock() + EVERY_S
        await self.inbox.forget(applied_s=self.config.dedupe_window_s, dead_s=DEAD_S)
        await self.outbox.forget(announced_s=ANNOUNCED_S)
        await self.archive.forget_early(EARLY_S)
