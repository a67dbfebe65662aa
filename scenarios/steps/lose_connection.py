"""The connection to WhatsApp is lost for a while."""

from dataclasses import dataclass

from scenarios.stage import Stage

from .base import PHONE, Need, steps


@steps("lose-connection")
@dataclass(frozen=True, slots=True)
class LoseConnection:
    """WhatsApp drops the session's connection and lets it in again `for` later; CONNECTED need not hold."""

    for_s: float = 2.0

    def needs(self) -> frozenset[Need]:
        """The imitated phone."""
        return PHONE

    async def take(self, stage: Stage) -> None:
        """Drop it."""
        stage.life.unlinked = True
        await stage.phones.phone(await stage.instance(), "lose-connection", for_s=self.for_s)
