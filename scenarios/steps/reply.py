"""A user of the backend answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenarios.adapters.base import Conversations
from scenarios.stage import Stage

from .base import Need, StepError, steps


@steps("reply")
@dataclass(frozen=True, slots=True)
class Reply:
    """A user of the backend answers in the newest conversation of the channel; its own send comes back as an event."""

    text: str = "Já respondo."
    within_s: float = 5.0

    def needs(self) -> frozenset[Need]:
        """Conversations to answer in."""
        return frozenset({Need.CONVERSATIONS})

    async def take(self, stage: Stage) -> Mapping[str, Any]:
        """Look for a conversation, and answer in it."""
        adapter = stage.page.adapter
        assert isinstance(adapter, Conversations)  # noqa: S101  refused before the run started
        contact = await self._contact(stage)
        answer = await stage.click("reply", adapter.reply(stage.tenant, stage.view.channel, contact, self.text))
        return {"status_code": answer.status_code}

    async def _contact(self, stage: Stage) -> str:
        """Whom the newest message is from; a backend may need a moment until it shows one."""
        clock = stage.page.clock
        until_s = clock.now() + self.within_s
        while True:
            messages = await stage.looks.messages(stage.tenant, stage.view.channel, journey=stage.life.journey)
            contacts = [one.contact for one in messages if one.contact]
            if contacts:
                return contacts[-1]
            if clock.now() >= until_s:
                raise StepError("no conversation to answer in; let the channel receive messages first")
            await clock.sleep(0.25)
