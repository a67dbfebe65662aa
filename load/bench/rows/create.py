"""Creating instances over HTTP, against a bare handler of the same web server that gives the same bytes."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import aiohttp
import psutil

from load.bench.ground import FAKE_CORE, Measures

_CREATES = 1_500
_WARM = 200
_CONNECTIONS = 16


async def measure() -> Measures:
    """Creates a processor second of the fake, and its share of what the bare handler does."""
    async with _server("load.bench.creating") as url:
        fake_s = await _cpu_s(url)
    async with _server("load.bench.bare") as url:
        bare_s = await _cpu_s(url)
    return {"per_core_s": _CREATES / fake_s, "bare_per_core_s": _CREATES / bare_s, "of_bare": bare_s / fake_s}


@asynccontextmanager
async def _server(module: str) -> AsyncIterator[tuple[str, psutil.Process]]:
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", module, str(FAKE_CORE))
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert process.stdout is not None  # noqa: S101  it was asked for
    try:
        yield (await process.stdout.readline()).decode().strip(), psutil.Process(process.pid)
    finally:
        await process.communicate(b"")


async def _cpu_s(server: tuple[str, psutil.Process]) -> float:
    url, process = server
    connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
    async with aiohttp.ClientSession(headers={"apikey": "bench"}, connector=connector) as session:
        numbers = iter(range(_WARM + _CREATES))
        await _create_all(session, url, numbers, _WARM)
        before = process.cpu_times()
        await _create_all(session, url, numbers, _CREATES)
        after = process.cpu_times()
    return (after.user + after.system) - (before.user + before.system)


async def _create_all(session: aiohttp.ClientSession, url: str, numbers: Iterator[int], count: int) -> None:
    left = iter(range(count))

    async def some() -> None:
        for _ in left:
            body = {"instanceName": f"bench-{next(numbers)}", "integration": "WHATSAPP-BAILEYS"}
            async with session.post(f"{url}/instance/create", json=body) as answer:
                answer.raise_for_status()
                await answer.read()

    await asyncio.gather(*(some() for _ in range(_CONNECTIONS)))
