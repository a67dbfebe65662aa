"""WhatsApp bans the number."""

from dataclasses import dataclass

from scenarios.stage import Stage

from .base import PHONE, Need, steps


@steps("ban")
@dataclass(frozen=True, slots=True)
class Ban:
    """WhatsApp bans the number: the session is over, CONNECTED need not hold."""

    def needs(self) -> frozenset[Need]:
        """The imitated phone."""
        return PHONE

    async def take(self, stage: Stage) -> None:
        """Ban it."""
        stage.life.unlinked = True
        await stage.phones.phone(await stage.instance(), "ban")
