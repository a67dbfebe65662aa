"""What can be done to a running stack on purpose: its parts stop, stall and come back; its links slow down or break."""

from enum import StrEnum
from typing import Protocol


class Part(StrEnum):
    """A process of the stack."""

    BACKEND = "backend"
    DATABASE = "database"
    REDIS = "redis"


class Link(StrEnum):
    """A connection of the backend, from who opens it to who takes it."""

    EVOLUTION_TO_BACKEND = "evolution-to-backend"
    BACKEND_TO_EVOLUTION = "backend-to-evolution"
    BACKEND_TO_DATABASE = "backend-to-database"
    BACKEND_TO_REDIS = "backend-to-redis"


class Controls(Protocol):
    """The hands on the parts. What they do is no news: `exited` tells only of ends that nobody asked for."""

    async def kill(self, part: Part) -> int | None:
        """End it at once and by force; its exit code where there is one. It stays away until `start`."""

    async def stop(self, part: Part) -> int | None:
        """End it in its own way; its exit code where there is one. It stays away until `start`."""

    async def start(self, part: Part) -> None:
        """Bring it back under its old address, with the data it keeps; StackError when it does not come back."""

    async def pause(self, part: Part) -> None:
        """It stands still: connections stay open, and nothing answers."""

    async def resume(self, part: Part) -> None:
        """It goes on where it stood still."""


class Links(Protocol):
    """The hands on the links."""

    async def delay(self, link: Link, delay_s: float) -> None:
        """Whatever passes takes so much longer in each direction; 0 is as before."""

    async def cut(self, link: Link) -> None:
        """Every connection is reset, and new ones are refused."""

    async def mend(self, link: Link) -> None:
        """New connections pass again, without delay."""
