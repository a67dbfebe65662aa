"""An impatient person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenarios.stage import Stage

from .base import NOTHING, Need, steps


@steps("start-again")
@dataclass(frozen=True, slots=True)
class StartAgain:
    """The person clicks "connect" once more."""

    def needs(self) -> frozenset[Need]:
        """Nothing but the page."""
        return NOTHING

    async def take(self, stage: Stage) -> Mapping[str, Any]:
        """Click; the record has the answer's status code."""
        answer = await stage.click("start", stage.page.adapter.start(stage.tenant, stage.view.channel))
        return {"status_code": answer.status_code}
