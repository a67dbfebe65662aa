"""The door of the server: a connection is answered here for as long as nothing about its calls is unusual.

    connection ─▶ octets ─▶ one plain call? ─yes─▶ answered at once, and so on
                                 └─no─▶ the web framework has the connection from now on, these octets first

What is answered in one turn of the event loop leaves at its end, once the journal's file has all that was noted of it.
One call of a connection is answered at a time. What comes meanwhile waits, up to a limit beyond which the connection is
not read from, and is then looked at like everything else.
"""

import asyncio
from collections.abc import Callable
from socket import SO_KEEPALIVE, SOL_SOCKET
from typing import cast

from fake_evolution.api.quick import QuickWay, Taken

_WAITING_OCTETS_MAX = 64 * 1024

Framework = Callable[[], asyncio.Protocol]


class Doors:
    """All connections that the framework has not taken over."""

    def __init__(
        self,
        quick: QuickWay,
        framework: Framework,
        *,
        on_bug: Callable[[BaseException], None],
        before: Callable[[], None],
    ) -> None:
        self.quick, self.framework, self.on_bug, self._before = quick, framework, on_bug, before
        self.open: set[Door] = set()
        self._leaving: list[tuple[Door, bytes]] = []

    def __call__(self) -> asyncio.Protocol:
        """The protocol of one more connection."""
        return Door(self)

    def leave(self, door: "Door", octets: bytes) -> None:
        """Let the answer go with all others of this turn."""
        if not self._leaving:
            asyncio.get_running_loop().call_soon(self._all_leave)
        self._leaving.append((door, octets))

    def _all_leave(self) -> None:
        leaving, self._leaving = self._leaving, []
        self._before()
        for door, octets in leaving:
            door.answered(octets)

    async def close(self, grace_s: float) -> None:
        """Answer what is being answered, but for no longer than this, and hang up."""
        answering = [door.answering for door in self.open if door.answering is not None]
        for door in tuple(self.open):
            door.close_soon()
        if answering:
            await asyncio.wait(answering, timeout=grace_s)
        self._all_leave()
        for door in tuple(self.open):
            door.hang_up()


class Door(asyncio.Protocol):
    """One connection."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._transport: asyncio.Transport | None = None
        self._address = ""
        self._waiting: list[bytes] = []
        self._successor: asyncio.Protocol | None = None
        self._closes = self._is_full = False
        self.answering: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A caller has come."""
        self._transport = cast("asyncio.Transport", transport)
        self._address = (transport.get_extra_info("peername") or ("",))[0]
        transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1)
        self._doors.open.add(self)

    def connection_lost(self, _exc: Exception | None) -> None:
        """The caller has gone; what is being answered is done nevertheless."""
        self._transport = None
        self._doors.open.discard(self)

    def pause_writing(self) -> None:
        """The caller does not read: nothing more is taken from it."""
        self._is_full = True
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """The caller has read."""
        self._is_full = False
        if self.answering is None:
            self._go_on()

    def data_received(self, data: bytes) -> None:
        """Take one call, or let the framework take the connection."""
        if self.answering is not None or self._is_full:
            self._waiting.append(data)
            if sum(map(len, self._waiting)) > _WAITING_OCTETS_MAX and self._transport is not None:
                self._transport.pause_reading()
            return
        call = self._doors.quick.take(data)
        if call is None:
            self._hand_over(data)
        elif not self._closes:
            self.answering = asyncio.get_running_loop().create_task(self._answer(call))

    async def _answer(self, call: Taken) -> None:
        octets = b""
        try:
            octets = await self._doors.quick.answer(call, self._address)
        except asyncio.CancelledError:
            octets = b""  # what it waited for is no more, as when the server's process ends: the caller sees the end
        except Exception as bug:  # noqa: BLE001  the border: kept for the owner, and the caller sees the end
            self._doors.on_bug(bug)
        self._doors.leave(self, octets)

    def answered(self, octets: bytes) -> None:
        """Write the answer, and look at what has come meanwhile."""
        self.answering = None
        transport = self._transport
        if transport is None:
            return
        transport.write(octets)
        if self._closes or not octets:
            transport.close()
        elif self._waiting and not self._is_full:
            self._go_on()

    def _go_on(self) -> None:
        """Look at what came while nothing was taken."""
        early, self._waiting = self._waiting, []
        if self._transport is not None:
            self._transport.resume_reading()
        for piece in early:
            (self._successor or self).data_received(piece)

    def _hand_over(self, octets: bytes) -> None:
        """The framework's own protocol takes this connection's place."""
        transport = self._transport
        if transport is None:
            return
        self._doors.open.discard(self)
        self._successor = self._doors.framework()
        transport.set_protocol(self._successor)
        self._successor.connection_made(transport)
        self._successor.data_received(octets)

    def close_soon(self) -> None:
        """Take no more calls; hang up now, or when the one that is being answered is."""
        self._closes = True
        if self.answering is None:
            self.hang_up()

    def hang_up(self) -> None:
        """End the connection, and what is still being answered."""
        if self.answering is not None:
            self.answering.cancel()
        if self._transport is not None:
            self._transport.close()
