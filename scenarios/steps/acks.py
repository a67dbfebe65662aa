"""What became of messages that came in."""

from dataclasses import dataclass
from enum import StrEnum

from scenarios.stage import Stage

from .base import PHONE, Need, StepError, steps


class Status(StrEnum):
    """How far a message got, as the provider names it."""

    SERVER_ACK = "SERVER_ACK"
    DELIVERY_ACK = "DELIVERY_ACK"
    READ = "READ"
    PLAYED = "PLAYED"


@steps("acks")
@dataclass(frozen=True, slots=True)
class Acks:
    """Every message that `receive-messages` has brought to the channel gets this `status`."""

    status: Status = Status.READ

    def needs(self) -> frozenset[Need]:
        """The imitated phone."""
        return PHONE

    async def take(self, stage: Stage) -> None:
        """Acknowledge them in order."""
        if not stage.life.message_ids:
            raise StepError("no message to acknowledge; let the channel receive messages first")
        instance = await stage.instance()
        for message_id in stage.life.message_ids:
            await stage.phones.ack(instance, message_id, self.status.value)
