"""A process of the stack dies by force, and comes back."""

from dataclasses import dataclass

from scenarios.stack.controls import Part
from scenarios.stage import Stage

from .base import Need, steps


@steps("kill-backend")
@dataclass(frozen=True, slots=True)
class KillBackend:
    """The backend's process is killed (SIGKILL) and started again `down` later."""

    down_s: float = 2.0

    def needs(self) -> frozenset[Need]:
        """Hands on the backend."""
        return frozenset({Need.BACKEND})

    async def take(self, stage: Stage) -> None:
        """Kill it, wait, and start it on the same port."""
        await stage.outages.kill(Part.BACKEND, self.down_s)


@steps("kill-database")
@dataclass(frozen=True, slots=True)
class KillDatabase:
    """The database is killed (SIGKILL) and started again `down` later on the same data."""

    down_s: float = 2.0

    def needs(self) -> frozenset[Need]:
        """Hands on the database."""
        return frozenset({Need.DATABASE})

    async def take(self, stage: Stage) -> None:
        """Kill it, wait, and start it on the same port and data."""
        await stage.outages.kill(Part.DATABASE, self.down_s)


@steps("kill-redis")
@dataclass(frozen=True, slots=True)
class KillRedis:
    """Redis is killed (SIGKILL) and started again `down` later; what it held is gone."""

    down_s: float = 2.0

    def needs(self) -> frozenset[Need]:
        """Hands on redis."""
        return frozenset({Need.REDIS})

    async def take(self, stage: Stage) -> None:
        """Kill it, wait, and start it on the same port."""
        await stage.outages.kill(Part.REDIS, self.down_s)
