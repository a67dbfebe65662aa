"""A person who starts over."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenarios.stage import Stage

from .base import NOTHING, Need, StepError, steps


@steps("recreate-channel")
@dataclass(frozen=True, slots=True)
class RecreateChannel:
    """The person deletes the channel and lives a whole journey with a new one of the same name."""

    def needs(self) -> frozenset[Need]:
        """Nothing but the page."""
        return NOTHING

    async def take(self, stage: Stage) -> Mapping[str, Any]:
        """Delete, then create, connect, disconnect and delete again under the same name."""
        answer = await stage.delete()
        if not answer.ok:
            raise StepError(f"the channel was not deleted: {answer.status_code} {answer.error or ''}".rstrip())
        stage.life.end()
        await stage.relive(stage.life)
        return {"status_code": answer.status_code}
