"""A link that breaks."""

from dataclasses import dataclass

from scenarios.stack.controls import Link
from scenarios.stage import Stage

from .base import LINK_NEEDS, Need, steps


@steps("cut")
@dataclass(frozen=True, slots=True)
class Cut:
    """Connections over a `link` are reset and new ones refused, `for` so long."""

    link: Link
    for_s: float = 3.0

    def needs(self) -> frozenset[Need]:
        """A hand on this link."""
        return frozenset({LINK_NEEDS[self.link]})

    async def take(self, stage: Stage) -> None:
        """Cut it, wait, and mend it."""
        await stage.outages.cut(self.link, self.for_s)
