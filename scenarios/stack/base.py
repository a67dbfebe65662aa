"""What a run needs of the system under test, however it came up."""

import asyncio
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from scenarios.adapters.base import Credentials
from scenarios.registry import Registry


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

    def describe(self) -> Mapping[str, str]:
        """What is running, for the report: no secrets."""

    def alive(self) -> bool:
        """Whether the backend's process is there; says nothing about its health."""

    def log_tail(self, count: int = 20) -> list[str]:
        """The backend's last lines."""


StackOpener = Callable[[StackSettings], AbstractAsyncContextManager[Stack]]
stacks: Registry[StackOpener] = Registry("stack", "scenarios.stack")


def open_stack(name: str, *, settings: StackSettings) -> AbstractAsyncContextManager[Stack]:
    """The stack of that name: healthy inside the block, gone after it; StackError when it cannot be."""
    return stacks.find(name)(settings)
