"""One attempt on its way over a connection of our own: what to write, how long to wait, and who hears the answer."""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

from fake_evolution.plan import Answer, Outcome, Webhook

Ended = Callable[[Answer], None]


class Exchange:
    """An attempt that ends once, by a call of `ended`: no task and no turn of the loop lie in between."""

    __slots__ = ("_awaited", "_ended", "cut", "deadline_s", "done", "head", "sent_s", "timeout_s", "webhook")

    def __init__(self, webhook: Webhook, head: bytes, timeout_s: float, ended: Ended | None = None) -> None:
        self.webhook, self.head, self.timeout_s = webhook, head, timeout_s
        self.deadline_s = 0.0  # on the loop's clock
        self.sent_s: float | None = None  # on the run's clock
        self.cut: Callable[[], object] | None = None
        self.done = False
        self._ended = ended
        self._awaited: asyncio.Future[Answer] | None = None

    def answer(self, outcome: Outcome, status: int | None = None, error: str | None = None) -> None:
        """Say how it ended, once."""
        if self.done:
            return
        self.done = True
        answer, ended = Answer(outcome, status, error, self.sent_s), self._ended
        self._ended = self.cut = None  # what they hold lives no longer than the attempt
        if ended is not None:
            ended(answer)
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_result(answer)

    def expire(self) -> None:
        """No answer came in time."""
        self.answer(Outcome.UNKNOWN, error=f"no answer within {self.timeout_s:g} s")

    def give_up(self) -> None:
        """Nobody wants to hear of it any more; whatever carries it is told."""
        if not self.done:
            self.done = True
            if self.cut is not None:
                self.cut()
            self._ended = self.cut = None

    def awaited(self, loop: asyncio.AbstractEventLoop) -> asyncio.Future[Answer]:
        """Its answer as a future; cancelled, the exchange is given up."""
        if self._awaited is None:
            self._awaited = _Awaited(self, loop)
        return self._awaited


class _Awaited(asyncio.Future[Answer]):
    def __init__(self, exchange: Exchange, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop=loop)
        self._exchange = exchange

    def cancel(self, msg: Any | None = None) -> bool:
        """Give the exchange up first."""
        if not self.done():
            self._exchange.give_up()
        return super().cancel(msg)


@runtime_checkable
class Posting(Protocol):
    """What can carry most attempts out without a task for each."""

    def post(self, webhook: Webhook, timeout_s: float, ended: Ended | None) -> Exchange | None:
        """Send it and have `ended` called with the answer, never before this returns; None when only `send` can."""
