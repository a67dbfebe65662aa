"""What a run needs of the system under test, however it came up."""

import asyncio
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

from scenarios.adapters.base import Credentials
from scenarios.registry import Registry

from .choices import StackChoices
from .controls import Controls, Link, Links, Part


@dataclass(frozen=True, slots=True)
class StackSettings:
    """What surrounds the backend, how it is started and how long each step may take."""

    evolution_url: str
    run_dir: Path
    evolution_api_key: str = field(repr=False)
    backend_env: Mapping[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = (sys.executable, "-m", "channel_backend")
    port: int = 0  # 0 takes a free one
    health_path: str = "/health"
    prepare_s_max: float = 60.0
    healthy_s_max: float = 60.0
    stop_s_max: float = 10.0
    links: frozenset[Link] = frozenset()  # those that the run wants a hand on
    adapter: str = "zechat"  # it names what its images need
    choices: StackChoices = field(default_factory=StackChoices)


class Stack(Protocol):
    """A running system under test."""

    @property
    def url(self) -> str:
        """Where the backend answers."""

    @property
    def credentials(self) -> Credentials | None:
        """Who may make tenants; None when the adapter has to find a way of its own."""

    @property
    def version(self) -> str:
        """What the backend says it is."""

    @property
    def pid(self) -> int | None:
        """The backend's process; None when it is not ours."""

    @property
    def exited(self) -> "asyncio.Future[int]":
        """Resolves with the exit code when the backend ends before it is asked to."""

    @property
    def controls(self) -> Controls | None:
        """The hands on its parts; None where nothing may be stopped."""

    @property
    def links(self) -> Links | None:
        """The hands on the links that the settings name; None where there are none."""

    def describe(self) -> Mapping[str, str]:
        """What is running, for the report: no secrets."""

    def alive(self) -> bool:
        """Whether the backend's process is there; says nothing about its health."""

    def log_tail(self, count: int = 20) -> list[str]:
        """The backend's last lines."""


StackOpener = Callable[[StackSettings], AbstractAsyncContextManager[Stack]]
stacks: Registry[StackOpener] = Registry("stack", "scenarios.stack")
_HANDS: dict[StackOpener, "Hands"] = {}


@dataclass(frozen=True, slots=True)
class Hands:
    """Which parts and links a kind of stack can lay hands on: known before it is brought up."""

    parts: frozenset[Part] = frozenset()
    links: frozenset[Link] = frozenset()


Opener = TypeVar("Opener", bound=StackOpener)


def with_hands(hands: Hands) -> Callable[[Opener], Opener]:
    """Say of an opener, above `@asynccontextmanager`, what its stack can lay hands on."""

    def note(opener: Opener) -> Opener:
        _HANDS[opener] = hands
        return opener

    return note


def hands_of(name: str) -> Hands:
    """What a stack of that name can lay hands on; nothing unless it says so."""
    return _HANDS.get(stacks.find(name), Hands())


def open_stack(name: str, *, settings: StackSettings) -> AbstractAsyncContextManager[Stack]:
    """The stack of that name: healthy inside the block, gone after it; StackError when it cannot be."""
    return stacks.find(name)(settings)
