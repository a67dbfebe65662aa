"""What rows stand on: a fake in this process, instances with a webhook each, and a receiver on the other core."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp

from fake_evolution import Config, FakeServer, Record, World, collect_rarely, qr_data_url

FAKE_CORE, OTHER_CORE = 0, 1
_CODE_CHARACTERS = 237
_INSTANCES = 100
_TEXT_BYTES = 4600  # with its envelope a message of 5 KB


@dataclass(slots=True)
class Receiver:
    """The receiving process, once it listens."""

    url: str
    process: asyncio.subprocess.Process

    async def count(self) -> int:
        """End it; how many requests came."""
        out, _ = await self.process.communicate(b"")
        return int(out)


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver in a process of its own, on the core that the fake is not on."""
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "load.bench.receiver", str(OTHER_CORE))
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert process.stdout is not None  # noqa: S101  it was asked for
    try:
        port = int(await process.stdout.readline())
        yield Receiver(f"http://127.0.0.1:{port}/hook", process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@dataclass
class Source:
    """A fake whose instances emit what they are told to; notes how every attempt ended."""

    fake: FakeServer
    names: Sequence[str]
    emitted: int = 0
    ended: int = 0
    failed: int = 0
    late_ms: list[float] = field(default_factory=list)
    lag_ms: list[float] = field(default_factory=list)
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    def listen(self, record: Record) -> None:
        """One record of the journal."""
        if record.kind == "attempt":
            self.ended += 1
            self.failed += record["outcome"] != "ok"
            self.late_ms.append(record["lateness_ms"])
            self.lag_ms.append((record.t - record["due_s"]) * 1000)
            self._came.set()

    @property
    def open(self) -> int:
        """How many webhooks are on their way."""
        return self.emitted - self.ended

    def emit(self, bodies: Sequence[tuple[str, Any]]) -> None:
        """The next webhook."""
        event, data = bodies[self.emitted % len(bodies)]
        self.fake.emit(self.names[self.emitted % len(self.names)], event, data)
        self.emitted += 1

    async def rush(self, bodies: Sequence[tuple[str, Any]], *, webhooks: int, at_once: int) -> float:
        """Emit so many, as fast as they go, that many at once; processor seconds that it took."""
        end, began_s = self.emitted + webhooks, time.process_time()
        while self.emitted < end or self.open:
            while self.emitted < end and self.open < at_once:
                self.emit(bodies)
            self._came.clear()
            await self._came.wait()
        return time.process_time() - began_s

    async def tick(self, bodies: Sequence[tuple[str, Any]], *, per_s: float, for_s: float) -> None:
        """Let every instance emit by a timer of its own, together at this rate; what is late is made up for."""
        scheduler, clock = self.fake.engine.scheduler, self.fake.clock
        first_s, every_s = clock.now(), len(self.names) / per_s
        left = int(per_s * for_s)
        over = asyncio.Event()

        def emit(due_s: float) -> None:
            nonlocal left
            if left:
                left -= 1
                self.emit(bodies)
                scheduler.at(due_s + every_s, partial(emit, due_s + every_s))
            else:
                over.set()

        for number in range(len(self.names)):
            due_s = first_s + every_s * number / len(self.names)
            scheduler.at(due_s, partial(emit, due_s))
        await over.wait()
        await self.all_ended()

    async def keep_pace(self, bodies: Sequence[tuple[str, Any]], *, per_s: float, for_s: float) -> float:
        """Asked for this rate, whatever becomes of it: how many ended in each processor second of that time."""
        ended, cpu_s = self.ended, time.process_time()
        began_s, first = time.perf_counter(), self.emitted
        while (passed_s := time.perf_counter() - began_s) < for_s:
            for _ in range(int(passed_s * per_s) - (self.emitted - first)):
                self.emit(bodies)
            await asyncio.sleep(0.001)
        found = (self.ended - ended) / (time.process_time() - cpu_s)
        await self.all_ended()
        return found

    async def all_ended(self) -> None:
        """Wait until nothing is on its way any more."""
        while self.open:
            self._came.clear()
            await self._came.wait()

    def forget(self) -> None:
        """Measure anew from here."""
        self.late_ms.clear()
        self.lag_ms.clear()


@asynccontextmanager
async def source(url: str, *, world: World | None = None, **config: Any) -> AsyncIterator[Source]:
    """A fake with its journal in a file and instances that tell `url` everything."""
    with TemporaryDirectory() as place:
        chosen = replace(Config(journal=Path(place) / "journal.jsonl", api_key="bench"), **config)
        async with FakeServer(chosen, world=world) as fake:
            names = [f"bench-{number}" for number in range(_INSTANCES)]
            async with aiohttp.ClientSession(headers={"apikey": fake.api_key}) as session:
                for name in names:
                    await create(session, fake.url, name, url)
            made = Source(fake, names)
            fake.journal.listen(made.listen, "attempt")
            collect_rarely()
            yield made


async def create(session: aiohttp.ClientSession, base: str, name: str, hook: str | None = None) -> None:
    """Create an instance over the API, with a webhook for what the bench emits."""
    webhook = {"webhook": {"url": hook, "events": ["QRCODE_UPDATED", "MESSAGES_UPSERT"]}} if hook else {}
    async with session.post(f"{base}/instance/create", json=create_body(name) | webhook) as answer:
        answer.raise_for_status()
        await answer.read()


def create_body(name: str) -> dict[str, Any]:
    """What creates an instance without a QR code."""
    return {"instanceName": name, "integration": "WHATSAPP-BAILEYS"}


async def asked(base: str) -> tuple[dict[str, str], bytes]:
    """Headers and body of the answer to a create."""
    async with (
        aiohttp.ClientSession(headers={"apikey": "bench"}) as session,
        session.post(f"{base}/instance/create", json=create_body("bench-0")) as answer,
    ):
        answer.raise_for_status()
        return dict(answer.headers), await answer.read()


def qr_bodies(count: int = 50) -> list[tuple[str, Any]]:
    """QR events of real size; their images are drawn beforehand, because drawing has a row of its own."""
    codes = [f"2@{number:0{_CODE_CHARACTERS - 2}d}" for number in range(count)]
    shown = [{"instance": "bench", "pairingCode": None, "code": code, "base64": qr_data_url(code)} for code in codes]
    return [("qrcode.updated", {"qrcode": qrcode}) for qrcode in shown]


def text_bodies() -> list[tuple[str, Any]]:
    """Messages of 5 KB."""
    key = {"remoteJid": "5531988887777@s.whatsapp.net", "fromMe": False, "id": "3A00"}
    message = {"key": key, "pushName": "Ana", "message": {"conversation": "x" * _TEXT_BYTES}}
    return [("messages.upsert", {**message, "messageType": "conversation", "source": "ios"})]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


Measures = dict[str, float]
Measure = Callable[[], Any]
