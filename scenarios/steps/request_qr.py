"""A person who wants another QR."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenarios.stage import Stage

from .base import NOTHING, Need, steps


@steps("request-qr")
@dataclass(frozen=True, slots=True)
class RequestQr:
    """The person clicks "new QR code"."""

    def needs(self) -> frozenset[Need]:
        """Nothing but the page."""
        return NOTHING

    async def take(self, stage: Stage) -> Mapping[str, Any]:
        """Click; the record has the answer's status code."""
        answer = await stage.click("request_qr", stage.page.adapter.request_qr(stage.tenant, stage.view.channel))
        return {"status_code": answer.status_code}
