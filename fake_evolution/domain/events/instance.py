"""instance.create, instance.delete and remove.instance."""

from dataclasses import dataclass
from typing import Any, ClassVar

from fake_evolution.domain.events.base import Event


@dataclass(frozen=True, slots=True)
class InstanceCreate(Event):
    """A row for the instance exists."""

    NAME: ClassVar[str] = "instance.create"
    instance: str
    instance_id: str

    def data(self) -> Any:
        """`{instanceName, instanceId}`."""
        return {"instanceName": self.instance, "instanceId": self.instance_id}

    def noted(self) -> Any:
        """The same: there is neither image nor file in it."""
        return self.data()


@dataclass(frozen=True, slots=True)
class InstanceDelete(Event):
    """Somebody asked to delete the instance."""

    NAME: ClassVar[str] = "instance.delete"
    instance: str
    instance_id: str

    def data(self) -> Any:
        """`{instanceName, instanceId}`."""
        return {"instanceName": self.instance, "instanceId": self.instance_id}


@dataclass(frozen=True, slots=True)
class RemoveInstance(Event):
    """The instance is about to vanish; it does so once this event has been delivered."""

    NAME: ClassVar[str] = "remove.instance"

    def data(self) -> Any:
        """Always null."""
        return None
