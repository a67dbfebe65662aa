"""Rids Evolution of instances that nobody wants, however long Evolution is away."""

import logging
from dataclasses import dataclass

from channel_backend.errors import EvolutionError
from channel_backend.evolution.client import Evolution
from channel_backend.flow.removal import Rest, remove_instance
from channel_backend.store.claims import Claims, Work
from channel_backend.store.removals import Removals

log = logging.getLogger(__name__)

AT_ONCE_MAX = 20
AGAIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Removing:
    """Works off the list of removals."""

    removals: Removals
    evolution: Evolution
    claims: Claims
    rest: Rest

    async def sweep(self) -> None:
        """Try what is due; what fails is due again later."""
        for instance in await self.removals.due(AT_ONCE_MAX):
            if await self.claims.take(Work.REMOVAL, instance):
                try:
                    await self._remove(instance)
                finally:
                    await self.claims.leave(Work.REMOVAL, instance)

    async def _remove(self, instance: str) -> None:
        try:
            if not await self.removals.is_wanted(instance):
                await remove_instance(self.evolution, instance, self.rest)
        except EvolutionError as error:
            log.warning("an instance is still to be removed", extra={"instance": instance, "error": error.reason})
            await self.removals.put_off(instance, AGAIN_S)
        else:
            await self.removals.done(instance)
