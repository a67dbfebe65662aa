"""Where a step acts: one channel's life, the imitated provider, and the hands on the stack."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from scenarios.adapters.base import Answer, Tenant
from scenarios.clicking import click
from scenarios.life import Life
from scenarios.looks import Looks
from scenarios.outages import Outages
from scenarios.page import Page, View
from scenarios.steps.base import StepError
from scenarios.strangers import Stranger


@runtime_checkable
class Phones(Protocol):
    """The provider's side of a channel: phones, WhatsApp and the server; `fake_evolution.Client` is one."""

    async def instances(self) -> list[dict[str, Any]]:
        """Every instance there is."""

    async def phone(self, instance: str, action: str, *, code: int | None = None, for_s: float | None = None) -> Any:
        """Something happens to a phone."""

    async def messages(
        self,
        instance: str,
        *,
        text: str | None = None,
        sender: str | None = None,
        count: int = 1,
        from_me: bool = False,
    ) -> list[str]:
        """Somebody sends messages; their ids."""

    async def ack(self, instance: str, message_id: str, status: str) -> str:
        """A stored message was sent, delivered, read or played."""

    async def emit(self, instance: str, event: str, data: Any) -> Mapping[str, Any]:
        """Any event goes out as it is."""

    async def subscribe_by_events(self, instance: str) -> None:
        """The instance's webhook goes to one address an event from now on."""

    async def restart(self, *, down_s: float | None = None) -> Mapping[str, Any]:
        """The provider's server goes away and comes back."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a step can reach."""

    life: Life
    phones: Phones
    outages: Outages
    looks: Looks
    stranger: Callable[[], Awaitable[Stranger]]
    relive: Callable[[Life], Awaitable[None]]

    @property
    def page(self) -> Page:
        """The page of the channel's tenant."""
        return self.life.page

    @property
    def tenant(self) -> Tenant:
        """Whose channel it is."""
        return self.life.page.tenant

    @property
    def view(self) -> View:
        """The channel on its page; StepError before it exists."""
        if self.life.view is None:
            raise StepError("the channel does not exist yet; use a later moment than 'start'")
        return self.life.view

    async def instance(self) -> str:
        """The provider's instance of the channel, found by the QR that was shown or scanned; else StepError."""
        if self.life.instance is None and self.life.code is not None:
            for found in await self.phones.instances():
                if found.get("code") == self.life.code:
                    self.life.instance = str(found["name"])
        if self.life.instance is None:
            raise StepError("no instance is known of this channel yet; use the moment 'qr' or a later one")
        return self.life.instance

    async def delete(self) -> Answer:
        """The owner deletes the channel, after a last look at what goes with it."""
        await self.looks.messages(self.tenant, self.view.channel, journey=self.life.journey)
        answer = await self.click("delete", self.page.adapter.delete(self.tenant, self.view.channel))
        self.life.deleted = self.life.deleted or answer.ok
        return answer

    async def click(self, action: str, call: Awaitable[Answer]) -> Answer:
        """A click of the channel's owner beside the journey."""
        return await click(self.page, self.view, journey=self.life.journey, action=action, call=call)
