"""An adapter that leaves a backend which is not ours as it was: what the run made there is removed at its end."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from .base import Adapter, Channel, Tenant

AT_ONCE_MAX = 10


class TidyingAdapter:
    """Passes everything on; when it is closed it deletes every channel of the tenants that it made.

    Only tenants of the run's own are touched, so only channels of the run's own are.
    """

    def __init__(self, inner: Adapter, say: Callable[[str], None]) -> None:
        self._inner = inner
        self._say = say
        self._tenants: list[Tenant] = []

    def __getattr__(self, name: str) -> Any:
        """Whatever the adapter can do, this one can."""
        return getattr(self._inner, name)

    async def provision(self, label: str, *, channels_max: int) -> Tenant:
        """Make a tenant, and remember it."""
        tenant = await self._inner.provision(label, channels_max=channels_max)
        self._tenants.append(tenant)
        return tenant

    async def close(self) -> None:
        """Delete what was made, and say what had to stay; then let go."""
        try:
            left = [await self._tidied(tenant) for tenant in self._tenants]
            if self._tenants:
                names = ", ".join(f"{tenant.id} ({tenant.label})" for tenant in self._tenants)
                self._say(f"removed from the backend: all channels of this run but {sum(left)}; empty tenants: {names}")
        finally:
            await self._inner.close()

    async def _tidied(self, tenant: Tenant) -> int:
        """Delete the tenant's channels; how many are left."""
        turns = asyncio.Semaphore(AT_ONCE_MAX)

        async def remove(channel: Channel) -> None:
            async with turns:
                await self._inner.delete(tenant, channel)

        _answer, shown = await self._inner.list_channels(tenant)
        await asyncio.gather(*(remove(Channel(seen.channel_id, seen.name or "")) for seen in shown))
        answer, still = await self._inner.list_channels(tenant)
        return len(still) if answer.ok else len(shown)


def tidying(adapter: Adapter, say: Callable[[str], None]) -> Adapter:
    """The adapter, tidying up after itself."""
    return cast("Adapter", TidyingAdapter(adapter, say))
