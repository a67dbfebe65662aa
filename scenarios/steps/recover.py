"""The connection to WhatsApp comes back."""

from dataclasses import dataclass

from scenarios.stage import Stage

from .base import PHONE, Need, steps


@steps("recover")
@dataclass(frozen=True, slots=True)
class Recover:
    """WhatsApp lets a session in again whose connection was lost."""

    def needs(self) -> frozenset[Need]:
        """The imitated phone."""
        return PHONE

    async def take(self, stage: Stage) -> None:
        """Let it in."""
        await stage.phones.phone(await stage.instance(), "recover")
