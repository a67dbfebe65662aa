"""Creating instances over HTTP, against a bare handler of the same web server that gives the same bytes."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import psutil

from load.bench.ground import FAKE_CORE, Measures, create_body

_ROUNDS = 5
BEST_OF = {"of_bare": _ROUNDS}
_CREATES = 4_000  # a round
_WARM = 500
_CONNECTIONS = 16

Server = tuple[str, psutil.Process]


async def measure() -> Measures:
    """Processor time a create of both, round about; best of 5 rounds each, because others only ever make one slower."""
    async with AsyncExitStack() as open_now:
        servers = {
            name: await open_now.enter_async_context(_server(f"load.bench.{module}"))
            for name, module in (("fake", "creating"), ("bare", "bare"))
        }
        return await _compared(servers)


async def _compared(servers: dict[str, Server]) -> Measures:
    found: dict[str, list[float]] = {name: [] for name in servers}
    numbers = {name: iter(range(_WARM + _ROUNDS * _CREATES)) for name in servers}
    for name, server in servers.items():
        await _cpu_s(server, numbers[name], _WARM)
    for _ in range(_ROUNDS):
        for name, server in servers.items():
            found[name].append(await _cpu_s(server, numbers[name], _CREATES) / _CREATES)
    fake_s, bare_s = min(found["fake"]), min(found["bare"])
    return {"cpu_us": fake_s * 1e6, "bare_cpu_us": bare_s * 1e6, "of_bare": bare_s / fake_s}


@asynccontextmanager
async def _server(module: str) -> AsyncIterator[Server]:
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", module, str(FAKE_CORE))
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert process.stdout is not None  # noqa: S101  it was asked for
    try:
        yield (await process.stdout.readline()).decode().strip(), psutil.Process(process.pid)
    finally:
        await process.communicate(b"")


async def _cpu_s(server: Server, numbers: Iterator[int], count: int) -> float:
    url, process = server
    before = process.cpu_times()
    connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
    async with aiohttp.ClientSession(headers={"apikey": "bench"}, connector=connector) as session:
        left = iter(range(count))

        async def some() -> None:
            for _ in left:
                body = create_body(f"bench-{next(numbers)}")
                async with session.post(f"{url}/instance/create", json=body) as answer:
                    answer.raise_for_status()
                    await answer.read()

        await asyncio.gather(*(some() for _ in range(_CONNECTIONS)))
    after = process.cpu_times()
    return (after.user + after.system) - (before.user + before.system)
