"""Property: whatever comes, in whatever pieces, a connection is answered as the web framework alone would answer it."""

import asyncio
import re
import socket
from itertools import pairwise
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from fake_evolution.tests.stage import KEY, TURNS, Stage

PATHS = (
    "/instance/connectionState/sales",
    "/instance/connectionState/nobody",
    "/instance/connectionState/sales?instanceName=shop",
    "/settings/find/sales",
    "/webhook/find/s%61les",
    "/webhook/find/sales/",
    "//",
    "/nowhere",
    "/a b",
)
HEADS = (
    "",
    "X-Any: 1\r\n",
    "Connection: close\r\n",
    "Accept-Encoding: gzip\r\n",
    "Origin: https://a.example\r\n",
    "x\r\n",
)
LENGTHS = ("right", "short", "twice", "none", "words")


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """A request: right, nearly right, or wrong."""
    method = draw(st.sampled_from(("GET", "GET", "POST", "DELETE", "HEAD", "get", "")))
    version = draw(st.sampled_from(("1.1", "1.1", "1.1", "1.0", "9")))
    body = draw(st.sampled_from((b"", b"", b'{"where": {}}', b"{", b"\0\xff")))
    head = f"Host: fake\r\napikey: {draw(st.sampled_from((KEY, KEY, 'no')))}\r\n{draw(st.sampled_from(HEADS))}"
    if body:
        head += "Content-Type: application/json\r\n" + _announced(body, draw(st.sampled_from(LENGTHS)))
    return f"{method} {draw(st.sampled_from(PATHS))} HTTP/{version}\r\n{head}\r\n".encode() + body


def _announced(body: bytes, how: str) -> str:
    right = f"Content-Length: {len(body)}\r\n"
    short = f"Content-Length: {len(body) - 1}\r\n"
    return {"right": right, "short": short, "twice": right * 2, "none": "", "words": "Content-Length: x\r\n"}[how]


class Wire(asyncio.Transport):
    """A connection in memory that keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.protocol: asyncio.BaseProtocol | None = None
        self._closing = False
        self._socket = socket.socket()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Whose connection it is."""
        return {"peername": ("127.0.0.1", 1), "socket": self._socket}.get(name, default)

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Who is told of what comes from now on."""
        self.protocol = protocol

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Keep it."""
        self.written += bytes(data)

    def close(self) -> None:
        """Nothing comes any more."""
        self._closing = True
        self._socket.close()

    def is_closing(self) -> bool:
        """Whether nothing comes any more."""
        return self._closing

    def pause_reading(self) -> None:
        """Nobody reads here by itself."""

    def resume_reading(self) -> None:
        """Nobody reads here by itself."""


@settings(max_examples=150, deadline=None)
@given(st.lists(requests(), min_size=1, max_size=4), st.lists(st.integers(1, 700), max_size=4), st.integers(0, TURNS))
def test_the_door_answers_like_the_framework(several: list[bytes], cuts: list[int], turns: int) -> None:
    """Requests in one piece or in many, whole or wrong, each piece when the one before was dealt with or earlier."""
    stream = b"".join(several)
    ends = sorted({0, *(cut for cut in cuts if cut < len(stream)), len(stream)})
    pieces = [stream[start:end] for start, end in pairwise(ends)]

    assert asyncio.run(_answered(pieces, turns)) == asyncio.run(_answered(pieces, turns, quick=False))


@settings(max_examples=100, deadline=None)
@given(st.lists(requests(), min_size=1, max_size=5), st.integers(0, TURNS))
def test_calls_one_after_the_other_are_answered_alike(several: list[bytes], turns: int) -> None:
    """Each in a piece of its own."""
    assert asyncio.run(_answered(several, turns)) == asyncio.run(_answered(several, turns, quick=False))


async def test_a_caller_that_does_not_read_is_not_answered() -> None:
    """Its calls wait until it has read what it was answered."""
    call = f"GET {PATHS[0]} HTTP/1.1\r\nHost: fake\r\napikey: {KEY}\r\n\r\n".encode()
    async with Stage() as stage:
        await stage.create("sales")
        wire, door = Wire(), cast("Any", stage.fake._runner.server)()
        door.connection_made(wire)
        door.data_received(call)
        door.pause_writing()
        for _ in range(3):
            door.data_received(call)
        await _turn(5 * TURNS)
        unread = wire.written.count(b" 200 OK")
        door.resume_writing()
        await _turn(5 * TURNS)

        assert (unread, wire.written.count(b" 200 OK")) == (1, 4)


async def _answered(pieces: list[bytes], turns: int, *, quick: bool = True) -> tuple[bytes, bool]:
    """All that a fresh fake says to these pieces, and whether it hangs up."""
    async with Stage() as stage:
        await stage.create("sales")
        if not quick:
            vars(stage.fake._quick)["take"] = lambda _octets: None
        assert stage.fake._runner.server is not None
        wire = Wire()
        wire.protocol = cast("Any", stage.fake._runner.server)()
        wire.protocol.connection_made(wire)
        await _turn(TURNS)
        for piece in pieces:
            if not wire.is_closing():
                cast("asyncio.Protocol", wire.protocol).data_received(piece)
                await _turn(turns)
        await _turn(TURNS * (len(pieces) + 1))
        hung_up = wire.is_closing()
        wire.close()
        wire.protocol.connection_lost(None)
        return re.sub(rb"Date: [^\r]+", b"Date:", wire.written), hung_up


async def _turn(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)
