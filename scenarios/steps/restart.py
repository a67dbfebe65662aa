"""A process of the stack ends in its own way, and comes back."""

from dataclasses import dataclass

from scenarios.stack.controls import Part
from scenarios.stage import Stage

from .base import Need, steps


@steps("restart-backend")
@dataclass(frozen=True, slots=True)
class RestartBackend:
    """The backend's process is told to end (SIGTERM) and started again `down` later."""

    down_s: float = 0.0

    def needs(self) -> frozenset[Need]:
        """Hands on the backend."""
        return frozenset({Need.BACKEND})

    async def take(self, stage: Stage) -> None:
        """End it, wait, and start it on the same port."""
        await stage.outages.restart(Part.BACKEND, self.down_s)


@steps("restart-database")
@dataclass(frozen=True, slots=True)
class RestartDatabase:
    """The database is told to end and started again `down` later on the same data."""

    down_s: float = 0.0

    def needs(self) -> frozenset[Need]:
        """Hands on the database."""
        return frozenset({Need.DATABASE})

    async def take(self, stage: Stage) -> None:
        """End it, wait, and start it on the same port and data."""
        await stage.outages.restart(Part.DATABASE, self.down_s)


@steps("restart-redis")
@dataclass(frozen=True, slots=True)
class RestartRedis:
    """Redis is told to end and started again `down` later; what it held is gone."""

    down_s: float = 0.0

    def needs(self) -> frozenset[Need]:
        """Hands on redis."""
        return frozenset({Need.REDIS})

    async def take(self, stage: Stage) -> None:
        """End it, wait, and start it on the same port."""
        await stage.outages.restart(Part.REDIS, self.down_s)
