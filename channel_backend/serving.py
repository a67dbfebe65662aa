"""Listens, says so, and stops in good order."""

import asyncio
import json
import os
import signal
import socket
from collections.abc import Sequence
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Middleware

from channel_backend.app import build_app, outside
from channel_backend.config import Config
from channel_backend.errors import StartupError
from channel_backend.seams import CLEAN, Seams

# A client that holds a connection open for longer than this when we stop is cut off; aiohttp waits it twice.
SHUTDOWN_S = 2.0
BACKLOG = 1024


async def serve(config: Config, *, seams: Seams = CLEAN, habits: Sequence[Middleware] = ()) -> None:
    """Serve until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    with listening(config.host, config.port) as listener:
        url = own_url(config.host, listener.getsockname()[1])
        async with outside(config) as connections:
            app = build_app(config, connections, url, seams=seams, habits=habits)
            await _serve_until(stop, app, listener, url, config.ready_file)


def listening(host: str, port: int) -> socket.socket:
    """A bound socket, or one clear line about why there is none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        msg = (
            f"cannot listen on {host}:{port} ({error.strerror or error}): "
            "stop what uses it, or set CHANNEL_BACKEND_PORT (0 takes a free one)"
        )
        raise StartupError(msg) from error
    return listener


def own_url(host: str, port: int) -> str:
    """The URL of this process on this machine."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def _serve_until(
    stop: asyncio.Event, app: web.Application, listener: socket.socket, url: str, ready_file: Path | None
) -> None:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_S)
    await runner.setup()
    try:
        await web.SockSite(runner, listener, backlog=BACKLOG).start()
        if ready_file is not None:
            _write_ready(ready_file, url)
        print(f"channel backend at {url}", flush=True)  # noqa: T201  the one line a person waits for
        await stop.wait()
    finally:
        await runner.cleanup()
        _take_back(ready_file)


def _take_back(path: Path | None) -> None:
    if path is not None:
        path.unlink(missing_ok=True)


def _write_ready(path: Path, url: str) -> None:
    """Appears complete or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(json.dumps({"url": url, "pid": os.getpid()}), encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        msg = f"CHANNEL_BACKEND_READY_FILE: {path} cannot be written ({error.strerror})"
        raise StartupError(msg) from error
