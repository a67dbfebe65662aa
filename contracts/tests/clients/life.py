"""The life that every foreign client leads on the fake, and what it was answered on the way."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from fake_evolution import Client as ControlClient
from fake_evolution import WhatsApp, World

API_KEY = "test-key"
RATE = 20.0
"""How much faster than a real server: its fixed waits are 5 s at create and 2 s at connect."""
WORLD = World(whatsapp=WhatsApp(qr_interval_s=3600.0))
"""At this rate a code of the usual life would be over while a busy machine hands it to the phone."""
NAME = "loja-1"
CUSTOMER = "5531988887777"
JID = "553188887777@s.whatsapp.net"  # WhatsApp's own address of that number has no ninth digit
TEXT = "Olá! Seu pedido saiu para entrega."
WAIT_S = 10.0
PATIENCE_S = 60.0
"""A guard against hanging, never a measure."""


class Client(Protocol):
    """A foreign client of Evolution API; every method gives what the client itself returned."""

    async def create(self, name: str) -> Any:
        """Makes an instance."""

    async def connect(self, name: str) -> Any:
        """Asks for the QR."""

    async def state(self, name: str) -> str:
        """The state of the connection, as far as this client can see it."""

    async def send_text(self, name: str, number: str, text: str) -> Any:
        """Sends a text."""

    async def find_messages(self, name: str, jid: str) -> Any:
        """The messages of a chat."""

    async def logout(self, name: str) -> Any:
        """Ends the session."""

    async def delete(self, name: str) -> Any:
        """Removes the instance."""

    async def names(self) -> list[str]:
        """The instances there are."""


@dataclass(frozen=True, slots=True)
class Life:
    """What a client returned, from the first call to the last, and what the phone said of the code it was shown."""

    created: Any
    shown: Any
    state_shown: str
    scan: dict[str, Any]
    state_linked: str
    sent: Any
    found: Any
    logged_out: Any
    state_logged_out: str
    deleted: Any
    names: list[str]


@dataclass(frozen=True, slots=True)
class Lived:
    """A life, and the journal that the fake wrote of it."""

    life: Life
    journal: Path


@dataclass(slots=True)
class Watch:
    """Follows the states of the one instance of a fake, in their order."""

    control: ControlClient
    seen: int = 0

    async def reached(self, phase: str) -> None:
        """Waits for a phase that comes after the one waited for before."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for record in await self.control.journal(after=self.seen, wait_s=WAIT_S, kind="state"):
                    self.seen = record["seq"]
                    if record["phase"] == phase:
                        return


async def live(client: Client, control: ControlClient) -> Life:
    """One whole life: create, connect, scan what is shown, send, find, log out, delete."""
    watch = Watch(control)
    created = await client.create(NAME)
    shown = await client.connect(NAME)
    state_shown = await client.state(NAME)
    scan = dict(await control.scan(code=shown["code"]))
    await watch.reached("open")
    state_linked = await client.state(NAME)
    sent = await client.send_text(NAME, CUSTOMER, TEXT)
    found = await client.find_messages(NAME, sent["key"]["remoteJid"])
    logged_out = await client.logout(NAME)
    await watch.reached("closed")
    state_logged_out = await client.state(NAME)
    deleted = await client.delete(NAME)
    await watch.reached("removed")
    names = await client.names()
    return Life(
        created, shown, state_shown, scan, state_linked, sent, found, logged_out, state_logged_out, deleted, names
    )
