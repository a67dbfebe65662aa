"""The provider's server restarts."""

from dataclasses import dataclass

from scenarios.stage import Stage

from .base import PHONE, Need, steps


@steps("restart-evolution")
@dataclass(frozen=True, slots=True)
class RestartEvolution:
    """Evolution's process goes away for `down` and connects its instances again; pending retries are lost."""

    down_s: float = 3.0

    def needs(self) -> frozenset[Need]:
        """The imitated server."""
        return PHONE

    async def take(self, stage: Stage) -> None:
        """Restart it, and wait until it is back."""
        await stage.outages.provider_restart(self.down_s, lambda: stage.phones.restart(down_s=self.down_s))
