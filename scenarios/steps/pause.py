"""A process of the stack stands still, and goes on."""

from dataclasses import dataclass

from scenarios.stack.controls import Part
from scenarios.stage import Stage

from .base import Need, steps


@steps("pause-backend")
@dataclass(frozen=True, slots=True)
class PauseBackend:
    """The backend's process stands still (SIGSTOP) `for` so long: connections stay open, nothing answers."""

    for_s: float = 2.0

    def needs(self) -> frozenset[Need]:
        """Hands on the backend."""
        return frozenset({Need.BACKEND})

    async def take(self, stage: Stage) -> None:
        """Stop it, wait, and let it go on."""
        await stage.outages.pause(Part.BACKEND, self.for_s)


@steps("pause-database")
@dataclass(frozen=True, slots=True)
class PauseDatabase:
    """The database stands still (SIGSTOP) `for` so long: queries hang."""

    for_s: float = 2.0

    def needs(self) -> frozenset[Need]:
        """Hands on the database."""
        return frozenset({Need.DATABASE})

    async def take(self, stage: Stage) -> None:
        """Stop it, wait, and let it go on."""
        await stage.outages.pause(Part.DATABASE, self.for_s)


@steps("pause-redis")
@dataclass(frozen=True, slots=True)
class PauseRedis:
    """Redis stands still (SIGSTOP) `for` so long: commands hang."""

    for_s: float = 2.0

    def needs(self) -> frozenset[Need]:
        """Hands on redis."""
        return frozenset({Need.REDIS})

    async def take(self, stage: Stage) -> None:
        """Stop it, wait, and let it go on."""
        await stage.outages.pause(Part.REDIS, self.for_s)
