"""TCP connections passed on as they are, until somebody slows the link down or cuts it.

    client ──▶ port of the proxy ══ delay ══▶ target
           ◀──                  ══ delay ══

Octets of one direction keep their order; a delay moves each of them by the same time. Cutting resets what is open
(RST, as a firewall or a dying router does) and refuses what is new, by not listening.
"""

import asyncio
import socket
import struct
from collections import deque
from contextlib import suppress

HOST = "127.0.0.1"
CHUNK_BYTES = 64 * 1024
WAITING_BYTES_MAX = 4 * 1024 * 1024
CONNECT_S_MAX = 10.0
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class TcpProxy:
    """One link: listens on a port of its own and passes on to a target."""

    def __init__(self, target_host: str, target_port: int, *, host: str = HOST, port: int = 0) -> None:
        self.port = port
        self.delay_s = 0.0
        self._target = (target_host, target_port)
        self._host = host
        self._server: asyncio.Server | None = None
        self._pairs: set[_Pair] = set()
        self._socket: socket.socket | None = None
        self._is_cut = False

    async def open(self) -> None:
        """Listen; the port stays the same from here on."""
        await self._listen()

    async def close(self) -> None:
        """Stop listening, and end what passes through."""
        self._is_cut = True
        self._stop_listening()
        for pair in tuple(self._pairs):
            pair.reset()

    def cut(self) -> None:
        """Reset every connection and refuse new ones."""
        self._is_cut = True
        self._stop_listening()
        for pair in tuple(self._pairs):
            pair.reset()

    async def mend(self) -> None:
        """Listen again, without delay."""
        self.delay_s = 0.0
        if self._is_cut:
            self._is_cut = False
            await self._listen()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._accept, self._host, self.port, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]

    def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        pair = _Pair(writer)
        self._pairs.add(pair)
        try:
            await self._pass_on(reader, pair)
        except (OSError, TimeoutError):
            # The nearest to what the client would see without a proxy when its connection breaks or is refused.
            pair.reset()
        finally:
            self._pairs.discard(pair)
            pair.close()

    async def _pass_on(self, reader: asyncio.StreamReader, pair: "_Pair") -> None:
        async with asyncio.timeout(CONNECT_S_MAX):
            back, there = await asyncio.open_connection(*self._target)
        pair.there = there
        if self._is_cut:
            pair.reset()
            return
        await asyncio.gather(_Pipe(self, reader, there).run(), _Pipe(self, back, pair.here).run())


class _Pair:
    """The two ends of one connection."""

    def __init__(self, here: asyncio.StreamWriter) -> None:
        self.here = here
        self.there: asyncio.StreamWriter | None = None

    def reset(self) -> None:
        """End both at once, with an RST."""
        for writer in self._writers():
            found = writer.get_extra_info("socket")
            with suppress(OSError):
                found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            writer.transport.abort()

    def close(self) -> None:
        """End both in order."""
        for writer in self._writers():
            writer.close()

    def _writers(self) -> tuple[asyncio.StreamWriter, ...]:
        return (self.here,) if self.there is None else (self.here, self.there)


class _Pipe:
    """One direction of a connection."""

    def __init__(self, proxy: TcpProxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._proxy = proxy
        self._reader = reader
        self._writer = writer
        self._waiting: deque[tuple[float, bytes | None]] = deque()
        self._waiting_bytes = 0
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Pass on until the end of the stream; ConnectionError when either end breaks."""
        taking = asyncio.create_task(self._take())
        try:
            await self._give()
        finally:
            taking.cancel()

    async def _take(self) -> None:
        now = asyncio.get_running_loop().time
        while True:
            try:
                chunk: bytes | None = await self._reader.read(CHUNK_BYTES)
            except ConnectionError:
                chunk = None
            self._waiting.append((now() + self._proxy.delay_s, chunk))
            self._waiting_bytes += len(chunk or b"")
            self._changed.set()
            if not chunk:
                return
            while self._waiting_bytes > WAITING_BYTES_MAX:
                self._changed.clear()
                await self._changed.wait()

    async def _give(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            while not self._waiting:
                self._changed.clear()
                await self._changed.wait()
            due_s, chunk = self._waiting.popleft()
            self._waiting_bytes -= len(chunk or b"")
            self._changed.set()
            if due_s > loop.time():
                await asyncio.sleep(due_s - loop.time())
            if chunk is None:
                raise ConnectionResetError
            if not chunk:
                self._end()
                return
            self._writer.write(chunk)
            await self._writer.drain()

    def _end(self) -> None:
        with suppress(OSError):
            if self._writer.can_write_eof() and not self._writer.is_closing():
                self._writer.write_eof()
