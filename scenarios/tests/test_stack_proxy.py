"""A link with a proxy in it: transparent, slow, cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from scenarios.stack.proxy import HOST, TcpProxy


@asynccontextmanager
async def echoing() -> AsyncIterator[TcpProxy]:
    """A proxy before a server that says everything back."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(65_536):
            writer.write(chunk)
        writer.close()

    server = await asyncio.start_server(echo, HOST, 0)
    proxy = TcpProxy(HOST, server.sockets[0].getsockname()[1])
    await proxy.open()
    try:
        yield proxy
    finally:
        await proxy.close()
        server.close()


async def said_back(proxy: TcpProxy, content: bytes) -> bytes:
    """What comes back through the proxy for this content."""
    reader, writer = await asyncio.open_connection(HOST, proxy.port)
    writer.write(content)
    writer.write_eof()
    found = await reader.read(-1)
    writer.close()
    return found


async def test_passes_every_octet_on_in_order() -> None:
    """More than any buffer holds comes through whole, and the end of the stream with it."""
    content = bytes(range(256)) * 40_000

    async with echoing() as proxy:
        found = await said_back(proxy, content)

    assert found == content


async def test_a_delay_is_paid_in_each_direction() -> None:
    """Nothing comes back before twice the delay is over."""
    loop = asyncio.get_running_loop()
    async with echoing() as proxy:
        proxy.delay_s = 0.05
        began_s = loop.time()

        found = await said_back(proxy, b"hello")

    assert found == b"hello"
    assert loop.time() - began_s >= 0.1


async def test_a_cut_resets_what_is_open_and_refuses_what_is_new() -> None:
    """Both sides learn of it at once."""
    async with echoing() as proxy:
        reader, writer = await asyncio.open_connection(HOST, proxy.port)
        writer.write(b"hello")
        assert await reader.readexactly(5) == b"hello"

        proxy.cut()

        with pytest.raises(ConnectionResetError):
            await reader.read(1)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(HOST, proxy.port)
        writer.close()


async def test_a_mended_link_has_its_old_port_and_no_delay() -> None:
    """Who knows the port finds it again."""
    async with echoing() as proxy:
        port, proxy.delay_s = proxy.port, 60.0
        proxy.cut()

        await proxy.mend()

        assert (proxy.port, proxy.delay_s) == (port, 0.0)
        assert await said_back(proxy, b"again") == b"again"


async def test_a_target_that_refuses_is_a_connection_that_breaks() -> None:
    """The client is not left waiting."""
    proxy = TcpProxy(HOST, 1)
    await proxy.open()
    reader, writer = await asyncio.open_connection(HOST, proxy.port)

    with pytest.raises(ConnectionResetError):
        await reader.read(1)

    writer.close()
    await proxy.close()
