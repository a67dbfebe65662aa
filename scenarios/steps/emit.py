"""Any event at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scenarios.stage import Stage

from .base import PHONE, Need, steps


@steps("emit")
@dataclass(frozen=True, slots=True)
class Emit:
    """The provider emits an `event` with this `data`, as it is, for the channel's instance."""

    event: str
    data: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def needs(self) -> frozenset[Need]:
        """The imitated server."""
        return PHONE

    async def take(self, stage: Stage) -> None:
        """Emit it."""
        await stage.phones.emit(await stage.instance(), self.event, dict(self.data))
