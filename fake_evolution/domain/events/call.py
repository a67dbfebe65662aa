"""call: somebody rings, and how it ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from fake_evolution.domain.events.base import Event


@dataclass(frozen=True, slots=True)
class Call(Event):
    """One step of a call."""

    NAME: ClassVar[str] = "call"
    call: Mapping[str, Any]

    def data(self) -> Any:
        """`{chatId, from, id, date, offline, status, isVideo?, isGroup?}`."""
        return dict(self.call)
