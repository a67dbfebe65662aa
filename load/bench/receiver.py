"""A receiver of webhooks that is faster than any sender: counts requests, answers 200, understands nothing else.

`python -m load.bench.receiver CORE` prints its port and, when its standard input ends, how many requests came.
"""

import asyncio
import sys

from load.bench.cores import pin

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
_LENGTH = b"Content-Length: "


class Counting(asyncio.Protocol):
    """One connection; all of them count together."""

    received = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A sender came."""
        self._transport, self._missing, self._head = transport, 0, b""

    def data_received(self, data: bytes) -> None:
        """A piece of requests: heads are searched for their length, bodies are skipped."""
        while data:
            if not self._missing:
                head, found, _ = (self._head + data).partition(b"\r\n\r\n")
                if not found:
                    self._head += data
                    return
                length = head.partition(_LENGTH)[2].partition(b"\r\n")[0]
                self._missing = len(head) + 4 + int(length) - len(self._head)
                self._head = b""
            taken = min(self._missing, len(data))
            self._missing -= taken
            data = data[taken:]
            if not self._missing:
                Counting.received += 1
                self._transport.write(_ANSWER)  # type: ignore[attr-defined]  # a stream's transport


async def serve() -> None:
    """Receive until nobody listens to us any more."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Counting, "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    sys.stdout.write(f"{Counting.received}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    import uvloop

    pin(int(sys.argv[1]))
    uvloop.run(serve())
