"""The backend with its database and Redis on the same machine: how fast it acknowledges webhooks and lists channels.

Everything is brought up as `python -m scenarios up` does. The fake says how long each webhook waited for its answer;
the list is what a person of a tenant with 2,000 channels asks for.
"""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from fake_evolution import Client
from load.bench.ground import Measures, percentile
from load.errors import BenchError
from load.target import Target, target_from
from scenarios.adapters.base import Adapter, Answer, Credentials, Tenant, open_adapter

_LISTINGS = 5
_ROUNDS = 3
BEST_OF = {"list_ms": _LISTINGS, "ack_p50_ms": _ROUNDS, "ack_p99_ms": _ROUNDS}
_LISTED = 2_000
_CONNECTED = 20
_PER_S = 200.0
_FOR_S = 5.0
_AT_ONCE = 16
_UP_S_MAX = 120.0
_SETTLE_S_MAX = 60.0
_POLL_S = 0.05
_RECORDS_WAIT_S = 5.0


async def measure() -> Measures:
    """Milliseconds to the acknowledgement and for the list, and how many webhooks were not taken."""
    async with _up() as target, Client(str(target.control_url), key=target.control_key) as control:
        found = Credentials(**target.credentials) if target.credentials else None
        adapter = open_adapter(target.adapter, url=target.url, credentials=found)
        try:
            names = await _connected(adapter, control)
            rounds = [await _round(control, names, number) for number in range(_ROUNDS)]
            list_ms, listed = await _listing(adapter)
        finally:
            await adapter.close()
    return {
        "ack_p50_ms": min(percentile(took, 0.50) for took, _ in rounds),
        "ack_p99_ms": min(percentile(took, 0.99) for took, _ in rounds),
        "per_s": max(rate for _, rate in rounds),
        "lost": _ROUNDS * int(_PER_S * _FOR_S) - sum(len(took) for took, _ in rounds),
        "list_ms": list_ms,
        "listed": listed,
    }


@asynccontextmanager
async def _up() -> AsyncIterator[Target]:
    """The fake and the backend in processes of their own, until the row has ended."""
    with TemporaryDirectory() as place:
        file = Path(place) / "target.json"
        command = (sys.executable, "-m", "scenarios", "up", "--target", str(file), "--run-root", place)
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL)
        try:
            await _until(lambda: file.exists() or process.returncode is not None, _UP_S_MAX, "scenarios up")
            if not file.exists():
                raise BenchError(f"`{' '.join(command[1:4])}` ended with exit code {process.returncode}")
            yield target_from(orjson.loads(file.read_bytes()))
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            await process.wait()


async def _until(true: Any, within_s: float, what: str) -> None:
    end_s = time.monotonic() + within_s
    while not true():
        if time.monotonic() > end_s:
            raise BenchError(f"{what} took more than {within_s:g} s; repeat it with --row backend")
        await asyncio.sleep(_POLL_S)


# --- webhooks ---------------------------------------------------------------------------------------------------------


async def _connected(adapter: Adapter, control: Client) -> list[str]:
    """Instances whose channels are connected."""
    tenant = await adapter.provision("Acknowledging", channels_max=_CONNECTED)
    for number in range(_CONNECTED):
        answer, channel = await adapter.create_channel(tenant, f"Channel {number}")
        _refuse(answer, "a channel could not be created")
        assert channel is not None  # noqa: S101  the answer was a success
        _refuse(await adapter.start(tenant, channel), "a channel could not be started")
    end_s = time.monotonic() + _SETTLE_S_MAX
    while True:
        shown = await control.instances()
        for instance in shown:
            if instance["code"]:
                await control.scan(instance=instance["name"], number=f"55319{len(instance['name']):08d}")
        opened = [instance["name"] for instance in shown if instance["memory"] == "open"]
        if len(opened) == _CONNECTED:
            return opened
        if time.monotonic() > end_s:
            raise BenchError(f"{len(opened)} of {_CONNECTED} channels were connected after {_SETTLE_S_MAX:g} s")
        await asyncio.sleep(_POLL_S)


async def _round(control: Client, names: list[str], number: int) -> tuple[list[float], float]:
    """How many ms every acknowledged webhook took, and how many a second were emitted."""
    count = int(_PER_S * _FOR_S)
    before = await _last_seq(control)
    began_s = time.perf_counter()
    emitting: set[asyncio.Task[Any]] = set()
    for index in range(count):
        due_s = began_s + index / _PER_S
        await asyncio.sleep(max(0.0, due_s - time.perf_counter()))
        body = _message(f"3A{number:04d}{index:014d}")
        emitting.add(asyncio.ensure_future(control.emit(names[index % len(names)], "messages.upsert", body)))
    await asyncio.gather(*emitting)
    rate = count / (time.perf_counter() - began_s)
    return await _acknowledged(control, before, count), rate


def _message(message_id: str) -> dict[str, Any]:
    key = {"remoteJid": "5531988887777@s.whatsapp.net", "fromMe": False, "id": message_id}
    message = {"conversation": f"message {message_id}"}
    told = {"key": key, "pushName": "Ana", "status": "DELIVERY_ACK", "message": message}
    return {**told, "messageType": "conversation", "messageTimestamp": int(time.time()), "source": "ios"}


async def _last_seq(control: Client) -> int:
    last = 0
    while records := await control.journal(after=last):
        last = records[-1]["seq"]
    return last


async def _acknowledged(control: Client, after: int, count: int) -> list[float]:
    """Of the first attempts, those that were taken."""
    took: list[float] = []
    ended = 0
    while ended < count and (records := await control.journal(after=after, wait_s=_RECORDS_WAIT_S, kind="attempt")):
        after = records[-1]["seq"]
        own = [one for one in records if one["event"] == "messages.upsert" and one["attempt"] == 1]
        ended += len(own)
        took += [one["duration_s"] * 1000 for one in own if one["outcome"] == "ok"]
    return took


# --- the list ---------------------------------------------------------------------------------------------------------


async def _listing(adapter: Adapter) -> tuple[float, float]:
    """The least milliseconds that the list took, and how many channels it had."""
    tenant = await adapter.provision("Listing", channels_max=_LISTED)
    numbers = iter(range(_LISTED))
    await asyncio.gather(*(_create(adapter, tenant, numbers) for _ in range(_AT_ONCE)))
    found = [await adapter.list_channels(tenant) for _ in range(_LISTINGS)]
    for answer, _ in found:
        _refuse(answer, "the channels could not be listed")
    return min(answer.duration_s for answer, _ in found) * 1000, min(len(shown) for _, shown in found)


async def _create(adapter: Adapter, tenant: Tenant, numbers: Any) -> None:
    for number in numbers:
        answer, _ = await adapter.create_channel(tenant, f"Channel {number}")
        _refuse(answer, f"channel {number} could not be created")


def _refuse(answer: Answer, what: str) -> None:
    if not answer.ok:
        raise BenchError(f"{what}: {answer.status_code} {answer.error or answer.body}")
