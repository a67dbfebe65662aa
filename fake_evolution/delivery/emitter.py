"""The emitter: many webhooks at little cost.

    webhook ─▶ usual? ──no──▶ the general client
                 │yes
                 ▼
              target ─▶ idle connection │ new connection │ queue │ full: refused

A target is one host and port. Its connections stay open and carry one request at a time; what finds none free waits in
a queue of our own, because a client whose tasks wait inside collapses under load. No attempt costs a task: a
connection calls back. What finds a connection within one turn of the loop leaves together at its end, because every
write to a receiver that has gone to sleep meanwhile costs a wake-up, more than the write itself. On the wire nothing
tells the emitter from the general client, which also takes what is unusual: https, odd headers or addresses, and the
way on from a redirect.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from math import isinf
from typing import Self

from fake_evolution.delivery.connection import Connection, ConnectionLimits
from fake_evolution.delivery.exchange import Ended, Exchange
from fake_evolution.delivery.requests import Place, quick_request
from fake_evolution.delivery.sender import HttpSender, Sender
from fake_evolution.plan import Answer, Outcome, Webhook

_LEAVING_TOGETHER_MAX = 32


@dataclass(frozen=True, slots=True)
class EmitterLimits:
    """How much the emitter keeps open and waiting; a target can always have one connection."""

    connections_max: int = 1000
    connections_a_target_max: int = 256
    waiting_a_target_max: int = 5000
    own_connections: bool = True
    connection: ConnectionLimits = ConnectionLimits()


class Emitter(Sender):
    """Sends webhooks over connections of its own; what is not usual goes through `general`.

    `before` is called before anything leaves.
    """

    def __init__(
        self,
        *,
        general: HttpSender,
        limits: EmitterLimits,
        now: Callable[[], float],
        before: Callable[[], None] = lambda: None,
    ) -> None:
        self._general, self._limits, self._now, self._before = general, limits, now, before
        self._leaving: list[tuple[_Target, Connection, Exchange]] = []
        self._targets: dict[tuple[str, int], _Target] = {}
        self._further: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()
        self._quick = limits.own_connections
        self.connections = 0
        self.waiting = 0

    def send(self, webhook: Webhook, timeout_s: float) -> Awaitable[Answer]:
        """The future of the answer; success is a final 2xx."""
        exchange = self.post(webhook, timeout_s, None)
        return self._general.send(webhook, timeout_s) if exchange is None else exchange.awaited(self._loop)

    def post(self, webhook: Webhook, timeout_s: float, ended: Ended | None) -> Exchange | None:
        """Send it and have `ended` called with the answer, never before this returns; None when only `send` can."""
        found = quick_request(webhook) if self._quick else None
        if found is None:
            return None
        place, head = found
        exchange = Exchange(webhook, head, timeout_s, ended)
        target = self._targets.get((place.host, place.port))
        if target is None:
            target = self._targets[place.host, place.port] = _Target(self, place)
        target.dispatch(exchange)
        return exchange

    async def close(self) -> None:
        """Close all connections; what still waits or is on its way ends as unknown."""
        self._quick = False
        for target in self._targets.values():
            target.close()
        for task in tuple(self._further):
            task.cancel()
        await asyncio.gather(*self._further, return_exceptions=True)
        await self._general.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    # --- for targets ------------------------------------------------------------------------------------------------

    @property
    def limits(self) -> EmitterLimits:
        """What it was given."""
        return self._limits

    def leave_soon(self, target: "_Target", connection: Connection, exchange: Exchange) -> None:
        """Let it leave with the others of this turn."""
        self._leaving.append((target, connection, exchange))
        if len(self._leaving) == 1:
            self._loop.call_soon(self._leave)
        elif len(self._leaving) == _LEAVING_TOGETHER_MAX:
            self._leave()

    def _leave(self) -> None:
        leaving, self._leaving = self._leaving, []
        if leaving:
            self._before()
        for target, connection, exchange in leaving:
            if not connection.usable:
                target.dispatch(exchange)
            elif exchange.done:
                target.is_free(connection)
            else:
                self.start(exchange)
                connection.begin(exchange)

    def start(self, exchange: Exchange) -> None:
        """The exchange leaves now."""
        exchange.sent_s = self._now()
        exchange.deadline_s = self._loop.time() + exchange.timeout_s

    def refuse(self, exchange: Exchange, error: str) -> None:
        """It will not leave; said in the next turn of the loop, when who sent it knows the exchange."""
        self._loop.call_soon(exchange.answer, Outcome.FAIL, None, error)

    def connect(self, target: "_Target", exchange: Exchange) -> None:
        """Open a connection for this exchange."""
        self.connections += 1
        task = self._spawn(target.open(self._loop, exchange))
        exchange.cut = task.cancel

    def follow(self, exchange: Exchange, status: int, location: str) -> None:
        """Have the general client go on from a redirect."""
        task = self._spawn(self._follow(exchange, status, location))
        exchange.cut = task.cancel

    def connection_ended(self) -> None:
        """One connection less: who waits because of all connections together may open one now."""
        self.connections -= 1
        if self.waiting and self._quick:
            for target in self._targets.values():
                target.use_room()

    def _spawn(self, work: "asyncio._CoroutineLike[None]") -> asyncio.Task[None]:
        task = self._loop.create_task(work)
        self._further.add(task)
        task.add_done_callback(self._further.discard)
        return task

    async def _follow(self, exchange: Exchange, status: int, location: str) -> None:
        left_s = max(0.001, exchange.deadline_s - self._loop.time())
        answer = await self._general.follow(exchange.webhook, status=status, location=location, timeout_s=left_s)
        exchange.answer(answer.outcome, answer.status, answer.error)


@dataclass(slots=True, eq=False)
class _Target:
    """One host and port: its connections and what waits for one."""

    emitter: Emitter
    place: Place
    idle: list[Connection] = field(default_factory=list)
    connections: set[Connection] = field(default_factory=set)
    opening: int = 0
    queue: deque[Exchange] = field(default_factory=deque)

    def dispatch(self, exchange: Exchange) -> None:
        """Let it go, or let it wait; refused when too many wait already."""
        emitter, limits = self.emitter, self.emitter.limits
        connection = self._idle_one()
        if connection is not None:
            emitter.leave_soon(self, connection, exchange)
        elif self._has_room():
            self._open_for(exchange)
        elif len(self.queue) < limits.waiting_a_target_max:
            self.queue.append(exchange)
            emitter.waiting += 1
        else:
            told = f"not sent: {limits.waiting_a_target_max} webhooks wait for {self.place.host}:{self.place.port}"
            self.emitter.refuse(exchange, f"{told} already (waiting_a_target_max)")

    def use_room(self) -> None:
        """Open connections for what waits, as far as the limits allow it."""
        while self.queue and self._has_room() and (exchange := self._next()) is not None:
            self._open_for(exchange)

    def close(self) -> None:
        """Close everything; what waits will not be sent."""
        while (exchange := self._next()) is not None:
            exchange.answer(Outcome.FAIL, error="not sent: the fake has stopped")
        for connection in tuple(self.connections):
            connection.close()

    async def open(self, loop: asyncio.AbstractEventLoop, exchange: Exchange) -> None:
        """Connect and carry the exchange out."""
        limits, place = self.emitter.limits.connection, self.place
        connection: Connection | None = None
        try:
            async with asyncio.timeout_at(None if isinf(exchange.deadline_s) else exchange.deadline_s):
                _, connection = await loop.create_connection(
                    lambda: Connection(self, limits, loop), place.host, place.port
                )
        except TimeoutError:
            exchange.expire()
        except OSError as error:
            exchange.answer(Outcome.FAIL, error=f"not connected: {error.strerror or error}")
        except asyncio.CancelledError:
            exchange.answer(Outcome.FAIL, error="not connected: cut off")
            raise
        finally:
            self.opening -= 1
            if connection is None or connection.gone:
                self.emitter.connection_ended()
        if connection is not None and not connection.gone:
            self.connections.add(connection)
            connection.begin(exchange)
        elif connection is not None:
            exchange.answer(Outcome.UNKNOWN, error="no answer: the connection was closed at once")

    def _idle_one(self) -> Connection | None:
        """The connection that came to rest last; one that the receiver is closing is none."""
        while self.idle:
            connection = self.idle.pop()
            if connection.usable:
                return connection
        return None

    def _has_room(self) -> bool:
        emitter, limits = self.emitter, self.emitter.limits
        own = len(self.connections) + self.opening
        return own == 0 or (own < limits.connections_a_target_max and emitter.connections < limits.connections_max)

    def _open_for(self, exchange: Exchange) -> None:
        self.opening += 1
        self.emitter.start(exchange)
        self.emitter.connect(self, exchange)

    def _next(self) -> Exchange | None:
        """The longest waiting exchange that nobody has given up."""
        while self.queue:
            exchange = self.queue.popleft()
            self.emitter.waiting -= 1
            if not exchange.done:
                return exchange
        return None

    # --- what connections tell --------------------------------------------------------------------------------------

    def is_free(self, connection: Connection) -> None:
        """The next one, or rest."""
        exchange = self._next() if self.queue else None
        if exchange is None:
            self.idle.append(connection)
        else:
            self.emitter.leave_soon(self, connection, exchange)

    def is_gone(self, connection: Connection) -> None:
        """Forget it, and open another where somebody waits."""
        if connection in self.idle:
            self.idle.remove(connection)
        if connection in self.connections:
            self.connections.discard(connection)
            self.emitter.connection_ended()

    def redirected(self, exchange: Exchange, status: int, location: str) -> None:
        """The general client goes on."""
        self.emitter.follow(exchange, status, location)
