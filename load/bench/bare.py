"""The least that an aiohttp server can do: one handler, always the same bytes as an answer to create.

`python -m load.bench.bare CORE` prints its URL and ends with its standard input.
"""

import asyncio
import sys

from aiohttp import web

from load.bench.cores import pin

_ANSWER_BYTES = 700  # as many as the fake answers to a create without QR code


async def _created(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(body=b"x" * _ANSWER_BYTES, status=201, content_type="application/json")


async def serve() -> None:
    """Serve until the standard input ends."""
    app = web.Application()
    app.router.add_post("/instance/create", _created)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"http://127.0.0.1:{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    import uvloop

    pin(int(sys.argv[1]))
    uvloop.run(serve())
