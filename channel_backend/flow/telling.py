"""Announces what is committed: to each tenant everything, once, in order, also what a process that died left over."""

from collections.abc import Callable
from dataclasses import dataclass

from channel_backend.announcing import Announcement, Announcer, once
from channel_backend.store.outbox import Outbox


@dataclass(frozen=True, slots=True)
class Telling:
    """Works off one tenant's outbox; `seq` in every payload lets a client tell a repetition from news."""

    outbox: Outbox
    announcer: Announcer
    told_of: Callable[[Announcement], tuple[Announcement, ...]] = once

    async def drain(self, tenant_id: int) -> None:
        """Tell the tenant whatever it has not been told."""
        while batch := await self.outbox.waiting(tenant_id):
            for written in batch:
                for told in self.told_of(written.announcement):
                    await self.announcer.tell(told.tenant_id, told.name, {**told.payload, "seq": written.id})
            await self.outbox.announced([written.id for written in batch])
