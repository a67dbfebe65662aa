"""One outgoing connection: a request, its answer, the next request; never two at a time.

One timer serves both timeouts. It is not moved with every request: when it rings too early it is set again, so that an
answer in time costs no timer at all.
"""

import asyncio
from dataclasses import dataclass
from typing import Protocol, cast

from fake_evolution.delivery.answers import AnswerReader, BadAnswerError, short_answer
from fake_evolution.delivery.exchange import Exchange
from fake_evolution.plan import Outcome

_SUCCESS = range(200, 300)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """What a receiver may do before it is let go."""

    head_bytes_max: int = 65_536
    idle_s_max: float = 15.0


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
        self._reader: AnswerReader | None = None  # from the first octet on that is not a short, whole answer
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
        self._reader = None
        self._transport.writelines((exchange.head, exchange.webhook.body))
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
        reader = self._reader
        if reader is None:
            known = short_answer(data) if len(data) <= self._limits.head_bytes_max else None
            if known is not None:
                self._conclude(exchange, known.status, known.location, reusable=known.keep_alive)
                return
            reader = self._reader = AnswerReader(head_bytes_max=self._limits.head_bytes_max)
        try:
            whole = reader.feed(data)
        except BadAnswerError as error:
            self._fail(f"no HTTP answer: {error}")
            return
        if whole or (reader.location is not None and reader.status in _REDIRECTS):
            self._conclude(exchange, reader.status, reader.location, reusable=whole and reader.keep_alive)

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
        reader = self._reader or AnswerReader(head_bytes_max=self._limits.head_bytes_max)
        try:
            reader.end()
        except BadAnswerError as error:
            self._fail(f"half an answer: {error}" if reader.begun else f"no answer: {error}")
        else:
            self._conclude(exchange, reader.status, reader.location, reusable=False)

    def _fail(self, error: str) -> None:
        """Nobody knows whether the request was received."""
        exchange, self._exchange = self._exchange, None
        self.close()
        if exchange is not None:
            exchange.answer(Outcome.UNKNOWN, error=error)

    def _conclude(self, exchange: Exchange, status: int, location: str | None, *, reusable: bool) -> None:
        """The connection is free before the answer is heard: what that leads to may need it."""
        self._exchange = exchange.cut = None
        if reusable:
            self._idle_until_s = self._loop.time() + self._limits.idle_s_max
            self._owner.is_free(self)
        else:
            self.close()
        if location is not None and status in _REDIRECTS:
            self._owner.redirected(exchange, status, location)
        else:
            exchange.answer(Outcome.OK if status in _SUCCESS else Outcome.FAIL, status)

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
