"""Somebody else's customer."""

from dataclasses import dataclass

from scenarios.stage import Stage

from .base import NOTHING, Need, steps


@steps("second-tenant")
@dataclass(frozen=True, slots=True)
class SecondTenant:
    """Another tenant tries to read, list, start, disconnect and delete the channel, and listens on its own socket."""

    def needs(self) -> frozenset[Need]:
        """Nothing but a second tenant, which every backend has."""
        return NOTHING

    async def take(self, stage: Stage) -> None:
        """Try everything, each on record."""
        stranger = await stage.stranger()
        await stranger.trespass(stage.life, stage.view.channel)
