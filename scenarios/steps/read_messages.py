"""A look at the conversations."""

from dataclasses import dataclass

from scenarios.stage import Stage

from .base import Need, steps


@steps("read-messages")
@dataclass(frozen=True, slots=True)
class ReadMessages:
    """A person reads the conversations of the channel; also done by itself before the channel goes."""

    def needs(self) -> frozenset[Need]:
        """Conversations to read."""
        return frozenset({Need.CONVERSATIONS})

    async def take(self, stage: Stage) -> None:
        """Read them."""
        await stage.looks.messages(stage.tenant, stage.view.channel, journey=stage.life.journey)
