"""One outgoing connection: a request, its answer, the next request; never two at a time.

One timer serves both timeouts. It is not moved with every request: when it rings too early it is set again, so that an
answer in time costs no timer at all.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, cast

from fake_evolution.delivery.answers import AnswerReader, BadAnswerError
from fake_evolution.plan import Answer, Outcome, Webhook

_SUCCESS = range(200, 300)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """What a receiver may do before it is let go."""

    head_bytes_max: int = 65_536
    idle_s_max: float = 15.0


class Exchange(asyncio.Future[Answer]):
    """One attempt as the future of its answer; cancelled, its connection is cut off."""

    def __init__(self, webhook: Webhook, octets: bytes, timeout_s: float, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop=loop)
        self.webhook, self.octets, self.timeout_s = webhook, octets, timeout_s
        self.deadline_s = 0.0  # on the loop's clock
        self.sent_s: float | None = None  # on the run's clock
        self.cut: Callable[[], object] | None = None

    def cancel(self, msg: Any | None = None) -> bool:
        """Give up; whatever carries it is told first."""
        if self.cut is not None and not self.done():
            self.cut()
        return super().cancel(msg)

    def answer(self, outcome: Outcome, *, status: int | None = None, error: str | None = None) -> None:
        """Say how it ended, once."""
        if not self.done():
            self.set_result(Answer(outcome, status=status, error=error, sent_s=self.sent_s))

    def expire(self) -> None:
        """No answer came in time."""
        self.answer(Outcome.UNKNOWN, error=f"no answer within {self.timeout_s:g} s")


class Owner(Protocol):
    """Who has connections and hears what becomes of them."""

    def is_free(self, connection: "Connection") -> None:
        """The connection can take another request."""

    def is_gone(self, connection: "Connection") -> None:
        """The connection is closed."""

    def redirected(self, exchange: Exchange, status: int, location: str) -> None:
        """The receiver sent the exchange somewhere else."""


class Connection(asyncio.Protocol):
    """A connection to one receiver."""

    def __init__(self, owner: Owner, limits: ConnectionLimits, loop: asyncio.AbstractEventLoop) -> None:
        self._owner, self._limits, self._loop = owner, limits, loop
        self._transport: asyncio.Transport  # there as soon as the connection is
        self._exchange: Exchange | None = None
        self._reader = AnswerReader(head_bytes_max=limits.head_bytes_max)
        self._timer: asyncio.TimerHandle | None = None
        self._rings_s = self._idle_until_s = 0.0
        self.gone = False

    @property
    def usable(self) -> bool:
        """Whether neither side has begun to close it."""
        return not self._transport.is_closing()

    def begin(self, exchange: Exchange) -> None:
        """Write the request of an exchange and wait for its answer."""
        self._exchange, exchange.cut = exchange, self.abort
        self._reader = AnswerReader(head_bytes_max=self._limits.head_bytes_max)
        self._transport.write(exchange.octets)
        if self._timer is None or exchange.deadline_s < self._rings_s:
            self._set_timer(exchange.deadline_s)

    def close(self) -> None:
        """Close it; an exchange on it ends as unknown."""
        self._transport.close()

    def abort(self) -> None:
        """Cut it off at once."""
        self._exchange = None
        self._transport.abort()

    # --- what the loop tells ----------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The receiver accepted."""
        self._transport = cast(asyncio.Transport, transport)  # what create_connection makes

    def data_received(self, data: bytes) -> None:
        """A piece of an answer."""
        exchange = self._exchange
        if exchange is None:  # an answer that nobody waits for
            self.close()
            return
        try:
            whole = self._reader.feed(data)
        except BadAnswerError as error:
            self._fail(f"no HTTP answer: {error}")
            return
        if whole or (self._reader.location is not None and self._reader.status in _REDIRECTS):
            self._conclude(exchange, reusable=whole and self._reader.keep_alive)

    def eof_received(self) -> bool:
        """The receiver will say no more."""
        self._end()
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """It is closed, by whichever side."""
        if error is not None and self._exchange is not None:
            self._fail(f"{type(error).__name__}: {error}")
        self._end()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self.gone = True
        self._owner.is_gone(self)

    # --- ends -------------------------------------------------------------------------------------------------------

    def _end(self) -> None:
        exchange = self._exchange
        if exchange is None:
            return
        try:
            self._reader.end()
        except BadAnswerError as error:
            self._fail(f"half an answer: {error}" if self._reader.begun else f"no answer: {error}")
        else:
            self._conclude(exchange, reusable=False)

    def _fail(self, error: str) -> None:
        """Nobody knows whether the request was received."""
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            exchange.answer(Outcome.UNKNOWN, error=error)
        self.close()

    def _conclude(self, exchange: Exchange, *, reusable: bool) -> None:
        reader, self._exchange, exchange.cut = self._reader, None, None
        if reader.status in _REDIRECTS and reader.location is not None:
            self._owner.redirected(exchange, reader.status, reader.location)
        else:
            outcome = Outcome.OK if reader.status in _SUCCESS else Outcome.FAIL
            exchange.answer(outcome, status=reader.status)
        if reusable:
            self._idle_until_s = self._loop.time() + self._limits.idle_s_max
            self._owner.is_free(self)
        else:
            self.close()

    # --- time -------------------------------------------------------------------------------------------------------

    def _set_timer(self, moment_s: float) -> None:
        """Ring then, or when it may have been idle for too long, whichever comes first."""
        if self._timer is not None:
            self._timer.cancel()
        self._rings_s = min(moment_s, self._loop.time() + self._limits.idle_s_max)
        self._timer = self._loop.call_at(self._rings_s, self._ring)

    def _ring(self) -> None:
        self._timer = None
        exchange = self._exchange
        until_s = self._idle_until_s if exchange is None else exchange.deadline_s
        if self._loop.time() < until_s:
            self._set_timer(until_s)
        elif exchange is None:
            self.close()
        else:
            self.abort()
            exchange.expire()
