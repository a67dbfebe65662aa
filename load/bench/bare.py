"""The least that an aiohttp server can do for the same answer: one handler, no memory, no journal.

It reads the JSON body and answers create's own status, headers and octets, with the name that was asked for: what it
answers was answered by the fake before.

`python -m load.bench.bare CORE` prints its URL and ends with its standard input.
"""

import asyncio
import sys
from typing import Any

import orjson
from aiohttp import web

from fake_evolution import Config, FakeServer
from load.bench.cores import pin
from load.bench.ground import asked

_OWN = {"Content-Length", "Date", "Server", "Content-Type"}  # what the web server adds of itself, here as there


async def serve() -> None:
    """Serve until the standard input ends."""
    headers, told = await _answer()

    async def created(request: web.Request) -> web.Response:
        body = orjson.loads(await request.read())
        answer = {**told, "instance": {**told["instance"], "instanceName": body["instanceName"]}}
        return web.Response(body=orjson.dumps(answer), status=201, headers=headers)

    app = web.Application()
    app.router.add_post("/instance/create", created)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"http://127.0.0.1:{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await runner.cleanup()


async def _answer() -> tuple[dict[str, str], dict[str, Any]]:
    """Headers and body of the fake's own answer to the same request."""
    async with FakeServer(Config(api_key="bench")) as fake:
        headers, body = await asked(fake.url)
    kept = {name: value for name, value in headers.items() if name not in _OWN}
    return {**kept, "Content-Type": headers["Content-Type"]}, orjson.loads(body)


if __name__ == "__main__":
    import uvloop

    pin(int(sys.argv[1]))
    uvloop.run(serve())
