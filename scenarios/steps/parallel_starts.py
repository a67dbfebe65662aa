"""Several people at one button."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenarios.stage import Stage

from .base import NOTHING, Need, steps, whole


@steps("parallel-starts")
@dataclass(frozen=True, slots=True)
class ParallelStarts:
    """`count` people of the tenant click "connect" on the same channel at the same moment."""

    count: int = whole(4, least=2, most=100)

    def needs(self) -> frozenset[Need]:
        """Nothing but the page."""
        return NOTHING

    async def take(self, stage: Stage) -> Mapping[str, Any]:
        """Click all at once; the record has every answer's status code."""
        adapter, channel = stage.page.adapter, stage.view.channel
        clicks = (stage.click("start", adapter.start(stage.tenant, channel)) for _ in range(self.count))
        answers = await asyncio.gather(*clicks)
        return {"status_codes": [answer.status_code for answer in answers]}
