"""Creating instances over HTTP, against a bare handler of the same web server that gives the same bytes.

Both are asked in turn, a little at a time, and the median of the rounds counts: a processor that others slow down or
leave alone for a while is as quick for the one as for the other.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median

import aiohttp
import psutil

from load.bench.ground import FAKE_CORE, Measures, create_body

_ROUNDS = 25
MEDIAN_OF = {"of_bare": _ROUNDS}
_CREATES = 800  # a round
_WARM = 500
_CONNECTIONS = 16

Server = tuple[str, psutil.Process]


async def measure() -> Measures:
    """Processor time a create of both, round about."""
    async with AsyncExitStack() as open_now:
        servers = {
            name: await open_now.enter_async_context(_server(f"load.bench.{module}"))
            for name, module in (("fake", "creating"), ("bare", "bare"))
        }
        return await _compared(servers)


async def _compared(servers: dict[str, Server]) -> Measures:
    numbers = {name: iter(range(_WARM + _ROUNDS * _CREATES)) for name in servers}
    for name, server in servers.items():
        await _cpu_us(server, numbers[name], _WARM)
    fake, bare = servers["fake"], servers["bare"]
    rounds = [
        (await _cpu_us(fake, numbers["fake"], _CREATES), await _cpu_us(bare, numbers["bare"], _CREATES))
        for _ in range(_ROUNDS)
    ]
    return {
        "cpu_us": median(fake_us for fake_us, _ in rounds),
        "bare_cpu_us": median(bare_us for _, bare_us in rounds),
        "of_bare": median(bare_us / fake_us for fake_us, bare_us in rounds),
    }


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


async def _cpu_us(server: Server, numbers: Iterator[int], count: int) -> float:
    """Processor time of each of so many creates, in µs."""
    url, process = server
    before_s = _spent_s(process)
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
    return (_spent_s(process) - before_s) / count * 1e6


def _spent_s(process: psutil.Process) -> float:
    """Processor time so far; from the scheduler where it tells, because the usual clock of it ticks in 10 ms."""
    told = Path(f"/proc/{process.pid}/schedstat")
    if told.exists():
        return int(told.read_text().split()[0]) / 1e9
    spent = process.cpu_times()
    return float(spent.user + spent.system)
