"""A look at the plan."""

from dataclasses import dataclass

from scenarios.stage import Stage

from .base import Need, steps


@steps("read-usage")
@dataclass(frozen=True, slots=True)
class ReadUsage:
    """A person looks at what the tenant uses of its plan; also done by itself at the end of a phase."""

    def needs(self) -> frozenset[Need]:
        """Usage to read."""
        return frozenset({Need.USAGE})

    async def take(self, stage: Stage) -> None:
        """Read it."""
        await stage.looks.usage(stage.tenant)
