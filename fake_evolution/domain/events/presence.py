"""presence.update: who is online, typing or recording."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from fake_evolution.domain.events.base import Event


@dataclass(frozen=True, slots=True)
class PresenceUpdate(Event):
    """The presence of one or more people in a chat."""

    NAME: ClassVar[str] = "presence.update"
    presence: Mapping[str, Any]

    def data(self) -> Any:
        """`{id, presences: {jid: {lastKnownPresence, lastSeen?}}}`."""
        return dict(self.presence)
