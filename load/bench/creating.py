"""A fake for the row about creating: `python -m load.bench.creating CORE` prints its URL; it ends with its input."""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from fake_evolution import Config, FakeServer, collect_rarely
from load.bench.cores import pin


async def serve() -> None:
    """Serve until the standard input ends."""
    with TemporaryDirectory() as place:
        async with FakeServer(Config(api_key="bench", journal=Path(place) / "journal.jsonl")) as fake:
            collect_rarely()
            sys.stdout.write(f"{fake.url}\n")
            sys.stdout.flush()
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    import uvloop

    pin(int(sys.argv[1]))
    uvloop.run(serve())
