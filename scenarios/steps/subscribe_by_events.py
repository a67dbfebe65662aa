"""Somebody changes the webhook's settings at the provider."""

from dataclasses import dataclass

from scenarios.stage import Stage

from .base import PHONE, Need, steps


@steps("subscribe-by-events")
@dataclass(frozen=True, slots=True)
class SubscribeByEvents:
    """The instance's webhook is switched to one address an event, which ends with the event's name."""

    def needs(self) -> frozenset[Need]:
        """The imitated server."""
        return PHONE

    async def take(self, stage: Stage) -> None:
        """Switch it at the provider; all else of the webhook stays."""
        await stage.phones.subscribe_by_events(await stage.instance())
