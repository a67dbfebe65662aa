"""The person removes the device."""

from dataclasses import dataclass

from scenarios.stage import Stage

from .base import PHONE, Need, steps


@steps("unlink")
@dataclass(frozen=True, slots=True)
class Unlink:
    """The person removes the linked device on the phone: the session is over, CONNECTED need not hold."""

    def needs(self) -> frozenset[Need]:
        """The imitated phone."""
        return PHONE

    async def take(self, stage: Stage) -> None:
        """Remove it."""
        stage.life.unlinked = True
        await stage.phones.phone(await stage.instance(), "unlink")
