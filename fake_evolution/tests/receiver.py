"""A receiver of raw octets: notes every request as it came, and answers with octets it was told to send."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
WAIT_S_MAX = 60.0  # a guard against hanging, never a measure
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass
class Line:
    """One connection that was made: the requests on it, and the way to answer."""

    writer: asyncio.StreamWriter
    requests: list[bytes] = field(default_factory=list)


class Receiver:
    """Listens on a free port; `answer` gives the octets for the n-th request (None: nothing, and it stays open).

    After octets that end in `HANG_UP` the connection is closed.
    """

    HANG_UP = b"\0hang up"

    def __init__(self, answer: Callable[[int], bytes | None] = lambda _number: OK) -> None:
        self.answer = answer
        self.lines: list[Line] = []
        self.requests: list[bytes] = []
        self.came = asyncio.Condition()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def count(self, wanted: int) -> None:
        """Wait until so many requests came."""
        async with asyncio.timeout(WAIT_S_MAX), self.came:
            await self.came.wait_for(lambda: len(self.requests) >= wanted)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = Line(writer)
        self.lines.append(line)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = _LENGTH.search(head)
                request = head + await reader.readexactly(int(length[1]) if length else 0)
                octets = self.answer(len(self.requests))
                async with self.came:
                    self.requests.append(request)
                    line.requests.append(request)
                    self.came.notify_all()
                writer.write((octets or b"").removesuffix(self.HANG_UP))
                if octets is not None and octets.endswith(self.HANG_UP):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            line.requests.append(b"")  # the other side went away
        finally:
            writer.close()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for line in self.lines:
            line.writer.close()
        await self._server.wait_closed()
