"""The owner writes on the phone itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenarios.stage import Stage

from .base import PHONE, Need, steps, whole


@steps("send-from-phone")
@dataclass(frozen=True, slots=True)
class SendFromPhone:
    """The owner of the number writes `count` messages on the own phone, beside the backend."""

    count: int = whole(1, least=1, most=1_000)
    text: str = "Respondi pelo celular."

    def needs(self) -> frozenset[Need]:
        """The imitated phone."""
        return PHONE

    async def take(self, stage: Stage) -> Mapping[str, Any]:
        """Write them; the record has their ids."""
        ids = await stage.phones.messages(await stage.instance(), text=self.text, count=self.count, from_me=True)
        return {"message_ids": ids}
