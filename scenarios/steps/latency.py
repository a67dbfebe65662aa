"""A link that gets slow."""

from dataclasses import dataclass

from scenarios.stack.controls import Link
from scenarios.stage import Stage

from .base import LINK_NEEDS, Need, steps


@steps("latency")
@dataclass(frozen=True, slots=True)
class Latency:
    """Whatever passes a `link` takes `delay` longer in each direction, `for` so long."""

    link: Link
    delay_s: float = 0.3
    for_s: float = 3.0

    def needs(self) -> frozenset[Need]:
        """A hand on this link."""
        return frozenset({LINK_NEEDS[self.link]})

    async def take(self, stage: Stage) -> None:
        """Slow it down, wait, and mend it."""
        await stage.outages.slow(self.link, self.delay_s, self.for_s)
