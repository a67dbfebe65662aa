"""A person who gives up the channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenarios.stage import Stage

from .base import NOTHING, Need, steps


@steps("delete-channel")
@dataclass(frozen=True, slots=True)
class DeleteChannel:
    """The person deletes the channel, whatever state it is in; its journey is over."""

    def needs(self) -> frozenset[Need]:
        """Nothing but the page."""
        return NOTHING

    async def take(self, stage: Stage) -> Mapping[str, Any]:
        """Click; the record has the answer's status code."""
        answer = await stage.delete()
        if answer.ok:
            stage.life.end()
        return {"status_code": answer.status_code}
