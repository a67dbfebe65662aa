"""Somebody writes to the phone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenarios.stage import Stage

from .base import PHONE, Need, steps, whole


@steps("receive-messages")
@dataclass(frozen=True, slots=True)
class ReceiveMessages:
    """Contacts write `count` messages, `every` so often; numbered texts, or all the `same-text`."""

    count: int = whole(1, least=1, most=1_000)
    text: str = "Olá, tudo bem?"
    same_text: bool = False
    sender: str = ""
    every_s: float = 0.0

    def needs(self) -> frozenset[Need]:
        """The imitated phone."""
        return PHONE

    async def take(self, stage: Stage) -> Mapping[str, Any]:
        """Write them; the record has their ids."""
        instance, ids = await stage.instance(), list[str]()
        for index in range(self.count):
            text = self.text if self.same_text else f"{self.text} ({index + 1})"
            ids += await stage.phones.messages(instance, text=text, sender=self.sender or None)
            await stage.page.clock.sleep(self.every_s)
        stage.life.message_ids += ids
        return {"message_ids": ids}
