"""What is known of one channel's life while it is lived, and who is told of its moments."""

from dataclasses import dataclass, field
from typing import Protocol

from scenarios.adapters.base import Answer, Channel
from scenarios.dsl import Moment
from scenarios.page import Page, View


@dataclass(slots=True)
class Life:
    """One journey under way: shared by the person who lives it and by the steps of the script."""

    journey: str
    channel_name: str
    page: Page
    view: View | None = None
    code: str | None = None
    instance: str | None = None
    message_ids: list[str] = field(default_factory=list)
    deleted: bool = False
    gone: bool = False  # a step has deleted the channel: there is nothing more to live
    unlinked: bool = False  # a step has ended the session: CONNECTED need not hold

    @property
    def channel(self) -> Channel | None:
        """The channel; None before the backend has made it."""
        return None if self.view is None else self.view.channel

    def end(self) -> None:
        """The channel is deleted by a step; whoever waits for it wakes up."""
        self.gone = True
        if self.view is not None:
            self.view.changed.set()


class Director(Protocol):
    """Who lets things happen beside the journeys."""

    def reached(self, moment: Moment, life: Life) -> None:
        """A channel got to a moment of its journey."""

    async def before_delete(self, life: Life) -> None:
        """The last chance to look at what goes with the channel."""

    async def excuses(self, answer: Answer, asked_s: float) -> bool:
        """Whether the harness itself had broken what was asked; returns when it is mended, so that a click is fair."""


class Nobody:
    """No script: nothing happens beside the journey, and nothing excuses a backend."""

    def reached(self, moment: Moment, life: Life) -> None:
        """Nobody listens."""

    async def before_delete(self, life: Life) -> None:
        """Nobody looks."""

    async def excuses(self, answer: Answer, asked_s: float) -> bool:
        """Never."""
        del answer, asked_s
        return False
