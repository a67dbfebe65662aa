"""A look at the backend's own numbers."""

from dataclasses import dataclass

from scenarios.stage import Stage

from .base import NOTHING, Need, steps


@steps("read-metrics")
@dataclass(frozen=True, slots=True)
class ReadMetrics:
    """The backend's own metrics are read; also done by itself at the end of a phase."""

    def needs(self) -> frozenset[Need]:
        """Nothing: a backend without metrics has none to show."""
        return NOTHING

    async def take(self, stage: Stage) -> None:
        """Read them."""
        await stage.looks.metrics()
