"""From the command line to the first created instance, and what an idle fake keeps in memory.

With compiled modules at hand, as they are from the second start on wherever Python may write them; the first start of
the row, which compiles them into a place of its own, is not counted. The quickest of 9 starts counts.
"""

import asyncio
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
import orjson
import psutil

from load.bench.ground import Measures, create

_STARTS = 9
BEST_OF = {"first_201_s": _STARTS}
_MIB = 1 << 20
_COMMAND = (sys.executable, "-m", "fake_evolution", "serve", "--port", "0", "--api-key", "bench")


async def measure() -> Measures:
    """The quickest of a few starts, because what others do on the machine only ever makes one slower."""
    with TemporaryDirectory() as compiled:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = compiled
        compiling_s, _ = await _once(environment)
        found = [await _once(environment) for _ in range(_STARTS)]
    return {
        "first_201_s": min(took_s for took_s, _ in found),
        "compiling_201_s": compiling_s,
        "idle_mib": max(mib for _, mib in found),
    }


async def _once(environment: dict[str, str]) -> tuple[float, float]:
    with TemporaryDirectory() as place:
        ready = Path(place) / "ready.json"
        command = (*_COMMAND, "--ready-file", str(ready))
        async with aiohttp.ClientSession(headers={"apikey": "bench"}) as session:
            began_s = time.perf_counter()
            pipe = asyncio.subprocess.PIPE
            process = await asyncio.create_subprocess_exec(*command, stdout=pipe, env=environment)
            try:
                assert process.stdout is not None  # noqa: S101  it was asked for
                await process.stdout.readline()
                mib = psutil.Process(process.pid).memory_info().rss / _MIB
                await create(session, orjson.loads(ready.read_bytes())["url"], "first")
                return time.perf_counter() - began_s, mib
            finally:
                process.terminate()
                await process.wait()
