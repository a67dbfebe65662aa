"""A backend that serves from a container, whoever made that: watched, believed when it stays well, started again."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scenarios.adapters.base import Credentials
from scenarios.stack.coming_up import Patience, come_up
from scenarios.stack.errors import StackError
from scenarios.stack.place import LOOPBACK
from scenarios.stack.threads import in_thread

from .box import Box


@dataclass(frozen=True, slots=True)
class Serving:
    """What is known of it beforehand: its name in messages, where it answers, and how long it may take."""

    name: str
    url: str
    health_path: str
    patience: Patience
    log: Path
    credentials: Credentials | None


class Served:
    """The backend; its container is known once it was started."""

    def __init__(self, serving: Serving) -> None:
        self.serving = serving
        self.url = serving.url
        self.version = "unknown"
        self.credentials = serving.credentials
        self.exited: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._box: Box | None = None
        self._loop = asyncio.get_running_loop()
        self._asked_to_end = False

    @property
    def box(self) -> Box:
        """Its container, which was started before."""
        assert self._box is not None, "it was never started"  # noqa: S101  our own bug
        return self._box

    def log_tail(self, count: int = 20) -> list[str]:
        """The last lines it wrote."""
        return self._box.tail(count) if self._box else []

    def alive(self) -> bool:
        """Whether its process is there; news of its end arrive by themselves."""
        return self._box is not None and not self.exited.done() and not self._asked_to_end

    def expect_end(self) -> None:
        """Its next end is no news."""
        self._asked_to_end = True

    async def serve(self, start: Callable[[], Box]) -> None:
        """Start it and wait until it is well; BackendFailedError when it does not come up."""
        box = self._box = await in_thread(start)
        box.on_exit(self._note_exit)
        box.watch()
        await self._until_well(box)

    async def start_again(self) -> None:
        """Start the container that there is, and wait until it is well."""
        box = self.box
        self._asked_to_end = False
        await in_thread(lambda: begin(box.start, self.serving.name))
        await self._until_well(box)

    async def _until_well(self, box: Box) -> None:
        serving = self.serving
        version = await come_up(
            f"{serving.url}{serving.health_path}",
            exited=self.exited,
            patience=serving.patience,
            name=serving.name,
            log_tail=box.tail,
            again=self._start_once_more,
        )
        self.version = version or self.version

    async def _start_once_more(self) -> "asyncio.Future[int]":
        self.exited = self._loop.create_future()
        await in_thread(lambda: begin(self.box.start, self.serving.name))
        return self.exited

    def _note_exit(self, code: int) -> None:
        # The container may outlive the loop by a moment; then nobody is left to be told.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._set_exit, code)

    def _set_exit(self, code: int) -> None:
        if not self.exited.done():
            self.exited.set_result(code)


def begin(start: Callable[[], object], what: str) -> None:
    """Start it; what Docker refuses is bad input."""
    from docker.errors import APIError  # noqa: PLC0415  loaded only where Docker is used

    try:
        start()
    except APIError as error:
        text = " ".join(str(error.explanation or error).split())
        if "already allocated" in text or "address already in use" in text:
            raise StackError(f"{what} cannot have its port of {LOOPBACK}: somebody else took it; run again") from error
        raise StackError(f"{what} cannot be started: {text[:300]}; correct the image or the command") from error
