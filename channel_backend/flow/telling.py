"""Announces what is committed: to each tenant everything, once, in order, also what a process that died left over."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from channel_backend.announcing import Announcement, Announcer, once
from channel_backend.store import outbox
from channel_backend.store.link import Link


@dataclass(frozen=True, slots=True)
class Telling:
    """Works off the outbox; `seq` in every payload lets a client tell a repetition from news."""

    link: Link
    announcer: Announcer
    told_of: Callable[[Announcement], tuple[Announcement, ...]] = once

    async def take(self, tenants: Sequence[int]) -> Iterable[int]:
        """Tell the tenants what they have not been told; those to be looked at again."""
        async with self.link.lent() as link, link.transaction():
            mine = await outbox.claim(link, tenants)
            written = await outbox.waiting(link, mine) if mine else []
            for one in written:
                for told in self.told_of(one.announcement):
                    await self.announcer.tell(told.tenant_id, told.name, {**told.payload, "seq": one.id})
            if written:
                await outbox.announced(link, written)
        held = set(tenants).difference(mine)
        return held.union(mine) if len(written) == outbox.BATCH_MAX else held
