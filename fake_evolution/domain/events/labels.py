"""labels.edit and labels.association."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from fake_evolution.domain.events.base import Event


@dataclass(frozen=True, slots=True)
class LabelsEdit(Event):
    """A label was made, changed or deleted on the phone."""

    NAME: ClassVar[str] = "labels.edit"
    label: Mapping[str, Any]
    instance: str

    def data(self) -> Any:
        """`{id, name, color, deleted, predefinedId?, instance}`."""
        return {**self.label, "instance": self.instance}


@dataclass(frozen=True, slots=True)
class LabelsAssociation(Event):
    """A label was put on a chat, or taken off it."""

    NAME: ClassVar[str] = "labels.association"
    instance: str
    change: str
    chat_id: str
    label_id: str

    def data(self) -> Any:
        """`{instance, type, chatId, labelId}`."""
        return {"instance": self.instance, "type": self.change, "chatId": self.chat_id, "labelId": self.label_id}
